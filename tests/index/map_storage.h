// Keeps the nodes of an index in memory, for tests.
#ifndef DATOMBENCH_TESTS_INDEX_MAP_STORAGE_H_
#define DATOMBENCH_TESTS_INDEX_MAP_STORAGE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>

#include "index/node_storage.h"
#include "tests/support/memory_node_storage.h"

namespace datombench {

// Keeps nodes in a map; restored values lie in arenas of their own, so that use after eviction is
// found by a sanitizer.
class MapStorage final : public NodeStorage {
 public:
  Address Store(const NodeView& node) override {
    if (stores_until_failure == 0) throw std::runtime_error("the disk is full");
    --stores_until_failure;
    const std::lock_guard lock(mutex_);
    for (const Address child : node.children)
      EXPECT_TRUE(nodes_.contains(child)) << "a parent came first";
    const Address address = ++last_address_;
    nodes_.emplace(address, CopyOf(node));
    largest_node_bytes =
        std::max(largest_node_bytes, node.keys.size_bytes() + 2 * node.children.size_bytes() +
                                         node.buffer.size_bytes());
    return address;
  }

  NodeContents Restore(Address address) override {
    ++restored;
    if (restored > restores_until_failure) throw std::runtime_error("the disk is gone");
    const std::lock_guard lock(mutex_);
    return CopyOf(nodes_.at(address).View());
  }

  size_t size() const { return nodes_.size(); }
  const std::map<Address, NodeContents>& nodes() const { return nodes_; }

  std::atomic<uint64_t> restored{0};
  uint64_t stores_until_failure = UINT64_MAX;
  uint64_t restores_until_failure = UINT64_MAX;  // of all
  size_t largest_node_bytes = 0;                 // in memory, of those stored

 private:
  std::mutex mutex_;
  std::map<Address, NodeContents> nodes_;
  Address last_address_ = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_INDEX_MAP_STORAGE_H_

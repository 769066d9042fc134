// Keeps the nodes of an index in memory, for tests.
#ifndef DATOMBENCH_TESTS_INDEX_MAP_STORAGE_H_
#define DATOMBENCH_TESTS_INDEX_MAP_STORAGE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "index/node_storage.h"

namespace datombench {

// A node whose values lie in an arena of its own.
inline NodeContents CopyOf(const NodeView& node) {
  const auto value_bytes = [](const Datom& d) {
    return IsOutOfLine(d.v().type()) ? ValueArena::StoredBytes(d.v().AsBytes().size()) : 0;
  };
  size_t bytes = 0;
  for (const Datom& d : node.keys) bytes += value_bytes(d);
  for (const IndexEdit& edit : node.buffer) bytes += value_bytes(edit.datom);
  NodeContents copy;
  copy.values = std::make_unique<ValueArena>(bytes);
  const auto adopted = [&](const Datom& d) {
    return Datom(d.e(), d.a(), copy.values->Adopt(d.v()), d.tx(), d.added());
  };
  copy.level = node.level;
  for (const Datom& d : node.keys) copy.keys.push_back(adopted(d));
  copy.children.assign(node.children.begin(), node.children.end());
  for (const IndexEdit& edit : node.buffer) {
    copy.buffer.push_back({edit.kind, adopted(edit.datom)});
  }
  return copy;
}

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
  size_t largest_node_bytes = 0;  // in memory, of those stored

 private:
  std::mutex mutex_;
  std::map<Address, NodeContents> nodes_;
  Address last_address_ = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_INDEX_MAP_STORAGE_H_

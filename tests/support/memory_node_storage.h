// MemoryNodeStorage keeps nodes in memory and fails where it is told to.
#ifndef DATOMBENCH_TESTS_SUPPORT_MEMORY_NODE_STORAGE_H_
#define DATOMBENCH_TESTS_SUPPORT_MEMORY_NODE_STORAGE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>

#include "index/node_storage.h"
#include "index/registry.h"

namespace datombench {

// A node whose values lie in an arena of its own, exactly as large as it must be.
NodeContents CopyOf(const NodeView& node);

// What is restored lies in memory of its own, so that a use after its eviction is a sanitizer's
// find. A node that is stored before its child, or an address that
// was never given out, throws std::logic_error. Thread safety: any number of threads.
class MemoryNodeStorage final : public NodeStorage {
 public:
  Address Store(const NodeView& node) override;
  NodeContents Restore(Address address) override;

  // The k-th call from now throws StorageError, k from 1; the ones before and after it don't.
  void FailRestore(uint64_t k);
  void FailStore(uint64_t k);
  // No call fails any more.
  void Heal();

  // How many nodes were stored, and how many restored.
  size_t stored() const;
  uint64_t restored() const;
  // Valid as long as this.
  const NodeContents& node(Address address) const;
  // Whether two trees are node by node the same.
  bool IsSameTree(const StoredRoot& x, const StoredRoot& y) const;

 private:
  bool IsSameTree(Address x, Address y) const;
  bool IsSameNode(const NodeContents& x, const NodeContents& y) const;
  const NodeContents& NodeLocked(Address address) const;

  mutable std::mutex mutex_;        // guards all below, but not what the nodes hold
  std::deque<NodeContents> nodes_;  // at its address - 1
  uint64_t restored_ = 0;
  uint64_t restores_until_failure_ = 0;
  uint64_t stores_until_failure_ = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_MEMORY_NODE_STORAGE_H_

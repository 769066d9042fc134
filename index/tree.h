// What all versions of one tree share, and how its nodes are reached.
#ifndef DATOMBENCH_INDEX_TREE_H_
#define DATOMBENCH_INDEX_TREE_H_

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <memory>

#include "index/datom_order.h"
#include "index/node.h"
#include "index/registry.h"

namespace datombench {

// A node on the way down: counted where a cache may evict it meanwhile, else borrowed from the
// version that is read.
class NodeRef {
 public:
  NodeRef() = default;
  explicit NodeRef(NodePtr owned) : owned_(std::move(owned)), node_(owned_.get()) {}
  explicit NodeRef(Node* borrowed) : node_(borrowed) {}

  Node& operator*() const {
    assert(node_ != nullptr);
    return *node_;
  }
  Node* operator->() const { return node_; }
  Node* get() const { return node_; }
  explicit operator bool() const { return node_ != nullptr; }

  // What keeps the node alive beyond this, where it is counted; else nothing.
  std::shared_ptr<const void> Keeper() && {
    return owned_ ? std::make_shared<NodePtr>(std::move(owned_)) : nullptr;
  }

 private:
  NodePtr owned_;
  Node* node_ = nullptr;
};

// Thread safety: any number of threads.
struct Tree {
  Tree(DatomOrder datom_order, const IndexOptions& index_options)
      : order(std::move(datom_order)), options(index_options) {
    assert(options.branching_factor >= 4);
    assert((options.storage == nullptr) == (options.cache == nullptr));
  }

  const DatomOrder order;
  const IndexOptions options;
  std::atomic<uint64_t> transients{0};  // made so far; ids of owners are from 1

  uint32_t most() const { return options.branching_factor; }
  uint32_t least() const { return options.branching_factor / 2; }
  bool evicts() const { return options.cache != nullptr && options.cache->is_bounded(); }

  // The slot's node, restored if need be. Throws StorageError.
  NodeRef Load(const Slot& slot) const {
    if (!evicts()) {
      Node* const node = slot.Peek();
      return node != nullptr ? NodeRef(node) : Restore(slot);
    }
    NodePtr node = slot.Pin();
    if (!node) return Restore(slot);
    node->MarkUsed();
    return NodeRef(std::move(node));
  }

  NodePtr MakeNode(uint32_t level, uint32_t capacity, uint64_t owner) const {
    return Node::Make(level, capacity, owner, options.cache);
  }

 private:
  NodeRef Restore(const Slot& slot) const;
};

// The place of the first key for which `is_before` is false, size() if there is none.
// REQUIRES: `is_before(key)` is monotonic.
template <typename IsBefore>
uint32_t PartitionPoint(const Node& node, const IsBefore& is_before) {
  const auto keys = node.keys();
  return static_cast<uint32_t>(std::partition_point(keys.begin(), keys.end(), is_before) -
                               keys.begin());
}

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_TREE_H_

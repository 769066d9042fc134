// What all versions of one tree share, and how its nodes are reached.
#ifndef DATOMBENCH_INDEX_TREE_H_
#define DATOMBENCH_INDEX_TREE_H_

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <memory>
#include <utility>

#include "index/child_slot.h"
#include "index/datom_order.h"
#include "index/node.h"
#include "index/registry.h"
#include "index/versions.h"

namespace datombench {

using NodeRef = PinnedNode<Node, NodePtr>;

template <size_t... kLine>
[[gnu::always_inline]] inline void PrefetchLines(const Node* node, std::index_sequence<kLine...>) {
  (__builtin_prefetch(reinterpret_cast<const char*>(node) + kLine * 64), ...);
}

// Fetches the first cache lines of a node that is about to be searched, if any, all at once:
// halving would wait for one after the other.
//
// Always inlined: g++ 12 takes a function that does nothing but this for one without any effect,
// and leaves out the calls of it.
template <size_t kLines>
[[gnu::always_inline]] inline void Prefetch(const Node* node) {
  if (node != nullptr) PrefetchLines(node, std::make_index_sequence<kLines>());
}

// Nodes are freed in one of two ways. Where a bounded cache evicts nodes, each slot that holds one
// counts, and so does each reader. Else versions know what they replaced (versions.h), and nothing
// is counted.
//
// Thread safety: any number of threads.
struct Tree {
  Tree(DatomOrder datom_order, const IndexOptions& index_options)
      : order(std::move(datom_order)),
        options(index_options),
        counts(index_options.cache != nullptr && index_options.cache->is_bounded()),
        versions(index_options.storage != nullptr) {
    assert(options.branching_factor >= 4);
    assert((options.storage == nullptr) == (options.cache == nullptr));
  }

  const DatomOrder order;
  const IndexOptions options;
  const bool counts;
  Versions versions;
  SharedEditMemory memory;

  uint32_t most() const { return options.branching_factor; }
  uint32_t least() const { return options.branching_factor / 2; }

  // Nodes that may have more entries are divided into chunks of at most so many: measured with
  // bench_index. Smaller ones cost a kept version less and all else more.
  static constexpr uint32_t kMostInWhole = 128;
  static constexpr uint32_t kMostInChunk = 64;
  // What is changed all the time is reused.
  static_assert(Node::AllocationBytes(/*is_leaf=*/false, kMostInWhole + 8) < NodePool::kMostKept);
  bool is_divided() const { return most() > kMostInWhole; }
  uint32_t most_in_part() const { return is_divided() ? kMostInChunk : most(); }
  // Cache lines of a node that are fetched before it is searched.
  static constexpr size_t kLinesToSearch = 22;

  // The slot's node, restored if need be; then as old as `birth`, the birth of the branch or the
  // version that has the slot. Throws StorageError.
  NodeRef Load(const Slot& slot, uint64_t birth) const {
    if (!counts) {
      Node* const node = slot.Peek();
      return node != nullptr ? NodeRef(node) : Restore(slot, birth);
    }
    NodePtr node = slot.Pin();
    if (!node) return Restore(slot, birth);
    node->MarkUsed();
    return NodeRef(std::move(node));
  }
  // Child `i` of a branch or a directory.
  NodeRef LoadChild(const Node& node, uint32_t i) const {
    if (!counts) Prefetch<kLinesToSearch>(node.slot(i).Peek());
    if (!node.is_directory()) return Load(node.slot(i), node.birth());
    // A directory's chunks come and go with it, and it may go once the caller has done with it.
    Node* const chunk = node.slot(i).Peek();
    if (!counts) return NodeRef(chunk);
    chunk->AddReference();
    return NodeRef(NodePtr(chunk));
  }

  Node* MakeNode(const Node::Origin& origin, uint32_t capacity, NodePool& from) const {
    return Node::Make(origin, capacity, options.cache, from);
  }
  // A slot for another version of what holds this one.
  Slot CopyOf(const Slot& slot) const {
    if (counts) return {slot.Pin().Release(), slot.address()};
    return options.storage == nullptr ? slot : slot.CopyForVersion();
  }

  // A whole node with its chunks, if it is to have any, from entries that ascend; `children` is
  // empty for a leaf. A chunk gets no more than `most_in_part` and as many as the others.
  Node* MakeWhole(const Node::Origin& origin, std::span<const Datom> keys,
                  std::span<const Slot> children, NodePool& from) const;

 private:
  NodeRef Restore(const Slot& slot, uint64_t birth) const;
};

// The place of the first key for which `is_before` is false, size() if there is none.
// REQUIRES: `is_before(key)` is monotonic.
template <typename IsBefore>
uint32_t PartitionPoint(std::span<const Datom> keys, const IsBefore& is_before) {
  const Datom* first = keys.data();
  size_t size = keys.size();
  if (size == 0) return 0;
  // Halving without a branch to mispredict: the compiler turns the choice into a conditional move.
  while (size > 1) {
    const size_t half = size / 2;
    first = is_before(first[half - 1]) ? first + half : first;
    size -= half;
  }
  return static_cast<uint32_t>(first - keys.data()) + (is_before(*first) ? 1 : 0);
}
template <typename IsBefore>
uint32_t PartitionPoint(const Node& node, const IsBefore& is_before) {
  return PartitionPoint(node.keys(), is_before);
}

// The chunk of the whole node `node` that its directory's entry `i` leads to; the node itself if it
// isn't divided.
inline Node& Part(Node& node, uint32_t i) {
  return node.is_directory() ? *node.slot(i).Peek() : node;
}
inline const Node& Part(const Node& node, uint32_t i) { return Part(const_cast<Node&>(node), i); }
inline uint32_t Parts(const Node& node) { return node.is_directory() ? node.size() : 1; }

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_TREE_H_

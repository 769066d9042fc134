// Nodes of a hitchhiker tree: leaves of datoms, and branches that carry operations for what lies
// below them.
#ifndef DATOMBENCH_INDEX_HITCHHIKER_NODE_H_
#define DATOMBENCH_INDEX_HITCHHIKER_NODE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "index/child_slot.h"
#include "index/datom.h"
#include "index/index.h"
#include "index/node_cache.h"
#include "index/value_arena.h"

namespace datombench {

struct HitchhikerNode;
using HitchhikerPtr = CountedPtr<HitchhikerNode>;
using HitchhikerPin = PinnedNode<HitchhikerNode>;
using HitchhikerSlot = ChildSlot<HitchhikerNode>;

// Only the transient whose id is `owner` changes a node, and says so with Recount; another one may
// become the owner where no other version has the node. Else nobody changes it, but for the slots'
// addresses and their eviction.
struct HitchhikerNode : CountedNode {
  using Values = std::vector<std::shared_ptr<const ValueArena>>;

  // `node_cache` may be null; else it outlives the node.
  HitchhikerNode(uint32_t node_level, uint64_t owner_id, NodeCache* node_cache)
      : level(node_level), owner(owner_id), cache(node_cache) {
    Recount();
  }
  ~HitchhikerNode() {
    if (cache != nullptr) cache->Shrank(counted_bytes);
  }

  bool is_leaf() const { return level == 0; }

  const uint32_t level;  // 0: a leaf
  uint64_t owner;
  NodeCache* const cache;

  // A leaf's datoms, ascending. A branch's bounds, one a child: below child i lies what is above
  // bound i - 1 and not above bound i; the last child has no bound, and the last key, some datom,
  // says nothing.
  std::vector<Datom> keys;
  std::vector<HitchhikerSlot> children;  // none in a leaf
  // What has still to be done below a branch, ascending, at most one operation a datom. Each takes
  // effect on what is below, newer than all operations there.
  std::vector<IndexEdit> buffer;
  // The arenas that values of keys and operations lie in, where it isn't the database's.
  Values values;

  // Keeps what values that come from `other` lie in.
  void KeepValuesOf(const HitchhikerNode& other);
  // The bytes count in the cache until the last node that keeps them is gone.
  void KeepValues(std::unique_ptr<ValueArena> arena);

  // Without `values`.
  size_t Bytes() const {
    return sizeof(*this) + keys.capacity() * sizeof(Datom) +
           children.capacity() * sizeof(HitchhikerSlot) + buffer.capacity() * sizeof(IndexEdit);
  }
  // Tells the cache what the node has grown or shrunk by.
  void Recount();

  // Read since the last sweep?
  void MarkUsed() const {
    if (!used.load(std::memory_order_relaxed)) used.store(true, std::memory_order_relaxed);
  }
  bool TestAndClearUsed() const { return used.exchange(false, std::memory_order_relaxed); }

 private:
  size_t counted_bytes = 0;
  mutable std::atomic<bool> used{true};
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_HITCHHIKER_NODE_H_

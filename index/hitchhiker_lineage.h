// What all versions of one hitchhiker tree share, and how its nodes are reached.
#ifndef DATOMBENCH_INDEX_HITCHHIKER_LINEAGE_H_
#define DATOMBENCH_INDEX_HITCHHIKER_LINEAGE_H_

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "index/datom_order.h"
#include "index/hitchhiker_node.h"
#include "index/registry.h"

namespace datombench {

// How large nodes are: docs/index.md derives it. For branching factor 17 it is what Datahike
// configures: 17 to 33 children, 300 to 599 datoms, 283 operations.
struct HitchhikerShape {
  explicit HitchhikerShape(size_t branching_factor)
      : least_children(branching_factor),
        least_datoms(300 * branching_factor * branching_factor / (17 * 17)),
        most_operations(least_datoms - branching_factor) {
    assert(branching_factor >= 4);
  }

  size_t least_children;
  size_t least_datoms;
  // More make a buffer overflow. A join of two branches may leave up to twice as many until the
  // next operation comes.
  size_t most_operations;

  size_t most_children() const { return 2 * least_children - 1; }
  size_t most_datoms() const { return 2 * least_datoms - 1; }
};

// Thread safety: any number of threads.
struct HitchhikerLineage {
  HitchhikerLineage(DatomOrder datom_order, const IndexOptions& index_options)
      : order(std::move(datom_order)),
        options(index_options),
        shape(index_options.branching_factor) {
    assert((options.storage == nullptr) == (options.cache == nullptr));
  }

  const DatomOrder order;
  const IndexOptions options;
  const HitchhikerShape shape;
  std::atomic<uint64_t> transients{0};  // made so far; ids of owners are from 1

  bool evicts() const { return options.cache != nullptr && options.cache->is_bounded(); }

  // The slot's node, restored if need be. Throws StorageError.
  HitchhikerPin Load(const HitchhikerSlot& slot) const {
    if (!evicts()) {
      HitchhikerNode* const node = slot.Peek();
      return node != nullptr ? HitchhikerPin(node) : Restore(slot);
    }
    HitchhikerPtr node = slot.Pin();
    if (!node) return Restore(slot);
    node->MarkUsed();
    return HitchhikerPin(std::move(node));
  }

  HitchhikerPtr MakeNode(uint32_t level, uint64_t owner) const {
    return HitchhikerPtr(new HitchhikerNode(level, owner, options.cache));
  }
  HitchhikerPtr MakeNode(NodeContents contents) const;

 private:
  HitchhikerPin Restore(const HitchhikerSlot& slot) const;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_HITCHHIKER_LINEAGE_H_

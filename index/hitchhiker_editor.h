// A HitchhikerEditor changes one version of a hitchhiker tree, for a transient.
#ifndef DATOMBENCH_INDEX_HITCHHIKER_EDITOR_H_
#define DATOMBENCH_INDEX_HITCHHIKER_EDITOR_H_

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "index/hitchhiker_lineage.h"

namespace datombench {

// An operation goes into the root's buffer. A buffer that overflows is emptied: each child gets the
// operations that lie below it, branches into their own buffers, leaves apply them. What was read
// or changed on the way decides nothing else, so the tree follows from the edits alone.
//
// After an exception the tree that was edited may only be destroyed; other versions are as before.
template <typename Compare>
class HitchhikerEditor {
 public:
  // Changes in place the nodes of `owner`, and those that no other version has. `lineage` must
  // outlive the editor.
  HitchhikerEditor(const HitchhikerLineage& lineage, uint64_t owner, const Compare& compare)
      : lineage_(lineage), shape_(lineage.shape), owner_(owner), compare_(compare) {}

  // REQUIRES: `operation` takes effect. Throws StorageError where a node has to be restored.
  void Put(HitchhikerPtr* root, const IndexEdit& operation);

 private:
  // The bound of a child, and the node that keeps what its value lies in, if one does.
  struct Bound {
    Datom datom;
    HitchhikerPtr keeper;
  };
  // A child on its way from one parent to another.
  struct Entry {
    HitchhikerSlot slot;
    Bound bound;
  };
  using Entries = std::vector<Entry>;

  static Bound BoundIn(HitchhikerNode& node, const Datom& datom) {
    return {datom, node.values.empty() ? HitchhikerPtr() : HitchhikerPtr::Share(&node)};
  }

  // Makes the node the transient's own as it is; false if another version has it. REQUIRES: what
  // holds it is the transient's own.
  bool Adopt(HitchhikerNode& node) const;
  // The node itself if this transient may change it, else a copy that it may change. The buffer of
  // a copy is empty: callers replace it.
  HitchhikerPtr Own(HitchhikerNode& node) const;
  HitchhikerPtr OwnWithBuffer(HitchhikerNode& node) const;

  // Takes the buffer and the children from `branch`; returns these with that done below them.
  Entries Flush(HitchhikerNode& branch) const;
  // Appends what `child`, of `parent`, becomes: nothing, one entry or more.
  void Update(Entry child, std::span<const IndexEdit> operations, const HitchhikerNode& parent,
              Entries* result) const;
  void UpdateLeaf(const HitchhikerNode& leaf, Bound bound, std::span<const IndexEdit> operations,
                  const HitchhikerNode& parent, Entries* result) const;
  void UpdateBranch(HitchhikerNode& branch, Bound bound, std::span<const IndexEdit> operations,
                    const HitchhikerNode& parent, Entries* result) const;

  // Joins children that have become too small with their neighbours.
  void Rebalance(Entries* children) const;
  bool IsTooSmall(const Entry& child) const;
  // Append one or two entries.
  void Join(Entry left, Entry right, Entries* result) const;
  void JoinLeaves(const HitchhikerNode& left, const HitchhikerNode& right, Bound bound,
                  Entries* result) const;
  void JoinBranches(HitchhikerNode& left, Bound left_bound, HitchhikerNode& right, Bound bound,
                    Entries* result) const;

  // Append leaves of `datoms`, or branches of `children` and what waits for them, as many as it
  // takes; the last one's bound is `bound`. What values of `sources` lie in is kept.
  using Sources = std::initializer_list<const HitchhikerNode*>;
  void MakeLeaves(std::vector<Datom> datoms, Bound bound, Sources sources, Entries* result) const;
  void MakeBranches(uint32_t level, Entries children, std::span<const IndexEdit> buffer,
                    Bound bound, Sources sources, Entries* result) const;
  HitchhikerPtr MakeBranch(uint32_t level, std::span<Entry> children,
                           std::span<const IndexEdit> buffer, Sources sources) const;
  // A tree of these nodes, which are all of one level.
  HitchhikerPtr MakeRoot(Entries nodes, uint32_t level) const;

  const HitchhikerLineage& lineage_;
  const HitchhikerShape& shape_;
  const uint64_t owner_;
  const Compare compare_;
};

// The first of the `share`th of `shares` parts, as even as can be, of `size`.
constexpr size_t ShareBegin(size_t size, size_t shares, size_t share) {
  return size / shares * share + (share < size % shares ? share : size % shares);
}

extern template class HitchhikerEditor<Comparer<OrderKind::kEavt>>;
extern template class HitchhikerEditor<Comparer<OrderKind::kAevt>>;
extern template class HitchhikerEditor<Comparer<OrderKind::kAvet>>;

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_HITCHHIKER_EDITOR_H_

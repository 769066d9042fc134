// Insertion into and erasure from a persistent B+-tree, on behalf of one transient.
#ifndef DATOMBENCH_INDEX_TREE_EDITOR_H_
#define DATOMBENCH_INDEX_TREE_EDITOR_H_

#include <array>
#include <cstdint>
#include <vector>

#include "index/node_editor.h"
#include "index/tree.h"

namespace datombench {

// The rules are persistent-sorted-set's (docs/fidelity.md): where a full node is cut, when a node
// that fell below half joins or borrows, and from which side. Nodes that no other version
// has are changed in place, all others copied. If restoring a node throws, the tree being edited is
// to be thrown away; other versions are untouched.
class TreeEditor {
 public:
  // `root` belongs to the transient and outlives this. The nodes born after `oldest_id` are its
  // version's alone.
  TreeEditor(Tree& tree, uint64_t id, uint64_t oldest_id, Slot& root)
      : tree_(tree), id_(id), root_(root), nodes_(tree, id, oldest_id) {}

  // False if there was nothing to change.
  template <typename Compare>
  bool Insert(const Datom& datom, const Compare& compare) {
    if (Descend(datom, compare)) return false;
    OwnPath(/*room=*/1);
    InsertAt(0, path_[0], datom, Slot());
    return true;
  }

  template <typename Compare>
  bool Erase(const Datom& datom, const Compare& compare) {
    if (!Descend(datom, compare)) return false;
    OwnPath(/*room=*/0);
    EraseAtPath();
    return true;
  }

  // For edits of many leaves at once (batch_editor.h).
  uint64_t id() const { return id_; }
  NodeEditor& nodes() { return nodes_; }
  Slot& root() { return root_; }
  Node& LoadRoot() { return *tree_.Load(root_, id_); }

  std::vector<Node*> TakeReplaced() { return nodes_.TakeReplaced(); }

 private:
  // With at least two children a branch, 2^32 leaves.
  static constexpr size_t kMostLevels = 32;

  // Leaves in path_[level] where `datom` is, or where it would be inserted, or is below; whether it
  // is there. What is greater than everything goes to the last child.
  template <typename Compare>
  bool Descend(const Datom& datom, const Compare& compare) {
    NodeRef node = tree_.Load(root_, id_);
    height_ = node->level();
    for (;;) {
      const uint32_t level = node->level();
      Place at = FindPlace(*node, [&](const Datom& key) { return compare.IsLess(key, datom); });
      const Node& part = Part(*node, at.part);
      if (level == 0) {
        path_[0] = at;
        return at.offset < part.size() && compare(part.key(at.offset), datom) == 0;
      }
      if (at.offset == part.size()) --at.offset;
      path_[level] = at;
      Prefetch<Tree::kLinesToSearch>(part.slot(at.offset).Peek());
      node = tree_.Load(part.slot(at.offset), part.birth());
    }
  }

  // The transient's slot of the whole node at `level` of the path. REQUIRES: OwnPath.
  Slot& Holder(uint32_t level);
  // Makes all nodes of the path the transient's own; the leaf with room for `room` more datoms.
  void OwnPath(uint32_t room);
  void InsertAt(uint32_t level, const Place& at, const Datom& key, const Slot& child);
  Node* InsertIntoHalf(Node* half, uint32_t index, const Datom& key, const Slot& child);
  void EraseAtPath();
  void RaiseKeysFrom(uint32_t level);
  void Rebalance(uint32_t level);
  static Node* ChildAt(const Node& branch, const Place& at) {
    return Part(branch, at.part).slot(at.offset).Peek();
  }
  void Join(Slot& holder, const Place& left, const Place& right);
  void Redistribute(Node& branch, const Place& left, const Place& right, uint32_t left_size);
  void DropTrivialRoot();

  const Tree& tree_;
  const uint64_t id_;
  Slot& root_;
  NodeEditor nodes_;
  uint32_t height_ = 0;
  std::array<Place, kMostLevels> path_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_TREE_EDITOR_H_

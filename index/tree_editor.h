// Insertion into and erasure from a persistent B+-tree, on behalf of one transient.
#ifndef DATOMBENCH_INDEX_TREE_EDITOR_H_
#define DATOMBENCH_INDEX_TREE_EDITOR_H_

#include <cstdint>

#include "index/tree.h"

namespace datombench {

// The rules are persistent-sorted-set's (docs/fidelity.md): where a full node is cut, when a node
// that fell below half joins or borrows, and from which side. Nodes that the transient `owner` made
// are changed in place, all others copied. If restoring a node throws, the tree being edited is to
// be thrown away; other versions are untouched.
class TreeEditor {
 public:
  TreeEditor(const Tree& tree, uint64_t owner) : tree_(tree), owner_(owner) {}

  // Changes the tree below `root`; false if there was nothing to change.
  template <typename Compare>
  bool Insert(Slot& root, const Datom& datom, const Compare& compare) {
    const NodeRef node = tree_.Load(root);
    Change change = InsertBelow(*node, datom, compare);
    if (change.outcome == Outcome::kSplit) {
      NodePtr top = tree_.MakeNode(change.node->level() + 1, Roomy(2), owner_);
      InsertChild(*top, 0, std::move(change.node));
      InsertChild(*top, 1, std::move(change.right));
      change = {Outcome::kReplaced, std::move(top), {}};
    }
    if (change.outcome == Outcome::kReplaced) root.Set(std::move(change.node), kNoAddress);
    return change.outcome != Outcome::kUnchanged;
  }

  template <typename Compare>
  bool Erase(Slot& root, const Datom& datom, const Compare& compare) {
    NodeRef node = tree_.Load(root);
    Change change = EraseBelow(*node, datom, compare);
    if (change.outcome == Outcome::kReplaced) root.Set(std::move(change.node), kNoAddress);
    if (change.outcome != Outcome::kUnchanged) DropTrivialRoot(root);
    return change.outcome != Outcome::kUnchanged;
  }

 private:
  enum class Outcome : uint8_t { kUnchanged, kInPlace, kReplaced, kSplit };
  struct Change {
    Outcome outcome = Outcome::kUnchanged;
    NodePtr node;   // replaced: the successor; split: its left part
    NodePtr right;  // split: the right part
  };

  template <typename Compare>
  Change InsertBelow(Node& node, const Datom& datom, const Compare& compare) {
    const uint32_t at =
        PartitionPoint(node, [&](const Datom& key) { return compare(key, datom) < 0; });
    if (at < node.size() && compare(node.key(at), datom) == 0) return {};
    if (node.is_leaf()) return InsertIntoLeaf(node, at, datom);
    // What is greater than everything goes to the last child.
    const uint32_t i = std::min(at, node.size() - 1);
    const NodeRef child = tree_.Load(node.slot(i));
    Change below = InsertBelow(*child, datom, compare);
    return below.outcome == Outcome::kSplit ? AdoptSplit(node, i, std::move(below))
                                            : AdoptChange(node, i, std::move(below));
  }

  template <typename Compare>
  Change EraseBelow(Node& node, const Datom& datom, const Compare& compare) {
    const uint32_t i =
        PartitionPoint(node, [&](const Datom& key) { return compare(key, datom) < 0; });
    if (i == node.size()) return {};
    if (node.is_leaf()) {
      if (compare(node.key(i), datom) != 0) return {};
      NodePtr own = Own(node, node.size());
      own->RemoveAt(i);
      return Changed(node, std::move(own));
    }
    const NodeRef child = tree_.Load(node.slot(i));
    Change change = AdoptChange(node, i, EraseBelow(*child, datom, compare));
    if (change.outcome != Outcome::kUnchanged) {
      Rebalance(change.outcome == Outcome::kInPlace ? node : *change.node, i);
    }
    return change;
  }

  // A capacity for `size` keys and a few more.
  uint32_t Roomy(uint32_t size) const { return std::min(tree_.most(), size + size / 8 + 4); }

  static Change Changed(const Node& node, NodePtr own) {
    if (own.get() == &node) return {Outcome::kInPlace, {}, {}};
    return {Outcome::kReplaced, std::move(own), {}};
  }

  NodePtr Own(Node& node, uint32_t needed_capacity);
  NodePtr CopyOf(const Node& node, uint32_t begin, uint32_t end, uint32_t capacity);
  static void SetKey(Node& branch, uint32_t i, const Node& child);
  static void SetChild(Node& branch, uint32_t i, NodePtr child);
  static void InsertChild(Node& branch, uint32_t i, NodePtr child);
  Change InsertIntoLeaf(Node& leaf, uint32_t at, const Datom& datom);
  Change AdoptChange(Node& branch, uint32_t i, Change below);
  Change AdoptSplit(Node& branch, uint32_t i, Change below);
  void Rebalance(Node& branch, uint32_t i);
  bool Join(Node& branch, uint32_t i, const Node& left, const Node& right);
  void Redistribute(Node& branch, uint32_t i, const Node& left, const Node& right,
                    uint32_t left_size);
  void DropTrivialRoot(Slot& root);

  const Tree& tree_;
  const uint64_t owner_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_TREE_EDITOR_H_

#include "index/tree_editor.h"

namespace datombench {

// The node itself if this transient may change it and it has room, else a copy that it may change.
NodePtr TreeEditor::Own(Node& node, uint32_t needed_capacity) {
  if (node.owner() == owner_ && node.capacity() >= needed_capacity) return NodePtr::Share(&node);
  return CopyOf(node, 0, node.size(),
                needed_capacity > node.size() ? Roomy(needed_capacity) : node.size());
}

NodePtr TreeEditor::CopyOf(const Node& node, uint32_t begin, uint32_t end, uint32_t capacity) {
  NodePtr copy = tree_.MakeNode(node.level(), capacity, owner_);
  copy->AppendCopy(node, begin, end, tree_.evicts());
  return copy;
}

// Sets the key of child `i` to the child's greatest. A key that is new to the branch may lie in the
// child's arenas.
void TreeEditor::SetKey(Node& branch, uint32_t i, const Node& child) {
  const Datom& key = child.max_key();
  const bool is_new = key.v().bits() != branch.key(i).v().bits();
  branch.set_key(i, key);
  if (is_new && IsOutOfLine(key.v().type())) branch.KeepValuesOf(child);
}

// Puts a changed child in the place of the former one.
void TreeEditor::SetChild(Node& branch, uint32_t i, NodePtr child) {
  SetKey(branch, i, *child);
  branch.slot(i).Set(std::move(child), kNoAddress);
}

void TreeEditor::InsertChild(Node& branch, uint32_t i, NodePtr child) {
  const Datom key = child->max_key();
  Node* const borrowed = child.get();
  branch.InsertChild(i, key, Slot(std::move(child), kNoAddress));
  if (IsOutOfLine(key.v().type())) branch.KeepValuesOf(*borrowed);
}

TreeEditor::Change TreeEditor::InsertIntoLeaf(Node& leaf, uint32_t at, const Datom& datom) {
  const uint32_t size = leaf.size();
  if (size < tree_.most()) {
    NodePtr own = Own(leaf, size + 1);
    own->InsertKey(at, datom);
    return Changed(leaf, std::move(own));
  }
  const uint32_t cut = (size + 1) / 2;  // of the size + 1 datoms, the left leaf's share
  const bool goes_left = at < cut;
  const uint32_t middle = goes_left ? cut - 1 : cut;
  NodePtr left = CopyOf(leaf, 0, middle, Roomy(cut));
  NodePtr right = CopyOf(leaf, middle, size, Roomy(size + 1 - cut));
  if (goes_left) {
    left->InsertKey(at, datom);
  } else {
    right->InsertKey(at - middle, datom);
  }
  return {Outcome::kSplit, std::move(left), std::move(right)};
}

TreeEditor::Change TreeEditor::AdoptChange(Node& branch, uint32_t i, Change below) {
  switch (below.outcome) {
    case Outcome::kUnchanged:
      return {};
    case Outcome::kInPlace: {
      // Who owns a child owns all nodes above it.
      assert(branch.owner() == owner_ && branch.slot(i).address() == kNoAddress);
      SetKey(branch, i, *branch.slot(i).Peek());
      return {Outcome::kInPlace, {}, {}};
    }
    case Outcome::kReplaced:
    case Outcome::kSplit:
      break;
  }
  NodePtr own = Own(branch, branch.size());
  SetChild(*own, i, std::move(below.node));
  return Changed(branch, std::move(own));
}

TreeEditor::Change TreeEditor::AdoptSplit(Node& branch, uint32_t i, Change below) {
  const uint32_t size = branch.size();
  if (size < tree_.most()) {
    NodePtr own = Own(branch, size + 1);
    SetChild(*own, i, std::move(below.node));
    InsertChild(*own, i + 1, std::move(below.right));
    return Changed(branch, std::move(own));
  }
  // Of the size + 1 children the left branch gets `cut`; the two halves of a child stay together.
  uint32_t cut = (size + 1) / 2;
  if (i + 1 == cut) ++cut;
  const bool goes_left = i < cut;
  const uint32_t middle = goes_left ? cut - 1 : cut;
  NodePtr left = CopyOf(branch, 0, middle, Roomy(cut));
  NodePtr right = CopyOf(branch, middle, size, Roomy(size + 1 - cut));
  Node& parent = goes_left ? *left : *right;
  const uint32_t at = goes_left ? i : i - middle;
  SetChild(parent, at, std::move(below.node));
  InsertChild(parent, at + 1, std::move(below.right));
  return {Outcome::kSplit, std::move(left), std::move(right)};
}

// Child `i`, which this transient owns, may have fallen below half: it joins a sibling, else
// borrows from one.
void TreeEditor::Rebalance(Node& branch, uint32_t i) {
  const NodeRef child = tree_.Load(branch.slot(i));
  if (child->size() >= tree_.least() || branch.size() == 1) return;
  const NodeRef left = i > 0 ? tree_.Load(branch.slot(i - 1)) : NodeRef();
  if (left && Join(branch, i - 1, *left, *child)) return;
  const NodeRef right = i + 1 < branch.size() ? tree_.Load(branch.slot(i + 1)) : NodeRef();
  if (right && Join(branch, i, *child, *right)) return;
  const bool from_left =
      left && (left->owner() == owner_ || !right || left->size() >= right->size());
  if (from_left) {
    Redistribute(branch, i - 1, *left, *child, (left->size() + child->size()) / 2);
  } else {
    Redistribute(branch, i, *child, *right, (child->size() + right->size()) / 2);
  }
}

// Makes one of children `i` and `i + 1` if they fit into one.
bool TreeEditor::Join(Node& branch, uint32_t i, const Node& left, const Node& right) {
  const uint32_t size = left.size() + right.size();
  if (size > tree_.most()) return false;
  NodePtr joined = CopyOf(left, 0, left.size(), Roomy(size));
  joined->AppendCopy(right, 0, right.size(), tree_.evicts());
  SetChild(branch, i, std::move(joined));
  branch.RemoveAt(i + 1);
  return true;
}

// Shares the contents of children `i` and `i + 1` anew, `left_size` for the left one.
void TreeEditor::Redistribute(Node& branch, uint32_t i, const Node& left, const Node& right,
                              uint32_t left_size) {
  const bool evicts = tree_.evicts();
  const uint32_t right_size = left.size() + right.size() - left_size;
  NodePtr new_left = CopyOf(left, 0, std::min(left_size, left.size()), left_size);
  NodePtr new_right = tree_.MakeNode(right.level(), right_size, owner_);
  if (left_size > left.size()) {
    const uint32_t moved = left_size - left.size();
    new_left->AppendCopy(right, 0, moved, evicts);
    new_right->AppendCopy(right, moved, right.size(), evicts);
  } else {
    new_right->AppendCopy(left, left_size, left.size(), evicts);
    new_right->AppendCopy(right, 0, right.size(), evicts);
  }
  SetChild(branch, i, std::move(new_left));
  SetChild(branch, i + 1, std::move(new_right));
}

// A root with one child gives way to it. The child gets a new address even if it has one, as in the
// original.
void TreeEditor::DropTrivialRoot(Slot& root) {
  const NodeRef node = tree_.Load(root);
  if (node->is_leaf() || node->size() > 1) return;
  const NodeRef child = tree_.Load(node->slot(0));
  NodePtr kept = NodePtr::Share(child.get());
  root.Set(std::move(kept), kNoAddress);
}

}  // namespace datombench

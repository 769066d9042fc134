#include "index/tree_editor.h"

#include <algorithm>

namespace datombench {

Slot& TreeEditor::Holder(uint32_t level) {
  Slot* holder = &root_;
  for (uint32_t above = height_; above > level; --above) {
    holder = &Part(*holder->Peek(), path_[above].part).slot(path_[above].offset);
  }
  return *holder;
}

void TreeEditor::OwnPath(uint32_t room) {
  Slot* holder = &root_;
  for (uint32_t level = height_;; --level) {
    Node& whole = nodes_.Own(*holder, level == 0 ? room : 0);
    if (level == 0) return;
    holder = &nodes_.OwnPart(whole, path_[level].part, 0).slot(path_[level].offset);
  }
}

// Inserts an entry into the whole node at `level` of the path, and makes two of that if it is full.
void TreeEditor::InsertAt(uint32_t level, const Place& at, const Datom& key, const Slot& child) {
  Slot& holder = Holder(level);
  Node& whole = *holder.Peek();
  const uint32_t size = whole.total();
  if (size < tree_.most()) {
    nodes_.InsertEntry(holder, at, key, child);
    return RaiseKeysFrom(level + 1);
  }
  const uint32_t index = IndexOf(whole, at);
  uint32_t cut = (size + 1) / 2;  // of the size + 1 entries, the left node's share
  // Of a branch the two halves of a child stay together.
  if (level > 0 && index == cut) ++cut;
  const bool goes_left = index < cut;
  const uint32_t middle = goes_left ? cut - 1 : cut;
  Node* left = nodes_.Gather(std::array{Stretch{&whole, 0, middle}});
  Node* right = nodes_.Gather(std::array{Stretch{&whole, middle, size}});
  if (goes_left) {
    left = InsertIntoHalf(left, index, key, child);
  } else {
    right = InsertIntoHalf(right, index - middle, key, child);
  }
  holder.Set(left, kNoAddress);
  nodes_.Drop(&whole);
  nodes_.DropCutParts();
  if (level == height_) {
    root_.Set(nodes_.MakeRoot(level + 1, std::array{left->max_key(), right->max_key()},
                              std::array{Slot(left, kNoAddress), Slot(right, kNoAddress)}),
              kNoAddress);
    ++height_;
    return;
  }
  const Place parent = path_[level + 1];
  nodes_.RaiseKey(*Holder(level + 1).Peek(), parent);
  InsertAt(level + 1, {parent.part, parent.offset + 1}, right->max_key(), Slot(right, kNoAddress));
}

Node* TreeEditor::InsertIntoHalf(Node* half, uint32_t index, const Datom& key, const Slot& child) {
  Slot holder(half, kNoAddress);
  nodes_.InsertEntry(holder, PlaceOf(*half, index), key, child);
  return holder.Peek();
}

// The greatest datom below the path's node under `level` may have changed.
void TreeEditor::RaiseKeysFrom(uint32_t level) {
  for (; level <= height_; ++level) {
    if (!nodes_.RaiseKey(*Holder(level).Peek(), path_[level])) return;
  }
}

void TreeEditor::EraseAtPath() {
  nodes_.RemoveEntry(Holder(0), path_[0]);
  for (uint32_t level = 0; level < height_; ++level) {
    if (Holder(level).Peek()->total() > 0) {
      nodes_.RaiseKey(*Holder(level + 1).Peek(), path_[level + 1]);
    }
    Rebalance(level);
  }
  DropTrivialRoot();
}

// The path's node at `level`, which this transient owns, may have fallen below half: it joins a
// sibling, else borrows from one.
void TreeEditor::Rebalance(uint32_t level) {
  Slot& holder = Holder(level + 1);
  Node& branch = *holder.Peek();
  const Place at = path_[level + 1];
  const Node& child = *Part(branch, at.part).slot(at.offset).Peek();
  if (child.total() >= tree_.least() || branch.total() == 1) return;
  const auto load = [&](const Place& place) {
    // In a part that other versions share the sibling could be evicted, or be theirs alone.
    return tree_.Load(nodes_.OwnPart(branch, place.part, 0).slot(place.offset), id_);
  };
  const bool has_left = at.part > 0 || at.offset > 0;
  const bool has_right =
      at.part + 1 < Parts(branch) || at.offset + 1 < Part(branch, at.part).size();
  const NodeRef left = has_left ? load(Before(branch, at)) : NodeRef();
  if (left && left->total() + child.total() <= tree_.most()) {
    return Join(holder, Before(branch, at), at);
  }
  const NodeRef right = has_right ? load(After(branch, at)) : NodeRef();
  if (right && child.total() + right->total() <= tree_.most()) {
    return Join(holder, at, After(branch, at));
  }
  const bool from_left =
      left && (left->IsChangedBy(id_) || !right || left->total() >= right->total());
  if (from_left) {
    Redistribute(branch, Before(branch, at), at, (left->total() + child.total()) / 2);
  } else {
    Redistribute(branch, at, After(branch, at), (child.total() + right->total()) / 2);
  }
}

// Makes one of two neighbouring children.
void TreeEditor::Join(Slot& holder, const Place& left, const Place& right) {
  Node& branch = *holder.Peek();
  Node* const left_child = ChildAt(branch, left);
  Node* const right_child = ChildAt(branch, right);
  Node* const joined = nodes_.Gather(std::array{Stretch{left_child, 0, left_child->total()},
                                                Stretch{right_child, 0, right_child->total()}});
  nodes_.SetChild(branch, left, joined);
  nodes_.RemoveEntry(holder, right);
  nodes_.Drop(right_child);
}

// Shares the contents of two neighbouring children anew, `left_size` for the left one.
void TreeEditor::Redistribute(Node& branch, const Place& left, const Place& right,
                              uint32_t left_size) {
  const Node& left_child = *ChildAt(branch, left);
  const Node& right_child = *ChildAt(branch, right);
  const uint32_t kept = std::min(left_size, left_child.total());
  const uint32_t moved = left_size - kept;
  Node* const new_left =
      nodes_.Gather(std::array{Stretch{&left_child, 0, kept}, Stretch{&right_child, 0, moved}});
  Node* const new_right =
      nodes_.Gather(std::array{Stretch{&left_child, kept, left_child.total()},
                               Stretch{&right_child, moved, right_child.total()}});
  nodes_.SetChild(branch, left, new_left);
  nodes_.SetChild(branch, right, new_right);
  nodes_.DropCutParts();
}

// A root with one child gives way to it. The child gets a new address even if it has one, as in the
// original.
void TreeEditor::DropTrivialRoot() {
  Node* const root = root_.Peek();
  if (root->level() == 0 || root->total() > 1) return;
  Node* const child = tree_.Load(nodes_.OwnPart(*root, 0, 0).slot(0), id_).get();
  if (tree_.counts) child->AddReference();
  root_.Set(child, kNoAddress);
  nodes_.DropWhole(root);
}

}  // namespace datombench

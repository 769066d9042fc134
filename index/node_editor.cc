#include "index/node_editor.h"

#include <algorithm>
#include <utility>

namespace datombench {
namespace {

// A part with fewer keys joins a neighbour if both together leave room.
constexpr uint32_t kSmallPart = Tree::kMostInChunk / 4;
constexpr uint32_t kMostJoined = Tree::kMostInChunk * 3 / 4;

}  // namespace

uint32_t IndexOf(const Node& whole, const Place& place) {
  uint32_t index = place.offset;
  for (uint32_t part = 0; part < place.part; ++part) index += Part(whole, part).size();
  return index;
}

Place PlaceOf(const Node& whole, uint32_t index) {
  Place place{0, index};
  while (place.part + 1 < Parts(whole) && place.offset >= Part(whole, place.part).size()) {
    place.offset -= Part(whole, place.part).size();
    ++place.part;
  }
  return place;
}

Place Before(const Node& whole, const Place& place) {
  if (place.offset > 0) return {place.part, place.offset - 1};
  return {place.part - 1, Part(whole, place.part - 1).size() - 1};
}

Place After(const Node& whole, const Place& place) {
  if (place.offset + 1 < Part(whole, place.part).size()) return {place.part, place.offset + 1};
  return {place.part + 1, 0};
}

uint32_t NodeEditor::Roomy(const Node& like, uint32_t size) {
  // Few sizes, so that the pool has what is asked for.
  const size_t bytes = Node::AllocationBytes(like.is_leaf(), size);
  const size_t step = (bytes < 512 ? 4 : 8) * NodePool::kGranularity;
  return Node::CapacityOf(like.is_leaf(), (bytes + step - 1) / step * step);
}

void NodeEditor::AppendCopy(const Node& from, uint32_t begin, uint32_t end, Node* to) {
  if (tree_.counts) {
    to->AppendEntries(from, begin, end, [this](const Slot& slot) { return tree_.CopyOf(slot); });
  } else if (from.birth() > oldest_id_) {
    // `from` is on its way out, and with it goes nothing that its slots hold.
    to->AppendEntries(from, begin, end, [](const Slot& slot) { return slot; });
  } else if (tree_.options.storage != nullptr) {
    to->AppendEntries(from, begin, end, [this](const Slot& slot) { return tree_.CopyOf(slot); });
  } else {
    to->AppendEntries(from, begin, end);
  }
  to->KeepValuesOf(from);
}

Node* NodeEditor::Copy(const Node& node, uint32_t begin, uint32_t end, uint32_t capacity) {
  Node* const copy = tree_.MakeNode({node.level(), node.form(), id_}, capacity, pool());
  AppendCopy(node, begin, end, copy);
  copy->set_total(node.total());
  return copy;
}

Node& NodeEditor::Own(Slot& holder, uint32_t room) {
  // Nobody sweeps a transient's slots, so that what is loaded stays.
  Node& node = *tree_.Load(holder, id_);
  const uint32_t needed = node.is_directory() ? node.size() : node.size() + room;
  if (Adopt(node, needed)) {
    // What is stored is what it was.
    if (holder.address() != kNoAddress) holder.set_address(kNoAddress);
    return node;
  }
  Node* const copy = Copy(node, 0, node.size(), Roomy(node, needed));
  holder.Set(copy, kNoAddress);
  Drop(&node);
  return *copy;
}

Node& NodeEditor::OwnPart(Node& whole, uint32_t part, uint32_t room) {
  if (!whole.is_directory()) return whole;
  Slot& holder = whole.slot(part);
  Node& chunk = *holder.Peek();
  const uint32_t needed = std::min(chunk.size() + room, tree_.most_in_part());
  if (Adopt(chunk, needed)) return chunk;
  Node* const copy = Copy(chunk, 0, chunk.size(), Roomy(chunk, needed));
  holder.Set(copy, kNoAddress);
  Drop(&chunk);
  return *copy;
}

// A key that is new to a node may lie in the arenas of the node that it comes from.
void NodeEditor::SetKey(Node& node, uint32_t i, const Datom& key, const Node& source) {
  const bool is_new = key.v().bits() != node.key(i).v().bits();
  node.set_key(i, key);
  if (is_new && IsOutOfLine(key.v().type())) node.KeepValuesOf(source);
}

void NodeEditor::InsertEntry(Slot& holder, const Place& at, const Datom& key, const Slot& child) {
  const auto keep_values = [&](Node& node) {
    if (!node.is_leaf() && IsOutOfLine(key.v().type())) node.KeepValuesOf(*child.Peek());
  };
  if (!holder.Peek()->is_directory()) {
    Node& node = Own(holder, 1);
    node.Insert(at.offset, key, child);
    return keep_values(node);
  }
  Place place = at;
  if (Part(*holder.Peek(), place.part).size() == tree_.most_in_part()) {
    SplitPart(holder, place.part);
    const uint32_t left = Part(*holder.Peek(), place.part).size();
    if (place.offset > left) place = {place.part + 1, place.offset - left};
  }
  Node& directory = *holder.Peek();
  Node& chunk = OwnPart(directory, place.part, 1);
  chunk.Insert(place.offset, key, child);
  keep_values(chunk);
  SetKey(directory, place.part, chunk.max_key(), chunk);
  directory.set_total(directory.total() + 1);
}

// The directory that the transient owns already, with room for more parts.
Node& NodeEditor::OwnDirectory(Slot& holder, uint32_t room) {
  Node* const directory = holder.Peek();
  const uint32_t needed = directory->size() + room;
  if (needed <= directory->capacity()) return *directory;
  Node* const grown = Copy(*directory, 0, directory->size(), Roomy(*directory, needed));
  holder.Set(grown, kNoAddress);
  Drop(directory);
  return *grown;
}

Node* NodeEditor::MakeLike(const Node& like, uint32_t size) {
  return tree_.MakeNode({like.level(), like.form(), id_}, Roomy(like, size), pool());
}

void NodeEditor::ReplacePart(Slot& holder, uint32_t i, Node* part) {
  Node* const directory = &OwnDirectory(holder, part->size() / tree_.most_in_part());
  Node* const former = directory->slot(i).Peek();
  directory->set_total(directory->total() + part->size() - former->size());
  Drop(former);
  if (part->size() == 0) {
    if (directory->size() > 1) {
      directory->RemoveAt(i);
      return Drop(part);
    }
    return directory->slot(i).Set(part, kNoAddress);
  }
  const uint32_t pieces = (part->size() - 1) / tree_.most_in_part() + 1;
  for (uint32_t piece = 1; piece < pieces; ++piece) {
    // From the back, so that each is put before the one that was cut off last.
    const uint32_t begin = part->size() * (pieces - piece) / (pieces - piece + 1);
    Node* const cut = Copy(*part, begin, part->size(), Roomy(*part, part->size() - begin));
    part->Truncate(begin);
    directory->Insert(i + 1, cut->max_key(), Slot(cut, kNoAddress));
    directory->KeepValuesOf(*cut);
  }
  if (pieces > 1) {
    // What is left is much smaller than its memory.
    Node* const first = Copy(*part, 0, part->size(), Roomy(*part, part->size()));
    Drop(std::exchange(part, first));
  }
  directory->slot(i).Set(part, kNoAddress);
  SetKey(*directory, i, part->max_key(), *part);
  if (part->size() < kSmallPart) JoinSmallPart(*directory, i);
}

// Makes two of a full part.
void NodeEditor::SplitPart(Slot& holder, uint32_t part) {
  Node* const directory = &OwnDirectory(holder, 1);
  Node* const chunk = directory->slot(part).Peek();
  const uint32_t middle = chunk->size() / 2;
  Node* const left = Copy(*chunk, 0, middle, Roomy(*chunk, middle + 1));
  Node* const right =
      Copy(*chunk, middle, chunk->size(), Roomy(*chunk, chunk->size() - middle + 1));
  directory->slot(part).Set(left, kNoAddress);
  SetKey(*directory, part, left->max_key(), *left);
  directory->Insert(part + 1, right->max_key(), Slot(right, kNoAddress));
  directory->KeepValuesOf(*right);
  Drop(chunk);
}

void NodeEditor::RemoveEntry(Slot& holder, const Place& at) {
  Node& whole = *holder.Peek();
  Node& part = OwnPart(whole, at.part, 0);
  part.RemoveAt(at.offset);
  if (!whole.is_directory()) return;
  whole.set_total(whole.total() - 1);
  if (part.size() == 0) {
    if (whole.size() == 1) return;
    whole.RemoveAt(at.part);
    return Drop(&part);
  }
  SetKey(whole, at.part, part.max_key(), part);
  if (part.size() < kSmallPart) JoinSmallPart(whole, at.part);
}

// Appends a part to the one before it, or the one after it to this, if they leave room.
void NodeEditor::JoinSmallPart(Node& directory, uint32_t part) {
  const auto fits = [&](uint32_t left) {
    return Part(directory, left).size() + Part(directory, left + 1).size() <= kMostJoined;
  };
  const bool joins_left = part > 0 && fits(part - 1);
  if (!joins_left && (part + 1 == directory.size() || !fits(part))) return;
  const uint32_t left = joins_left ? part - 1 : part;
  Node* const right = directory.slot(left + 1).Peek();
  Node& joined = OwnPart(directory, left, right->size());
  AppendCopy(*right, 0, right->size(), &joined);
  SetKey(directory, left, joined.max_key(), joined);
  directory.RemoveAt(left + 1);
  Drop(right);
}

bool NodeEditor::RaiseKey(Node& whole, const Place& at) {
  const Node& seen = Part(whole, at.part);
  const Node& child = *seen.slot(at.offset).Peek();
  const Datom& key = child.max_key();
  const Datom& former = seen.key(at.offset);
  if (former.e() == key.e() && former.a() == key.a() && former.v().bits() == key.v().bits() &&
      former.tx_and_added() == key.tx_and_added()) {
    return false;
  }
  Node& part = OwnPart(whole, at.part, 0);
  SetKey(part, at.offset, key, child);
  if (whole.is_directory()) SetKey(whole, at.part, part.max_key(), part);
  return true;
}

void NodeEditor::SetChild(Node& whole, const Place& at, Node* child) {
  Slot& slot = OwnPart(whole, at.part, 0).slot(at.offset);
  Node* const former = slot.Peek();
  slot.Set(child, kNoAddress);
  RaiseKey(whole, at);
  if (former != nullptr) Drop(former);
}

Node* NodeEditor::Gather(std::span<const Stretch> stretches) {
  uint32_t total = 0;
  uint32_t parts = 0;
  for (const Stretch& stretch : stretches) {
    total += stretch.end - stretch.begin;
    parts += Parts(*stretch.whole);
  }
  const Node& like = *stretches.front().whole;
  Node* const whole = tree_.MakeNode({like.level(), like.form(), id_},
                                     like.is_directory() ? parts + 1 : Roomy(like, total), pool());
  for (const auto& [from, begin, end] : stretches) {
    if (begin == end) continue;
    if (!from->is_directory()) {
      AppendCopy(*from, begin, end, whole);
      continue;
    }
    uint32_t first = 0;  // the number of the part's first entry
    for (uint32_t i = 0; i < from->size(); ++i) {
      Node& part = *from->slot(i).Peek();
      const uint32_t last = first + part.size();
      if (begin <= first && last <= end) {
        if (part.size() > 0) whole->Append(from->key(i), tree_.CopyOf(from->slot(i)));
      } else if (begin < last && first < end) {
        const uint32_t in_begin = std::max(begin, first) - first;
        const uint32_t in_end = std::min(end, last) - first;
        Node* const piece = Copy(part, in_begin, in_end, Roomy(part, in_end - in_begin));
        whole->Append(piece->max_key(), Slot(piece, kNoAddress));
        whole->KeepValuesOf(*piece);
        if (in_begin == 0) cut_.push_back(&part);
      }
      first = last;
    }
    whole->KeepValuesOf(*from);
  }
  whole->set_total(total);
  return whole;
}

void NodeEditor::DropCutParts() {
  // Where references are counted, the directories that held them have dropped them.
  if (!tree_.counts) {
    for (Node* const part : cut_) Drop(part);
  }
  cut_.clear();
}

void NodeEditor::Drop(Node* node) {
  if (tree_.counts) {
    node->Release();
  } else if (node->birth() > oldest_id_) {
    Node::Free(node, pool());
  } else {
    if (replaced_.empty()) replaced_.reserve(64);
    replaced_.push_back(node);
  }
}

void NodeEditor::DropWhole(Node* whole) {
  for (uint32_t i = 0; !tree_.counts && whole->is_directory() && i < whole->size(); ++i) {
    Drop(whole->slot(i).Peek());
  }
  Drop(whole);
}

Node* NodeEditor::MakeRoot(uint32_t level, std::span<const Datom> keys,
                           std::span<const Slot> children) {
  Node* const root = tree_.MakeWhole({level, NodeForm::kWhole, id_}, keys, children, pool());
  for (uint32_t i = 0; i < Parts(*root); ++i) {
    for (const Slot& child : children) Part(*root, i).KeepValuesOf(*child.Peek());
  }
  for (const Slot& child : children) root->KeepValuesOf(*child.Peek());
  return root;
}

}  // namespace datombench

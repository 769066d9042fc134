// Changes whole nodes, divided or not, on behalf of one transient: copies what it may not change,
// and remembers what it replaced.
#ifndef DATOMBENCH_INDEX_NODE_EDITOR_H_
#define DATOMBENCH_INDEX_NODE_EDITOR_H_

#include <cstdint>
#include <span>
#include <vector>

#include "index/tree.h"

namespace datombench {

// The place of the first entry for which `is_before` is false; behind the last one if there is
// none.
template <typename IsBefore>
Place FindPlace(const Node& whole, const IsBefore& is_before) {
  if (!whole.is_directory()) return {0, PartitionPoint(whole, is_before)};
  const uint32_t part = PartitionPoint(whole, is_before);
  if (part == whole.size()) return {part - 1, Part(whole, part - 1).size()};
  return {part, PartitionPoint(Part(whole, part), is_before)};
}

// The same as a number among all entries, and back.
uint32_t IndexOf(const Node& whole, const Place& place);
Place PlaceOf(const Node& whole, uint32_t index);
// REQUIRES: there is an entry before, or after, `place`.
Place Before(const Node& whole, const Place& place);
Place After(const Node& whole, const Place& place);

// A stretch of the entries of a whole node.
struct Stretch {
  const Node* whole;
  uint32_t begin;
  uint32_t end;
};

// Thread safety: one thread. `holder` below is a slot that belongs to the transient: its root, or
// in a part that it owns, so that no sweep reaches it. If a call throws, the tree is to be thrown
// away.
class NodeEditor {
 public:
  // `id` is the transient's; the nodes born after `oldest_id` are its version's alone.
  NodeEditor(Tree& tree, uint64_t id, uint64_t oldest_id)
      : tree_(tree), id_(id), oldest_id_(oldest_id), memory_(tree.memory.Take()) {
    pool().Restart();
  }
  ~NodeEditor() {
    memory_->Trim(most_kept_bytes_);
    tree_.memory.Give(std::move(memory_));
  }
  NodeEditor(const NodeEditor&) = delete;
  NodeEditor& operator=(const NodeEditor&) = delete;

  EditMemory& memory() { return *memory_; }
  NodePool& pool() { return memory_->nodes; }
  // Makes the node the transient's own as it is; false if only a copy can be.
  bool Adopt(Node& node, uint32_t needed_capacity) const {
    if (!node.IsChangeableAfter(oldest_id_) || node.capacity() < needed_capacity) return false;
    node.Adopt(id_);
    return true;
  }
  // Of the memory that it used, so much may wait for the next transaction.
  void set_most_kept_bytes(size_t bytes) { most_kept_bytes_ = bytes; }

  // Makes what `holder` holds the transient's own, with room for `room` more entries. Throws
  // StorageError.
  Node& Own(Slot& holder, uint32_t room);
  // The same for a part of a whole node that is owned already.
  Node& OwnPart(Node& whole, uint32_t part, uint32_t room);

  // REQUIRES: the whole node in `holder` is owned.
  void InsertEntry(Slot& holder, const Place& at, const Datom& key, const Slot& child);
  // What the entry's slot held isn't dropped.
  void RemoveEntry(Slot& holder, const Place& at);
  // Sets an entry's key to its child's greatest; false if it was that already.
  bool RaiseKey(Node& whole, const Place& at);
  // Puts `child` in the place of an entry's former child, which is dropped.
  void SetChild(Node& whole, const Place& at, Node* child);

  // An empty node of the form of `like` for `size` keys and a few more.
  Node* MakeLike(const Node& like, uint32_t size);
  // Sets the key of an owned directory's entry to its chunk's greatest.
  void RaisePartKey(Node& directory, uint32_t i) {
    const Node& part = Part(directory, i);
    SetKey(directory, i, part.max_key(), part);
  }
  // Puts the chunk `part` in the place of a part of the owned directory in `holder`: makes several
  // of it if it is too large, none if it is empty.
  void ReplacePart(Slot& holder, uint32_t i, Node* part);

  // A new whole node of these stretches; whole parts are shared. The nodes that the stretches are
  // of must be dropped afterwards, all of their entries must be in one such new node, and then
  // DropCutParts is to be called.
  Node* Gather(std::span<const Stretch> stretches);
  void DropCutParts();

  // A slot that the transient owned held `node`, which is no longer in its tree.
  void Drop(Node* node);
  // The same for a node and its parts, though not for its children.
  void DropWhole(Node* whole);

  Node* MakeRoot(uint32_t level, std::span<const Datom> keys, std::span<const Slot> children);

  // The nodes of former versions that are not in the transient's tree.
  std::vector<Node*> TakeReplaced() { return std::move(replaced_); }

 private:
  Node* Copy(const Node& node, uint32_t begin, uint32_t end, uint32_t capacity);
  void AppendCopy(const Node& from, uint32_t begin, uint32_t end, Node* to);
  // A capacity for at least `size` keys.
  static uint32_t Roomy(const Node& like, uint32_t size);
  void SetKey(Node& node, uint32_t i, const Datom& key, const Node& source);
  Node& OwnDirectory(Slot& holder, uint32_t room);
  void SplitPart(Slot& holder, uint32_t part);
  void JoinSmallPart(Node& directory, uint32_t part);

  Tree& tree_;
  const uint64_t id_;
  const uint64_t oldest_id_;
  std::unique_ptr<EditMemory> memory_;
  size_t most_kept_bytes_ = 0;
  std::vector<Node*> replaced_;
  std::vector<Node*> cut_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_NODE_EDITOR_H_

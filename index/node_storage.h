// The second level of the index API: an index whose nodes can be stored and restored one by one.
//
// After tonsky/persistent-sorted-set's IStorage. A child slot of a node has three states: not
// stored (a node, no address), stored (a node and its address), not restored yet (an address).
// "Dirty" means "has no address"; there is no flag to forget.
#ifndef DATOMBENCH_INDEX_NODE_STORAGE_H_
#define DATOMBENCH_INDEX_NODE_STORAGE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "index/datom.h"
#include "index/index.h"
#include "index/value_arena.h"

namespace datombench {

using Address = uint64_t;
inline constexpr Address kNoAddress = 0;

// What a node holds, borrowed from it: a leaf (level 0) its datoms; a branch, for each child, a
// datom that separates it from the next (of sorted_set the greatest below it) and its address.
struct NodeView {
  uint32_t level;
  std::span<const Datom> keys;
  std::span<const Address> children;  // as many as keys in a branch, none in a leaf
  // Edits that a branch of a hitchhiker tree has still to pass on, in the index's order, at most
  // one a datom.
  std::span<const IndexEdit> buffer = {};
};

// The same, owned: what a codec makes of stored bytes. Out-of-line values lie in `values`.
struct NodeContents {
  uint32_t level = 0;
  std::vector<Datom> keys;
  std::vector<Address> children;
  std::vector<IndexEdit> buffer;
  std::unique_ptr<ValueArena> values;

  NodeView View() const { return {level, keys, children, buffer}; }
};

// What leads to all nodes of a version: the address of its root, which was stored like every other
// node, or, of an index that keeps its root in the record, the root itself.
struct StoredRoot {
  explicit StoredRoot(Address root) : address(root) {}
  explicit StoredRoot(NodeContents root) : node(std::move(root)) {}

  Address address = kNoAddress;
  // As Store gives it, it borrows its out-of-line values from the index and has no `values`.
  std::optional<NodeContents> node;
};

// Where nodes go and come from. Thread safety: Restore may be called from many threads beside one
// Store.
class NodeStorage {
 public:
  virtual ~NodeStorage() = default;
  // Takes a node whose children have all been stored; returns its address, never kNoAddress.
  virtual Address Store(const NodeView& node) = 0;
  // The node at `address`. Throws CorruptionError, StorageError.
  virtual NodeContents Restore(Address address) = 0;
};

// An index that strategy A can persist.
class NodeAddressableIndex : public Index {
 public:
  // Stores every node that has no address, children before parents, but for a root that the index
  // keeps in the record (IndexKind::keeps_root_in_record), and returns the root. A node is stored
  // at most once in its life. If Store throws, what was stored until then keeps its address and the
  // call may be repeated. Thread safety: readers may go on; no other writer.
  virtual StoredRoot Store(NodeStorage& storage) const = 0;

  // The nodes that Store would write now.
  virtual uint64_t DirtyNodes() const = 0;

  // Calls `visit(address, level)` for every stored node, parents first; restores branches where
  // needed, never leaves.
  virtual void VisitAddresses(const std::function<void(Address, uint32_t level)>& visit) const = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_NODE_STORAGE_H_

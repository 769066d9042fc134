// Nodes of a persistent B+-tree, counted references to them, and the three-state slots that hold
// children.
#ifndef DATOMBENCH_INDEX_NODE_H_
#define DATOMBENCH_INDEX_NODE_H_

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "index/datom.h"
#include "index/node_cache.h"
#include "index/node_storage.h"

namespace datombench {

class Node;

// An owning, counted reference to a node.
class NodePtr {
 public:
  NodePtr() = default;
  // Takes over one reference.
  explicit NodePtr(Node* node) : node_(node) {}
  NodePtr(const NodePtr& other);
  NodePtr(NodePtr&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  NodePtr& operator=(NodePtr other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~NodePtr();

  // One more reference to a node that somebody else keeps alive.
  static NodePtr Share(Node* node);

  Node* get() const { return node_; }
  Node* operator->() const { return node_; }
  Node& operator*() const { return *node_; }
  explicit operator bool() const { return node_ != nullptr; }
  Node* Release() { return std::exchange(node_, nullptr); }

 private:
  Node* node_ = nullptr;
};

// A place for a child: not stored (node, no address), stored (node and address), not restored yet
// (address).
//
// Thread safety: Peek, Pin, Publish and Evict may be called from any thread; the rest belongs to
// the one writer that made the slot, or needs the caller's own exclusion.
class Slot {
 public:
  Slot() = default;
  Slot(NodePtr node, Address address)
      : node_(reinterpret_cast<uintptr_t>(node.Release())), address_(address) {}
  Slot(Slot&& other) noexcept : Slot(other.Take(), other.address()) {}
  Slot& operator=(Slot&& other) noexcept {
    const Address address = other.address();
    Set(other.Take(), address);
    return *this;
  }
  ~Slot() { const NodePtr released(Raw()); }

  // An address lets other threads evict the node: whoever sets it has done with the node before.
  Address address() const { return address_.load(std::memory_order_acquire); }
  void set_address(Address address) const { address_.store(address, std::memory_order_release); }

  // The node without a reference, or nullptr. Only safe where nobody evicts.
  Node* Peek() const {
    return reinterpret_cast<Node*>(node_.load(std::memory_order_acquire) & ~kLocked);
  }
  // The node, or nothing. Safe beside Evict.
  NodePtr Pin() const;
  // Fills an empty slot and returns its node: another thread's if that one was faster.
  NodePtr Publish(NodePtr node) const;
  // Empties the slot. REQUIRES: it has an address.
  void Evict() const;

  // Another slot with the same contents.
  Slot Copy(bool beside_evictions) const {
    return {beside_evictions ? Pin() : NodePtr::Share(Peek()), address()};
  }
  void Set(NodePtr node, Address address) {
    const NodePtr released(Raw());
    node_.store(reinterpret_cast<uintptr_t>(node.Release()), std::memory_order_relaxed);
    set_address(address);
  }
  NodePtr Take() {
    Node* const node = Raw();
    node_.store(0, std::memory_order_relaxed);
    return NodePtr(node);
  }

 private:
  // Held for the few instructions in which a reader turns the pointer into a reference.
  static constexpr uintptr_t kLocked = 1;

  Node* Raw() const { return reinterpret_cast<Node*>(node_.load(std::memory_order_relaxed)); }

  mutable std::atomic<uintptr_t> node_{0};
  mutable std::atomic<Address> address_{kNoAddress};
};

// A leaf (level 0) holds datoms; a branch holds, for each child, the greatest datom below it and a
// slot. One allocation: header, keys, slots.
//
// Only the transient whose id is owner() changes a node; once that transient is persistent nobody
// does, but for the slots' addresses and their eviction.
class Node {
 public:
  using Values = std::vector<std::shared_ptr<const ValueArena>>;

  // An empty node. `cache` may be null; else it outlives the node. Throws std::bad_alloc.
  static NodePtr Make(uint32_t level, uint32_t capacity, uint64_t owner, NodeCache* cache);

  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  uint32_t level() const { return level_; }
  bool is_leaf() const { return level_ == 0; }
  uint32_t size() const { return size_; }
  uint32_t capacity() const { return capacity_; }
  uint64_t owner() const { return owner_; }
  size_t bytes() const { return AllocationBytes(level_, capacity_); }  // without values()

  std::span<const Datom> keys() const { return {Keys(), size_}; }
  const Datom& key(uint32_t i) const { return Keys()[i]; }
  const Datom& max_key() const { return Keys()[size_ - 1]; }
  void set_key(uint32_t i, const Datom& key) { Keys()[i] = key; }
  Slot& slot(uint32_t i) {
    assert(!is_leaf() && i < size_);
    return Slots()[i];
  }
  const Slot& slot(uint32_t i) const { return const_cast<Node*>(this)->slot(i); }

  // Opens a gap at `i` and fills it. REQUIRES: size() < capacity().
  void InsertKey(uint32_t i, const Datom& key);
  void InsertChild(uint32_t i, const Datom& key, Slot child);
  void AppendKeys(std::span<const Datom> keys);
  void RemoveAt(uint32_t i);
  // Appends a copy of the part [begin, end) of `from`, which has the same level and stays as it is.
  void AppendCopy(const Node& from, uint32_t begin, uint32_t end, bool beside_evictions);
  // Forgets the part [begin, size()).
  void Truncate(uint32_t begin);

  // A node keeps the arenas of decoded nodes that its keys came from.
  const Values& values() const { return values_; }
  void KeepValuesOf(const Node& other);
  // Its bytes count in the cache until the last node that keeps it is gone.
  void KeepValues(std::unique_ptr<ValueArena> values);

  // Read since the last sweep?
  void MarkUsed() const {
    if (!used_.load(std::memory_order_relaxed)) used_.store(true, std::memory_order_relaxed);
  }
  bool TestAndClearUsed() const { return used_.exchange(false, std::memory_order_relaxed); }

 private:
  friend class NodePtr;

  Node(uint32_t level, uint32_t capacity, uint64_t owner, NodeCache* cache)
      : level_(level), capacity_(capacity), owner_(owner), cache_(cache) {}
  ~Node();
  void Destroy();
  static size_t AllocationBytes(uint32_t level, uint32_t capacity);

  Datom* Keys() { return reinterpret_cast<Datom*>(this + 1); }
  const Datom* Keys() const { return const_cast<Node*>(this)->Keys(); }
  Slot* Slots() { return reinterpret_cast<Slot*>(Keys() + capacity_); }

  std::atomic<uint32_t> references_{1};
  const uint32_t level_;
  uint32_t size_ = 0;
  const uint32_t capacity_;
  const uint64_t owner_;
  NodeCache* const cache_;
  Values values_;
  mutable std::atomic<bool> used_{true};
};

inline NodePtr NodePtr::Share(Node* node) {
  if (node != nullptr) node->references_.fetch_add(1, std::memory_order_relaxed);
  return NodePtr(node);
}

inline NodePtr::NodePtr(const NodePtr& other) : NodePtr(Share(other.node_)) {}

inline NodePtr::~NodePtr() {
  if (node_ != nullptr && node_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    node_->Destroy();
  }
}

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_NODE_H_

// Nodes of a persistent B+-tree, and the three-state slots that hold children.
#ifndef DATOMBENCH_INDEX_NODE_H_
#define DATOMBENCH_INDEX_NODE_H_

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "index/datom.h"
#include "index/edit_memory.h"
#include "index/node_cache.h"
#include "index/node_storage.h"

namespace datombench {

class Node;

// An owning, counted reference to a node of a tree that counts references (tree.h).
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

  Node* get() const { return node_; }
  Node* operator->() const { return node_; }
  Node& operator*() const { return *node_; }
  explicit operator bool() const { return node_ != nullptr; }
  Node* Release() { return std::exchange(node_, nullptr); }

 private:
  Node* node_ = nullptr;
};

// A place for a child: not stored (node, no address), stored (node and address), not restored yet
// (address). It owns nothing by itself: the tree knows who frees a node (versions.h, tree.h).
//
// Thread safety: Peek, Pin, Publish and Evict may be called from any thread; the rest belongs to
// the one writer whose own the slot is, or needs the caller's own exclusion.
class Slot {
 public:
  Slot() = default;
  Slot(Node* node, Address address) : node_(reinterpret_cast<uintptr_t>(node)), address_(address) {}
  // A plain copy of both words.
  Slot(const Slot& other)
      : node_(other.node_.load(std::memory_order_acquire) & ~kMarks), address_(other.address()) {}
  Slot& operator=(const Slot& other) {
    node_.store(other.node_.load(std::memory_order_acquire) & ~kMarks, std::memory_order_relaxed);
    set_address(other.address());
    return *this;
  }

  // An address lets other threads evict the node: whoever sets it has done with the node before.
  Address address() const { return address_.load(std::memory_order_acquire); }
  void set_address(Address address) const { address_.store(address, std::memory_order_release); }
  void Set(Node* node, Address address) {
    node_.store(reinterpret_cast<uintptr_t>(node), std::memory_order_relaxed);
    set_address(address);
  }

  // The node, or nullptr. Only safe where nobody evicts.
  Node* Peek() const {
    return reinterpret_cast<Node*>(node_.load(std::memory_order_acquire) & ~kMarks);
  }
  // The node with a reference, or nothing. Safe beside Evict.
  NodePtr Pin() const;
  // Fills an empty slot with `node` and returns true, or leaves it as another thread filled it.
  bool Publish(Node* node) const;
  // Empties the slot. REQUIRES: it has an address.
  void Evict() const;

  // A copy for another version of the branch. A node that is published here after it has not been
  // copied, and is_late() tells.
  Slot CopyForVersion() const;
  bool is_late() const { return (node_.load(std::memory_order_acquire) & kLate) != 0; }

 private:
  // Held for the few instructions in which a reader turns the pointer into a reference.
  static constexpr uintptr_t kLocked = 1;
  // The node was published after the slot had been copied empty: no copy has it.
  static constexpr uintptr_t kLate = 2;
  // The slot is empty and has been copied so.
  static constexpr uintptr_t kCopiedEmpty = 4;
  static constexpr uintptr_t kMarks = kLocked | kLate | kCopiedEmpty;

  mutable std::atomic<uintptr_t> node_{0};
  mutable std::atomic<Address> address_{kNoAddress};
};

// What a physical node is to the tree.
//
// A node of the tree, as it is stored and as the branching factor counts, is *flat*: one node with
// all its keys; or *divided*: a directory over chunks, so that a change copies a chunk and the
// directory and not the whole. All nodes but the leaves, directories too, hold for each child the
// greatest datom below it and a slot, so that searching needs no difference.
enum class NodeForm : uint8_t { kWhole, kDirectory, kChunk };

// One allocation: header, keys, slots.
//
// Only a transient in whose version alone the node is changes it: the one that made it, or a later
// one made of a version that was given up. Nobody else does, but for the slots' addresses, their
// restoring and their eviction.
class alignas(16) Node {
 public:
  using Values = std::vector<std::shared_ptr<const ValueArena>>;

  struct Origin {
    uint32_t level;  // of the whole node: 0 a leaf
    NodeForm form;
    uint64_t birth;
    bool is_restored = false;
  };
  // An empty node with one reference and room for at least `capacity` keys. `cache` may be null;
  // else it outlives the node. Throws std::bad_alloc.
  static Node* Make(const Origin& origin, uint32_t capacity, NodeCache* cache, NodePool& pool) {
    const bool is_leaf = origin.level == 0 && origin.form != NodeForm::kDirectory;
    const size_t bytes = AllocationBytes(is_leaf, capacity);
    // What rounding up left is room for keys too.
    Node* node = new (pool.Allocate(bytes)) Node(origin, CapacityOf(is_leaf, bytes), cache);
    if (cache != nullptr) cache->Grew(bytes);
    return node;
  }
  // Frees the node, not what its slots hold.
  static void Free(Node* node, NodePool& pool) {
    const size_t bytes = node->bytes();
    if (node->cache_ != nullptr) node->cache_->Shrank(bytes);
    node->~Node();
    pool.Free(node, bytes);
  }

  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  uint32_t level() const { return level_; }
  bool is_directory() const { return form_ == NodeForm::kDirectory; }
  NodeForm form() const { return form_; }
  // Whether it holds datoms and no slots.
  bool is_leaf() const { return level_ == 0 && form_ != NodeForm::kDirectory; }
  uint32_t size() const { return size_; }
  uint32_t capacity() const { return capacity_; }
  // The entries of the whole node: in a directory, of all its chunks.
  uint32_t total() const { return is_directory() ? total_ : size_; }
  void set_total(uint32_t total) { total_ = total; }
  // The id of the transient that made it, or changed it last. What was restored counts as old as
  // the branch that it was restored into.
  uint64_t birth() const { return birth_; }
  // How many keys a node has room for that takes `bytes`.
  static uint32_t CapacityOf(bool is_leaf, size_t bytes) {
    return static_cast<uint32_t>((bytes - sizeof(Node)) / EntryBytes(is_leaf));
  }
  // Rounded up to the pool's granularity.
  static constexpr size_t AllocationBytes(bool is_leaf, uint32_t capacity) {
    const size_t bytes = sizeof(Node) + capacity * EntryBytes(is_leaf);
    return (bytes + NodePool::kGranularity - 1) / NodePool::kGranularity * NodePool::kGranularity;
  }
  // Whether a transient may change it whose own nodes are those younger than `oldest_id`.
  bool IsChangeableAfter(uint64_t oldest_id) const { return birth_ > oldest_id && !is_restored_; }
  // Whether the transient `id` has made or changed it.
  bool IsChangedBy(uint64_t id) const { return birth_ == id && !is_restored_; }
  // It belongs to the transient `id` now.
  void Adopt(uint64_t id) { birth_ = id; }
  size_t bytes() const { return AllocationBytes(is_leaf(), capacity_); }  // without values()

  std::span<const Datom> keys() const { return {Keys(), size_}; }
  const Datom& key(uint32_t i) const { return Keys()[i]; }
  const Datom& max_key() const { return Keys()[size_ - 1]; }
  void set_key(uint32_t i, const Datom& key) { Keys()[i] = key; }
  Slot& slot(uint32_t i) {
    assert(!is_leaf() && i < size_);
    return Slots()[i];
  }
  const Slot& slot(uint32_t i) const { return const_cast<Node*>(this)->slot(i); }

  // Opens a gap at `i` and fills it; a leaf takes no slot. REQUIRES: size() < capacity().
  void Insert(uint32_t i, const Datom& key, const Slot& child = Slot());
  void AppendKeys(std::span<const Datom> keys);
  void Append(const Datom& key, const Slot& child) { Insert(size_, key, child); }
  // Appends the entries [begin, end) of `from`, whose slots nobody fills meanwhile.
  void AppendEntries(const Node& from, uint32_t begin, uint32_t end) {
    assert(from.is_leaf() == is_leaf() && end <= from.size_ && size_ + (end - begin) <= capacity_);
    std::memcpy(static_cast<void*>(Keys() + size_), from.Keys() + begin,
                (end - begin) * sizeof(Datom));
    if (!is_leaf()) {
      // An atomic that nobody writes is its bytes.
      // NOLINTNEXTLINE(bugprone-undefined-memory-manipulation)
      std::memcpy(static_cast<void*>(Slots() + size_), const_cast<Node&>(from).Slots() + begin,
                  (end - begin) * sizeof(Slot));
    }
    size_ += end - begin;
  }
  // The same beside other threads: each slot as `copy_slot(const Slot&)` makes it.
  template <typename CopySlot>
  void AppendEntries(const Node& from, uint32_t begin, uint32_t end, const CopySlot& copy_slot) {
    assert(from.is_leaf() == is_leaf() && end <= from.size_ && size_ + (end - begin) <= capacity_);
    std::memcpy(Keys() + size_, from.Keys() + begin, (end - begin) * sizeof(Datom));
    if (!is_leaf()) {
      const Slot* const slots = const_cast<Node&>(from).Slots();
      for (uint32_t i = begin; i < end; ++i) {
        new (Slots() + size_ + (i - begin)) Slot(copy_slot(slots[i]));
      }
    }
    size_ += end - begin;
  }
  void RemoveAt(uint32_t i);
  // Forgets the part [begin, size()).
  void Truncate(uint32_t begin) { size_ = begin; }

  // A node keeps the arenas of decoded nodes that its keys came from.
  Values values() const { return values_ == nullptr ? Values() : *values_; }
  void KeepValuesOf(const Node& other);
  // Its bytes count in the cache until the last node that keeps it is gone.
  void KeepValues(std::shared_ptr<const ValueArena> values);
  // Hands an arena over to nodes; `cache` may be null.
  static std::shared_ptr<const ValueArena> Shared(std::unique_ptr<ValueArena> values,
                                                  NodeCache* cache);

  // Read since the last sweep?
  void MarkUsed() const {
    if (!used_.load(std::memory_order_relaxed)) used_.store(true, std::memory_order_relaxed);
  }
  bool TestAndClearUsed() const { return used_.exchange(false, std::memory_order_relaxed); }

  // References, where the tree counts them. Release frees the node with the last one, and releases
  // what its slots hold.
  void AddReference() { references_.fetch_add(1, std::memory_order_relaxed); }
  void Release();

 private:
  Node(const Origin& origin, uint32_t capacity, NodeCache* cache)
      : level_(static_cast<uint8_t>(origin.level)),
        form_(origin.form),
        is_restored_(origin.is_restored),
        capacity_(capacity),
        birth_(origin.birth),
        cache_(cache) {}
  ~Node() = default;
  static constexpr size_t EntryBytes(bool is_leaf) {
    return sizeof(Datom) + (is_leaf ? 0 : sizeof(Slot));
  }

  Datom* Keys() { return reinterpret_cast<Datom*>(this + 1); }
  const Datom* Keys() const { return const_cast<Node*>(this)->Keys(); }
  Slot* Slots() { return reinterpret_cast<Slot*>(Keys() + capacity_); }

  std::atomic<uint32_t> references_{1};
  const uint8_t level_;
  const NodeForm form_;
  const bool is_restored_;
  mutable std::atomic<bool> used_{true};
  uint32_t size_ = 0;
  const uint32_t capacity_;
  uint32_t total_ = 0;
  uint64_t birth_;
  NodeCache* const cache_;
  std::unique_ptr<Values> values_;
};

inline NodePtr::NodePtr(const NodePtr& other) : node_(other.node_) {
  if (node_ != nullptr) node_->AddReference();
}

inline NodePtr::~NodePtr() {
  if (node_ != nullptr) node_->Release();
}

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_NODE_H_

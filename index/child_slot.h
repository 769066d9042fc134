// Counted references to nodes of a persistent tree, and the three-state slots that hold children.
#ifndef DATOMBENCH_INDEX_CHILD_SLOT_H_
#define DATOMBENCH_INDEX_CHILD_SLOT_H_

#include <atomic>
#include <cassert>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include "index/node_storage.h"

namespace datombench {

// What a node type derives from to be counted.
class CountedNode {
 public:
  CountedNode() = default;
  CountedNode(const CountedNode&) = delete;
  CountedNode& operator=(const CountedNode&) = delete;

  // Whether there is but one reference; then what former owners did has happened before.
  bool HasOneOwner() const { return references_.load(std::memory_order_acquire) == 1; }

 private:
  template <typename Node>
  friend class CountedPtr;
  mutable std::atomic<uint32_t> references_{1};
};

// An owning, counted reference to a node.
template <typename Node>
class CountedPtr {
 public:
  CountedPtr() = default;
  // Takes over one reference.
  explicit CountedPtr(Node* node) : node_(node) {}
  CountedPtr(const CountedPtr& other) : CountedPtr(Share(other.node_)) {}
  CountedPtr(CountedPtr&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  CountedPtr& operator=(CountedPtr other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~CountedPtr() {
    if (node_ != nullptr && node_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete node_;  // NOLINT(clang-analyzer-cplusplus.NewDelete): it can't follow the count
    }
  }

  // One more reference to a node that somebody else keeps alive.
  static CountedPtr Share(Node* node) {
    if (node != nullptr) node->references_.fetch_add(1, std::memory_order_relaxed);
    return CountedPtr(node);
  }

  Node* get() const { return node_; }
  Node* operator->() const { return node_; }
  Node& operator*() const {
    assert(node_ != nullptr);
    return *node_;
  }
  explicit operator bool() const { return node_ != nullptr; }
  Node* Release() { return std::exchange(node_, nullptr); }

 private:
  Node* node_ = nullptr;
};

// A node on the way down: counted where a cache may evict it meanwhile, else borrowed from the
// version that is read.
template <typename Node, typename Pointer = CountedPtr<Node>>
class PinnedNode {
 public:
  PinnedNode() = default;
  explicit PinnedNode(Pointer owned) : owned_(std::move(owned)), node_(owned_.get()) {}
  explicit PinnedNode(Node* borrowed) : node_(borrowed) {}

  Node& operator*() const {
    assert(node_ != nullptr);
    return *node_;
  }
  Node* operator->() const { return node_; }
  Node* get() const { return node_; }
  explicit operator bool() const { return node_ != nullptr; }

  // What keeps the node alive beyond this, where it is counted; else nothing.
  std::shared_ptr<const void> Keeper() const {
    return owned_ ? std::make_shared<Pointer>(owned_) : nullptr;
  }

 private:
  Pointer owned_;
  Node* node_ = nullptr;
};

// A place for a child: not stored (node, no address), stored (node and address), not restored yet
// (address).
//
// Thread safety: Peek, Pin, Publish and Evict may be called from any thread; the rest belongs to
// the one writer that made the slot, or needs the caller's own exclusion.
template <typename Node>
class ChildSlot {
 public:
  using Ptr = CountedPtr<Node>;

  ChildSlot() = default;
  ChildSlot(Ptr node, Address address)
      : node_(reinterpret_cast<uintptr_t>(node.Release())), address_(address) {}
  ChildSlot(ChildSlot&& other) noexcept : ChildSlot(other.Take(), other.address()) {}
  ChildSlot& operator=(ChildSlot&& other) noexcept {
    const Address address = other.address();
    const Ptr released(Raw());
    node_.store(reinterpret_cast<uintptr_t>(other.Take().Release()), std::memory_order_relaxed);
    set_address(address);
    return *this;
  }
  ~ChildSlot() { const Ptr released(Raw()); }

  // An address lets other threads evict the node: whoever sets it has done with the node before.
  Address address() const { return address_.load(std::memory_order_acquire); }
  void set_address(Address address) const { address_.store(address, std::memory_order_release); }

  // The node without a reference, or nullptr. Only safe where nobody evicts.
  Node* Peek() const {
    return reinterpret_cast<Node*>(node_.load(std::memory_order_acquire) & ~kLocked);
  }

  // The node, or nothing. Safe beside Evict.
  Ptr Pin() const {
    const uintptr_t node = Lock();
    if (node == 0) return {};
    Ptr pinned = Ptr::Share(reinterpret_cast<Node*>(node));
    node_.store(node, std::memory_order_release);
    return pinned;
  }

  // Fills an empty slot and returns its node: another thread's if that one was faster.
  Ptr Publish(Ptr node) const {
    // The caller's reference, taken before another thread can evict what is published.
    Ptr kept = node;
    for (;;) {
      uintptr_t expected = 0;
      const auto desired = reinterpret_cast<uintptr_t>(node.get());
      if (node_.compare_exchange_strong(expected, desired, std::memory_order_release)) {
        node.Release();
        return kept;
      }
      if (Ptr winner = Pin()) return winner;
      // The winner's node has been evicted already: try again.
    }
  }

  // Empties the slot. REQUIRES: it has an address.
  void Evict() const {
    assert(address() != kNoAddress);
    const uintptr_t node = Lock();
    if (node == 0) return;
    node_.store(0, std::memory_order_release);
    const Ptr released(reinterpret_cast<Node*>(node));
  }

  // Another slot with the same contents.
  ChildSlot Copy(bool beside_evictions) const {
    return {beside_evictions ? Pin() : Ptr::Share(Peek()), address()};
  }

 private:
  // Held for the few instructions in which a reader turns the pointer into a reference.
  static constexpr uintptr_t kLocked = 1;

  Node* Raw() const { return reinterpret_cast<Node*>(node_.load(std::memory_order_relaxed)); }
  Ptr Take() {
    Node* const node = Raw();
    node_.store(0, std::memory_order_relaxed);
    return Ptr(node);
  }

  // Locks the slot and returns its node; returns 0, and locks nothing, where it is empty.
  uintptr_t Lock() const {
    for (;;) {
      uintptr_t node = node_.load(std::memory_order_relaxed);
      if (node == 0) return 0;
      if ((node & kLocked) == 0 &&
          node_.compare_exchange_weak(node, node | kLocked, std::memory_order_acquire)) {
        return node;
      }
      std::this_thread::yield();
    }
  }

  mutable std::atomic<uintptr_t> node_{0};
  mutable std::atomic<Address> address_{kNoAddress};
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_CHILD_SLOT_H_

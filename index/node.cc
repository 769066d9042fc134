#include "index/node.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <thread>

namespace datombench {
namespace {

// A node whose keys came from more decoded nodes than this copies its values into one arena of its
// own, so that it never keeps the bytes of many nodes alive for a few keys.
constexpr size_t kMostArenas = 8;

}  // namespace

NodePtr Slot::Pin() const {
  for (;;) {
    uintptr_t node = node_.load(std::memory_order_relaxed);
    if (node == 0) return {};
    if ((node & kLocked) != 0 ||
        !node_.compare_exchange_weak(node, node | kLocked, std::memory_order_acquire)) {
      std::this_thread::yield();
      continue;
    }
    NodePtr pinned = NodePtr::Share(reinterpret_cast<Node*>(node));
    node_.store(node, std::memory_order_release);
    return pinned;
  }
}

NodePtr Slot::Publish(NodePtr node) const {
  // The caller's reference, taken before another thread can evict what is published.
  NodePtr kept = node;
  for (;;) {
    uintptr_t expected = 0;
    const auto desired = reinterpret_cast<uintptr_t>(node.get());
    if (node_.compare_exchange_strong(expected, desired, std::memory_order_release)) {
      node.Release();
      return kept;
    }
    if (NodePtr winner = Pin()) return winner;
    // The winner's node has been evicted already: try again.
  }
}

void Slot::Evict() const {
  assert(address() != kNoAddress);
  for (;;) {
    uintptr_t node = node_.load(std::memory_order_relaxed);
    if (node == 0) return;
    if ((node & kLocked) != 0 || !node_.compare_exchange_weak(node, 0, std::memory_order_acquire)) {
      std::this_thread::yield();
      continue;
    }
    const NodePtr released(reinterpret_cast<Node*>(node));
    return;
  }
}

size_t Node::AllocationBytes(uint32_t level, uint32_t capacity) {
  return sizeof(Node) + capacity * (sizeof(Datom) + (level == 0 ? 0 : sizeof(Slot)));
}

NodePtr Node::Make(uint32_t level, uint32_t capacity, uint64_t owner, NodeCache* cache) {
  void* memory = ::operator new(AllocationBytes(level, capacity));
  Node* node = new (memory) Node(level, capacity, owner, cache);
  if (cache != nullptr) cache->Grew(node->bytes());
  return NodePtr(node);
}

Node::~Node() {
  if (cache_ != nullptr) cache_->Shrank(bytes());
  if (!is_leaf()) std::destroy_n(Slots(), size_);
}

void Node::Destroy() {
  this->~Node();
  ::operator delete(this);
}

void Node::InsertKey(uint32_t i, const Datom& key) {
  assert(is_leaf() && size_ < capacity_ && i <= size_);
  std::copy_backward(Keys() + i, Keys() + size_, Keys() + size_ + 1);
  Keys()[i] = key;
  ++size_;
}

void Node::InsertChild(uint32_t i, const Datom& key, Slot child) {
  assert(!is_leaf() && size_ < capacity_ && i <= size_);
  std::copy_backward(Keys() + i, Keys() + size_, Keys() + size_ + 1);
  new (Slots() + size_) Slot();
  std::move_backward(Slots() + i, Slots() + size_, Slots() + size_ + 1);
  Keys()[i] = key;
  Slots()[i] = std::move(child);
  ++size_;
}

void Node::AppendKeys(std::span<const Datom> keys) {
  assert(is_leaf() && size_ + keys.size() <= capacity_);
  std::copy(keys.begin(), keys.end(), Keys() + size_);
  size_ += static_cast<uint32_t>(keys.size());
}

void Node::RemoveAt(uint32_t i) {
  assert(i < size_);
  std::copy(Keys() + i + 1, Keys() + size_, Keys() + i);
  if (!is_leaf()) {
    std::move(Slots() + i + 1, Slots() + size_, Slots() + i);
    std::destroy_at(Slots() + size_ - 1);
  }
  --size_;
}

void Node::AppendCopy(const Node& from, uint32_t begin, uint32_t end, bool beside_evictions) {
  assert(from.level_ == level_ && end <= from.size_ && size_ + (end - begin) <= capacity_);
  std::copy(from.Keys() + begin, from.Keys() + end, Keys() + size_);
  if (!is_leaf()) {
    for (uint32_t i = begin; i < end; ++i) {
      new (Slots() + size_ + (i - begin)) Slot(from.slot(i).Copy(beside_evictions));
    }
  }
  size_ += end - begin;
  KeepValuesOf(from);
}

void Node::Truncate(uint32_t begin) {
  assert(begin <= size_);
  if (!is_leaf()) std::destroy(Slots() + begin, Slots() + size_);
  size_ = begin;
}

void Node::KeepValuesOf(const Node& other) {
  for (const auto& arena : other.values_) {
    if (std::find(values_.begin(), values_.end(), arena) == values_.end()) values_.push_back(arena);
  }
  if (values_.size() <= kMostArenas) return;
  auto own = std::make_unique<ValueArena>();
  for (Datom& key : std::span(Keys(), size_)) {
    key = Datom(key.e(), key.a(), own->Adopt(key.v()), key.tx(), key.added());
  }
  values_.clear();
  KeepValues(std::move(own));
}

void Node::KeepValues(std::unique_ptr<ValueArena> values) {
  if (values == nullptr || values->allocated_bytes() == 0) return;
  const size_t bytes = values->allocated_bytes();
  NodeCache* const cache = cache_;
  values_.emplace_back(values.release(), [cache, bytes](const ValueArena* arena) {
    delete arena;
    if (cache != nullptr) cache->Shrank(bytes);
  });
  if (cache != nullptr) cache->Grew(bytes);
}

}  // namespace datombench

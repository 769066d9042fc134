#include "index/node.h"

#include <algorithm>
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
    auto* const pinned = reinterpret_cast<Node*>(node);
    pinned->AddReference();
    node_.store(node, std::memory_order_release);
    return NodePtr(pinned);
  }
}

bool Slot::Publish(Node* node) const {
  uintptr_t expected = node_.load(std::memory_order_relaxed);
  for (;;) {
    if (expected != 0 && expected != kCopiedEmpty) return false;
    const uintptr_t desired =
        reinterpret_cast<uintptr_t>(node) | (expected == kCopiedEmpty ? kLate : 0);
    if (node_.compare_exchange_weak(expected, desired, std::memory_order_release)) return true;
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
    reinterpret_cast<Node*>(node)->Release();
    return;
  }
}

Slot Slot::CopyForVersion() const {
  uintptr_t node = node_.load(std::memory_order_acquire);
  if (node == 0 && node_.compare_exchange_strong(node, kCopiedEmpty, std::memory_order_acquire)) {
    return {nullptr, address()};
  }
  // What is late already isn't the copy's either.
  if ((node & (kLate | kCopiedEmpty)) != 0) return {nullptr, address()};
  return {reinterpret_cast<Node*>(node), address()};
}

void Node::Release() {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  for (uint32_t i = 0; !is_leaf() && i < size_; ++i) {
    if (Node* const child = slot(i).Peek(); child != nullptr) child->Release();
  }
  NodePool none;
  Free(this, none);
}

void Node::Insert(uint32_t i, const Datom& key, const Slot& child) {
  assert(size_ < capacity_ && i <= size_);
  std::copy_backward(Keys() + i, Keys() + size_, Keys() + size_ + 1);
  Keys()[i] = key;
  if (!is_leaf()) {
    new (Slots() + size_) Slot();
    std::copy_backward(Slots() + i, Slots() + size_, Slots() + size_ + 1);
    Slots()[i] = child;
  }
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
  if (!is_leaf()) std::copy(Slots() + i + 1, Slots() + size_, Slots() + i);
  --size_;
}

void Node::KeepValuesOf(const Node& other) {
  if (other.values_ == nullptr) return;
  if (values_ == nullptr) values_ = std::make_unique<Values>();
  for (const auto& arena : *other.values_) {
    if (std::find(values_->begin(), values_->end(), arena) == values_->end())
      values_->push_back(arena);
  }
  if (values_->size() <= kMostArenas) return;
  auto own = std::make_unique<ValueArena>();
  for (Datom& key : std::span(Keys(), size_)) {
    key = Datom(key.e(), key.a(), own->Adopt(key.v()), key.tx(), key.added());
  }
  values_->clear();
  KeepValues(Shared(std::move(own), cache_));
}

void Node::KeepValues(std::shared_ptr<const ValueArena> values) {
  if (values == nullptr) return;
  if (values_ == nullptr) values_ = std::make_unique<Values>();
  values_->push_back(std::move(values));
}

std::shared_ptr<const ValueArena> Node::Shared(std::unique_ptr<ValueArena> values,
                                               NodeCache* cache) {
  if (values == nullptr || values->allocated_bytes() == 0) return nullptr;
  const size_t bytes = values->allocated_bytes();
  if (cache != nullptr) cache->Grew(bytes);
  return {values.release(), [cache, bytes](const ValueArena* arena) {
            delete arena;
            if (cache != nullptr) cache->Shrank(bytes);
          }};
}

}  // namespace datombench

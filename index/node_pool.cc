#include "index/node_pool.h"

#include <cassert>
#include <new>

namespace datombench {

NodePool::~NodePool() {
  for (Block* block : free_) {
    while (block != nullptr) ::operator delete(std::exchange(block, block->next));
  }
}

void* NodePool::Allocate(size_t bytes) {
  assert(bytes % kGranularity == 0);
  const size_t size_class = bytes / kGranularity;
  if (size_class >= kClasses || free_[size_class] == nullptr) return ::operator new(bytes);
  bytes_ -= bytes;
  return std::exchange(free_[size_class], free_[size_class]->next);
}

void NodePool::Free(void* memory, size_t bytes) {
  const size_t size_class = bytes / kGranularity;
  if (size_class >= kClasses || bytes_ + bytes > kMostBytes) return ::operator delete(memory);
  bytes_ += bytes;
  free_[size_class] = new (memory) Block{free_[size_class]};
}

void NodePool::Add(NodePool other) {
  if (bytes_ == 0) {
    *this = std::move(other);
    return;
  }
  for (size_t size_class = 0; size_class < kClasses; ++size_class) {
    Block*& list = other.free_[size_class];
    while (list != nullptr) Free(std::exchange(list, list->next), size_class * kGranularity);
  }
}

}  // namespace datombench

#include "index/node_pool.h"

#include <algorithm>
#include <cassert>
#include <new>

namespace datombench {

NodePool::~NodePool() {
  if (bytes_ == 0) return;
  for (Block* block : free_) {
    while (block != nullptr) ::operator delete(std::exchange(block, block->next));
  }
}

void NodePool::Trim() {
  most_bytes_ = std::max(kAlwaysKept, allocated_bytes_);
  for (size_t size_class = kClasses; bytes_ > most_bytes_ && size_class-- > 0;) {
    Block*& list = free_[size_class];
    for (; list != nullptr && bytes_ > most_bytes_; bytes_ -= size_class * kGranularity) {
      ::operator delete(std::exchange(list, list->next));
    }
  }
}

void* NodePool::Allocate(size_t bytes) {
  assert(bytes % kGranularity == 0);
  allocated_bytes_ += bytes;
  const size_t size_class = bytes / kGranularity;
  if (size_class >= kClasses || free_[size_class] == nullptr) return ::operator new(bytes);
  bytes_ -= bytes;
  return std::exchange(free_[size_class], free_[size_class]->next);
}

void NodePool::Free(void* memory, size_t bytes) {
  const size_t size_class = bytes / kGranularity;
  if (size_class >= kClasses || bytes_ + bytes > most_bytes_) {
    ::operator delete(memory);
    return;
  }
  bytes_ += bytes;
  free_[size_class] = new (memory) Block{free_[size_class]};
}

}  // namespace datombench

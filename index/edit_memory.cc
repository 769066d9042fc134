#include "index/edit_memory.h"

#include <algorithm>
#include <new>

namespace datombench {

NodePool::~NodePool() {
  if (bytes_ == 0) return;
  for (Block* block : free_) {
    while (block != nullptr) ::operator delete(std::exchange(block, block->next));
  }
}

void NodePool::Trim(size_t most_bytes) {
  // Twice, since the next one needs other sizes.
  most_bytes_ = std::max(kAlwaysKept, std::min(2 * allocated_bytes_, most_bytes));
  for (size_t size_class = kClasses; bytes_ > most_bytes_ && size_class-- > 0;) {
    Block*& list = free_[size_class];
    for (; list != nullptr && bytes_ > most_bytes_; bytes_ -= size_class * kGranularity) {
      ::operator delete(std::exchange(list, list->next));
    }
  }
}

}  // namespace datombench

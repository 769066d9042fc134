// A NodePool keeps the memory of freed nodes for the next ones.
#ifndef DATOMBENCH_INDEX_NODE_POOL_H_
#define DATOMBENCH_INDEX_NODE_POOL_H_

#include <array>
#include <cstddef>
#include <mutex>
#include <utility>

namespace datombench {

// A transaction frees about as many nodes as it makes, of the same few sizes, most of them too large
// for the allocator's quick lists.
//
// Thread safety: one thread.
class NodePool {
 public:
  // Nodes take multiples of this.
  static constexpr size_t kGranularity = 64;
  // No more than this many bytes are kept. Enough for the nodes that a transaction of ten datoms
  // copies, and little beside a tree worth measuring.
  static constexpr size_t kMostBytes = 256 * 1024;

  NodePool() = default;
  NodePool(NodePool&& other) noexcept
      : free_(std::exchange(other.free_, {})), bytes_(std::exchange(other.bytes_, 0)) {}
  NodePool& operator=(NodePool&& other) noexcept {
    std::swap(free_, other.free_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~NodePool();

  // `bytes` is a multiple of kGranularity. Throws std::bad_alloc.
  void* Allocate(size_t bytes);
  void Free(void* memory, size_t bytes);
  // Takes over what `other` keeps.
  void Add(NodePool other);

 private:
  struct Block {
    Block* next;
  };
  static constexpr size_t kClasses = 64;

  std::array<Block*, kClasses> free_{};
  size_t bytes_ = 0;
};

// One pool for the transients of a tree. Thread safety: any number of threads.
class SharedNodePool {
 public:
  // All that it keeps. Whoever comes second gets an empty one.
  NodePool Take() {
    const std::lock_guard lock(mutex_);
    return std::move(pool_);
  }
  void Give(NodePool pool) {
    const std::lock_guard lock(mutex_);
    pool_.Add(std::move(pool));
  }

 private:
  std::mutex mutex_;
  NodePool pool_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_NODE_POOL_H_

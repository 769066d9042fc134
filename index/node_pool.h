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
  // Never keeps more bytes than were allocated through it since Restart, or kAlwaysKept.
  static constexpr size_t kAlwaysKept = 64 * 1024;

  NodePool() = default;
  NodePool(NodePool&& other) noexcept { *this = std::move(other); }
  NodePool& operator=(NodePool&& other) noexcept {
    std::swap(free_, other.free_);
    std::swap(bytes_, other.bytes_);
    std::swap(most_bytes_, other.most_bytes_);
    std::swap(allocated_bytes_, other.allocated_bytes_);
    return *this;
  }
  ~NodePool();

  // A transaction starts: the next one will need about as much as this one.
  void Restart() { allocated_bytes_ = 0; }
  // A transaction ends: what it didn't need goes.
  void Trim();

  // `bytes` is a multiple of kGranularity. Throws std::bad_alloc.
  void* Allocate(size_t bytes);
  void Free(void* memory, size_t bytes);
  // Takes over what `other` keeps, and its limit.
  void Add(NodePool other);

 private:
  struct Block {
    Block* next;
  };
  static constexpr size_t kClasses = 64;

  std::array<Block*, kClasses> free_{};
  size_t bytes_ = 0;
  size_t most_bytes_ = kAlwaysKept;
  size_t allocated_bytes_ = 0;
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

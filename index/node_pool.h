// A NodePool keeps the memory of freed nodes for the next ones.
#ifndef DATOMBENCH_INDEX_NODE_POOL_H_
#define DATOMBENCH_INDEX_NODE_POOL_H_

#include <array>
#include <cstddef>
#include <memory>
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
  NodePool(const NodePool&) = delete;
  NodePool& operator=(const NodePool&) = delete;
  ~NodePool();

  // A transaction starts: the next one will need about as much as this one.
  void Restart() { allocated_bytes_ = 0; }
  // A transaction ends: what it didn't need goes.
  void Trim();

  // `bytes` is a multiple of kGranularity. Throws std::bad_alloc.
  void* Allocate(size_t bytes);
  void Free(void* memory, size_t bytes);

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

// The pool of a tree, for one user at a time. Thread safety: any number of threads.
class SharedNodePool {
 public:
  // Whoever comes second gets an empty one.
  std::unique_ptr<NodePool> Take() {
    {
      const std::lock_guard lock(mutex_);
      if (pool_ != nullptr) return std::move(pool_);
    }
    return std::make_unique<NodePool>();
  }
  void Give(std::unique_ptr<NodePool> pool) {
    const std::lock_guard lock(mutex_);
    // Of two that come back one is enough.
    pool_.swap(pool);
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<NodePool> pool_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_NODE_POOL_H_

// What one transaction on a tree leaves to the next: memory of freed nodes, and work space.
#ifndef DATOMBENCH_INDEX_EDIT_MEMORY_H_
#define DATOMBENCH_INDEX_EDIT_MEMORY_H_

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "index/datom.h"

namespace datombench {

class Node;

// An entry of a whole node: which part (a chunk; 0 in a node that isn't divided) and where in it.
struct Place {
  uint32_t part;
  uint32_t offset;
};

// A NodePool keeps the memory of freed nodes for the next ones.
//
// A transaction frees about as many nodes as it makes, of the same few sizes, most of them too
// large for the allocator's quick lists.
//
// Thread safety: one thread.
class NodePool {
 public:
  // Nodes take multiples of this.
  static constexpr size_t kGranularity = 32;
  // Blocks from this many bytes on aren't kept.
  static constexpr size_t kMostKept = 8 * 1024;
  // May always keep this many bytes.
  static constexpr size_t kAlwaysKept = 32 * 1024;
  // A sanitizer sees no use of a freed node whose memory is kept.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr bool kKeeps = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  static constexpr bool kKeeps = false;
#else
  static constexpr bool kKeeps = true;
#endif
#else
  static constexpr bool kKeeps = true;
#endif

  NodePool() = default;
  NodePool(const NodePool&) = delete;
  NodePool& operator=(const NodePool&) = delete;
  ~NodePool();

  size_t bytes() const { return bytes_; }

  // A transaction starts: the next one will need about as much as this one.
  void Restart() { allocated_bytes_ = 0; }
  // A transaction ends: keeps about what it needed, for the next one, but no more than
  // `most_bytes`.
  void Trim(size_t most_bytes);

  // `bytes` is a multiple of kGranularity. Throws std::bad_alloc.
  void* Allocate(size_t bytes) {
    assert(bytes % kGranularity == 0);
    allocated_bytes_ += bytes;
    const size_t size_class = bytes / kGranularity;
    if (size_class >= kClasses || free_[size_class] == nullptr) return ::operator new(bytes);
    bytes_ -= bytes;
    return std::exchange(free_[size_class], free_[size_class]->next);
  }
  void Free(void* memory, size_t bytes) {
    const size_t size_class = bytes / kGranularity;
    if (!kKeeps || size_class >= kClasses || bytes_ + bytes > most_bytes_) {
      ::operator delete(memory);
      return;
    }
    bytes_ += bytes;
    free_[size_class] = new (memory) Block{free_[size_class]};
  }

 private:
  struct Block {
    Block* next;
  };
  static constexpr size_t kClasses = kMostKept / kGranularity;

  std::array<Block*, kClasses> free_{};
  size_t bytes_ = 0;
  size_t most_bytes_ = kAlwaysKept;
  size_t allocated_bytes_ = 0;
};

// A node and the sorted edits [begin, end) that go below it (batch_editor.cc).
struct EditGroup {
  // What the edits may do to the node, whatever their order.
  enum class Risk : uint8_t {
    kNone,    // it keeps its place in its branch
    kSplits,  // it may be cut
    kShrinks  // it may join a sibling or borrow from one
  };

  Node* node;
  const Datom* bound;  // the greatest datom below it; null for the root
  Place at;            // in the branch above
  uint32_t begin;
  uint32_t end;
  uint32_t first_child;  // in the groups of the level below
  uint32_t end_child;
  Risk risk = Risk::kNone;
  bool moves = false;        // some of its edits may belong to the next node when their turn comes
  bool is_in_order = false;  // its edits are to be applied in the order given
  uint32_t insertions = 0;   // of the edits
  uint32_t erasures = 0;
  uint32_t most_added = 0;  // where it may be cut: the entries that the branch above gains at most
};

struct EditMemory {
  // Work space for more edits than this isn't kept.
  static constexpr size_t kMostEditsKept = 1024;

  // A transaction ends.
  void Trim(size_t most_node_bytes) {
    nodes.Trim(most_node_bytes);
    if (sorted.capacity() <= kMostEditsKept) return;
    // `{}` would keep the memory.
    sorted = std::vector<uint32_t>();
    levels = std::vector<std::vector<EditGroup>>();
  }

  NodePool nodes;
  std::vector<uint32_t> sorted;
  std::vector<std::vector<EditGroup>> levels;
};

// The memory of a tree, for one user at a time. Thread safety: any number of threads.
class SharedEditMemory {
 public:
  // Whoever comes second gets an empty one.
  std::unique_ptr<EditMemory> Take() {
    {
      const std::lock_guard lock(mutex_);
      if (memory_ != nullptr) return std::move(memory_);
    }
    return std::make_unique<EditMemory>();
  }
  void Give(std::unique_ptr<EditMemory> memory) {
    const std::lock_guard lock(mutex_);
    // Of two that come back one is enough: the one that has more.
    if (memory_ == nullptr || memory_->nodes.bytes() < memory->nodes.bytes()) {
      memory_.swap(memory);
    }
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<EditMemory> memory_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_EDIT_MEMORY_H_

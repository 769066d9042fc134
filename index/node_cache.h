// A NodeCache bounds the bytes of stored nodes that stay in memory.
#ifndef DATOMBENCH_INDEX_NODE_CACHE_H_
#define DATOMBENCH_INDEX_NODE_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <vector>

namespace datombench {

// A version of an index that lets a NodeCache sweep its child slots.
class Sweepable {
 public:
  // Forgets nodes that have an address and were not used since the last sweep, until `want_bytes`
  // are free; returns the bytes forgotten. Nodes without an address are never touched.
  virtual size_t Sweep(size_t want_bytes) const = 0;

 protected:
  ~Sweepable() = default;
};

// Counts the bytes of all nodes of one database and, once they exceed the limit, sweeps the living
// versions like a clock's hand: what was read since the last sweep gets a second chance. Evicting
// resets a child slot to "not restored yet"; readers that hold the node keep it alive.
//
// Thread safety: any number of threads.
class NodeCache {
 public:
  static constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

  explicit NodeCache(size_t limit_bytes) : limit_bytes_(limit_bytes) {}

  bool is_bounded() const { return limit_bytes_ != kUnlimited; }
  size_t limit_bytes() const { return limit_bytes_; }
  size_t resident_bytes() const { return resident_bytes_.load(std::memory_order_relaxed); }
  uint64_t evicted_bytes() const { return evicted_bytes_.load(std::memory_order_relaxed); }

  void Grew(size_t bytes) { resident_bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void Shrank(size_t bytes) { resident_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  // A version starts and stops being swept. Remove waits for a sweep under way.
  void Add(const Sweepable* version);
  void Remove(const Sweepable* version);

  // Sweeps down to 7/8 of the limit if it is exceeded. Called where a node has been restored or
  // stored.
  void Trim();

 private:
  const size_t limit_bytes_;
  std::atomic<size_t> resident_bytes_{0};
  std::atomic<uint64_t> evicted_bytes_{0};
  std::mutex mutex_;  // guards versions_
  std::vector<const Sweepable*> versions_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_NODE_CACHE_H_

#include "index/node_cache.h"

#include <algorithm>

namespace datombench {

void NodeCache::Add(const Sweepable* version) {
  const std::lock_guard lock(mutex_);
  versions_.push_back(version);
}

void NodeCache::Remove(const Sweepable* version) {
  const std::lock_guard lock(mutex_);
  // A version mostly dies young: look from the back.
  const auto found = std::find(versions_.rbegin(), versions_.rend(), version);
  if (found == versions_.rend()) return;
  *found = versions_.back();
  versions_.pop_back();
}

void NodeCache::Trim() {
  if (!is_bounded() || resident_bytes() <= limit_bytes_) return;
  // One sweep at a time; who finds one under way leaves the work to it.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  const size_t before = resident_bytes();
  const size_t target = limit_bytes_ - limit_bytes_ / 8;
  // The first round takes second chances away, so the second finds what the first spared.
  for (int round = 0; round < 2; ++round) {
    for (const Sweepable* version : versions_) {
      const size_t resident = resident_bytes();
      if (resident <= target) break;
      version->Sweep(resident - target);
    }
  }
  const size_t after = resident_bytes();
  if (after < before) evicted_bytes_.fetch_add(before - after, std::memory_order_relaxed);
}

}  // namespace datombench

#include "harness/meters/heap_counters.h"

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace datombench {
namespace {

// The only mutable globals of the house: operator new has no other place to count in. They are
// constant-initialised, so that allocations before main are counted too.
constinit std::atomic<int64_t> live_bytes{0};
constinit std::atomic<int64_t> peak_bytes{0};
constinit std::atomic<uint64_t> allocations{0};

[[maybe_unused]] void* CountAllocation(void* block) {
  const auto bytes = static_cast<int64_t>(malloc_usable_size(block));
  const int64_t live = live_bytes.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  int64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (live > peak && !peak_bytes.compare_exchange_weak(peak, live, std::memory_order_relaxed)) {
  }
  allocations.fetch_add(1, std::memory_order_relaxed);
  return block;
}

// Tries until there is memory, as the standard asks: each time the new handler may free some.
template <typename Allocate>
void* AllocateOrThrow(Allocate allocate) {
  for (;;) {
    void* const block = allocate();
    if (block != nullptr) return CountAllocation(block);
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

[[maybe_unused]] void Free(void* block) {
  if (block == nullptr) return;
  live_bytes.fetch_sub(static_cast<int64_t>(malloc_usable_size(block)), std::memory_order_relaxed);
  std::free(block);
}

}  // namespace

HeapCounters ReadHeapCounters() {
  return {live_bytes.load(std::memory_order_relaxed), peak_bytes.load(std::memory_order_relaxed),
          allocations.load(std::memory_order_relaxed)};
}

void ResetHeapPeak() {
  peak_bytes.store(live_bytes.load(std::memory_order_relaxed), std::memory_order_relaxed);
}

}  // namespace datombench

// A sanitizer brings all forms of operator new itself, and has to see them: nothing is counted
// there.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// The forms not replaced here (arrays, nothrow) are the library's, which call these.
void* operator new(size_t bytes) {
  return datombench::AllocateOrThrow([bytes] { return std::malloc(bytes == 0 ? 1 : bytes); });
}

void* operator new(size_t bytes, std::align_val_t alignment) {
  const auto align = static_cast<size_t>(alignment);
  // aligned_alloc wants a multiple of the alignment.
  const size_t rounded = bytes == 0 ? align : (bytes + align - 1) / align * align;
  return datombench::AllocateOrThrow(
      [align, rounded] { return std::aligned_alloc(align, rounded); });
}

void operator delete(void* block) noexcept { datombench::Free(block); }
void operator delete(void* block, size_t) noexcept { datombench::Free(block); }
void operator delete(void* block, std::align_val_t) noexcept { datombench::Free(block); }
void operator delete(void* block, size_t, std::align_val_t) noexcept { datombench::Free(block); }

#endif

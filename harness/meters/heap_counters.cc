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

// A thread tells the others of so much at once. An atomic operation an allocation would wait
// for all that the program has written before: it made copying nodes half as fast.
constexpr int64_t kBytesUntold = 64 * 1024;
constexpr uint64_t kAllocationsUntold = 1024;

// What a thread hasn't told yet.
struct Untold {
  int64_t live_bytes = 0;
  int64_t peak_bytes = 0;  // the most of them since it told last
  uint64_t allocations = 0;
  int64_t most_bytes = 0;  // 0 until Teller is there, and after it is gone
  bool had_teller = false;
};
constinit thread_local Untold untold;

void Tell() {
  const int64_t before = live_bytes.fetch_add(untold.live_bytes, std::memory_order_relaxed);
  const int64_t most = before + untold.peak_bytes;
  int64_t peak = peak_bytes.load(std::memory_order_relaxed);
  while (most > peak && !peak_bytes.compare_exchange_weak(peak, most, std::memory_order_relaxed)) {
  }
  allocations.fetch_add(untold.allocations, std::memory_order_relaxed);
  untold.live_bytes = 0;
  untold.peak_bytes = 0;
  untold.allocations = 0;
}

// Tells what is left when a thread ends.
struct Teller {
  Teller() { untold.most_bytes = kBytesUntold; }
  ~Teller() {
    Tell();
    untold.most_bytes = 0;
  }
};

[[gnu::noinline]] void TellOrBegin() {
  if (!untold.had_teller) {
    untold.had_teller = true;
    static thread_local const Teller teller;
    return;
  }
  Tell();
}

[[maybe_unused]] void* CountAllocation(void* block) {
  untold.live_bytes += static_cast<int64_t>(malloc_usable_size(block));
  if (untold.live_bytes > untold.peak_bytes) untold.peak_bytes = untold.live_bytes;
  ++untold.allocations;
  if (untold.live_bytes > untold.most_bytes || untold.allocations >= kAllocationsUntold) {
    TellOrBegin();
  }
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
  untold.live_bytes -= static_cast<int64_t>(malloc_usable_size(block));
  if (untold.live_bytes < -untold.most_bytes) TellOrBegin();
  std::free(block);
}

}  // namespace

HeapCounters ReadHeapCounters() {
  Tell();
  return {live_bytes.load(std::memory_order_relaxed), peak_bytes.load(std::memory_order_relaxed),
          allocations.load(std::memory_order_relaxed)};
}

void ResetHeapPeak() {
  Tell();
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

// C++'s heap, counted: every program that links this has its global operator new replaced.
//
// A block counts as many bytes as malloc_usable_size says: what malloc gave for it, a little more
// than was asked for. No header is put before blocks, so that memory and alignment stay as they are
// without counting; the cost is a few additions an allocation, and a few atomic operations now
// and then.
// Not seen: malloc called by C libraries, memory that is mapped, malloc's own bookkeeping.
#ifndef DATOMBENCH_HARNESS_METERS_HEAP_COUNTERS_H_
#define DATOMBENCH_HARNESS_METERS_HEAP_COUNTERS_H_

#include <cstdint>

namespace datombench {

struct HeapCounters {
  int64_t live_bytes;    // now
  int64_t peak_bytes;    // the most there were since ResetHeapPeak or the program's start
  uint64_t allocations;  // since the program's start
};

// Thread safety: any number of threads; each figure is exact where no other living thread has
// allocated or freed; else bytes are within 64 KiB, and allocations within 1,024, for each that
// has.
HeapCounters ReadHeapCounters();
// The peak is what is live now.
void ResetHeapPeak();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_METERS_HEAP_COUNTERS_H_

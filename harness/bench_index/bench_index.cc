// bench_index: the indexes and their peers, side by side in one run (docs/index.md).
//
// Rows are index/<contender>/<operation>/datoms:<N>[/values:mixed]. Every row times one pass over a
// prepared contender, whose preparation is not timed.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cstdlib>
#include <limits>
#include <memory>

#include "harness/bench_index/dirty_nodes.h"
#include "harness/bench_index/operations.h"

int main(int argc, char** argv) {
  // Memory that was freed stays with the process, so that no row pays for the kernel's clearing of
  // pages where another finds them warm.
  mallopt(M_MMAP_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 64;
  datombench::RegisterOperations();
  datombench::RegisterDirtyNodes();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

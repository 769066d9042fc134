// The timed operations of bench_index on every contender.
#ifndef DATOMBENCH_HARNESS_BENCH_INDEX_OPERATIONS_H_
#define DATOMBENCH_HARNESS_BENCH_INDEX_OPERATIONS_H_

namespace datombench {

// Registers the rows index/<contender>/<operation>/datoms:<N>[/values:mixed]: counters
// ns_per_datom, bytes_per_datom and comparisons_per_datom, or bytes_per_version.
void RegisterOperations();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_BENCH_INDEX_OPERATIONS_H_

// The context of a result: everything about a run that is no row.
#ifndef DATOMBENCH_HARNESS_CONTEXT_H_
#define DATOMBENCH_HARNESS_CONTEXT_H_

#include <nlohmann/json.hpp>

#include "harness/run_options.h"

namespace datombench {

using Json = nlohmann::ordered_json;  // members keep their order: same results, same bytes

// Google Benchmark's own members (date, host_name, num_cpus, caches, load_avg, ...), then ours:
// build (commit, flags, compiler, libraries), machine, storage (the file system of options.out and
// how long a sync takes there), run (suite and its hash, seed, repetitions, cells by full name) and
// the table of metrics. REQUIRES: options.out is there. Throws StorageError where it can't be
// written to.
Json MakeContext(const RunOptions& options);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_CONTEXT_H_

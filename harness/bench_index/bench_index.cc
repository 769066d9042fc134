// bench_index: the indexes and their peers, side by side in one run (docs/index.md).
//
// Rows are index/<contender>/<operation>/datoms:<N>[/values:mixed]. Every row times one pass over a
// prepared contender, whose preparation is not timed.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "harness/bench_index/dirty_nodes.h"
#include "harness/bench_index/operations.h"
#include "harness/build_info.h"

namespace {

// Reports rows by the names they were registered with, without what Google Benchmark adds.
template <typename Reporter>
class PlainNames final : public Reporter {
 public:
  void ReportRuns(const std::vector<benchmark::BenchmarkReporter::Run>& runs) override {
    auto plain = runs;
    for (auto& run : plain) {
      run.run_name.iterations.clear();
      run.run_name.repetitions.clear();
      run.run_name.time_type.clear();
    }
    Reporter::ReportRuns(plain);
  }
};

}  // namespace

int main(int argc, char** argv) {
  // Memory that was freed stays with the process, so that no row pays for the kernel's clearing of
  // pages where another finds them warm.
  mallopt(M_MMAP_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  // Initialize takes the flag away.
  const bool is_json =
      std::find(argv, argv + argc, std::string_view("--benchmark_format=json")) != argv + argc;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 64;
  datombench::RegisterOperations();
  datombench::RegisterDirtyNodes();
  const datombench::BuildInfo& build = datombench::ThisBuild();
  benchmark::AddCustomContext("compiler", std::string(build.compiler));
  benchmark::AddCustomContext("compiler_flags", std::string(build.flags));
  benchmark::AddCustomContext("commit", std::string(build.commit));
  benchmark::AddCustomContext("absl", DATOMBENCH_ABSL_VERSION);
  PlainNames<benchmark::JSONReporter> json;
  PlainNames<benchmark::ConsoleReporter> console;
  if (is_json) {
    benchmark::RunSpecifiedBenchmarks(&json);
  } else {
    benchmark::RunSpecifiedBenchmarks(&console);
  }
  benchmark::Shutdown();
  return 0;
}

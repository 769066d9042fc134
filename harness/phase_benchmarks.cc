#include "harness/phase_benchmarks.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <iterator>

#include "backends/error.h"
#include "harness/result.h"

namespace datombench {
namespace {

// The error by which a phase says that it has no row.
constexpr std::string_view kNoRow = "no row";

// Google Benchmark's own JSON, without the rows of phases that have none.
class RowReporter final : public benchmark::JSONReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    std::vector<Run> rows;
    std::copy_if(runs.begin(), runs.end(), std::back_inserter(rows),
                 [](const Run& run) { return run.error_message != kNoRow; });
    JSONReporter::ReportRuns(rows);
  }
};

void Fill(benchmark::State& state, const PhaseRow& row) {
  state.SetIterationTime(*row.measurements.Get("wall_seconds"));
  for (const auto& [name, value] : row.measurements.values()) state.counters[name] = value;
  state.SetLabel(row.label);
}

}  // namespace

void PhaseBenchmarks::Add(Phase phase, Body body) { entries_.push_back({phase, std::move(body)}); }

void PhaseBenchmarks::RunPhase(const Entry& entry, benchmark::State& state) {
  if (failure_) return state.SkipWithError(kNoRow.data());
  try {
    const std::optional<PhaseRow> row = entry.body();
    if (!row) return state.SkipWithError(kNoRow.data());
    Fill(state, *row);
  } catch (const std::exception& error) {
    failure_ = fmt::format("{}: {}", PhaseName(entry.phase), error.what());
    state.SkipWithError(error.what());
  }
}

std::optional<std::string> PhaseBenchmarks::Run(const std::filesystem::path& rows) {
  for (const Entry& entry : entries_) {
    benchmark::RegisterBenchmark(RowName(cell_, entry.phase).c_str(),
                                 [this, &entry](benchmark::State& state) {
                                   for ([[maybe_unused]] auto _ : state) RunPhase(entry, state);
                                 })
        ->Iterations(1)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
  std::ofstream file(rows);
  RowReporter reporter;
  reporter.SetOutputStream(&file);
  reporter.SetErrorStream(&file);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::ClearRegisteredBenchmarks();
  file.close();
  if (!file) throw StorageError(fmt::format("can't write {}: is the disk full?", rows.string()));
  return failure_;
}

}  // namespace datombench

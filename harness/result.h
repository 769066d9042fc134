// Results in the JSON format of Google Benchmark (`context`, `benchmarks`), so that compare.py and
// every other tool which reads that format reads ours.
//
// A child process writes its rows with Google Benchmark itself: one benchmark a phase, named
// RowName(cell, phase), one iteration, manual time, the Measurements as counters. The parent adds
// what the children wrote to a ResultCollector and writes one file.
#ifndef DATOMBENCH_HARNESS_RESULT_H_
#define DATOMBENCH_HARNESS_RESULT_H_

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cell.h"
#include "harness/context.h"
#include "harness/metrics.h"

namespace datombench {

// The file in a run's folder.
inline constexpr std::string_view kResultFileName = "results.json";

// `<short name of the cell>/phase:connect_cold`.
std::string RowName(const Cell& cell, Phase phase);

// The table of metrics as results carry it, so that readers need no other: a list of objects with
// name, unit, better, exact, group, phases, definition.
Json MetricsJson();

// Gathers the rows of one run.
class ResultCollector {
 public:
  explicit ResultCollector(Json context) : context_(std::move(context)) {}

  // Adds the rows of one child's output, in order; `origin` names it in errors. Google Benchmark's
  // name suffixes (`/iterations:1/manual_time`) are dropped. Throws InputError where it isn't such
  // an output.
  void Add(const Json& child_output, const std::string& origin);

  // The whole result: rows in the order added, rows of one name numbered as repetitions of it.
  Json Finish() const;

 private:
  Json context_;
  std::vector<Json> rows_;
};

// Reads and checks a result: `path` is the file or a run's folder. Throws InputError.
Json ReadResult(const std::filesystem::path& path);
// Throws InputError where `text` is no such result; `origin` names it.
Json ParseResult(std::string_view text, const std::string& origin);
// Writes beside the target and renames: what was there stays whole. Throws StorageError.
void WriteResult(const std::filesystem::path& path, const Json& result);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_RESULT_H_

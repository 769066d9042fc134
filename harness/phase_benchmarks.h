// The phases of one process as Google Benchmark runs them: one benchmark each, one iteration, timed
// by the phase itself.
#ifndef DATOMBENCH_HARNESS_PHASE_BENCHMARKS_H_
#define DATOMBENCH_HARNESS_PHASE_BENCHMARKS_H_

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/cell.h"
#include "harness/metrics.h"

namespace benchmark {
class State;
}

namespace datombench {

// What a phase hands to its row. REQUIRES: `measurements` has wall_seconds, which becomes the
// row's time.
struct PhaseRow {
  explicit PhaseRow(Phase phase) : measurements(phase) {}
  Measurements measurements;
  std::string label;
};

// Thread safety: one thread, and one object a process: Google Benchmark's registry is global.
class PhaseBenchmarks {
 public:
  explicit PhaseBenchmarks(const Cell& cell) : cell_(cell) {}

  // A phase to come after those added before. `body` does the work and returns the row, or nullopt
  // where the phase turns out not to apply: then there is no row.
  using Body = std::function<std::optional<PhaseRow>()>;
  void Add(Phase phase, Body body);

  // Runs the phases and writes their rows to the file `rows`. The first that throws leaves its
  // message in its row and is the last. Returns "PHASE: message" then, nullopt if all went well.
  // Throws StorageError if the rows can't be written.
  std::optional<std::string> Run(const std::filesystem::path& rows);

 private:
  struct Entry {
    Phase phase;
    Body body;
  };
  void RunPhase(const Entry& entry, benchmark::State& state);

  const Cell& cell_;
  std::vector<Entry> entries_;
  std::optional<std::string> failure_;
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_PHASE_BENCHMARKS_H_

// The timed phases of whoever reads a store: connect, first_read, scan, verify.
#ifndef DATOMBENCH_HARNESS_READER_PHASES_H_
#define DATOMBENCH_HARNESS_READER_PHASES_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "harness/meter.h"
#include "harness/phase_benchmarks.h"
#include "harness/store_reader.h"

namespace datombench {

// One connect and what follows it. Called in the order of the members; each gives its row or
// throws. Thread safety: one thread.
class ReaderPhases {
 public:
  // `reader` has done nothing yet; the store's files lie under `data`; `seed` picks what first_read
  // asks for; `cold` says how cold those files are, nullopt: they are warm.
  ReaderPhases(std::unique_ptr<StoreReader> reader, std::filesystem::path data, uint64_t seed,
               std::optional<ColdState> cold);

  PhaseRow Connect();
  PhaseRow FirstRead();
  PhaseRow Scan();
  // Compares with `expected`, element by element, or, where this process doesn't have the writer's
  // database (nullptr), with the fingerprint that the writer left. Throws CorruptionError.
  PhaseRow Verify(const Db* expected);

 private:
  PhaseRow TimedRow(Phase cold, Phase warm, const PhaseMeter& meter);
  void Report(const PhaseMeter& meter, PhaseRow& row);

  const std::unique_ptr<StoreReader> reader_;
  const std::filesystem::path data_;
  const uint64_t seed_;
  const std::optional<ColdState> cold_;
  IoCounters counted_;
  double since_start_seconds_ = 0;  // the phases' times so far, what lies between them left out
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_READER_PHASES_H_

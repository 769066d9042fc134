#include "harness/phases.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "harness/child.h"
#include "harness/description.h"
#include "harness/meter.h"
#include "harness/phase_benchmarks.h"
#include "harness/reader_phases.h"
#include "harness/store_reader.h"
#include "harness/writer_phases.h"

namespace datombench {
namespace {

// Everything after the writer's own phases, in its process, on the backend that lives in it.
void AddReadersInProcess(const PhaseJob& job, WriterPhases& writer, PhaseBenchmarks& benchmarks) {
  for (uint32_t i = 0; i < job.warm_connects; ++i) {
    // The reader of one connect goes when the next one's, or the process, begins.
    auto reader = std::make_shared<std::optional<ReaderPhases>>();
    const bool is_last = i + 1 == job.warm_connects;
    benchmarks.Add(Phase::kConnectWarm, [&job, &writer, reader, i] {
      reader->emplace(std::make_unique<StoreReader>(writer.store(), writer.description()),
                      DataFolder(job.store), job.seed + i, std::nullopt);
      return (*reader)->Connect();
    });
    benchmarks.Add(Phase::kFirstReadWarm, [reader, is_last] {
      PhaseRow row = (*reader)->FirstRead();
      if (!is_last) reader->reset();
      return row;
    });
    if (!is_last) continue;
    benchmarks.Add(Phase::kScanWarm, [reader] { return (*reader)->Scan(); });
    benchmarks.Add(Phase::kVerify, [&writer, reader] {
      PhaseRow row = (*reader)->Verify(&writer.db());
      reader->reset();
      return row;
    });
  }
}

std::optional<std::string> RunWriter(const PhaseJob& job) {
  WriterPhases writer(job);
  PhaseBenchmarks benchmarks(job.cell);
  benchmarks.Add(Phase::kLoad, [&] { return writer.Load(); });
  benchmarks.Add(Phase::kTransact, [&] { return writer.Transact(); });
  benchmarks.Add(Phase::kClose, [&] { return writer.Close(); });
  if (!job.cell.backend->is_persistent) AddReadersInProcess(job, writer, benchmarks);
  return benchmarks.Run(job.rows);
}

std::optional<std::string> RunReader(const PhaseJob& job) {
  const StoreDescription description = ReadDescription(job.store);
  if (!description.contents) {
    throw InputError(fmt::format("the writer of {} didn't finish", job.store.string()));
  }
  const std::filesystem::path data = DataFolder(job.store);
  std::optional<ColdState> cold;
  if (job.role == PhaseJob::Role::kColdReader) {
    cold = MakeCold(data);
  } else {
    MakeWarm(data);
  }
  ReaderPhases reader(std::make_unique<StoreReader>(job.store, description), data, job.seed, cold);
  const bool is_cold = cold.has_value();
  PhaseBenchmarks benchmarks(job.cell);
  benchmarks.Add(is_cold ? Phase::kConnectCold : Phase::kConnectWarm,
                 [&] { return reader.Connect(); });
  benchmarks.Add(is_cold ? Phase::kFirstReadCold : Phase::kFirstReadWarm,
                 [&] { return reader.FirstRead(); });
  if (job.scans) {
    benchmarks.Add(is_cold ? Phase::kScanCold : Phase::kScanWarm, [&] { return reader.Scan(); });
    benchmarks.Add(Phase::kVerify, [&] { return reader.Verify(nullptr); });
  }
  return benchmarks.Run(job.rows);
}

}  // namespace

ExitStatus RunPhaseJob(const std::filesystem::path& path) {
  DieWithParent();
  const PhaseJob job = ReadJob(path);
  const auto failure = job.role == PhaseJob::Role::kWriter ? RunWriter(job) : RunReader(job);
  if (!failure) return ExitStatus::kFine;
  std::cerr << *failure << std::endl;
  return ExitStatus::kFailed;
}

}  // namespace datombench

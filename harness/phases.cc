#include "harness/phases.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "backends/error.h"
#include "harness/child.h"
#include "harness/commit_log.h"
#include "harness/description.h"
#include "harness/meter.h"
#include "harness/oracle.h"
#include "harness/phase_benchmarks.h"
#include "harness/result.h"
#include "harness/row.h"
#include "harness/store.h"
#include "harness/store_reader.h"
#include "harness/writer.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

// How many entities the writer leaves for point reads.
constexpr size_t kSampledEntities = 64;

WorkloadParameters ParametersOf(const PhaseJob& job) {
  WorkloadParameters parameters;
  parameters.seed = job.cell.seed;
  parameters.datoms = job.cell.datoms;
  parameters.extra = job.cell.workload_parameters;
  parameters.trace_folders = job.trace_folders;
  parameters.datahike_semantics = job.cell.db.semantics == Semantics::kDatahike6c1468fd;
  return parameters;
}

// The phases of a process that reads.
class ReaderPhases {
 public:
  // `make` gives a reader that has done nothing yet; what it reads lies in `data` on disk.
  using MakeReader = std::function<std::unique_ptr<StoreReader>()>;
  ReaderPhases(MakeReader make, fs::path data, uint64_t seed, std::optional<ColdState> cold)
      : make_(std::move(make)), data_(std::move(data)), seed_(seed), cold_(std::move(cold)) {}

  PhaseRow Connect() {
    reader_ = make_();
    PhaseMeter meter(data_);
    meter.Start();
    const double engine_open_seconds = reader_->OpenEngine();
    // A store that was open already has a history in its counters.
    if (!counts_from_zero()) counted_ = reader_->store().metered().counters();
    reader_->Connect();
    meter.Stop();
    PhaseRow row = Row(Phase::kConnectCold, Phase::kConnectWarm, meter);
    row.measurements.Set("engine_open_seconds", engine_open_seconds);
    row.measurements.Set("connect_to_usable_seconds", since_start_seconds_);
    ReportMemory(reader_->db(), reader_->strategy(), row.measurements);
    return row;
  }

  PhaseRow FirstRead() {
    PhaseMeter meter(data_);
    meter.Start();
    reader_->FirstRead(seed_);
    meter.Stop();
    PhaseRow row = Row(Phase::kFirstReadCold, Phase::kFirstReadWarm, meter);
    row.measurements.Set("connect_to_first_read_seconds", since_start_seconds_);
    return row;
  }

  PhaseRow Scan() {
    PhaseMeter meter(data_);
    meter.Start();
    const uint64_t datoms = reader_->Scan();
    meter.Stop();
    PhaseRow row = Row(Phase::kScanCold, Phase::kScanWarm, meter);
    row.measurements.Set("connect_to_all_read_seconds", since_start_seconds_);
    row.measurements.SetCount("datoms", datoms);
    row.measurements.Set("datoms_per_second", static_cast<double>(datoms) / meter.wall_seconds());
    ReportMemory(reader_->db(), reader_->strategy(), row.measurements);
    return row;
  }

  // `expected`: the writer's database where this process has it; else its fingerprint is compared.
  PhaseRow Verify(const Db* expected) {
    PhaseMeter meter(data_);
    meter.Start();
    const auto difference =
        expected != nullptr ? FirstDifference(*expected, reader_->db()) : reader_->Verify();
    meter.Stop();
    if (difference) throw CorruptionError("the oracle disagrees: " + *difference);
    PhaseRow row(Phase::kVerify);
    Finish(meter, row);
    ReportDatoms(reader_->db(), row.measurements);
    uint64_t datoms = 0;
    for (const IndexName index : kIndexNames) datoms += reader_->db().size(index);
    row.measurements.SetCount("datoms", datoms);
    return row;
  }

 private:
  bool counts_from_zero() const { return cold_.has_value(); }

  PhaseRow Row(Phase cold, Phase warm, const PhaseMeter& meter) {
    PhaseRow row(cold_ ? cold : warm);
    since_start_seconds_ += meter.wall_seconds();
    Finish(meter, row);
    if (cold_) {
      row.measurements.Set("cold_proven", cold_->is_proven ? 1 : 0);
      row.measurements.SetCount("resident_bytes", cold_->resident_bytes);
      row.label = cold_->is_proven ? "cold: proven by mincore"
                                   : "cold: best effort (" + cold_->reason + ")";
    }
    return row;
  }

  void Finish(const PhaseMeter& meter, PhaseRow& row) {
    meter.Report(row.measurements);
    const IoCounters now = reader_->store().metered().counters();
    ReportIo(now - counted_, row.measurements);
    counted_ = now;
  }

  const MakeReader make_;
  const fs::path data_;
  const uint64_t seed_;
  const std::optional<ColdState> cold_;
  std::unique_ptr<StoreReader> reader_;
  IoCounters counted_;
  double since_start_seconds_ = 0;
};

}  // namespace
}  // namespace datombench

#include "harness/reader_phases.h"

#include <utility>

#include "backends/error.h"
#include "harness/oracle.h"
#include "harness/row.h"

namespace datombench {

ReaderPhases::ReaderPhases(std::unique_ptr<StoreReader> reader, std::filesystem::path data,
                           uint64_t seed, std::optional<ColdState> cold)
    : reader_(std::move(reader)), data_(std::move(data)), seed_(seed), cold_(std::move(cold)) {}

PhaseRow ReaderPhases::Connect() {
  if (reader_->is_open()) counted_ = reader_->store().metered().counters();
  PhaseMeter meter(data_);
  meter.Start();
  const double engine_open_seconds = reader_->OpenEngine();
  reader_->Connect();
  meter.Stop();
  PhaseRow row = TimedRow(Phase::kConnectCold, Phase::kConnectWarm, meter);
  row.measurements.Set("engine_open_seconds", engine_open_seconds);
  row.measurements.Set("connect_to_usable_seconds", since_start_seconds_);
  ReportMemory(reader_->db(), reader_->strategy(), row.measurements);
  return row;
}

PhaseRow ReaderPhases::FirstRead() {
  PhaseMeter meter(data_);
  meter.Start();
  reader_->FirstRead(seed_);
  meter.Stop();
  PhaseRow row = TimedRow(Phase::kFirstReadCold, Phase::kFirstReadWarm, meter);
  row.measurements.Set("connect_to_first_read_seconds", since_start_seconds_);
  return row;
}

PhaseRow ReaderPhases::Scan() {
  PhaseMeter meter(data_);
  meter.Start();
  const uint64_t datoms = reader_->Scan();
  meter.Stop();
  PhaseRow row = TimedRow(Phase::kScanCold, Phase::kScanWarm, meter);
  row.measurements.Set("connect_to_all_read_seconds", since_start_seconds_);
  row.measurements.SetCount("datoms", datoms);
  row.measurements.Set("datoms_per_second", static_cast<double>(datoms) / meter.wall_seconds());
  ReportMemory(reader_->db(), reader_->strategy(), row.measurements);
  return row;
}

PhaseRow ReaderPhases::Verify(const Db* expected) {
  PhaseMeter meter(data_);
  meter.Start();
  const auto difference =
      expected != nullptr ? FirstDifference(*expected, reader_->db()) : reader_->FirstDifference();
  meter.Stop();
  if (difference) throw CorruptionError("the oracle disagrees: " + *difference);
  PhaseRow row(Phase::kVerify);
  Report(meter, row);
  ReportDatoms(reader_->db(), row.measurements);
  uint64_t datoms = 0;
  for (const IndexName index : kIndexNames) datoms += reader_->db().size(index);
  row.measurements.SetCount("datoms", datoms);
  return row;
}

PhaseRow ReaderPhases::TimedRow(Phase cold, Phase warm, const PhaseMeter& meter) {
  PhaseRow row(cold_ ? cold : warm);
  since_start_seconds_ += meter.wall_seconds();
  Report(meter, row);
  if (cold_) {
    row.measurements.Set("cold_proven", cold_->is_proven ? 1 : 0);
    row.measurements.SetCount("resident_bytes", cold_->resident_bytes);
    row.label =
        cold_->is_proven ? "cold: proven by mincore" : "cold: best effort (" + cold_->reason + ")";
  }
  return row;
}

void ReaderPhases::Report(const PhaseMeter& meter, PhaseRow& row) {
  meter.Report(row.measurements);
  const IoCounters now = reader_->store().metered().counters();
  ReportIo(now - counted_, row.measurements);
  counted_ = now;
}

}  // namespace datombench

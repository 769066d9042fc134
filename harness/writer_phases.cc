#include "harness/writer_phases.h"

#include "harness/meter.h"
#include "harness/oracle.h"
#include "harness/row.h"
#include "harness/store_reader.h"

namespace datombench {
namespace {

// How many entities are left for point reads to ask for.
constexpr size_t kSampledEntities = 64;

// A share of all nodes can't be known before there are any.
size_t CacheBytesWhileWriting(const CacheLimit& cache) {
  return cache.kind == CacheLimit::Kind::kPercent ? NodeCache::kUnlimited : cache.Bytes(0);
}

void ReportDisk(const Cell& cell, const std::filesystem::path& data, Measurements& row) {
  if (cell.backend->is_persistent) MeasureDisk(data).Report(row);
}

}  // namespace

WriterPhases::WriterPhases(const PhaseJob& job) : job_(job), data_(DataFolder(job.store)) {
  description_.cell = job.cell;
}

WriterPhases::~WriterPhases() = default;

void WriterPhases::Open() {
  const Cell& cell = job_.cell;
  workload_ = cell.workload->make(MakeWorkloadParameters(cell, job_.trace_folders));
  WriteDescription(job_.store, description_);
  store_ = std::make_unique<Store>(cell, job_.store);
  strategy_ = store_->MakeStrategy(CacheBytesWhileWriting(cell.cache));
  writer_ =
      std::make_unique<Writer>(*strategy_, *workload_, strategy_->Connect(),
                               [this](const Commit& commit, const Db& db) { Observe(commit, db); });
  if (!job_.commit_log) return;
  commit_log_.emplace(*job_.commit_log);
  commit_counter_.emplace(store_->metered());
}

void WriterPhases::Observe(const Commit& commit, const Db& db) {
  if (commit_log_) commit_log_->Append(commit_counter_->Count(commit, db));
}

std::optional<PhaseRow> WriterPhases::Load() {
  Open();
  const uint64_t transactions = workload_->load_transactions().value_or(0);
  if (transactions == 0) return std::nullopt;
  return Run(Phase::kLoad, transactions, job_.cell.load_flush);
}

std::optional<PhaseRow> WriterPhases::Transact() {
  if (!writer_->HasMore()) return std::nullopt;
  return Run(Phase::kTransact, Writer::kToTheEnd, job_.cell.flush);
}

PhaseRow WriterPhases::Run(Phase phase, uint64_t last, uint64_t interval) {
  Stretch stretch;
  PhaseMeter meter(data_);
  const IoCounters before = store_->metered().counters();
  meter.Start();
  writer_->Run(last, interval, stretch);
  meter.Stop();

  PhaseRow row(phase);
  meter.Report(row.measurements);
  ReportIo(store_->metered().counters() - before, row.measurements);
  ReportStretch(stretch, row.measurements);
  ReportDatoms(writer_->db(), row.measurements);
  ReportMemory(writer_->db(), *strategy_, row.measurements);
  ReportDisk(job_.cell, data_, row.measurements);
  return row;
}

void WriterPhases::Describe() {
  const Db& db = writer_->db();
  description_.contents = StoreDescription::Contents{
      FingerprintOf(db), IndexBytes(db), SampleEntities(db, kSampledEntities, job_.seed)};
  WriteDescription(job_.store, description_);
}

PhaseRow WriterPhases::Close() {
  if (commit_log_) commit_log_->Close();
  Describe();
  const uint64_t live_bytes = LiveBytes(writer_->db());
  const bool closes = job_.cell.backend->is_persistent;

  PhaseMeter meter(data_);
  const IoCounters before = store_->metered().counters();
  meter.Start();
  store_->backend().Quiesce();
  if (closes) {
    writer_.reset();
    strategy_.reset();
  }
  const IoCounters after = store_->metered().counters();
  if (closes) store_.reset();
  meter.Stop();

  PhaseRow row(Phase::kClose);
  meter.Report(row.measurements);
  ReportIo(after - before, row.measurements);
  ReportDisk(job_.cell, data_, row.measurements);
  row.measurements.SetCount("live_bytes", live_bytes);
  if (const auto stored = row.measurements.Get("disk_apparent_bytes"); stored && live_bytes > 0) {
    row.measurements.Set("space_amplification", *stored / static_cast<double>(live_bytes));
  }
  return row;
}

}  // namespace datombench

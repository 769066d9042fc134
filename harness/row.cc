#include "harness/row.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "harness/statistics.h"

namespace datombench {
namespace {

constexpr size_t kDatomsARun = 65536;

double Seconds(uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

uint64_t EncodedBytes(const Index& index) {
  const Codec& packed = *FindCodec("packed");
  uint64_t bytes = 0;
  std::vector<Datom> run;
  auto values = std::make_unique<ValueArena>();
  const auto encode = [&] {
    if (!run.empty()) bytes += packed.EncodeDatoms(run).size();
    run.clear();
    values = std::make_unique<ValueArena>();
  };
  const auto cursor = index.All();
  for (auto read = cursor->Next(); !read.empty(); read = cursor->Next()) {
    // Values of a bounded cache's nodes don't outlive the run that they were read in.
    for (const Datom& datom : read) {
      run.emplace_back(datom.e(), datom.a(), values->Adopt(datom.v()), datom.tx(), datom.added());
      if (run.size() == kDatomsARun) encode();
    }
  }
  encode();
  return bytes;
}

void ReportLatencies(const Stretch& stretch, Measurements& row) {
  std::vector<double> ms;
  ms.reserve(stretch.commit_ns.size());
  for (const uint64_t ns : stretch.commit_ns) ms.push_back(static_cast<double>(ns) / 1e6);
  std::sort(ms.begin(), ms.end());
  row.Set("commit_p50_ms", Percentile(ms, 50));
  row.Set("commit_p90_ms", Percentile(ms, 90));
  row.Set("commit_p99_ms", Percentile(ms, 99));
  row.Set("commit_p999_ms", Percentile(ms, 99.9));
  row.Set("commit_max_ms", ms.back());
}

}  // namespace

void ReportIo(const IoCounters& during, Measurements& row) {
  const ClassIoCounters total = during.Total();
  row.SetCount("puts", total.puts);
  row.SetCount("put_bytes", total.put_bytes);
  row.SetCount("gets", total.gets);
  row.SetCount("get_bytes", total.get_bytes);
  row.SetCount("deletes", total.deletes);
  row.SetCount("scans", total.scans);
  row.SetCount("syncs", during.syncs);
  row.SetCount("io_units", during.io_units);
  for (const ObjectClass object_class : kObjectClasses) {
    const ClassIoCounters& counters = during.of(object_class);
    row.SetCount(IoMetric(object_class, IoCount::kPuts), counters.puts);
    row.SetCount(IoMetric(object_class, IoCount::kPutBytes), counters.put_bytes);
    row.SetCount(IoMetric(object_class, IoCount::kGets), counters.gets);
    row.SetCount(IoMetric(object_class, IoCount::kGetBytes), counters.get_bytes);
    row.SetCount(IoMetric(object_class, IoCount::kDeletes), counters.deletes);
  }
}

void ReportStretch(const Stretch& stretch, Measurements& row) {
  const double wall_seconds = Seconds(stretch.wall_ns());
  row.Set("wall_seconds", wall_seconds);
  // Two clocks are read at nearly the same time: their difference may fall below 0.
  row.Set("cpu_seconds", std::max(0.0, *row.Get("cpu_seconds") - Seconds(stretch.untimed_cpu_ns)));
  row.Set("transact_seconds", Seconds(stretch.transact_ns));
  row.Set("flush_seconds", Seconds(stretch.flush_ns));
  row.Set("transactions_per_second", static_cast<double>(stretch.transactions) / wall_seconds);
  row.Set("datoms_per_second", static_cast<double>(stretch.deltas) / wall_seconds);
  ReportLatencies(stretch, row);
  row.SetCount("transactions", stretch.transactions);
  row.SetCount("deltas", stretch.deltas);
  row.SetCount("flushes", stretch.commit_ns.size());
  row.SetCount("user_bytes", stretch.user_bytes);
  if (stretch.user_bytes > 0) {
    row.Set("write_amplification", *row.Get("put_bytes") / static_cast<double>(stretch.user_bytes));
  }
  for (const IndexName index : kIndexNames) {
    row.SetCount(NodesMetric(index), stretch.nodes[static_cast<size_t>(index)]);
  }
}

void ReportDatoms(const Db& db, Measurements& row) {
  for (const IndexName index : kIndexNames) {
    if (db.has(index)) row.SetCount(DatomsMetric(index), db.size(index));
  }
}

size_t IndexBytes(const Db& db) {
  size_t bytes = 0;
  for (const IndexPtr& index : db.indexes) {
    if (index != nullptr) bytes += index->MemoryBytes();
  }
  return bytes;
}

void ReportMemory(const Db& db, const Strategy& strategy, Measurements& row) {
  row.SetCount("index_bytes", IndexBytes(db));
  row.SetCount("strategy_bytes", strategy.MemoryBytes());
}

uint64_t LiveBytes(const Db& db) {
  uint64_t bytes = 0;
  for (const IndexName name : {IndexName::kEavt, IndexName::kTemporalEavt}) {
    if (db.has(name)) bytes += EncodedBytes(*db.index(name));
  }
  return bytes;
}

}  // namespace datombench

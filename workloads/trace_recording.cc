#include "workloads/trace_recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "index/db.h"
#include "index/registry.h"
#include "index/transactor.h"
#include "workloads/trace_schema.h"

namespace datombench {
namespace {

Db EmptyDatabase() {
  const DbOptions without_history = {.keep_history = false};
  return Db::Empty(
      std::make_shared<Lineage>(without_history, *AllIndexes().front(), IndexOptions{}));
}

// The attributes that `report`, of the first transaction, declared, in the order of their entities.
TraceSchema SchemaOf(const TxReport& report) {
  const Db& db = report.db_after;
  const BuiltinAttributes& builtin = db.schema->builtin();
  std::vector<AttributeDeclaration> attributes = {
      {":db/txInstant", (*db.schema)[builtin.tx_instant], ""}};
  for (const Datom& datom : report.tx_data) {
    if (datom.a() != builtin.ident) continue;
    std::string ident = KeywordText(datom.v().AsBytes());
    const AttributeId a = db.lineage->attributes->Find(ident);
    if (a == kNoAttribute || !(*db.schema)[a].is_declared()) continue;
    AttributeProperties properties = (*db.schema)[a];
    properties.index = properties.index || properties.unique != Unique::kNone;
    attributes.push_back({std::move(ident), properties, ""});
  }
  return TraceSchema(std::move(attributes));
}

// The schema's transaction, which a trace doesn't hold, took the first id.
constexpr TxId TraceTx(TxId tx) { return tx - 1; }
constexpr EntityId TraceEntity(EntityId e) { return e > kTx0 ? TraceTx(e) : e; }

// Turns transaction reports into transactions of a trace.
class Recorder {
 public:
  // `db` is the database after the schema's transaction.
  Recorder(const Db& db, const TraceSchema& schema)
      : attributes_(*db.lineage->attributes), tx_instant_(db.schema->builtin().tx_instant) {
    for (AttributeId a = 0; a < attributes_.end(); ++a) {
      recorded_ids_.push_back(schema.Find(attributes_.Ident(a)));
    }
  }

  const TraceTransaction& Record(const TxReport& report, int64_t instant) {
    transaction_.id = TraceTx(report.db_after.max_tx);
    ++transaction_.number;
    transaction_.instant = instant;
    transaction_.datoms.clear();
    std::vector<Datom> deltas;
    std::copy_if(report.tx_data.begin(), report.tx_data.end(), std::back_inserter(deltas),
                 [this](const Datom& datom) { return datom.a() != tx_instant_; });
    Net(std::move(deltas));
    return transaction_;
  }

 private:
  // Deltas about one datom alternate: an even number of them leaves it as it was, an odd one does
  // what the first did.
  void Net(std::vector<Datom> deltas) {
    std::stable_sort(deltas.begin(), deltas.end(),
                     [this](const Datom& x, const Datom& y) { return Compare(x, y) < 0; });
    for (size_t begin = 0; begin < deltas.size();) {
      size_t end = begin + 1;
      while (end < deltas.size() && Compare(deltas[begin], deltas[end]) == 0) ++end;
      if ((end - begin) % 2 == 1) transaction_.datoms.push_back(Recorded(deltas[begin]));
      begin = end;
    }
  }

  int Compare(const Datom& x, const Datom& y) const {
    const std::pair left(x.e(), x.a());
    const std::pair right(y.e(), y.a());
    if (left != right) return left < right ? -1 : 1;
    return CompareValues(x.v(), y.v(), attributes_.strings());
  }

  TraceDatom Recorded(const Datom& datom) const {
    if (datom.a() >= recorded_ids_.size() || !recorded_ids_[datom.a()]) {
      throw WorkloadError(fmt::format(
          "a trace's schema is fixed: expected attributes that the first transaction declares, "
          "got {}",
          attributes_.Ident(datom.a())));
    }
    TraceDatom recorded;
    recorded.e = TraceEntity(datom.e());
    recorded.v = datom.v();
    if (recorded.v.type() == ValueType::kRef) {
      recorded.v = Value::Ref(TraceEntity(recorded.v.AsRef()));
    }
    recorded.attribute = *recorded_ids_[datom.a()];
    recorded.added = datom.added();
    return recorded;
  }

  const Attributes& attributes_;
  const AttributeId tx_instant_;
  std::vector<std::optional<uint32_t>> recorded_ids_;  // in the trace's schema, by AttributeId
  TraceTransaction transaction_;
};

}  // namespace

TraceStatistics RecordTrace(Workload& workload, const TracePaths& paths, const std::string& name,
                            const std::vector<std::string>& remarks) {
  paths.RequireAbsent();
  const Transaction* transaction = workload.Next();
  if (transaction == nullptr) {
    throw WorkloadError("expected a workload with transactions, got none");
  }
  TxReport first = Transact(EmptyDatabase(), *transaction);
  const TraceSchema schema = SchemaOf(first);
  Db db = std::move(first.db_after);
  TraceWriter trace(paths, name, remarks, schema);
  Recorder recorder(db, schema);
  while ((transaction = workload.Next()) != nullptr) {
    TxReport report = Transact(std::move(db), *transaction);
    trace.Write(recorder.Record(report, transaction->instant));
    db = std::move(report.db_after);
  }
  trace.Finish();
  return WriteTraceStatistics(paths);
}

}  // namespace datombench

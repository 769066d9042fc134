#include "workloads/trace_generate.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "index/transactor.h"

namespace datombench {
namespace {

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

// The schema transaction, which a log doesn't hold, took the first id.
constexpr TxId TraceTx(TxId tx) { return tx - 1; }
constexpr EntityId TraceEntity(EntityId e) { return e > kTx0 ? TraceTx(e) : e; }

class Netting {
 public:
  Netting(const Lineage& lineage, const TraceSchema& schema) : lineage_(lineage), schema_(schema) {}

  // What `deltas` come to: lines about one datom alternate, so an even number of them is nothing,
  // and of an odd number the first stays.
  void Net(std::vector<Datom> deltas, std::vector<TraceDatom>* datoms) const {
    std::stable_sort(deltas.begin(), deltas.end(),
                     [this](const Datom& x, const Datom& y) { return Compare(x, y) < 0; });
    for (size_t begin = 0; begin < deltas.size();) {
      size_t end = begin + 1;
      while (end < deltas.size() && Compare(deltas[begin], deltas[end]) == 0) ++end;
      if ((end - begin) % 2 == 1) datoms->push_back(Line(deltas[begin]));
      begin = end;
    }
  }

 private:
  int Compare(const Datom& x, const Datom& y) const {
    const std::pair left(x.e(), x.a());
    const std::pair right(y.e(), y.a());
    if (left != right) return left < right ? -1 : 1;
    return CompareValues(x.v(), y.v(), lineage_.attributes->strings());
  }

  TraceDatom Line(const Datom& datom) const {
    TraceDatom line;
    line.e = TraceEntity(datom.e());
    line.v = datom.v();
    if (line.v.type() == ValueType::kRef) line.v = Value::Ref(TraceEntity(line.v.AsRef()));
    line.attribute = *schema_.Find(lineage_.attributes->Ident(datom.a()));
    line.added = datom.added();
    return line;
  }

  const Lineage& lineage_;
  const TraceSchema& schema_;
};

}  // namespace

void WriteTrace(Workload& workload, const TracePaths& paths, const std::string& name,
                const std::vector<std::string>& remarks,
                const std::function<void(uint64_t)>& progress) {
  const Transaction* transaction = workload.Next();
  if (transaction == nullptr)
    throw WorkloadError("expected a workload with transactions, got none");
  const DbOptions without_history = {.keep_history = false};
  const TxReport first = Transact(
      Db::Empty(std::make_shared<Lineage>(without_history, *AllIndexes().front(), IndexOptions{})),
      *transaction);
  const TraceSchema schema = SchemaOf(first);
  Db db = first.db_after;
  TraceWriter writer(paths, name, remarks, schema);
  const Netting netting(*db.lineage, schema);
  const AttributeId tx_instant = db.schema->builtin().tx_instant;
  TraceTransaction lines;
  while ((transaction = workload.Next()) != nullptr) {
    const TxReport report = Transact(db, *transaction);
    db = report.db_after;
    lines.id = TraceTx(db.max_tx);
    ++lines.number;
    lines.instant = transaction->instant;
    lines.datoms.clear();
    std::vector<Datom> deltas;
    std::copy_if(report.tx_data.begin(), report.tx_data.end(), std::back_inserter(deltas),
                 [&](const Datom& datom) { return datom.a() != tx_instant; });
    netting.Net(std::move(deltas), &lines.datoms);
    writer.Write(lines);
    if (progress) progress(lines.number);
  }
  writer.Finish();
}

}  // namespace datombench

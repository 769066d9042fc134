#include "workloads/trace_recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "index/db.h"
#include "index/registry.h"
#include "index/transactor.h"
#include "workloads/output_file.h"
#include "workloads/trace_schema.h"

namespace datombench {
namespace {

void RequireAbsent(const TracePaths& paths) {
  std::error_code error;
  for (const std::filesystem::path& path : {paths.log, paths.schema, paths.stats}) {
    if (!std::filesystem::exists(path, error)) continue;
    throw WorkloadError(
        fmt::format("{}: is there already; remove it, or choose another --name", path.string()));
  }
}

Db EmptyDatabase() {
  const std::span<const IndexKind* const> kinds = AllIndexes();
  assert(!kinds.empty());
  DbOptions options;
  options.keep_history = false;
  return Db::Empty(std::make_shared<Lineage>(options, *kinds.front(), IndexOptions{}));
}

// The attributes that a trace declares: the database's own but for what describes attributes.
std::vector<AttributeDeclaration> Declarations(const Db& db) {
  const Schema& schema = *db.schema;
  const BuiltinAttributes& builtin = schema.builtin();
  std::vector<AttributeDeclaration> declarations;
  for (AttributeId a = kFirstAttribute; a < schema.end(); ++a) {
    const bool describes = a == builtin.ident || a == builtin.value_type ||
                           a == builtin.cardinality || a == builtin.unique || a == builtin.index ||
                           a == builtin.is_component || a == builtin.no_history || a == builtin.doc;
    if (describes || !schema[a].is_declared()) continue;
    AttributeProperties properties = schema[a];
    properties.index = properties.index || properties.unique != Unique::kNone;
    declarations.push_back({db.lineage->attributes->Ident(a), properties, ""});
  }
  return declarations;
}

// Turns transaction reports into transactions of a trace.
class Recorder {
 public:
  Recorder(const Db& db, const TraceSchema& schema) {
    const Attributes& attributes = *db.lineage->attributes;
    by_id_.resize(attributes.end());
    for (AttributeId a = kFirstAttribute; a < attributes.end(); ++a) {
      by_id_[a] = schema.Find(attributes.Ident(a));
    }
    tx_instant_ = db.schema->builtin().tx_instant;
  }

  const TraceTransaction& Record(const TxReport& report, int64_t instant) {
    transaction_.id = report.db_after.max_tx - 1;  // the schema's transaction isn't in a trace
    ++transaction_.number;
    transaction_.instant = instant;
    transaction_.datoms.clear();
    const size_t first = report.tx_data.empty() || report.tx_data[0].a() != tx_instant_ ? 0 : 1;
    Net(std::span(report.tx_data).subspan(first));
    return transaction_;
  }

 private:
  static bool SameFact(const Datom& x, const Datom& y) {
    return x.e() == y.e() && x.a() == y.a() &&
           CompareValues(x.v(), y.v(), StringOrder::kCodePoint) == 0;
  }

  // Effects on one fact alternate: an even number of them leaves it as it was, an odd one does what
  // the first did.
  void Net(std::span<const Datom> effects) {
    std::multimap<std::pair<EntityId, AttributeId>, std::pair<Datom, bool>> facts;
    for (const Datom& effect : effects) {
      const auto [begin, end] = facts.equal_range({effect.e(), effect.a()});
      const auto known = std::find_if(
          begin, end, [&effect](const auto& fact) { return SameFact(fact.second.first, effect); });
      if (known == end) {
        facts.emplace(std::pair(effect.e(), effect.a()), std::pair(effect, true));
      } else {
        known->second.second = !known->second.second;
      }
    }
    for (const auto& [key, fact] : facts) {
      if (fact.second) transaction_.datoms.push_back(TraceDatomOf(fact.first));
    }
  }

  TraceDatom TraceDatomOf(const Datom& datom) const {
    if (datom.a() >= by_id_.size() || !by_id_[datom.a()]) {
      throw WorkloadError("a trace's schema is fixed: the workload declares an attribute later");
    }
    if (datom.e() >= kTx0) {
      throw WorkloadError("facts about transactions can't be recorded as a trace");
    }
    TraceDatom recorded;
    recorded.e = datom.e();
    recorded.v = datom.v();
    recorded.attribute = *by_id_[datom.a()];
    recorded.added = datom.added();
    return recorded;
  }

  std::vector<std::optional<uint32_t>> by_id_;  // a database's attribute -> the schema's
  AttributeId tx_instant_ = kNoAttribute;
  TraceTransaction transaction_;
};

}  // namespace

TraceStatistics RecordTrace(Workload& workload, const TracePaths& paths, const std::string& name,
                            const std::string& source) {
  RequireAbsent(paths);
  const Transaction* transaction = workload.Next();
  if (transaction == nullptr) throw WorkloadError("the workload has no transaction");
  Db db = Transact(EmptyDatabase(), *transaction).db_after;
  const TraceSchema schema(Declarations(db));
  TraceWriter trace(paths, name, {"source " + source}, schema);
  Recorder recorder(db, schema);
  while ((transaction = workload.Next()) != nullptr) {
    const TxReport report = Transact(db, *transaction);
    trace.Write(recorder.Record(report, transaction->instant));
    db = report.db_after;
  }
  trace.Finish();

  TraceStatistics statistics = ReadTraceStatistics(paths.log);
  OutputFile stats(paths.stats);
  stats.Write(statistics.Json());
  stats.Finish();
  return statistics;
}

}  // namespace datombench

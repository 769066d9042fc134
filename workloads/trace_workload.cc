// `trace`: the transactions of a real database, read from a DTL1 file (docs/trace-format.md).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "workloads/catalog.h"
#include "workloads/parameters.h"
#include "workloads/schema_transaction.h"
#include "workloads/trace.h"
#include "workloads/trace_lookup.h"

namespace datombench {
namespace {

constexpr int64_t kSchemaInstant = 1000000000000;

// The schema transaction takes the first id, so the n-th transaction of the trace is n + 1 here.
constexpr TxId RealTx(uint64_t number) { return kTx0 + 1 + number; }

// Effects back to requests: what a client would have asked for is what the trace says, but for the
// retractions that replacing a cardinality-one value implies.
class TraceReplay : public Workload {
 public:
  explicit TraceReplay(const std::filesystem::path& path) : reader_(path) {
    for (const AttributeDeclaration& attribute : reader_.schema().attributes()) {
      if (attribute.ident != ":db/txInstant" && attribute.ident != ":db/ident") ++declared_;
    }
  }

  const Transaction* Next() override {
    transaction_.operations.clear();
    if (!has_declared_schema_) {
      has_declared_schema_ = true;
      AppendSchemaOperations(reader_.schema().attributes(), schema_values_,
                             &transaction_.operations);
      transaction_.instant = kSchemaInstant;
      return &transaction_;
    }
    const TraceTransaction* effects = reader_.Next();
    expected_deltas_.reset();
    if (effects == nullptr) return nullptr;
    expected_deltas_ = effects->datoms.size();
    if (!effects->datoms.empty()) last_line_ = effects->datoms.back().line;
    transaction_.instant = effects->instant;
    FindReplacements(*effects);
    for (const TraceDatom& datom : effects->datoms) {
      if (!IsImplied(datom)) transaction_.operations.push_back(Request(datom));
    }
    return &transaction_;
  }

  std::optional<uint64_t> expected_deltas() const override { return expected_deltas_; }
  std::string place() const override {
    return fmt::format("{}:{}", reader_.path().string(), last_line_);
  }

 private:
  using Key = std::pair<EntityId, uint32_t>;

  bool IsCardinalityOne(const TraceDatom& datom) const {
    return reader_.schema()[datom.attribute].properties.cardinality == Cardinality::kOne;
  }

  // The (e, a) of cardinality one that get a value, where there are retractions to compare with.
  void FindReplacements(const TraceTransaction& effects) {
    replaced_.clear();
    const auto retracts = [](const TraceDatom& datom) { return !datom.added; };
    if (std::none_of(effects.datoms.begin(), effects.datoms.end(), retracts)) return;
    for (const TraceDatom& datom : effects.datoms) {
      if (datom.added && IsCardinalityOne(datom)) replaced_.emplace_back(datom.e, datom.attribute);
    }
    if (!std::is_sorted(replaced_.begin(), replaced_.end())) {
      std::sort(replaced_.begin(), replaced_.end());
    }
  }

  bool IsImplied(const TraceDatom& datom) const {
    return !datom.added && IsCardinalityOne(datom) &&
           std::binary_search(replaced_.begin(), replaced_.end(), Key(datom.e, datom.attribute));
  }

  Operation Request(const TraceDatom& datom) const {
    RequireUserEntity(datom);
    Value v = datom.v;
    if (v.type() == ValueType::kRef) v = Value::Ref(RealEntity(v.AsRef()));
    return {datom.added ? Operation::Kind::kAdd : Operation::Kind::kRetract, RealEntity(datom.e),
            reader_.schema()[datom.attribute].ident, v};
  }

  // Transactions are entities too, and shift with their ids.
  EntityId RealEntity(EntityId e) const { return e < kTx0 ? e : RealTx(*reader_.NumberOf(e)); }

  void RequireUserEntity(const TraceDatom& datom) const {
    if (datom.e < kFirstAttributeEntity || datom.e >= kFirstAttributeEntity + declared_) return;
    reader_.FailAt(
        datom.line,
        fmt::format("field 3 (e): expected an entity outside {} to {}, which are the "
                    "schema's attributes in a replay, got \"{}\"",
                    kFirstAttributeEntity, kFirstAttributeEntity + declared_ - 1, datom.e));
  }

  TraceReader reader_;
  uint64_t declared_ = 0;  // attributes
  bool has_declared_schema_ = false;
  ValueBuffer schema_values_;
  std::vector<Key> replaced_;  // sorted
  Transaction transaction_;
  std::optional<uint64_t> expected_deltas_;
  uint64_t last_line_ = 0;  // of the last transaction
};

std::unique_ptr<Workload> Make(const WorkloadParameters& given) {
  const ParameterReader parameters(*FindWorkload("trace"), given);
  const std::string name = parameters.Text("trace");
  if (name.empty()) {
    throw WorkloadError(
        "workload trace: parameter trace: expected the name or path of a trace, got none");
  }
  return std::make_unique<TraceReplay>(FindTrace(name, given.trace_folders));
}

}  // namespace

WorkloadKind TraceWorkload() {
  return {"trace",
          "a real database's transaction log: trace:git-datahike by name, or by path as in "
          "trace:/data/my.dtl.zst",
          {{"trace", "", "the trace's name"}},
          0,
          Make};
}

}  // namespace datombench

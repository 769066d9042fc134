#include "tests/support/database_model.h"

#include <algorithm>
#include <optional>
#include <set>

#include "index/sequence_text.h"
#include "tests/support/model_order.h"

namespace datombench {
namespace {

struct Refused {};

StringOrder StringsOf(const DbOptions& options) {
  return options.semantics == Semantics::kCurrent ? StringOrder::kCodePoint
                                                  : StringOrder::kUtf16Unit;
}

ModelValue ToModelValue(const Value& v) {
  if (IsOutOfLine(v.type())) return {v.type(), 0, std::string(v.AsBytes())};
  return {v.type(), v.bits(), ""};
}

bool IsTempRef(const ModelValue& v) { return v.type == ValueType::kRef && v.bits >= kFirstTempId; }

const std::map<std::string, AttributeProperties>& Builtin() {
  static const std::map<std::string, AttributeProperties> builtin = {
      {":db/ident", {.value_type = ValueType::kKeyword, .unique = Unique::kIdentity}},
      {":db/valueType", {.value_type = ValueType::kKeyword}},
      {":db/cardinality", {.value_type = ValueType::kKeyword}},
      {":db/unique", {.value_type = ValueType::kKeyword}},
      {":db/index", {.value_type = ValueType::kBoolean}},
      {":db/isComponent", {.value_type = ValueType::kBoolean}},
      {":db/noHistory", {.value_type = ValueType::kBoolean}},
      {":db/doc", {.value_type = ValueType::kString}},
      {":db/txInstant", {.value_type = ValueType::kInstant}},
  };
  return builtin;
}

}  // namespace

// Changes a copy of the state; throws Refused.
class DatabaseModel::Run {
 public:
  Run(const DbOptions& options, const State& before)
      : options_(options), before_(before), state_(before), tx_(before.max_tx + 1) {}

  State Execute(const Transaction& transaction) {
    ResolveTempIds(transaction);
    if (options_.keep_history || !IsOriginal()) {
      Add({tx_, ":db/txInstant", ToModelValue(Value::Instant(transaction.instant)), tx_, true});
    }
    for (const Operation& operation : transaction.operations) {
      const uint64_t e = Named(operation.e);
      if (operation.kind == Operation::Kind::kRetractEntity) {
        RetractEntity(e);
        continue;
      }
      const ModelValue v = Named(ToModelValue(operation.v));
      if (IsTempRef(v) || e >= kFirstTempId) throw Refused();
      const ModelDatom d{e, std::string(operation.attribute), v, tx_, true};
      Properties(d.attribute);
      operation.kind == Operation::Kind::kAdd ? Add(d) : Retract(d);
    }
    DeclareAttributes();
    state_.max_tx = tx_;
    return state_;
  }

 private:
  bool IsOriginal() const { return options_.semantics == Semantics::kDatahike6c1468fd; }

  const AttributeProperties& Properties(const std::string& attribute) const {
    if (Builtin().contains(attribute)) return Builtin().at(attribute);
    if (!before_.schema.contains(attribute)) throw Refused();
    return before_.schema.at(attribute);
  }

  bool IsSameValue(const ModelValue& x, const ModelValue& y) const {
    return CompareModelValues(x, y, StringsOf(options_)) == 0;
  }
  bool IsSameFact(const ModelDatom& x, const ModelDatom& y) const {
    return x.e == y.e && x.attribute == y.attribute && IsSameValue(x.v, y.v);
  }

  void EraseCurrent(const ModelDatom& d) {
    std::erase_if(state_.current, [&](const ModelDatom& x) { return x == d; });
  }

  void AddHistory(const ModelDatom& d, bool compares_added) {
    if (!options_.keep_history || d.attribute == ":db/txInstant") return;
    if (Properties(d.attribute).no_history) return;
    for (const ModelDatom& x : state_.temporal) {
      if (IsSameFact(x, d) && x.tx == d.tx && (!compares_added || x.added == d.added)) return;
    }
    state_.temporal.push_back(d);
  }

  static ModelDatom Retraction(ModelDatom d, uint64_t tx) {
    d.tx = tx;
    d.added = false;
    return d;
  }

  void Add(const ModelDatom& d) {
    const bool is_one = Properties(d.attribute).cardinality == Cardinality::kOne;
    std::optional<ModelDatom> old;
    for (const ModelDatom& x : state_.current) {
      if (x.e == d.e && x.attribute == d.attribute && (is_one || IsSameValue(x.v, d.v))) old = x;
    }
    const bool is_same = old && IsSameValue(old->v, d.v);
    if (is_same && (!is_one || !IsOriginal())) return;
    RefuseTakenValue(d);
    if (is_one) AddOneToHistory(old, is_same, d);
    if (old) EraseCurrent(*old);
    state_.current.push_back(d);
    if (d.e < kTx0) state_.max_eid = std::max(state_.max_eid, d.e);
  }

  void AddOneToHistory(const std::optional<ModelDatom>& old, bool is_same, const ModelDatom& d) {
    const bool is_false = old && old->v.type == ValueType::kBoolean && old->v.bits == 0;
    if (!old || (IsOriginal() && is_false)) {
      AddHistory(d, true);
    } else if (!is_same) {
      AddHistory(Retraction(*old, tx_), true);
      AddHistory(d, true);
    }
  }

  void RefuseTakenValue(const ModelDatom& d) const {
    if (Properties(d.attribute).unique == Unique::kNone) return;
    for (const ModelDatom& x : state_.current) {
      if (x.attribute == d.attribute && IsSameValue(x.v, d.v) && x.e != d.e) throw Refused();
    }
  }

  void Retract(const ModelDatom& wanted) {
    const auto found = std::find_if(state_.current.begin(), state_.current.end(),
                                    [&](const ModelDatom& x) { return IsSameFact(x, wanted); });
    if (found == state_.current.end()) return;
    const ModelDatom d = *found;
    EraseCurrent(d);
    AddHistory(d, !IsOriginal());
    AddHistory(Retraction(d, tx_), !IsOriginal());
  }

  void RetractEntity(uint64_t e) {
    std::vector<ModelDatom> gone;
    for (const ModelDatom& d : state_.current) {
      if (d.e == e || (d.v.type == ValueType::kRef && d.v.bits == e)) gone.push_back(d);
    }
    for (const ModelDatom& d : gone) Retract(d);
    for (const ModelDatom& d : gone) {
      if (d.e == e && Properties(d.attribute).is_component) RetractEntity(d.v.bits);
    }
  }

  // The value of `attribute` on `e` as text, "" if there is none.
  std::string TextOf(uint64_t e, const std::string& attribute) const {
    for (const ModelDatom& d : state_.current) {
      if (d.e != e || d.attribute != attribute) continue;
      if (d.v.type == ValueType::kBoolean) return d.v.bits != 0 ? "true" : "false";
      return KeywordText(d.v.bytes);
    }
    return "";
  }

  void DeclareAttributes() {
    for (const ModelDatom& d : state_.current) {
      if (d.attribute != ":db/valueType") continue;
      AttributeProperties properties;
      properties.value_type =
          ParseValueType(TextOf(d.e, ":db/valueType").substr(sizeof(":db.type/") - 1)).value();
      const std::string unique = TextOf(d.e, ":db/unique");
      if (unique == ":db.unique/identity") properties.unique = Unique::kIdentity;
      if (unique == ":db.unique/value") properties.unique = Unique::kValue;
      if (TextOf(d.e, ":db/cardinality") == ":db.cardinality/many") {
        properties.cardinality = Cardinality::kMany;
      }
      properties.index = TextOf(d.e, ":db/index") == "true";
      properties.is_component = TextOf(d.e, ":db/isComponent") == "true";
      properties.no_history = TextOf(d.e, ":db/noHistory") == "true";
      state_.schema[TextOf(d.e, ":db/ident")] = properties;
    }
  }

  // Temporary ids: each begins as its own name; names change until no operation changes any.
  uint64_t Named(uint64_t e) const { return names_.contains(e) ? names_.at(e) : e; }
  ModelValue Named(ModelValue v) const {
    if (IsTempRef(v)) v.bits = Named(v.bits);
    return v;
  }

  void Rename(uint64_t from, uint64_t to) {
    if (from < kFirstTempId) throw Refused();
    for (auto& [temp_id, name] : names_) {
      if (name == from) name = to;
    }
    is_renamed_ = true;
  }

  void ResolveTempIds(const Transaction& transaction) {
    std::vector<uint64_t> by_appearance;
    std::vector<std::pair<uint64_t, ModelDatom>> identities;  // by temporary id
    std::set<uint64_t> given;
    uint64_t max_eid = before_.max_eid;
    for (const Operation& operation : transaction.operations) {
      std::vector<uint64_t> ids = {operation.e};
      const bool has_value = operation.kind != Operation::Kind::kRetractEntity;
      if (has_value && operation.v.type() == ValueType::kRef) ids.push_back(operation.v.AsRef());
      for (const uint64_t e : ids) {
        if (e < kTx0) max_eid = std::max(max_eid, e);
        if (e >= kFirstTempId) by_appearance.push_back(e);
      }
      if (operation.kind != Operation::Kind::kAdd || operation.e < kFirstTempId) continue;
      given.insert(operation.e);
      const std::string attribute(operation.attribute);
      if (Properties(attribute).unique != Unique::kIdentity) continue;
      identities.push_back({operation.e, {0, attribute, ToModelValue(operation.v), 0, true}});
    }
    for (const uint64_t e : given) names_[e] = e;
    do {
      is_renamed_ = false;
      for (const auto& x : identities) Identify(x.first, x.second, identities);
    } while (is_renamed_);
    for (const uint64_t e : by_appearance) {
      if (names_.contains(e) && names_[e] >= kFirstTempId) Rename(names_[e], ++max_eid);
    }
  }

  void Identify(uint64_t temp_id, const ModelDatom& identity,
                const std::vector<std::pair<uint64_t, ModelDatom>>& identities) {
    const ModelValue v = Named(identity.v);
    for (const ModelDatom& d : before_.current) {
      if (d.attribute != identity.attribute || !IsSameValue(d.v, v)) continue;
      if (Named(temp_id) != d.e) Rename(Named(temp_id), d.e);
    }
    for (const auto& [other, its] : identities) {
      if (its.attribute != identity.attribute || !IsSameValue(Named(its.v), v)) continue;
      if (Named(other) == Named(temp_id)) continue;
      // An entity wins over a temporary id.
      const uint64_t x = std::max(Named(other), Named(temp_id));
      Rename(x, std::min(Named(other), Named(temp_id)));
    }
  }

  const DbOptions& options_;
  const State& before_;
  State state_;
  const uint64_t tx_;
  std::map<uint64_t, uint64_t> names_;
  bool is_renamed_ = false;
};

DatabaseModel::DatabaseModel(const DbOptions& options) : options_(options) {}

bool DatabaseModel::Apply(const Transaction& transaction) {
  try {
    state_ = Run(options_, state_).Execute(transaction);
    return true;
  } catch (const Refused&) {
    return false;
  }
}

std::vector<ModelDatom> DatabaseModel::Sequence(IndexName name) const {
  std::vector<ModelDatom> datoms = IsTemporal(name) ? state_.temporal : state_.current;
  const OrderKind order = OrderOf(name);
  if (order == OrderKind::kAvet) {
    std::erase_if(datoms, [&](const ModelDatom& d) {
      if (Builtin().contains(d.attribute)) return d.attribute != ":db/ident";
      const AttributeProperties& p = state_.schema.at(d.attribute);
      return p.unique == Unique::kNone && !p.index && p.value_type != ValueType::kRef;
    });
  }
  std::sort(datoms.begin(), datoms.end(), [&](const ModelDatom& x, const ModelDatom& y) {
    return CompareModelDatoms(x, y, order, StringsOf(options_)) < 0;
  });
  return datoms;
}

ModelDatom ToModel(const Datom& datom, const Attributes& attributes) {
  return {datom.e(), attributes.Ident(datom.a()), ToModelValue(datom.v()), datom.tx(),
          datom.added()};
}

std::ostream& operator<<(std::ostream& out, const ModelDatom& datom) {
  const ModelValue& v = datom.v;
  ValueArena values;
  Attributes attributes(StringOrder::kCodePoint);
  const AttributeId a = attributes.Intern(datom.attribute);
  const Value value = IsOutOfLine(v.type) ? values.Copy(v.type, v.bytes) : Value(v.type, v.bits);
  std::string text;
  AppendDatomText({datom.e, a, value, datom.tx, datom.added}, attributes, &text);
  text.pop_back();
  return out << text;
}

namespace {

std::vector<ModelDatom> SequenceOf(const Db& db, IndexName name) {
  std::vector<ModelDatom> datoms;
  if (!db.has(name)) return datoms;
  const auto cursor = db.index(name)->All();
  for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
    for (const Datom& d : run) datoms.push_back(ToModel(d, *db.lineage->attributes));
  }
  return datoms;
}

std::map<std::string, AttributeProperties> DeclaredIn(const Db& db) {
  std::map<std::string, AttributeProperties> schema;
  for (AttributeId a = kFirstAttribute; a < db.schema->end(); ++a) {
    const AttributeProperties& properties = (*db.schema)[a];
    const std::string& ident = db.lineage->attributes->Ident(a);
    if (properties.is_declared() && !Builtin().contains(ident)) schema[ident] = properties;
  }
  return schema;
}

::testing::AssertionResult IsSameSequence(const std::vector<ModelDatom>& got,
                                          const std::vector<ModelDatom>& expected, IndexName name) {
  const auto [in_got, in_expected] =
      std::mismatch(got.begin(), got.end(), expected.begin(), expected.end());
  if (in_got == got.end() && in_expected == expected.end()) return ::testing::AssertionSuccess();
  auto failure = ::testing::AssertionFailure();
  failure << IndexNameText(name) << ": datom " << in_got - got.begin() << " of " << got.size()
          << " is ";
  in_got == got.end() ? failure << "missing" : failure << *in_got;
  failure << ", expected of " << expected.size() << ": ";
  in_expected == expected.end() ? failure << "none" : failure << *in_expected;
  return failure;
}

}  // namespace

std::vector<Datom> DatomsOf(const Db& db, IndexName name) {
  std::vector<Datom> datoms;
  if (!db.has(name)) return datoms;
  const auto cursor = db.index(name)->All();
  for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
    datoms.insert(datoms.end(), run.begin(), run.end());
  }
  return datoms;
}

::testing::AssertionResult Matches(const Db& db, const DatabaseModel& model) {
  for (const IndexName name : kIndexNames) {
    const std::vector<ModelDatom> datoms = SequenceOf(db, name);
    const auto result = IsSameSequence(datoms, model.Sequence(name), name);
    if (!result) return result;
    if (db.size(name) != datoms.size()) {
      return ::testing::AssertionFailure() << IndexNameText(name) << " says it has "
                                           << db.size(name) << " datoms, not " << datoms.size();
    }
  }
  if (DeclaredIn(db) != model.schema()) return ::testing::AssertionFailure() << "other schema";
  if (db.max_tx != model.max_tx() || db.max_eid != model.max_eid()) {
    return ::testing::AssertionFailure()
           << "max_tx " << db.max_tx << ", max_eid " << db.max_eid << ", expected "
           << model.max_tx() << ", " << model.max_eid();
  }
  return ::testing::AssertionSuccess();
}

::testing::AssertionResult HoldSame(const Db& x, const Db& y) {
  for (const IndexName name : kIndexNames) {
    const auto result = IsSameSequence(SequenceOf(x, name), SequenceOf(y, name), name);
    if (!result) return result;
    if (x.has(name) != y.has(name)) {
      return ::testing::AssertionFailure() << IndexNameText(name) << " is missing in one";
    }
  }
  if (DeclaredIn(x) != DeclaredIn(y)) return ::testing::AssertionFailure() << "other schema";
  if (x.max_tx != y.max_tx || x.max_eid != y.max_eid) {
    return ::testing::AssertionFailure() << "max_tx " << x.max_tx << ", max_eid " << x.max_eid
                                         << ", expected " << y.max_tx << ", " << y.max_eid;
  }
  return ::testing::AssertionSuccess();
}

}  // namespace datombench

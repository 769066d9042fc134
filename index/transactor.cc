#include "index/transactor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "index/db_writer.h"
#include "index/declaration.h"
#include "index/operation_text.h"
#include "index/temp_ids.h"

namespace datombench {
namespace {

// Looks attributes up by the address of their text first: the operations of a transaction mostly
// share it.
class AttributeLookup {
 public:
  explicit AttributeLookup(const Attributes& attributes) : attributes_(attributes) {}

  AttributeId Find(std::string_view ident) {
    Entry& entry = entries_[(reinterpret_cast<uintptr_t>(ident.data()) >> 3) % entries_.size()];
    if (entry.data != ident.data() || entry.size != ident.size()) {
      entry = {ident.data(), ident.size(), attributes_.Find(ident)};
    }
    return entry.a;
  }

 private:
  struct Entry {
    const char* data = nullptr;
    size_t size = 0;
    AttributeId a = kNoAttribute;
  };
  const Attributes& attributes_;
  std::array<Entry, 16> entries_;
};

// One transaction under way.
class Transactor {
 public:
  Transactor(const Db& db, const Transaction& transaction)
      : db_(db),
        transaction_(transaction),
        schema_(*db.schema),
        builtin_(db.schema->builtin()),
        strings_(db.lineage->attributes->strings()),
        is_original_(db.lineage->options.semantics == Semantics::kDatahike6c1468fd),
        tx_(db.max_tx + 1),
        lookup_(*db.lineage->attributes),
        temp_ids_(db, transaction),
        writer_(db) {
    tx_data_.reserve(transaction.operations.size() + 1);
  }

  // Finds out what the transaction does and whether it is refused; the database stays as it is.
  void Evaluate() {
    // The original writes no instant where it keeps no history.
    if (!is_original_ || db_.lineage->options.keep_history) {
      Assert({tx_, builtin_.tx_instant, Value::Instant(transaction_.instant), tx_, true});
    }
    for (operation_ = 0; operation_ < transaction_.operations.size(); ++operation_) {
      Execute(transaction_.operations[operation_]);
    }
    declarations_ = Declarations();
  }

  // `db` is that of the constructor or a copy. REQUIRES: Evaluate() has returned, and nothing is
  // called afterwards.
  TxReport Finish(Db db) {
    TxReport report{Db(), writer_.Finish(std::move(db), tx_), std::move(tx_data_)};
    Db& after = report.db_after;
    // Nothing was refused: only now may idents of new attributes be interned.
    after.schema = Declare(std::move(after.schema), declarations_, *after.lineage->attributes);
    return report;
  }

 private:
  [[noreturn]] void Refuse(std::string_view reason) const {
    RefuseOperation(transaction_, operation_, reason);
  }

  void Execute(const Operation& operation) {
    const EntityId e = Entity(operation.e);
    if (operation.kind == Operation::Kind::kRetractEntity) return RetractEntity(e);
    const AttributeId a = Attribute(operation.attribute);
    const Value v = Checked(a, operation.v);
    if (operation.kind == Operation::Kind::kAdd) {
      Add(e, a, v);
    } else if (const auto current = Current({e, a, v, 0, false})) {
      Retract(*current);
    }
  }

  EntityId Entity(EntityId requested) const {
    const EntityId e = Resolved(requested);
    if (e == 0) Refuse("entity ids start at 1");
    if (e >= kTx0 && e != tx_) {
      Refuse(
          fmt::format("entity ids end at {}; beyond, only the transaction's own id {} may be used",
                      kTx0 - 1, tx_));
    }
    return e;
  }

  EntityId Resolved(EntityId e) const {
    const EntityId resolved = temp_ids_.Resolve(e);
    if (resolved >= kFirstTempId) {
      Refuse(fmt::format("no operation adds a datom to temp-{}", resolved - kFirstTempId));
    }
    return resolved;
  }

  AttributeId Attribute(std::string_view ident) {
    const AttributeId a = lookup_.Find(ident);
    if (!schema_[a].is_declared()) {
      Refuse(fmt::format("{} is not declared by an earlier transaction",
                         ident.empty() ? "an attribute without a name" : ident));
    }
    if (a == builtin_.tx_instant) Refuse(":db/txInstant comes from the transaction's instant");
    return a;
  }

  // `v` with a temporary id resolved; its bytes are still borrowed.
  Value Checked(AttributeId a, const Value& v) const {
    const ValueType expected = schema_[a].value_type;
    if (v.type() != expected) {
      Refuse(
          fmt::format("expected {}, got {}", ValueTypePhrase(expected), ValueTypePhrase(v.type())));
    }
    if (const auto objection = ObjectionToValue(v); !objection.empty()) Refuse(objection);
    if (v.type() == ValueType::kRef) {
      if (v.AsRef() == 0) Refuse("entity ids start at 1");
      return Value::Ref(Resolved(v.AsRef()));
    }
    if (IsDeclaring(builtin_, a)) {
      if (const std::string objection = ObjectionTo(builtin_, a, v); !objection.empty()) {
        Refuse(objection);
      }
    }
    return v;
  }

  // The current datom with e, a and v of `wanted`, kept.
  std::optional<Datom> Current(const Datom& wanted) {
    const auto found = writer_.Seek(IndexName::kEavt, wanted);
    if (!found || !IsSameFact(*found, wanted)) return std::nullopt;
    return writer_.Keep(*found);
  }

  void Add(EntityId e, AttributeId a, const Value& v) {
    if (schema_[a].cardinality == Cardinality::kOne) return AddOne(e, a, v);
    const Datom wanted(e, a, v, 0, false);
    const auto found = writer_.Seek(IndexName::kEavt, wanted);
    if (found && IsSameFact(*found, wanted)) return;
    CheckUnique(e, a, v);
    Assert(New(e, a, v));
  }

  void AddOne(EntityId e, AttributeId a, const Value& v) {
    const auto found = writer_.Seek(IndexName::kEavt, {e, a, Value::Lowest(), 0, false});
    if (!found || found->e() != e || found->a() != a) {
      CheckUnique(e, a, v);
      return Assert(New(e, a, v));
    }
    const bool is_same = CompareValues(found->v(), v, strings_) == 0;
    if (is_same && !is_original_) return;
    const Datom old = writer_.Keep(*found);
    if (is_same) {
      Move(old, New(e, a, v));
    } else {
      CheckUnique(e, a, v);
      Replace(old, New(e, a, v));
    }
  }

  Datom New(EntityId e, AttributeId a, const Value& v) const {
    return {e, a, db_.lineage->values.Adopt(v), tx_, true};
  }

  void CheckUnique(EntityId e, AttributeId a, const Value& v) {
    if (schema_[a].unique == Unique::kNone) return;
    const auto found = writer_.Seek(IndexName::kAvet, {0, a, v, 0, false});
    if (!found || found->e() == e || found->a() != a) return;
    if (CompareValues(found->v(), v, strings_) != 0) return;
    Refuse(fmt::format("{} is unique and entity {} has this value already",
                       db_.lineage->attributes->Ident(a), found->e()));
  }

  void Assert(const Datom& d) {
    CheckNotDeclared(d);
    writer_.Assert(d);
    tx_data_.push_back(d);
  }

  // Cardinality one, another value. The order of tx_data tells an upsert of the original from a
  // retraction and an assertion that were asked for: replay.h.
  void Replace(const Datom& old, const Datom& d) {
    CheckNotDeclared(d);
    const Datom retraction = old.WithTx(tx_, false);
    const bool is_forgotten = is_original_ && IsFalse(old);
    writer_.EraseCurrent(old);
    writer_.InsertCurrent(d);
    if (!is_forgotten) writer_.InsertHistory(retraction);
    writer_.InsertHistory(d);
    if (!is_original_) tx_data_.push_back(retraction);
    tx_data_.push_back(d);
    if (is_original_ && !is_forgotten) tx_data_.push_back(retraction);
  }

  // Cardinality one, the same value: the original gives it a new transaction. An old `false` counts
  // as no value there, so it is asserted once more in the history.
  void Move(const Datom& old, const Datom& d) {
    writer_.EraseCurrent(old);
    writer_.InsertCurrent(d);
    if (IsFalse(old)) writer_.InsertHistory(d);
    tx_data_.push_back(d);
  }

  void Retract(const Datom& current) {
    if (current.a() == builtin_.tx_instant) Refuse(":db/txInstant can't be retracted");
    CheckNotDeclared(current);
    writer_.Retract(current, tx_);
    tx_data_.push_back(current.WithTx(tx_, false));
  }

  // All datoms of the entity in EAVT order, then the refs to it in AVET order, then its components
  // likewise: the order of the original.
  void RetractEntity(EntityId e) {
    std::vector<EntityId> entities = {e};
    while (!entities.empty()) {
      const EntityId next = entities.back();
      entities.pop_back();
      const size_t end = entities.size();
      RetractDatomsOf(next, &entities);
      RetractRefsTo(next);
      std::reverse(entities.begin() + static_cast<std::ptrdiff_t>(end), entities.end());
    }
  }

  // Retracting adds nothing to the current indexes, so nothing appears before the datom that was
  // retracted last: the next one is sought after it, and not in what is gone.
  void RetractDatomsOf(EntityId e, std::vector<EntityId>* components) {
    Datom from = LowestDatom({.e = e, .a = {}, .v = {}});
    while (const auto found = writer_.Seek(IndexName::kEavt, from)) {
      if (found->e() != e) return;
      const Datom current = writer_.Keep(*found);
      if (schema_[current.a()].is_component) components->push_back(current.v().AsRef());
      Retract(current);
      from = current.Successor();
    }
  }

  void RetractRefsTo(EntityId e) {
    for (const AttributeId a : RefAttributes()) {
      Datom from(0, a, Value::Ref(e), 0, false);
      while (const auto found = writer_.Seek(IndexName::kAvet, from)) {
        if (found->a() != a || found->v().AsRef() != e) break;
        Retract(*found);
        from = found->Successor();
      }
    }
  }

  // In the order of their idents.
  const std::vector<AttributeId>& RefAttributes() {
    if (!ref_attributes_) {
      ref_attributes_.emplace();
      for (AttributeId a = kFirstAttribute; a < schema_.end(); ++a) {
        if (schema_[a].value_type == ValueType::kRef) ref_attributes_->push_back(a);
      }
      const uint32_t* ranks = db_.lineage->attributes->ranks();
      std::sort(ref_attributes_->begin(), ref_attributes_->end(),
                [&](AttributeId x, AttributeId y) { return ranks[x] < ranks[y]; });
    }
    return *ref_attributes_;
  }

  // REQUIRES: the datom is about to be added or to leave.
  void CheckNotDeclared(const Datom& d) {
    if (!IsDeclaring(builtin_, d.a())) return;
    if (!declaring_.empty() && declaring_.back().e == d.e()) return;
    const Datom type(d.e(), builtin_.value_type, Value::Lowest(), 0, false);
    const auto found = db_.index(IndexName::kEavt)->Seek(type);
    if (found && found->e() == d.e() && found->a() == builtin_.value_type) {
      Refuse(fmt::format("entity {} declares an attribute: that can't be changed", d.e()));
    }
    declaring_.push_back({d.e(), operation_});
  }

  // The attributes that this transaction declares; they may be used from the next one on.
  std::vector<Declaration> Declarations() {
    std::sort(declaring_.begin(), declaring_.end());
    const auto same_entity = [](const auto& x, const auto& y) { return x.e == y.e; };
    declaring_.erase(std::unique(declaring_.begin(), declaring_.end(), same_entity),
                     declaring_.end());
    std::vector<Declaration> declarations;
    for (const Declaring& declaring : declaring_) {
      operation_ = declaring.operation;
      declarations.push_back(writer_.DeclarationOf(declaring.e));
      CheckDeclaration(declaring.e, declarations.back());
    }
    return declarations;
  }

  void CheckDeclaration(EntityId e, const Declaration& declaration) const {
    if (const std::string objection = declaration.Objection(); !objection.empty()) {
      Refuse(fmt::format("entity {}: {}", e, objection));
    }
    if (!declaration.declares_attribute()) return;
    const AttributeId a = db_.lineage->attributes->Find(declaration.Ident());
    if (schema_[a].is_declared()) Refuse(declaration.Ident() + " is built in");
  }

  // An entity whose declaring datoms change, and the first operation that does so.
  struct Declaring {
    EntityId e;
    size_t operation;
    friend auto operator<=>(const Declaring&, const Declaring&) = default;
  };

  const Db& db_;
  const Transaction& transaction_;
  const Schema& schema_;
  const BuiltinAttributes& builtin_;
  const StringOrder strings_;
  const bool is_original_;
  const TxId tx_;
  AttributeLookup lookup_;
  const TempIds temp_ids_;
  DbWriter writer_;
  size_t operation_ = 0;
  std::vector<Datom> tx_data_;
  std::vector<Declaring> declaring_;
  std::vector<Declaration> declarations_;
  std::optional<std::vector<AttributeId>> ref_attributes_;
};

}  // namespace

TxReport Transact(const Db& db, const Transaction& transaction) {
  Transactor transactor(db, transaction);
  transactor.Evaluate();
  TxReport report = transactor.Finish(db);
  report.db_before = db;
  return report;
}

TxReport Transact(Db&& db, const Transaction& transaction) {
  Transactor transactor(db, transaction);
  transactor.Evaluate();
  return transactor.Finish(std::move(db));
}

}  // namespace datombench

#include "index/replay.h"

#include <cassert>
#include <utility>

#include "index/datom_sort.h"
#include "index/db_writer.h"
#include "index/declaration.h"

namespace datombench {
namespace {

// The current datom that `delta` is about: that of (e a) where the cardinality is one, else that of
// (e a v).
std::optional<Datom> CurrentOf(const Datom& delta, const Schema& schema, DbWriter& writer) {
  const bool is_one = schema[delta.a()].cardinality == Cardinality::kOne;
  const Value from = is_one ? Value::Lowest() : delta.v();
  const auto found = writer.Seek(IndexName::kEavt, {delta.e(), delta.a(), from, 0, false});
  if (!found || found->e() != delta.e() || found->a() != delta.a()) return std::nullopt;
  if (!is_one && !IsSameFact(*found, delta)) return std::nullopt;
  return writer.Keep(*found);
}

void Apply(const Datom& delta, const Schema& schema, DbWriter& writer) {
  const auto current = CurrentOf(delta, schema, writer);
  const bool is_same = current && IsSameFact(*current, delta);
  if (!delta.added()) {
    if (is_same) return writer.Retract(*current, delta.tx());
    return writer.InsertHistory(delta);
  }
  if (!current) return writer.Assert(delta);
  writer.EraseCurrent(*current);
  writer.InsertCurrent(delta);
  if (!is_same || IsFalse(*current)) writer.InsertHistory(delta);
}

// What a transaction's deltas come to, and what is left to do.
class Replayer {
 public:
  Replayer(const Db& db, TxId tx, std::span<const Datom> tx_data) : tx_(tx), writer_(db) {
    assert(tx > db.max_tx);
    const Schema& schema = *db.schema;
    std::vector<EntityId> declaring;
    for (const Datom& delta : tx_data) {
      assert(delta.tx() == tx);
      Apply(delta, schema, writer_);
      if (!IsDeclaring(schema.builtin(), delta.a())) continue;
      if (declaring.empty() || declaring.back() != delta.e()) declaring.push_back(delta.e());
    }
    for (const EntityId e : declaring) declarations_.push_back(writer_.DeclarationOf(e));
  }

  // `db` is that of the constructor or a copy.
  Db Finish(Db db) {
    Db after = writer_.Finish(std::move(db), tx_);
    after.schema = Declare(std::move(after.schema), declarations_, *after.lineage->attributes);
    return after;
  }

 private:
  const TxId tx_;
  DbWriter writer_;
  std::vector<Declaration> declarations_;
};

}  // namespace

Db Replay(const Db& db, TxId tx, std::span<const Datom> tx_data) {
  return Replayer(db, tx, tx_data).Finish(db);
}

Db Replay(Db&& db, TxId tx, std::span<const Datom> tx_data) {
  Replayer replayer(db, tx, tx_data);
  return replayer.Finish(std::move(db));
}

Db BuildDb(const std::shared_ptr<Lineage>& lineage, std::shared_ptr<const Schema> schema,
           TxId max_tx, EntityId max_eid, Sequences sequences) {
  Db db;
  db.lineage = lineage;
  db.max_tx = max_tx;
  db.max_eid = max_eid;
  const auto build = [&](IndexName name, std::span<const Datom> datoms) {
    db.index(name) =
        lineage->index_kind.FromSorted(lineage->Order(name), lineage->index_options, datoms);
  };
  // Each sequence is let go as soon as its index stands.
  const auto build_three = [&](std::vector<Datom> eavt, IndexName e, IndexName a, IndexName v) {
    build(e, eavt);
    const std::vector<Datom> aevt = InAevtOrder(*lineage->attributes, eavt);
    eavt = std::vector<Datom>();  // `{}` would keep the memory
    build(a, aevt);
    build(v, InAvetOrder(*lineage->attributes, *schema, aevt));
  };
  build_three(std::move(sequences.current), IndexName::kEavt, IndexName::kAevt, IndexName::kAvet);
  if (lineage->options.keep_history) {
    build_three(std::move(sequences.temporal), IndexName::kTemporalEavt, IndexName::kTemporalAevt,
                IndexName::kTemporalAvet);
  }
  db.schema = std::move(schema);
  return db;
}

std::shared_ptr<const Schema> SchemaOf(const Lineage& lineage, std::span<const Datom> current) {
  auto schema = Schema::Builtin(*lineage.attributes);
  const BuiltinAttributes& builtin = schema->builtin();
  std::vector<Declaration> declarations;
  EntityId e = 0;
  for (const Datom& d : current) {
    if (!IsDeclaring(builtin, d.a())) continue;
    if (d.e() != e) declarations.emplace_back(builtin);
    e = d.e();
    declarations.back().Assert(d);
  }
  return Declare(schema, declarations, *lineage.attributes);
}

}  // namespace datombench

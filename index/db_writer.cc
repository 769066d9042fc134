#include "index/db_writer.h"

#include <algorithm>
#include <cassert>

namespace datombench {

DbWriter::DbWriter(const Db& db)
    : db_(db),
      schema_(*db.schema),
      keeps_history_(db.lineage->options.keep_history),
      is_original_(db.lineage->options.semantics == Semantics::kDatahike6c1468fd),
      max_eid_(db.max_eid) {}

std::optional<Found> DbWriter::Seek(IndexName name, const Datom& from) {
  const Tree& t = tree(name);
  const bool is_live = t.transient != nullptr || !t.pending.empty();
  return is_live ? Live(name).Seek(from) : db_.index(name)->Seek(from);
}

Datom DbWriter::Keep(const Datom& d) {
  // Without a storage no node is ever restored or forgotten: every value lies in the lineage.
  if (db_.lineage->index_options.storage == nullptr) return d;
  return {d.e(), d.a(), db_.lineage->values.Adopt(d.v()), d.tx(), d.added()};
}

void DbWriter::InsertCurrent(const Datom& d) {
  [[maybe_unused]] const bool is_new = Live(IndexName::kEavt).Insert(d);
  assert(is_new);
  tree(IndexName::kEavt).is_changed = true;
  Defer(IndexName::kAevt, IndexEdit::Kind::kInsert, d);
  if (schema_.IsInAvet(d.a())) Defer(IndexName::kAvet, IndexEdit::Kind::kInsert, d);
  if (d.e() < kTx0) max_eid_ = std::max(max_eid_, d.e());
}

void DbWriter::EraseCurrent(const Datom& d) {
  [[maybe_unused]] const bool was_there = Live(IndexName::kEavt).Erase(d);
  assert(was_there);
  tree(IndexName::kEavt).is_changed = true;
  Defer(IndexName::kAevt, IndexEdit::Kind::kErase, d);
  if (schema_.IsInAvet(d.a())) Defer(IndexName::kAvet, IndexEdit::Kind::kErase, d);
}

void DbWriter::InsertHistory(const Datom& d) {
  if (!KeepsHistory(d.a())) return;
  if (!Live(IndexName::kTemporalEavt).Insert(d)) return;
  tree(IndexName::kTemporalEavt).is_changed = true;
  Defer(IndexName::kTemporalAevt, IndexEdit::Kind::kInsert, d);
  if (schema_.IsInAvet(d.a())) Defer(IndexName::kTemporalAvet, IndexEdit::Kind::kInsert, d);
}

void DbWriter::InsertHistoryOnceATransaction(const Datom& d) {
  if (!KeepsHistory(d.a())) return;
  const auto found = Seek(IndexName::kTemporalEavt, d.WithTx(d.tx(), false));
  if (found && found->tx() == d.tx() && IsSameFact(*found, d)) return;
  InsertHistory(d);
}

void DbWriter::Assert(const Datom& d) {
  InsertCurrent(d);
  if (schema_[d.a()].cardinality == Cardinality::kOne) InsertHistory(d);
}

void DbWriter::Retract(const Datom& current, TxId tx) {
  EraseCurrent(current);
  if (is_original_) {
    InsertHistoryOnceATransaction(current);
    InsertHistoryOnceATransaction(current.WithTx(tx, false));
    return;
  }
  // With cardinality one the assertion went into the history when it was made.
  if (schema_[current.a()].cardinality == Cardinality::kMany) InsertHistory(current);
  InsertHistory(current.WithTx(tx, false));
}

Declaration DbWriter::DeclarationOf(EntityId e) {
  const BuiltinAttributes& builtin = schema_.builtin();
  Declaration declaration(builtin);
  for (AttributeId a = builtin.ident; IsDeclaring(builtin, a); ++a) {
    const auto found = Seek(IndexName::kEavt, LowestDatom({.e = e, .a = a, .v = {}}));
    if (found && found->e() == e && found->a() == a) declaration.Assert(Keep(*found));
  }
  return declaration;
}

Db DbWriter::Finish(TxId tx, std::shared_ptr<const Schema> schema) {
  Db after = db_;
  for (const IndexName name : kIndexNames) {
    Tree& t = tree(name);
    if (!t.pending.empty()) Live(name);
    if (t.is_changed) after.index(name) = t.transient->Persist();
  }
  after.schema = std::move(schema);
  after.max_tx = tx;
  after.max_eid = max_eid_;
  return after;
}

TransientIndex& DbWriter::Live(IndexName name) {
  Tree& t = tree(name);
  if (t.transient == nullptr) t.transient = db_.index(name)->Transient();
  if (!t.pending.empty()) {
    t.transient->Apply(t.pending);
    t.pending.clear();
  }
  return *t.transient;
}

void DbWriter::Defer(IndexName name, IndexEdit::Kind kind, const Datom& d) {
  Tree& t = tree(name);
  t.is_changed = true;
  t.pending.push_back({kind, d});
}

}  // namespace datombench

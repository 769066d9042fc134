#include "index/db_writer.h"

#include <algorithm>
#include <utility>

namespace datombench {

DbWriter::DbWriter(const Db& db)
    : lineage_(*db.lineage),
      schema_(*db.schema),
      keeps_history_(lineage_.options.keep_history),
      is_original_(lineage_.options.semantics == Semantics::kDatahike6c1468fd),
      max_tx_(db.max_tx),
      max_eid_(db.max_eid) {
  for (const IndexName name : kIndexNames) {
    if (db.has(name)) pending(name) = PendingEdits(*db.index(name));
  }
}

std::optional<Found> DbWriter::Seek(IndexName name, const Datom& from) {
  return pending(name).Seek(from);
}

Datom DbWriter::Keep(const Datom& d) {
  // Without a storage no node is ever restored or forgotten: every value lies in the lineage.
  if (lineage_.index_options.storage == nullptr) return d;
  return {d.e(), d.a(), lineage_.values.Adopt(d.v()), d.tx(), d.added()};
}

void DbWriter::InsertCurrent(const Datom& d) {
  ChangeAll(IndexName::kEavt, IndexEdit::Kind::kInsert, d);
  if (d.e() < kTx0) max_eid_ = std::max(max_eid_, d.e());
}

void DbWriter::EraseCurrent(const Datom& d) {
  ChangeAll(IndexName::kEavt, IndexEdit::Kind::kErase, d);
}

void DbWriter::InsertHistory(const Datom& d) {
  if (!KeepsHistory(d.a()) || HistoryHas(d)) return;
  ChangeAll(IndexName::kTemporalEavt, IndexEdit::Kind::kInsert, d);
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

Db DbWriter::Finish(Db db, TxId tx) {
  for (const IndexName name : kIndexNames) {
    // Let go of as soon as they are made.
    const PendingEdits edits = std::move(pending(name));
    if (edits.empty()) continue;
    const auto transient = Index::TransientOf(std::move(db.index(name)));
    transient->Apply(edits.edits());
    db.index(name) = transient->Persist();
  }
  db.max_tx = tx;
  db.max_eid = max_eid_;
  return db;
}

void DbWriter::ChangeAll(IndexName eavt, IndexEdit::Kind kind, const Datom& d) {
  const auto nth = [&](int i) { return static_cast<IndexName>(static_cast<int>(eavt) + i); };
  pending(nth(0)).Add(kind, d);
  pending(nth(1)).Add(kind, d);
  if (schema_.IsInAvet(d.a())) pending(nth(2)).Add(kind, d);
}

bool DbWriter::HistoryHas(const Datom& d) {
  PendingEdits& temporal = pending(IndexName::kTemporalEavt);
  // The database has no datom of a transaction after its last.
  return d.tx() > max_tx_ ? temporal.Inserts(d) : temporal.Contains(d);
}

}  // namespace datombench

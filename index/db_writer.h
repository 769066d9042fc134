// A DbWriter changes the indexes of one database value; what transactions and replay share.
#ifndef DATOMBENCH_INDEX_DB_WRITER_H_
#define DATOMBENCH_INDEX_DB_WRITER_H_

#include <array>
#include <optional>

#include "index/db.h"
#include "index/declaration.h"
#include "index/pending_edits.h"

namespace datombench {

// Whether two datoms agree in entity, attribute and value.
inline bool IsSameFact(const Datom& x, const Datom& y) {
  return x.e() == y.e() && x.a() == y.a() &&
         CompareValues(x.v(), y.v(), StringOrder::kCodePoint) == 0;
}

// Whether the value is `false`, which the original takes for no value.
inline bool IsFalse(const Datom& d) {
  return d.v().type() == ValueType::kBoolean && !d.v().AsBoolean();
}

// Every index sees the changes in the order of the calls. They are pending until Finish, so that
// the database stays as it is, and may be given up then. An index that nothing changed stays the
// very same object. Thread safety: one thread. The Db must live, and stay as it is, until Finish.
class DbWriter {
 public:
  explicit DbWriter(const Db& db);

  // The first datom >= `from` as of now; its value is valid until the next call of any method.
  std::optional<Found> Seek(IndexName name, const Datom& from);

  // `d` with a value that lives as long as the lineage, for datoms that came out of Seek.
  Datom Keep(const Datom& d);

  // The current indexes. REQUIRES: `d` isn't there; `d` is there. Values live in the lineage.
  void InsertCurrent(const Datom& d);
  void EraseCurrent(const Datom& d);

  // The temporal indexes. They stay as they are where the database or the attribute keeps no
  // history, or if `d` is there.
  void InsertHistory(const Datom& d);
  // The same, but a datom that differs from `d` only in `added` counts as `d`: how the original
  // compares when it records a retraction.
  void InsertHistoryOnceATransaction(const Datom& d);

  // Whether the database and the attribute keep history.
  bool KeepsHistory(AttributeId a) const { return keeps_history_ && schema_.KeepsHistory(a); }

  // The rules that don't depend on how an operation came to be.
  // (e a v) was not current, and neither was another value if the cardinality is one.
  void Assert(const Datom& d);
  // `current` leaves the current indexes by a request of its own; its transaction is `tx`.
  void Retract(const Datom& current, TxId tx);

  // What the declaring datoms of `e` say now, kept.
  Declaration DeclarationOf(EntityId e);

  // `db`, the Db of the constructor or a copy, with the changes made, as transaction `tx`; its
  // schema is as it was. Indexes that nobody else has are changed in place. Throws StorageError
  // where a node has to be restored. REQUIRES: nothing is called afterwards.
  Db Finish(Db db, TxId tx);

 private:
  PendingEdits& pending(IndexName name) { return pending_[static_cast<size_t>(name)]; }
  // The three current or the three temporal indexes, the first of which is `eavt`.
  void ChangeAll(IndexName eavt, IndexEdit::Kind kind, const Datom& d);
  bool HistoryHas(const Datom& d);

  Lineage& lineage_;
  const Schema& schema_;
  const bool keeps_history_;
  const bool is_original_;  // follows Semantics::kDatahike6c1468fd
  const TxId max_tx_;
  EntityId max_eid_;
  std::array<PendingEdits, kIndexCount> pending_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_DB_WRITER_H_

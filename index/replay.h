// Replay applies effective deltas (TxReport::tx_data) to a database, by operation or in bulk.
//
// A delta d = (e a v tx added) means, in a database whose schema is known:
//  - d.added, (e a) or, with cardinality many, (e a v) not current: d joins the current indexes;
//    with cardinality one it joins the history (the temporal indexes, where it is kept) too.
//  - d.added, cardinality one, a value current (datahike_6c1468fd only): an upsert. That value
//    leaves the current indexes, d joins them. If it is another value, or if it is `false`, which
//    counts as no value there, d joins the history.
//  - retraction, (e a v) current: it leaves the current indexes; that datom joins the history and
//    so does d. Under datahike_6c1468fd neither joins where any datom with the same (e a v tx) is.
//  - retraction, (e a v) not current (datahike_6c1468fd only): d, what the upsert just before
//    replaced, joins the history.
// So where another value takes a value's place, tx_data has (e a old tx -), (e a v tx +) under
// `current`, and the other way round under datahike_6c1468fd, where it must differ from a
// retraction and an assertion that were both asked for: those leave another history. An old
// `false` isn't retracted there; a value that is asserted again gives (e a v tx +) alone.
//
// The six indexes after any sequence of transactions follow from the deltas alone, schema
// included.
#ifndef DATOMBENCH_INDEX_REPLAY_H_
#define DATOMBENCH_INDEX_REPLAY_H_

#include <span>
#include <vector>

#include "index/db.h"

namespace datombench {

// The database after one more transaction `tx` with these deltas, whose values live in
// db.lineage->values. The inverse of nothing: Replay(db_before, tx, tx_data) equals db_after, index
// by index.
Db Replay(const Db& db, TxId tx, std::span<const Datom> tx_data);
// The same of a database that the caller gives up, as Transact of one (transactor.h).
Db Replay(Db&& db, TxId tx, std::span<const Datom> tx_data);

// Current and historical datoms in EAVT order: all that a database is.
struct Sequences {
  std::vector<Datom> current;
  std::vector<Datom> temporal;  // empty without history
};

// Applies deltas of many transactions, in order, to sequences, by sorting instead of through
// indexes; what Replay would give. Returns the schema after them; max_tx and max_eid are the
// caller's.
std::shared_ptr<const Schema> ReplayInBulk(const Lineage& lineage,
                                           const std::shared_ptr<const Schema>& schema,
                                           std::span<const Datom> deltas, Sequences* sequences);

// The database with these contents: sorts them into the other orders and builds every index in
// bulk.
Db BuildDb(const std::shared_ptr<Lineage>& lineage, std::shared_ptr<const Schema> schema,
           TxId max_tx, EntityId max_eid, Sequences sequences);

// The schema that the datoms of a database declare, `:db/ident` and the rest of them among
// `current`.
std::shared_ptr<const Schema> SchemaOf(const Lineage& lineage, std::span<const Datom> current);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_REPLAY_H_

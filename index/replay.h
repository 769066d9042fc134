// Replay applies effective deltas (TxReport::tx_data) to a database, by operation or in bulk.
//
// A delta d = (e a v tx added) means, in a database whose schema is known:
//  - d.added, (e a v) not current: d joins the current indexes; with history and cardinality one,
//  it joins the
//    temporal indexes too.
//  - d.added, (e a v) current (datahike_6c1468fd only, an upsert to the same value): its
//  transaction becomes tx.
//  - d.added, cardinality one, another value current (datahike_6c1468fd only, where an old `false`
//  counts as no
//    value): that value leaves the current indexes without a trace.
//  - retraction: the current datom (e a v) leaves; with history it joins the temporal indexes if it
//  isn't there,
//    and d does. Under datahike_6c1468fd neither joins where any datom with the same (e a v tx) is.
// So the six indexes after any sequence of transactions follow from the deltas alone, schema
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

// The transactor turns operations into datoms and a database into its successor.
#ifndef DATOMBENCH_INDEX_TRANSACTOR_H_
#define DATOMBENCH_INDEX_TRANSACTOR_H_

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "index/db.h"

namespace datombench {

// A rule was violated: undeclared attribute, wrong value type, unique conflict, a schema that
// changes. The message says which operation of the transaction (from 0), what and why. The database
// is as it was.
class TransactionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Entity ids from here on are temporary: equal ones name one entity within a transaction, a new one
// unless an operation gives it a `:db.unique/identity` value that an entity has already (then it is
// that entity; temp_ids.h says more). They may stand as entity and as ref value, but some operation
// must add a datom to each.
inline constexpr EntityId kFirstTempId = uint64_t{1} << 63;

// One request. `attribute` and the bytes of `v` are borrowed until Transact returns.
struct Operation {
  enum class Kind : uint8_t { kAdd, kRetract, kRetractEntity };
  Kind kind = Kind::kAdd;
  EntityId e = 0;
  std::string_view attribute;  // ":person/name"; unused by kRetractEntity
  Value v;                     // unused by kRetractEntity
};

struct Transaction {
  std::vector<Operation> operations;
  // Milliseconds since 1970; becomes the `:db/txInstant` datom on the transaction's own entity, the
  // first datom of the transaction.
  int64_t instant = 0;
};

// The database after `transaction`, whose id is db.max_tx + 1. Operations take effect one after the
// other. Under both semantics, unless said otherwise there (docs/fidelity.md):
//  - add, cardinality many: nothing if (e a v) is current, else it becomes current.
//  - add, cardinality one: nothing if v is the current value; another value is replaced and, with
//    history, (e a old tx -) and (e a v tx +) become history.
//  - retract: nothing if (e a v) isn't current, else it leaves the current indexes and, with
//    history, the datom and (e a v tx -) become history.
//  - retractEntity: retracts all datoms of the entity in EAVT order, then all refs to it in AVET
//    order, then its components likewise.
// An attribute that the transaction declares may be used from the next transaction on. What an
// attribute was declared to be never changes, but its `:db/doc` may.
// Entity ids lie between 1 and kTx0 - 1; the transaction's own id stands for the transaction.
// Throws TransactionError; StorageError where a node has to be restored and can't be.
// Thread safety: one transactor a lineage; readers may go on.
TxReport Transact(const Db& db, const Transaction& transaction);
// The same of a database that the caller gives up: indexes that nobody else has are changed in
// place, not copied, and the report's db_before is empty. Evaluation comes first: where
// TransactionError is thrown, `db` is as it was. Where StorageError is thrown `db` may be empty,
// moved from while the indexes were being changed: then it has to be connected again from its
// storage.
TxReport Transact(Db&& db, const Transaction& transaction);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_TRANSACTOR_H_

// TempIds gives every temporary entity id of a transaction the entity that it names.
#ifndef DATOMBENCH_INDEX_TEMP_IDS_H_
#define DATOMBENCH_INDEX_TEMP_IDS_H_

#include <unordered_map>

#include "index/transactor.h"

namespace datombench {

// A temporary id names the entity that has, in the database before the transaction, a
// `:db.unique/identity` value that an operation adds to it; a ref to another temporary id counts
// once that one is resolved. Temporary ids to which the same identity value is added name one
// entity. The others are new: they get ascending ids, in the order of their first appearance, above
// max_eid and above every entity id that the transaction itself names.
class TempIds {
 public:
  // Throws TransactionError where identities contradict each other or a temporary id is given
  // nothing. The arguments must outlive the call only.
  TempIds(const Db& db, const Transaction& transaction);

  // The entity that `e` names; `e` itself if it is not temporary. kFirstTempId or above where no
  // operation adds a datom to the temporary id.
  EntityId Resolve(EntityId e) const {
    if (e < kFirstTempId) return e;
    const auto found = entities_.find(e);
    return found == entities_.end() ? e : found->second;
  }

 private:
  std::unordered_map<EntityId, EntityId> entities_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_TEMP_IDS_H_

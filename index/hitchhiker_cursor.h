// Walking and searching a hitchhiker tree.
#ifndef DATOMBENCH_INDEX_HITCHHIKER_CURSOR_H_
#define DATOMBENCH_INDEX_HITCHHIKER_CURSOR_H_

#include <memory>
#include <optional>

#include "index/hitchhiker_lineage.h"
#include "index/index.h"

namespace datombench {

// The first datom >= `from` below `root`.
std::optional<Found> SeekBelow(const HitchhikerLineage& lineage, HitchhikerNode& root,
                               const Datom& from);

// Whether `datom` is below `root`: a buffer that has an operation on it knows.
template <typename Compare>
bool ContainsBelow(const HitchhikerLineage& lineage, HitchhikerNode& root, const Datom& datom,
                   const Compare& compare);

// The datoms from `from` to `to`, both included. `lineage` and `root` must outlive the cursor.
std::unique_ptr<Cursor> MakeForwardCursor(const HitchhikerLineage& lineage, HitchhikerNode& root,
                                          const Datom& from, const Datom& to);
std::unique_ptr<Cursor> MakeBackwardCursor(const HitchhikerLineage& lineage, HitchhikerNode& root,
                                           const Datom& from, const Datom& to);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_HITCHHIKER_CURSOR_H_

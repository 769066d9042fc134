// The sorted set: a persistent B+-tree after tonsky/persistent-sorted-set 0.2.1.
#ifndef DATOMBENCH_INDEX_SORTED_SET_H_
#define DATOMBENCH_INDEX_SORTED_SET_H_

#include "index/registry.h"

namespace datombench {

// Splits, joins and borrows leave the very tree that the original leaves (docs/fidelity.md), so
// that the nodes that a transaction dirties are the original's. Versions share nodes; nodes are
// stored and restored one by one.
const IndexKind& SortedSetKind();

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_SORTED_SET_H_

// The hitchhiker tree: a persistent B+-tree whose branches carry operations for what lies below
// them, so that a small change writes little.
#ifndef DATOMBENCH_INDEX_HITCHHIKER_TREE_H_
#define DATOMBENCH_INDEX_HITCHHIKER_TREE_H_

#include "index/registry.h"

namespace datombench {

// After hitchhiker-tree 0.2.222 as Datahike configures it; docs/index.md says what is the same and
// what is not. The root, with its buffer, is kept in the database's record, and the other nodes are
// stored and restored one by one. Versions share nodes. TransientIndex::Apply reads no leaf until a
// buffer overflows; Insert and Erase look first, down to a leaf unless a buffer knows.
const IndexKind& HitchhikerTreeKind();

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_HITCHHIKER_TREE_H_

// Exact counts of the nodes, and of their encoded bytes, that one transaction makes dirty.
#ifndef DATOMBENCH_HARNESS_BENCH_INDEX_DIRTY_NODES_H_
#define DATOMBENCH_HARNESS_BENCH_INDEX_DIRTY_NODES_H_

namespace datombench {

// Registers the rows index/<contender>/dirty_tx<M>_<scattered|local>/datoms:<N> for every
// node-addressable index and branching factor: counters nodes_per_tx and packed_bytes_per_tx, and
// packed_root_bytes_per_tx where the root goes into the record instead. Exact and repeatable.
void RegisterDirtyNodes();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_BENCH_INDEX_DIRTY_NODES_H_

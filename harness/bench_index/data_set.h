// The datoms that bench_index works on: N that are there, and others to be added.
#ifndef DATOMBENCH_HARNESS_BENCH_INDEX_DATA_SET_H_
#define DATOMBENCH_HARNESS_BENCH_INDEX_DATA_SET_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "index/datom_order.h"
#include "index/value_arena.h"

namespace datombench {

struct DataSet {
  std::shared_ptr<Attributes> attributes;
  std::shared_ptr<ValueArena> values;
  std::vector<Datom> sorted;    // the contents, ascending in EAVT
  std::vector<Datom> shuffled;  // the same in random order
  std::vector<Datom> wanted;    // up to a million of them, in another random order
  std::vector<Datom> added;     // others, in random order, spread evenly over the contents

  // EAVT, with `counter` as for DatomOrder.
  DatomOrder Order(ComparisonCounter* counter = nullptr) const {
    return {OrderKind::kEavt, attributes, counter};
  }
};

// `datoms` datoms of entities with five integer attributes each, and `added` others. The same for
// the same arguments.
DataSet IntegerData(uint64_t datoms, uint64_t added);

// The same from the values that the shipped trace `git-datahike` asserts, strings mostly, taken
// again under new entities where more are asked for.
DataSet MixedData(uint64_t datoms, uint64_t added);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_BENCH_INDEX_DATA_SET_H_

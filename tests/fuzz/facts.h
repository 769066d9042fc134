// The model of an index, and sequences of facts and edits read from a fuzzer's input.
#ifndef DATOMBENCH_TESTS_FUZZ_FACTS_H_
#define DATOMBENCH_TESTS_FUZZ_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "index/index.h"
#include "tests/fuzz/universe.h"

namespace datombench {

// The model of a transient.
using FactSet = std::set<Fact, FactOrder>;
// The model of a version: ascending, and never changed.
using Facts = std::vector<Fact>;

// The first fact at or behind `from`; nullptr if there is none.
const Fact* FirstFrom(const FactSet& facts, const Fact& from);
const Fact* FirstFrom(const Facts& facts, const FactOrder& order, const Fact& from);
// Likewise, but the very first one in the place of none. REQUIRES: there is one.
FactSet::const_iterator NearestFrom(const FactSet& facts, const Fact& from);

// Facts without end: steps of one component upwards or downwards, or scattered ones.
class FactRun {
 public:
  FactRun(const Universe& universe, Input& input);
  Fact Next();

 private:
  enum class Step : uint8_t { kEntity, kAttribute, kValue, kTx, kScattered };
  const Universe& universe_;
  Step step_;
  uint32_t by_;
  uint32_t e_;
  uint32_t attribute_;
  uint32_t value_;
  uint32_t tx_;
  uint32_t state_;
};

// How many of something: few bytes of input make large trees.
size_t ReadCount(Input& input);

// Edits that all take effect, one after the other, on the index that `facts` models; does them to
// `facts`. The model never holds more than `most` facts. Out-of-line values lie in `values`.
std::vector<IndexEdit> ReadEdits(const Universe& universe, size_t most, Input& input,
                                 ValueArena* values, FactSet* facts);

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_FUZZ_FACTS_H_

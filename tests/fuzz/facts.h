// The model of an index, and sequences of facts and edits read from a fuzzer's input.
#ifndef DATOMBENCH_TESTS_FUZZ_FACTS_H_
#define DATOMBENCH_TESTS_FUZZ_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/index.h"
#include "tests/fuzz/universe.h"

namespace datombench {

// The place of the first fact that is not before `bound`.
size_t LowerBound(const Facts& facts, const FactOrder& order, const Fact& bound);
// The place of the first fact that is behind `bound`.
size_t UpperBound(const Facts& facts, const FactOrder& order, const Fact& bound);
// As TransientIndex's.
bool InsertFact(const FactOrder& order, const Fact& fact, Facts* facts);
bool EraseFact(const FactOrder& order, const Fact& fact, Facts* facts);

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
                                 ValueArena* values, Facts* facts);

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_FUZZ_FACTS_H_

// The closing sentence of a run: which strategy won what, and by how much.
#ifndef DATOMBENCH_HARNESS_VERDICT_H_
#define DATOMBENCH_HARNESS_VERDICT_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/cell.h"
#include "harness/result.h"

namespace datombench {

// One sentence on the cells that differ in nothing but the strategy and its options: commit latency
// (p50), connect time, disk space, by the medians of the repetitions. Where several sets of such
// cells were run it is about a real trace if there is one, and about the largest set. nullopt
// where no two strategies can be compared.
std::optional<std::string> ClosingSentence(const std::vector<Cell>& cells, const Json& result);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_VERDICT_H_

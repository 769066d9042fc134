// Names near to a mistyped one.
#ifndef DATOMBENCH_HARNESS_NEAREST_H_
#define DATOMBENCH_HARNESS_NEAREST_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace datombench {

// How many characters must be inserted, erased, replaced or swapped with their neighbour to turn
// one into the other (optimal string alignment).
size_t EditDistance(std::string_view x, std::string_view y);

// `nearest: a, b, c`: at most three of `names`, nearest first; all in their order where none is
// near. REQUIRES: `names` isn't empty.
std::string NearestNames(std::string_view mistyped, std::span<const std::string_view> names);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_NEAREST_H_

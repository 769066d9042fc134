// Names near to a mistyped one, for messages. It lies here because every folder that reads names
// may include index/.
#ifndef DATOMBENCH_INDEX_NEAREST_NAMES_H_
#define DATOMBENCH_INDEX_NEAREST_NAMES_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace datombench {

// How many characters must be inserted, erased, replaced or swapped with their neighbour to turn
// one into the other (optimal string alignment).
size_t EditDistance(std::string_view x, std::string_view y);

// "nearest: a, b, c": at most three of `names`, nearest first. Where none is near, "there are: ..."
// with all of them in their order, or only their number where they would make no readable line.
std::string NearestNames(std::string_view mistyped, std::span<const std::string_view> names);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_NEAREST_NAMES_H_

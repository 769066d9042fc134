// What a user may have meant by a name that doesn't exist.
#ifndef DATOMBENCH_WORKLOADS_NEAREST_NAME_H_
#define DATOMBENCH_WORKLOADS_NEAREST_NAME_H_

#include <span>
#include <string>
#include <string_view>

namespace datombench {

// Up to three of `names`, nearest first, ready for a message: "a, b"; all of them where none is
// near and there are at most eight; "" where there are more.
std::string NearestNames(std::string_view name, std::span<const std::string> names);

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_NEAREST_NAME_H_

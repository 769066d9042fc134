// The texts of harness/suites/*.json, which the build compiles in, so that the program runs from
// anywhere. builtin_suites.cc is made by CMake.
#ifndef DATOMBENCH_HARNESS_BUILTIN_SUITES_H_
#define DATOMBENCH_HARNESS_BUILTIN_SUITES_H_

#include <span>
#include <string_view>

namespace datombench {

struct BuiltinSuite {
  std::string_view name;  // the file's, without .json
  std::string_view text;
};
std::span<const BuiltinSuite> BuiltinSuites();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_BUILTIN_SUITES_H_

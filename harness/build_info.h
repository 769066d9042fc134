// How this program was built. build_info.cc is made at every build, so that the commit is right.
#ifndef DATOMBENCH_HARNESS_BUILD_INFO_H_
#define DATOMBENCH_HARNESS_BUILD_INFO_H_

#include <string_view>

namespace datombench {

struct BuildInfo {
  std::string_view version;
  std::string_view commit;      // of the sources, "-dirty" behind it where they differ from it;
                                // "unknown" outside of a git clone
  std::string_view build_type;  // "Release"
  std::string_view flags;       // the compiler's, of that build type
  std::string_view compiler;    // "GNU 12.2.0"
};
const BuildInfo& ThisBuild();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_BUILD_INFO_H_

// How this program was built. Its source is made by CMake; the commit in it at every build.
#ifndef DATOMBENCH_HARNESS_BUILD_INFO_H_
#define DATOMBENCH_HARNESS_BUILD_INFO_H_

#include <span>
#include <string_view>

namespace datombench {

struct LibraryVersion {
  std::string_view name;
  std::string_view version;
};

struct BuildInfo {
  std::string_view version;
  std::string_view commit;      // of the sources, "-dirty" behind it where they differ from it;
                                // "unknown" outside of a git clone
  std::string_view build_type;  // "Release"
  std::string_view flags;       // the compiler's, of that build type
  std::string_view sanitizers;  // "" in any build whose numbers count
  std::string_view compiler;    // "GNU 12.2.0"
  std::string_view source_directory;  // where scripts/ and the shipped traces are
  std::span<const LibraryVersion> libraries;
};
const BuildInfo& ThisBuild();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_BUILD_INFO_H_

// A TemporaryDirectory is a fresh directory for one test; it goes with everything in it.
#ifndef DATOMBENCH_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
#define DATOMBENCH_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_

#include <filesystem>
#include <string_view>

namespace datombench {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <vector>

#include "backends/error.h"
#include "harness/meter.h"
#include "harness/statistics.h"

namespace datombench {

double ProbeSyncSeconds(const std::filesystem::path& directory, int tries) {
  std::string path = (directory / "sync-probe-XXXXXX").string();
  const int descriptor = mkstemp(path.data());
  if (descriptor < 0) {
    throw StorageError(
        fmt::format("{}: can't be written to: {}", directory.string(), std::strerror(errno)));
  }
  unlink(path.c_str());
  const std::array<char, 4096> block{};
  std::vector<double> seconds;
  int error = 0;
  for (int i = 0; i < tries && error == 0; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const bool is_whole =
        write(descriptor, block.data(), block.size()) == static_cast<ssize_t>(block.size());
    if (!is_whole || fdatasync(descriptor) != 0) error = errno == 0 ? ENOSPC : errno;
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  close(descriptor);
  if (error != 0) {
    throw StorageError(
        fmt::format("{}: can't be written to: {}", directory.string(), std::strerror(error)));
  }
  return Median(std::move(seconds));
}

}  // namespace datombench

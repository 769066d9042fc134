#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "backends/error.h"
#include "harness/meter.h"
#include "harness/meters/store_files.h"

namespace datombench {

namespace fs = std::filesystem;

std::vector<fs::path> StoreFiles(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  if (error == std::errc::no_such_file_or_directory) return files;
  while (!error && entry != fs::recursive_directory_iterator()) {
    std::error_code vanished;
    if (entry->is_regular_file(vanished)) files.push_back(entry->path());
    entry.increment(error);
  }
  if (error) {
    throw StorageError(
        fmt::format("{}: walking the store: {}", directory.string(), error.message()));
  }
  return files;
}

DiskUsage MeasureDisk(const fs::path& directory) {
  // POSIX leaves the unit of st_blocks open; on Linux it is 512 bytes on every file system.
  constexpr uint64_t kBlockBytes = 512;
  DiskUsage usage;
  for (const fs::path& file : StoreFiles(directory)) {
    struct stat status {};
    if (lstat(file.c_str(), &status) != 0) {
      if (errno == ENOENT) continue;
      throw StorageError(fmt::format("{}: stat: {}", file.string(), std::strerror(errno)));
    }
    usage.apparent_bytes += static_cast<uint64_t>(status.st_size);
    usage.allocated_bytes += static_cast<uint64_t>(status.st_blocks) * kBlockBytes;
    ++usage.files;
  }
  return usage;
}

void DiskUsage::Report(Measurements& measurements) const {
  measurements.SetCount("disk_apparent_bytes", apparent_bytes);
  measurements.SetCount("disk_allocated_bytes", allocated_bytes);
  measurements.SetCount("disk_files", files);
}

}  // namespace datombench

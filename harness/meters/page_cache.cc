// Puts a store's files into the page cache or out of it, and proves the latter.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "backends/error.h"
#include "harness/meter.h"
#include "harness/meters/store_files.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Fail(const fs::path& path, std::string_view operation) {
  throw StorageError(fmt::format("{}: {}: {}", path.string(), operation, std::strerror(errno)));
}

// An open file, closed at the end.
class ReadOnlyFile {
 public:
  explicit ReadOnlyFile(const fs::path& path)
      : path_(path), descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) Fail(path_, "open");
  }
  ~ReadOnlyFile() { close(descriptor_); }
  ReadOnlyFile(const ReadOnlyFile&) = delete;
  ReadOnlyFile& operator=(const ReadOnlyFile&) = delete;

  int descriptor() const { return descriptor_; }

  size_t Size() const {
    struct stat status {};
    if (fstat(descriptor_, &status) != 0) Fail(path_, "stat");
    return static_cast<size_t>(status.st_size);
  }

  // Only clean pages can be dropped.
  void SyncAndDrop() const {
    if (fdatasync(descriptor_) != 0) Fail(path_, "sync");
    const int error = posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
    if (error != 0) {
      errno = error;
      Fail(path_, "drop from the page cache");
    }
  }

  // Bytes in memory, whole pages; nullopt where the system doesn't tell.
  std::optional<uint64_t> ResidentBytes() const {
    const size_t size = Size();
    if (size == 0) return 0;
    void* const mapping = mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor_, 0);
    if (mapping == MAP_FAILED) return std::nullopt;
    const auto page_bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> resident((size + page_bytes - 1) / page_bytes);
    const bool told = mincore(mapping, size, resident.data()) == 0;
    munmap(mapping, size);
    if (!told) return std::nullopt;
    uint64_t pages = 0;
    for (const unsigned char page : resident) pages += page & 1u;
    return pages * page_bytes;
  }

  void ReadAll() const {
    std::vector<char> buffer(size_t{1} << 20);
    for (;;) {
      const ssize_t got = read(descriptor_, buffer.data(), buffer.size());
      if (got == 0) return;
      if (got < 0 && errno != EINTR) Fail(path_, "read");
    }
  }

 private:
  const fs::path path_;
  const int descriptor_;
};

}  // namespace

ColdState MakeCold(const fs::path& directory) {
  const std::vector<fs::path> files = StoreFiles(directory);
  for (const fs::path& file : files) ReadOnlyFile(file).SyncAndDrop();

  ColdState state;
  for (const fs::path& path : files) {
    const ReadOnlyFile file(path);
    std::optional<uint64_t> resident = file.ResidentBytes();
    // Pages on another CPU's list of recent pages escape the first call; a second one drains it.
    for (int attempt = 0; attempt < 3 && resident.value_or(0) > 0; ++attempt) {
      file.SyncAndDrop();
      resident = file.ResidentBytes();
    }
    if (!resident) {
      state.reason = fmt::format("mincore doesn't tell about {}", path.filename().string());
      return state;
    }
    state.resident_bytes += *resident;
  }
  state.is_proven = state.resident_bytes == 0;
  if (!state.is_proven) {
    state.reason = fmt::format("{} bytes stay in memory (tmpfs keeps all)", state.resident_bytes);
  }
  return state;
}

void MakeWarm(const fs::path& directory) {
  for (const fs::path& file : StoreFiles(directory)) ReadOnlyFile(file).ReadAll();
}

}  // namespace datombench

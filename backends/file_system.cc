#include "backends/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace datombench {
namespace {

using std::filesystem::path;

// Calls `call` again for as long as a signal interrupts it.
template <typename Call>
auto Retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) {
    result = call();
  }
  return result;
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor() {
    if (number_ >= 0) {
      close(number_);
    }
  }

  int number() const { return number_; }
  // The number, which the caller must close.
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

constexpr mode_t kFileMode = 0644;
constexpr mode_t kDirectoryMode = 0755;

FileDescriptor Open(const path& file, int flags, std::string_view operation) {
  const int number = Retry([&] { return open(file.c_str(), flags | O_CLOEXEC, kFileMode); });
  if (number < 0) {
    throw FileError(file, operation, errno);
  }
  return FileDescriptor(number);
}

uint64_t SizeOf(int descriptor, const path& file) {
  struct stat status = {};
  if (Retry([&] { return fstat(descriptor, &status); }) < 0) {
    throw FileError(file, "size", errno);
  }
  return static_cast<uint64_t>(status.st_size);
}

void WriteAll(int descriptor, std::string_view bytes, const path& file) {
  while (!bytes.empty()) {
    const ssize_t written = Retry([&] { return write(descriptor, bytes.data(), bytes.size()); });
    if (written < 0) {
      throw FileError(file, "write", errno);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

size_t ReadUpTo(int descriptor, uint64_t offset, std::span<char> buffer, const path& file) {
  size_t done = 0;
  while (done < buffer.size()) {
    const ssize_t count = Retry([&] {
      return pread(descriptor, buffer.data() + done, buffer.size() - done,
                   static_cast<off_t>(offset + done));
    });
    if (count < 0) {
      throw FileError(file, "read", errno);
    }
    if (count == 0) {
      break;
    }
    done += static_cast<size_t>(count);
  }
  return done;
}

class RealWritableFile : public WritableFile {
 public:
  RealWritableFile(path file, FileDescriptor descriptor)
      : path_(std::move(file)), descriptor_(std::move(descriptor)) {}

  void Append(std::string_view bytes) override { WriteAll(descriptor_.number(), bytes, path_); }

  void Sync() override {
    if (Retry([&] { return fdatasync(descriptor_.number()); }) < 0) {
      throw FileError(path_, "sync", errno);
    }
  }

  void Close() override {
    // Linux frees the descriptor even where it reports EINTR: closing again could hit another's.
    if (close(descriptor_.Release()) < 0 && errno != EINTR) {
      throw FileError(path_, "close", errno);
    }
  }

 private:
  const path path_;
  FileDescriptor descriptor_;
};

class RealReadableFile : public ReadableFile {
 public:
  RealReadableFile(path file, FileDescriptor descriptor)
      : path_(std::move(file)), descriptor_(std::move(descriptor)) {}

  size_t Read(uint64_t offset, std::span<char> buffer) const override {
    return ReadUpTo(descriptor_.number(), offset, buffer, path_);
  }
  uint64_t Size() const override { return SizeOf(descriptor_.number(), path_); }

 private:
  const path path_;
  const FileDescriptor descriptor_;
};

// flock belongs to the open file, not to the process: it conflicts within one process too, and goes
// when the process does. The file stays: removing it would let two holders lock two files.
class RealFileLock : public FileLock {
 public:
  explicit RealFileLock(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  ~RealFileLock() override {
    // So that nobody who comes between this holder and the next reads a pid that isn't the next's.
    [[maybe_unused]] const int ignored = ftruncate(descriptor_.number(), 0);
  }

 private:
  const FileDescriptor descriptor_;
};

StorageError LockedError(const path& file, int descriptor) {
  char pid[24];
  const size_t size = ReadUpTo(descriptor, 0, pid, file);
  std::string holder(pid, size);
  holder.erase(std::find(holder.begin(), holder.end(), '\n'), holder.end());
  return StorageError(
      fmt::format("{}: lock: held by {}", file.string(),
                  holder.empty() ? "another process" : fmt::format("process {}", holder)));
}

class DiskFileSystem : public FileSystem {
 public:
  std::unique_ptr<WritableFile> NewWritableFile(const path& file) override {
    return std::make_unique<RealWritableFile>(file,
                                              Open(file, O_WRONLY | O_CREAT | O_TRUNC, "create"));
  }

  std::unique_ptr<WritableFile> NewAppendableFile(const path& file) override {
    return std::make_unique<RealWritableFile>(
        file, Open(file, O_WRONLY | O_CREAT | O_APPEND, "open for appending"));
  }

  std::unique_ptr<ReadableFile> OpenForReading(const path& file) override {
    FileDescriptor descriptor(Retry([&] { return open(file.c_str(), O_RDONLY | O_CLOEXEC); }));
    if (descriptor.number() < 0) {
      if (errno == ENOENT) {
        return nullptr;
      }
      throw FileError(file, "open", errno);
    }
    return std::make_unique<RealReadableFile>(file, std::move(descriptor));
  }

  std::vector<std::string> List(const path& directory) override {
    DIR* const stream = opendir(directory.c_str());
    if (stream == nullptr) {
      throw FileError(directory, "list", errno);
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> closer(stream, closedir);
    std::vector<std::string> names;
    errno = 0;  // readdir tells the end from an error by errno alone
    while (const dirent* const entry = readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") {
        names.emplace_back(name);
      }
      errno = 0;
    }
    if (errno != 0) {
      throw FileError(directory, "list", errno);
    }
    return names;
  }

  bool Exists(const path& file) override {
    struct stat status = {};
    if (stat(file.c_str(), &status) == 0) {
      return true;
    }
    if (errno == ENOENT) {
      return false;
    }
    throw FileError(file, "look up", errno);
  }

  uint64_t Size(const path& file) override {
    struct stat status = {};
    if (stat(file.c_str(), &status) < 0) {
      throw FileError(file, "size", errno);
    }
    return static_cast<uint64_t>(status.st_size);
  }

  void CreateDirectory(const path& directory) override {
    if (mkdir(directory.c_str(), kDirectoryMode) == 0) {
      return;
    }
    if (errno != EEXIST) {
      throw FileError(directory, "create directory", errno);
    }
    struct stat status = {};
    if (stat(directory.c_str(), &status) < 0 || !S_ISDIR(status.st_mode)) {
      throw FileError(directory, "create directory", ENOTDIR);
    }
  }

  void RemoveDirectory(const path& directory) override {
    if (rmdir(directory.c_str()) < 0) {
      throw FileError(directory, "remove directory", errno);
    }
  }

  void Rename(const path& from, const path& to) override {
    if (rename(from.c_str(), to.c_str()) < 0) {
      throw FileError(from, fmt::format("rename to {}", to.string()), errno);
    }
  }

  bool Remove(const path& file) override {
    if (unlink(file.c_str()) == 0) {
      return true;
    }
    if (errno == ENOENT) {
      return false;
    }
    throw FileError(file, "remove", errno);
  }

  void SyncDirectory(const path& directory) override {
    const FileDescriptor descriptor = Open(directory, O_RDONLY | O_DIRECTORY, "open for syncing");
    if (Retry([&] { return fsync(descriptor.number()); }) < 0) {
      throw FileError(directory, "sync directory", errno);
    }
  }

  std::unique_ptr<FileLock> Lock(const path& file) override {
    FileDescriptor descriptor = Open(file, O_RDWR | O_CREAT, "lock");
    if (Retry([&] { return flock(descriptor.number(), LOCK_EX | LOCK_NB); }) < 0) {
      throw errno == EWOULDBLOCK ? LockedError(file, descriptor.number())
                                 : FileError(file, "lock", errno);
    }
    if (ftruncate(descriptor.number(), 0) < 0) {
      throw FileError(file, "lock", errno);
    }
    WriteAll(descriptor.number(), fmt::format("{}\n", getpid()), file);
    return std::make_unique<RealFileLock>(std::move(descriptor));
  }
};

}  // namespace

FileSystem& RealFileSystem() {
  static DiskFileSystem disk;
  return disk;
}

std::optional<std::string> ReadFile(FileSystem& file_system, const path& file) {
  const std::unique_ptr<ReadableFile> readable = file_system.OpenForReading(file);
  if (readable == nullptr) {
    return std::nullopt;
  }
  std::string bytes(readable->Size(), '\0');
  bytes.resize(readable->Read(0, bytes));
  return bytes;
}

void CreateDirectoryDurably(FileSystem& file_system, const path& directory) {
  path normal = std::filesystem::absolute(directory).lexically_normal();
  if (!normal.has_filename()) {
    normal = normal.parent_path();  // "a/b/" is "a/b"
  }
  const path parent = normal.parent_path();
  if (parent == normal) {
    return;  // the root
  }
  if (!file_system.Exists(parent)) {
    CreateDirectoryDurably(file_system, parent);
  }
  file_system.CreateDirectory(normal);
  file_system.SyncDirectory(parent);
}

StorageError FileError(const path& file, std::string_view operation, int error_number) {
  return StorageError(fmt::format("{}: {}: {}", file.string(), operation,
                                  std::generic_category().message(error_number)));
}

}  // namespace datombench

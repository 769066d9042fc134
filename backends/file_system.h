// A FileSystem is the seam between the backends and the disk: real, recording or failing.
//
// The `file` backend and LevelDB's Env go through it, so that tests can count, drop, tear and fail
// what reaches the disk without knowing either.
#ifndef DATOMBENCH_BACKENDS_FILE_SYSTEM_H_
#define DATOMBENCH_BACKENDS_FILE_SYSTEM_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datombench {

// A file being written from its start. Thread safety: one thread. Every member throws StorageError.
class WritableFile {
 public:
  virtual ~WritableFile() = default;  // closes, ignoring errors
  virtual void Append(std::string_view bytes) = 0;
  virtual void Sync() = 0;  // fdatasync; the directory entry is SyncDirectory's
  virtual void Close() = 0;
};

// A held lock; released when destroyed or when the process dies.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// Thread safety: any number of threads. Members throw StorageError (path, operation, the system's
// message) unless said otherwise.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual std::unique_ptr<WritableFile> NewWritableFile(const std::filesystem::path& path) = 0;
  virtual std::unique_ptr<WritableFile> NewAppendableFile(const std::filesystem::path& path) = 0;
  // The whole file; nullopt if there is none.
  virtual std::optional<std::string> ReadFile(const std::filesystem::path& path) = 0;
  // Up to `size` bytes from `offset`.
  virtual std::string ReadAt(const std::filesystem::path& path, uint64_t offset, size_t size) = 0;
  virtual std::vector<std::string> List(
      const std::filesystem::path& directory) = 0;  // names, unordered
  virtual bool Exists(const std::filesystem::path& path) = 0;
  virtual uint64_t Size(const std::filesystem::path& path) = 0;
  virtual void CreateDirectory(
      const std::filesystem::path& path) = 0;  // parents too; none if it is there
  virtual void RemoveDirectory(const std::filesystem::path& path) = 0;
  virtual void Rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  virtual void Remove(const std::filesystem::path& path) = 0;
  virtual void SyncDirectory(const std::filesystem::path& directory) = 0;
  // Locks `path`, creating it, against every other holder, this process included, and writes the
  // pid into it. Throws StorageError with the holder's pid where it is held.
  virtual std::unique_ptr<FileLock> Lock(const std::filesystem::path& path) = 0;
};

// The disk. Lives as long as the program; stateless.
FileSystem& RealFileSystem();

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_FILE_SYSTEM_H_

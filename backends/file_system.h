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
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/error.h"

namespace datombench {

// A file being written at its end. Nothing is buffered: what Append was given survives a killed
// process when Append returns. After an error only destruction makes sense: how much of the last
// Append is there, and which bytes a failed Sync lost, isn't known. Thread safety: one thread.
// Every member throws StorageError.
class WritableFile {
 public:
  virtual ~WritableFile() = default;  // closes, ignoring errors
  virtual void Append(std::string_view bytes) = 0;
  virtual void Sync() = 0;  // fdatasync; the directory entry is SyncDirectory's
  virtual void Close() = 0;
};

// A file being read; it stays readable when it is removed or replaced meanwhile. Thread safety:
// any number of threads. Every member throws StorageError.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Fills `buffer` from `offset` and returns the bytes read: fewer only at the file's end.
  virtual size_t Read(uint64_t offset, std::span<char> buffer) const = 0;
  virtual uint64_t Size() const = 0;
};

// A held lock; released when destroyed or when the process dies.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

// Thread safety: any number of threads. Members throw StorageError (path, operation, the system's
// message).
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // An empty file; one that is there is emptied.
  virtual std::unique_ptr<WritableFile> NewWritableFile(const std::filesystem::path& path) = 0;
  // What is there is kept; an empty file if there is none.
  virtual std::unique_ptr<WritableFile> NewAppendableFile(const std::filesystem::path& path) = 0;
  // nullptr if there is none.
  virtual std::unique_ptr<ReadableFile> OpenForReading(const std::filesystem::path& path) = 0;
  // The names in `directory`, in no order, without "." and "..".
  virtual std::vector<std::string> List(const std::filesystem::path& directory) = 0;
  virtual bool Exists(const std::filesystem::path& path) = 0;
  virtual uint64_t Size(const std::filesystem::path& path) = 0;
  // Its parent must be there; nothing happens if the directory itself is.
  virtual void CreateDirectory(const std::filesystem::path& path) = 0;
  virtual void RemoveDirectory(const std::filesystem::path& path) = 0;
  // Replaces `to` if it is there, atomically for every reader.
  virtual void Rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  // False if there is no such file.
  virtual bool Remove(const std::filesystem::path& path) = 0;
  virtual void SyncDirectory(const std::filesystem::path& directory) = 0;
  // Locks `path`, creating it, against every other holder, this process included, and writes the
  // pid into it. Throws StorageError with the holder's pid where it is held. The lock of a process
  // that died is free.
  virtual std::unique_ptr<FileLock> Lock(const std::filesystem::path& path) = 0;
};

// The disk. Lives as long as the program; stateless.
FileSystem& RealFileSystem();

// The whole file; nullopt if there is none. Throws StorageError.
std::optional<std::string> ReadFile(FileSystem& file_system, const std::filesystem::path& file);

// Creates `directory` and its missing ancestors so that they survive power loss: each one's entry
// is synced in its parent, the last one's also if it was there (whoever made it may have died
// before the sync). Throws StorageError.
void CreateDirectoryDurably(FileSystem& file_system, const std::filesystem::path& directory);

// "FILE: OPERATION: the system's message for ERROR_NUMBER", as every FileSystem reports.
StorageError FileError(const std::filesystem::path& file, std::string_view operation,
                       int error_number);

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_FILE_SYSTEM_H_

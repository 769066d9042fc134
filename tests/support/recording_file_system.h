// A RecordingFileSystem writes down every call, bytes included, and makes the one that a test
// chooses fail. It records syncs without doing them: no test pulls the plug, and waiting for the
// disk would take nearly all of their time.
#ifndef DATOMBENCH_TESTS_SUPPORT_RECORDING_FILE_SYSTEM_H_
#define DATOMBENCH_TESTS_SUPPORT_RECORDING_FILE_SYSTEM_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/file_system.h"
#include "tests/support/forwarding_file_system.h"

namespace datombench {

// One call. Together, in order, the calls that change something say what the disk was given: each
// state that a crash may leave can be rebuilt from them.
struct FileOperation {
  enum class Kind {
    kCreate,
    kOpenForAppending,
    kAppend,
    kSync,
    kClose,
    kOpenForReading,
    kRead,
    kList,
    kExists,
    kSize,
    kCreateDirectory,
    kRemoveDirectory,
    kRename,
    kRemove,
    kSyncDirectory,
    kLock,
  };

  Kind kind;
  std::filesystem::path path;
  std::filesystem::path destination;  // of a rename
  // Counts the files that were opened, from 1: tells apart what was written under one path before
  // and after it was removed or replaced. 0 where no file is open.
  uint64_t file = 0;
  std::string bytes;  // of an append

  bool IsSync() const { return kind == Kind::kSync || kind == Kind::kSyncDirectory; }
  // "append n-00.tmp", "rename n-00.tmp n-00": names without their directory.
  std::string ToString() const;
};

// Thread safety: any number of threads.
class RecordingFileSystem : public ForwardingFileSystem {
 public:
  enum class Failing { kOnce, kFromThenOn };

  // `target` must outlive this.
  explicit RecordingFileSystem(FileSystem& target = RealFileSystem())
      : ForwardingFileSystem(target) {}

  // The calls since the beginning or the last Clear, in the order in which they began, those that
  // were made to fail included.
  std::vector<FileOperation> operations() const;
  void Clear();
  size_t Count(FileOperation::Kind kind) const;
  // Syncs of files and of directories.
  size_t SyncCount() const;

  // The n-th call from now on (0 is the next) throws StorageError with `error_number` and does
  // nothing, but an append, which appends half of its bytes.
  void FailAt(uint64_t n, int error_number, Failing failing);
  // The first call that was made to fail, or nullopt.
  std::optional<FileOperation> failed() const;

  std::unique_ptr<WritableFile> NewWritableFile(const path& file) override;
  std::unique_ptr<WritableFile> NewAppendableFile(const path& file) override;
  std::unique_ptr<ReadableFile> OpenForReading(const path& file) override;
  std::vector<std::string> List(const path& directory) override;
  bool Exists(const path& file) override;
  uint64_t Size(const path& file) override;
  void CreateDirectory(const path& directory) override;
  void RemoveDirectory(const path& directory) override;
  void Rename(const path& from, const path& to) override;
  bool Remove(const path& file) override;
  void SyncDirectory(const path& directory) override;
  std::unique_ptr<FileLock> Lock(const path& file) override;

 private:
  class RecordedWritableFile;
  class RecordedReadableFile;

  // Throws if the call must fail.
  void Record(FileOperation operation);
  // The same, but returns the error number instead.
  std::optional<int> RecordOrFail(FileOperation operation);
  uint64_t NewFileNumber();

  mutable std::mutex mutex_;
  std::vector<FileOperation> operations_;
  uint64_t files_ = 0;
  std::optional<uint64_t> calls_until_failure_;
  int error_number_ = 0;
  Failing failing_ = Failing::kOnce;
  std::optional<FileOperation> failed_;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_RECORDING_FILE_SYSTEM_H_

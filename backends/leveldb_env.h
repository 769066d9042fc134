// LevelDB's Env over a FileSystem: every file that LevelDB touches goes through the seam.
//
// Beyond LevelDB's own posix Env: a file's directory entry is synced before the file's first sync
// is acknowledged, and a rename before it returns; a log that is closed is synced first, so that a
// sync of the next log covers every earlier write; and after a failed sync or rename the Env is
// fenced: it syncs, creates, renames and removes nothing any more, so that whichever of the old and
// the new files a crash leaves, they are all there. No member throws: LevelDB is built without
// exceptions, and one that passes through it leaves its write queue pointing at a dead stack frame.
#ifndef DATOMBENCH_BACKENDS_LEVELDB_ENV_H_
#define DATOMBENCH_BACKENDS_LEVELDB_ENV_H_

#include <leveldb/env.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "backends/file_system.h"

namespace datombench {

// Threads and time are Env::Default()'s. Thread safety: any number of threads.
class LevelDbEnv : public leveldb::EnvWrapper {
 public:
  // `file_system` must outlive this.
  explicit LevelDbEnv(FileSystem& file_system);

  // Syncs of logs and of their directory entries, by whoever waits for them: only LevelDB's writers
  // touch logs, and its background thread syncs only what nobody waits for.
  uint64_t log_syncs() const { return log_syncs_; }

  // Ok, or why the Env is fenced.
  leveldb::Status fence() const;

  leveldb::Status NewSequentialFile(const std::string& path,
                                    leveldb::SequentialFile** result) override;
  leveldb::Status NewRandomAccessFile(const std::string& path,
                                      leveldb::RandomAccessFile** result) override;
  leveldb::Status NewWritableFile(const std::string& path, leveldb::WritableFile** result) override;
  leveldb::Status NewAppendableFile(const std::string& path,
                                    leveldb::WritableFile** result) override;
  // True also where it can't be told: LevelDB would create a store over what it can't see.
  bool FileExists(const std::string& path) override;
  leveldb::Status GetChildren(const std::string& directory,
                              std::vector<std::string>* result) override;
  leveldb::Status RemoveFile(const std::string& path) override;
  leveldb::Status CreateDir(const std::string& path) override;
  leveldb::Status RemoveDir(const std::string& path) override;
  leveldb::Status GetFileSize(const std::string& path, uint64_t* size_bytes) override;
  leveldb::Status RenameFile(const std::string& from, const std::string& to) override;
  // Locks nothing: LevelDB unlocks before it closes its log, so the backend holds the lock itself.
  leveldb::Status LockFile(const std::string& path, leveldb::FileLock** lock) override;
  leveldb::Status UnlockFile(leveldb::FileLock* lock) override;
  // Not supported: whoever opens the database sets Options::info_log.
  leveldb::Status NewLogger(const std::string& path, leveldb::Logger** result) override;

 private:
  class File;

  leveldb::Status NewFile(const std::string& path, bool is_appending,
                          leveldb::WritableFile** result);
  // Keeps the first reason and returns `status`.
  leveldb::Status Fence(leveldb::Status status);

  FileSystem& file_system_;
  std::atomic<uint64_t> log_syncs_ = 0;
  mutable std::mutex mutex_;
  leveldb::Status fence_;  // guarded by mutex_
};

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_LEVELDB_ENV_H_

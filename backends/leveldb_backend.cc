#include "backends/leveldb_backend.h"

#include <fmt/core.h>
#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/options.h>
#include <leveldb/write_batch.h>

#include <algorithm>
#include <cassert>
#include <cstdarg>
#include <optional>
#include <string>
#include <utility>

#include "backends/error.h"
#include "backends/leveldb_env.h"

namespace datombench {
namespace {

// LevelDB's own defaults, spelled out so that a newer library can't change what is measured. They
// are what an embedded database is run with, and small beside the data: the engine's memory must
// not become the cache that a strategy is measured without.
constexpr size_t kWriteBufferBytes = size_t{4} * 1024 * 1024;  // two of them at most
constexpr size_t kBlockCacheBytes = size_t{8} * 1024 * 1024;
constexpr size_t kBlockBytes = size_t{4} * 1024;
constexpr size_t kTableBytes = size_t{2} * 1024 * 1024;
// Half of LevelDB's default, to leave descriptors to the rest of a process that may have 1024.
constexpr int kMaxOpenFiles = 500;

// LevelDB's diary. What went wrong comes back as a Status; timestamps in a file of the store would
// only make its size vary.
class SilentLogger : public leveldb::Logger {
 public:
  void Logv(const char* /*format*/, std::va_list /*arguments*/) override {}
};

leveldb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view ToView(const leveldb::Slice& slice) { return {slice.data(), slice.size()}; }

leveldb::WriteBatch ToLevelDb(const Batch& batch) {
  leveldb::WriteBatch result;
  for (const Batch::Operation& operation : batch.operations()) {
    if (operation.is_delete) {
      result.Delete(operation.key);
    } else {
      result.Put(operation.key, operation.value);
    }
  }
  return result;
}

class LevelDbBackend : public Backend {
 public:
  LevelDbBackend(std::filesystem::path directory, FileSystem& file_system)
      : directory_(std::move(directory)),
        env_(file_system),
        cache_(leveldb::NewLRUCache(kBlockCacheBytes)) {
    CreateDirectoryDurably(file_system, directory_);
    lock_ = file_system.Lock(directory_ / "LOCK");
    CheckCurrent(file_system);
    leveldb::DB* opened = nullptr;
    const leveldb::Status status = leveldb::DB::Open(MakeOptions(), directory_.string(), &opened);
    db_.reset(opened);
    Check(status);
    Check(env_.fence());
  }

  std::optional<std::string> Get(std::string_view key) override {
    leveldb::ReadOptions options;
    options.verify_checksums = true;
    std::string value;
    const leveldb::Status status = db_->Get(options, ToSlice(key), &value);
    if (status.IsNotFound()) {
      return std::nullopt;
    }
    Check(status);
    return value;
  }

  uint64_t Write(const Batch& batch, Durability durability) override {
    assert(durability <= strongest_durability());
    if (fence_) {
      throw StorageError(*fence_);
    }
    const uint64_t syncs_before = env_.log_syncs();
    const bool is_synced = durability == Durability::kPower;
    if (is_synced && has_unsynced_writes_) {
      // The log's pages may reach the disk in any order, this commit's before earlier writes'.
      Commit({}, /*is_synced=*/true);
      has_unsynced_writes_ = false;
    }
    if (!batch.empty()) {
      Commit(ToLevelDb(batch), is_synced);
      has_unsynced_writes_ = !is_synced;
    }
    return env_.log_syncs() - syncs_before;
  }

  void Scan(std::string_view prefix, const Visitor& visit) override {
    leveldb::ReadOptions options;
    options.verify_checksums = true;
    options.fill_cache = false;  // a scan reads each block once
    const std::unique_ptr<leveldb::Iterator> iterator(db_->NewIterator(options));
    for (iterator->Seek(ToSlice(prefix));
         iterator->Valid() && ToView(iterator->key()).starts_with(prefix); iterator->Next()) {
      visit(ToView(iterator->key()), ToView(iterator->value()));
    }
    Check(iterator->status());
  }

  void ScanKeys(std::string_view prefix, const KeyVisitor& visit) override {
    Scan(prefix, [&](std::string_view key, std::string_view) { visit(key); });
  }

  bool has_atomic_batches() const override { return true; }
  Durability strongest_durability() const override { return Durability::kPower; }

  void Quiesce() override {
    if (fence_) {
      throw StorageError(*fence_);
    }
    db_->CompactRange(nullptr, nullptr);
    // That rewrites no table which lies alone: what was written since the last one, dead entries
    // and all, may have become such a table. Deleting two keys that no store has, below and above
    // all others, makes a table that overlaps every other, and the next compaction rewrites them
    // all.
    leveldb::WriteBatch around;
    around.Delete(std::string(1, '\x00'));
    around.Delete(std::string(1, '\x7f'));
    Commit(around, /*is_synced=*/false);
    db_->CompactRange(nullptr, nullptr);
    // CompactRange reports nothing; a write reports what went wrong in the background.
    Commit({}, /*is_synced=*/false);
  }

 private:
  leveldb::Options MakeOptions() {
    leveldb::Options options;
    options.create_if_missing = true;
    options.paranoid_checks = true;  // without it a damaged log loses records silently
    options.env = &env_;
    options.info_log = &logger_;
    options.write_buffer_size = kWriteBufferBytes;
    options.max_open_files = kMaxOpenFiles;
    options.block_cache = cache_.get();
    options.block_size = kBlockBytes;
    options.max_file_size = kTableBytes;
    // The codecs pack what they write. A second compressor below them would blur what they are
    // compared by, charge its time to the backend, and favour strategies that pack worse.
    options.compression = leveldb::kNoCompression;
    return options;
  }

  // LevelDB takes a directory without CURRENT for one to create a database in, and then removes
  // the tables and logs that it finds there. It names the first of them only after CURRENT.
  void CheckCurrent(FileSystem& file_system) {
    if (file_system.Exists(directory_ / "CURRENT")) {
      return;
    }
    for (const std::string& name : file_system.List(directory_)) {
      if (name.ends_with(".ldb") || name.ends_with(".sst") || name.ends_with(".log")) {
        throw CorruptionError(fmt::format("leveldb store {}: CURRENT is missing beside {}",
                                          directory_.string(), name));
      }
    }
  }

  void Commit(leveldb::WriteBatch batch, bool is_synced) {
    leveldb::WriteOptions options;
    options.sync = is_synced;
    leveldb::Status status = db_->Write(options, &batch);
    if (status.ok()) {
      status = env_.fence();  // a log that was closed and could not be synced
    }
    if (!status.ok()) {
      fence_ = fmt::format("leveldb store {}: no write after a failed one: {}", directory_.string(),
                           Message(status));
    }
    Check(status);
  }

  void Check(const leveldb::Status& status) const {
    if (status.ok()) {
      return;
    }
    const std::string message =
        fmt::format("leveldb store {}: {}", directory_.string(), Message(status));
    if (status.IsCorruption()) {
      throw CorruptionError(message);
    }
    throw StorageError(message);
  }

  // An I/O error comes from the Env and names file and operation itself.
  static std::string Message(const leveldb::Status& status) {
    constexpr std::string_view kIoError = "IO error: ";
    std::string message = status.ToString();
    if (message.starts_with(kIoError)) {
      message.erase(0, kIoError.size());
    }
    std::ranges::replace(message, '\n', ' ');
    return message;
  }

  // In the order in which they are needed: the database goes first.
  const std::filesystem::path directory_;
  LevelDbEnv env_;
  SilentLogger logger_;
  const std::unique_ptr<leveldb::Cache> cache_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<leveldb::DB> db_;
  std::optional<std::string> fence_;  // why every Write fails from now on
  bool has_unsynced_writes_ = false;
};

}  // namespace

std::unique_ptr<Backend> OpenLevelDbBackend(const std::filesystem::path& directory,
                                            FileSystem& file_system) {
  return std::make_unique<LevelDbBackend>(directory, file_system);
}

}  // namespace datombench

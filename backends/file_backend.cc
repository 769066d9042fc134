#include "backends/file_backend.h"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "backends/error.h"
#include "backends/key_name.h"

namespace datombench {
namespace {

constexpr std::string_view kLockName = "LOCK";
constexpr std::string_view kTemporarySuffix = ".tmp";

class FileBackend : public Backend {
 public:
  FileBackend(std::filesystem::path directory, FileSystem& file_system)
      : directory_(std::move(directory)), file_system_(file_system) {
    CreateDirectoryDurably(file_system_, directory_);
    lock_ = file_system_.Lock(directory_ / kLockName);
    RemoveTemporaryFiles();
  }

  std::optional<std::string> Get(std::string_view key) override {
    return ReadFile(file_system_, directory_ / KeyName(key));
  }

  uint64_t Write(const Batch& batch, Durability durability) override {
    assert(durability <= strongest_durability());
    if (fence_) {
      throw StorageError(*fence_);
    }
    const std::vector<Batch::Operation>& operations = batch.operations();
    if (durability != Durability::kPower) {
      for (const Batch::Operation& operation : operations) {
        Apply(operation, /*synced=*/false);
      }
      return 0;
    }
    uint64_t syncs = SyncEarlierFiles();
    for (size_t i = 0; i + 1 < operations.size(); ++i) {
      syncs += Apply(operations[i], /*synced=*/true);
    }
    syncs += SyncEntries();
    if (!operations.empty()) {
      syncs += Apply(operations.back(), /*synced=*/true);
      syncs += SyncEntries();
    }
    return syncs;
  }

  void Scan(std::string_view prefix, const Visitor& visit) override {
    for (const std::string& key : KeysWithPrefix(prefix)) {
      // A key that a writer deleted meanwhile is not there.
      if (const std::optional<std::string> value = Get(key)) {
        visit(key, *value);
      }
    }
  }

  void ScanKeys(std::string_view prefix, const KeyVisitor& visit) override {
    for (const std::string& key : KeysWithPrefix(prefix)) {
      visit(key);
    }
  }

  bool has_atomic_batches() const override { return false; }
  Durability strongest_durability() const override { return Durability::kPower; }
  void Quiesce() override {}

 private:
  // What a crash left between a file's creation and its rename.
  void RemoveTemporaryFiles() {
    for (const std::string& name : file_system_.List(directory_)) {
      if (name.ends_with(kTemporarySuffix)) {
        file_system_.Remove(directory_ / name);
      }
    }
  }

  // Returns the number of syncs.
  uint64_t Apply(const Batch::Operation& operation, bool synced) {
    const std::string name = KeyName(operation.key);
    if (operation.is_delete) {
      entries_changed_ |= file_system_.Remove(directory_ / name);
      unsynced_files_.erase(name);
      return 0;
    }
    const std::filesystem::path temporary = directory_ / (name + std::string(kTemporarySuffix));
    try {
      WriteTemporary(temporary, operation.value, synced);
      file_system_.Rename(temporary, directory_ / name);
    } catch (const StorageError&) {
      TryToRemove(temporary);
      throw;
    }
    entries_changed_ = true;
    if (synced) {
      unsynced_files_.erase(name);
    } else {
      unsynced_files_.insert(name);
    }
    return synced ? 1 : 0;
  }

  void WriteTemporary(const std::filesystem::path& temporary, std::string_view value, bool synced) {
    const std::unique_ptr<WritableFile> file = file_system_.NewWritableFile(temporary);
    file->Append(value);
    if (synced) {
      OrFence([&] { file->Sync(); });
    }
    file->Close();
  }

  // The batch fails with the error that brought us here, not with this one; what stays is removed
  // when the store is opened next.
  void TryToRemove(const std::filesystem::path& temporary) {
    try {
      file_system_.Remove(temporary);
    } catch (const StorageError&) {
    }
  }

  // Data written without a sync by earlier batches. Returns the number of syncs.
  uint64_t SyncEarlierFiles() {
    uint64_t syncs = 0;
    while (!unsynced_files_.empty()) {
      const auto next = unsynced_files_.begin();
      const auto file = file_system_.NewAppendableFile(directory_ / *next);
      OrFence([&] { file->Sync(); });
      file->Close();
      unsynced_files_.erase(next);
      ++syncs;
    }
    return syncs;
  }

  // Renames and removals since the directory was synced last. Returns the number of syncs.
  uint64_t SyncEntries() {
    if (!entries_changed_) {
      return 0;
    }
    OrFence([&] { file_system_.SyncDirectory(directory_); });
    entries_changed_ = false;
    return 1;
  }

  // After a failed sync the system may have dropped what it could not write and forgotten about it:
  // another sync would succeed and lie.
  template <typename Sync>
  void OrFence(Sync sync) {
    try {
      sync();
    } catch (const StorageError& error) {
      fence_ =
          fmt::format("{}: no write after a failed sync: {}", directory_.string(), error.what());
      throw;
    }
  }

  std::vector<std::string> KeysWithPrefix(std::string_view prefix) {
    std::vector<std::string> keys;
    for (const std::string& name : file_system_.List(directory_)) {
      std::optional<std::string> key = ParseKeyName(name);
      if (key && key->starts_with(prefix)) {
        keys.push_back(std::move(*key));
      }
    }
    std::ranges::sort(keys);
    return keys;
  }

  const std::filesystem::path directory_;
  FileSystem& file_system_;
  std::unique_ptr<FileLock> lock_;
  std::optional<std::string> fence_;      // why every Write fails from now on
  std::set<std::string> unsynced_files_;  // names whose data were never synced
  bool entries_changed_ = false;
};

}  // namespace

std::unique_ptr<Backend> OpenFileBackend(const std::filesystem::path& directory,
                                         FileSystem& file_system) {
  return std::make_unique<FileBackend>(directory, file_system);
}

}  // namespace datombench

#include "backends/leveldb_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "backends/error.h"
#include "tests/support/recording_file_system.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

using testing::HasSubstr;
using Kind = FileOperation::Kind;

bool IsLog(const FileOperation& operation) { return operation.path.extension() == ".log"; }

class LevelDbBackendTest : public testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    backend_.reset();
    backend_ = OpenLevelDbBackend(directory_.path(), disk_);
    disk_.Clear();
  }

  uint64_t Put(const std::string& key, const std::string& value, Durability durability) {
    Batch batch;
    batch.Put(key, value);
    return backend_->Write(batch, durability);
  }

  // Enough for LevelDB to begin new logs, and tables in the background.
  void PutMuch(Durability durability) {
    for (int i = 0; i < 12; ++i) {
      Put("s" + std::to_string(i), std::string(1 << 20, static_cast<char>('a' + i)), durability);
    }
  }

  // How many calls a write makes before its first call of `kind`.
  uint64_t CallsBefore(Kind kind) const {
    const std::vector<FileOperation> operations = disk_.operations();
    return static_cast<uint64_t>(std::ranges::find(operations, kind, &FileOperation::kind) -
                                 operations.begin());
  }

  std::filesystem::path FileWithExtension(std::string_view extension) const {
    for (const std::string& name : RealFileSystem().List(directory_.path())) {
      if (name.ends_with(extension)) {
        return directory_ / name;
      }
    }
    return {};
  }

  // The message of the StorageError that opening throws.
  std::string OpenError() {
    try {
      Open();
    } catch (const StorageError& error) {
      return error.what();
    }
    return "no error";
  }

  TemporaryDirectory directory_;
  RecordingFileSystem disk_;
  std::unique_ptr<Backend> backend_;
};

TEST_F(LevelDbBackendTest, TheFirstPowerWriteSyncsTheLogAndItsDirectoryEntry) {
  EXPECT_EQ(Put("r", "1", Durability::kPower), 2u);
  EXPECT_EQ(disk_.Count(Kind::kSync), 1u);
  EXPECT_EQ(disk_.Count(Kind::kSyncDirectory), 1u);
}

TEST_F(LevelDbBackendTest, EveryFurtherPowerWriteSyncsTheLogOnce) {
  Put("r", "1", Durability::kPower);
  for (int i = 0; i < 5; ++i) {
    disk_.Clear();
    EXPECT_EQ(Put("r", "2", Durability::kPower), 1u);
    EXPECT_EQ(disk_.SyncCount(), 1u);
  }
}

TEST_F(LevelDbBackendTest, WeakerWritesReachTheSystemAndSyncNothing) {
  EXPECT_EQ(Put("r", "1", Durability::kProcess), 0u);
  EXPECT_EQ(disk_.SyncCount(), 0u);
  EXPECT_EQ(disk_.Count(Kind::kAppend), 1u);
}

TEST_F(LevelDbBackendTest, APowerWriteSyncsEarlierOnesBeforeItsOwnBytes) {
  Put("r", "1", Durability::kPower);
  Put("n1", "node", Durability::kProcess);
  disk_.Clear();
  EXPECT_EQ(Put("r", "2", Durability::kPower), 2u);
  std::vector<Kind> kinds;
  for (const FileOperation& operation : disk_.operations()) {
    kinds.push_back(operation.kind);
  }
  EXPECT_THAT(kinds, testing::ElementsAre(Kind::kAppend, Kind::kSync, Kind::kAppend, Kind::kSync));
  disk_.Clear();
  EXPECT_EQ(Put("r", "3", Durability::kPower), 1u);
}

TEST_F(LevelDbBackendTest, AnEmptyPowerBatchMakesEarlierOnesDurable) {
  Put("r", "1", Durability::kPower);
  Put("n1", "node", Durability::kProcess);
  EXPECT_EQ(backend_->Write({}, Durability::kPower), 1u);
  EXPECT_EQ(backend_->Write({}, Durability::kPower), 0u);
}

TEST_F(LevelDbBackendTest, ANewLogsEntryIsSyncedBeforeItsFirstWriteIsAcknowledged) {
  int new_logs = 0;
  for (int i = 0; i < 12; ++i) {
    disk_.Clear();
    Put("s" + std::to_string(i), std::string(1 << 20, 'x'), Durability::kPower);
    const std::vector<FileOperation> operations = disk_.operations();
    const auto created = std::ranges::find_if(operations, [](const FileOperation& operation) {
      return operation.kind == Kind::kCreate && IsLog(operation);
    });
    if (created == operations.end()) {
      continue;
    }
    ++new_logs;
    const auto synced =
        std::find_if(created, operations.end(), [&](const FileOperation& operation) {
          return operation.kind == Kind::kSync && operation.file == created->file;
        });
    ASSERT_NE(synced, operations.end());
    EXPECT_TRUE(std::any_of(created, operations.end(), [](const FileOperation& operation) {
      return operation.kind == Kind::kSyncDirectory;
    }));
  }
  EXPECT_GE(new_logs, 2);
}

TEST_F(LevelDbBackendTest, APowerWriteLeavesNoEarlierLogUnsynced) {
  PutMuch(Durability::kProcess);
  Put("r", "1", Durability::kPower);
  std::map<uint64_t, bool> is_synced;  // by file
  for (const FileOperation& operation : disk_.operations()) {
    if (IsLog(operation) && operation.kind == Kind::kAppend) {
      is_synced[operation.file] = false;
    } else if (IsLog(operation) && operation.kind == Kind::kSync) {
      is_synced[operation.file] = true;
    }
  }
  EXPECT_GE(is_synced.size(), 3u);
  for (const auto& [file, synced] : is_synced) {
    EXPECT_TRUE(synced) << "file " << file;
  }
}

TEST_F(LevelDbBackendTest, ALogIsSyncedBeforeTheNextOneIsWritten) {
  PutMuch(Durability::kProcess);
  uint64_t current = 0;
  bool is_current_synced = true;
  for (const FileOperation& operation : disk_.operations()) {
    if (!IsLog(operation)) {
      continue;
    }
    if (operation.kind == Kind::kAppend) {
      if (operation.file != current) {
        EXPECT_TRUE(is_current_synced);
      }
      current = operation.file;
      is_current_synced = false;
    } else if (operation.kind == Kind::kSync && operation.file == current) {
      is_current_synced = true;
    }
  }
}

TEST_F(LevelDbBackendTest, EveryRenameIsFollowedByASyncOfTheDirectory) {
  Put("r", "1", Durability::kPower);
  backend_.reset();
  disk_.Clear();
  backend_ = OpenLevelDbBackend(directory_.path(), disk_);
  const std::vector<FileOperation> operations = disk_.operations();
  const auto renamed = std::ranges::find(operations, Kind::kRename, &FileOperation::kind);
  ASSERT_NE(renamed, operations.end());
  EXPECT_EQ(renamed->destination.filename(), "CURRENT");
  EXPECT_EQ((renamed + 1)->kind, Kind::kSyncDirectory);
}

TEST_F(LevelDbBackendTest, AFailedSyncFencesTheStore) {
  for (const Kind kind : {Kind::kSync, Kind::kSyncDirectory}) {
    Open();
    disk_.FailAt(kind == Kind::kSync ? 1 : 2, EIO, RecordingFileSystem::Failing::kOnce);
    EXPECT_THROW(Put("r", "1", Durability::kPower), StorageError);
    ASSERT_EQ(disk_.failed()->kind, kind);
    disk_.Clear();
    try {
      Put("r", "2", Durability::kProcess);
      FAIL() << "a fenced store took a write";
    } catch (const StorageError& error) {
      EXPECT_THAT(error.what(), HasSubstr("no write after a failed one"));
      EXPECT_THAT(error.what(), HasSubstr("Input/output error"));
    }
    EXPECT_EQ(disk_.operations().size(), 0u);
  }
}

TEST_F(LevelDbBackendTest, AFailedSyncOfAFullLogFencesTheStore) {
  for (int i = 0;; ++i) {
    ASSERT_LT(i, 12) << "no log was begun";
    disk_.Clear();
    // The next sync is the one of the log that is full, in the writer's thread.
    const std::string key = "s" + std::to_string(i);
    disk_.FailAt(1, EIO, RecordingFileSystem::Failing::kOnce);
    try {
      Put(key, std::string(1 << 20, 'x'), Durability::kProcess);
      FAIL() << "the fault was not hit";
    } catch (const StorageError&) {
    }
    if (disk_.failed()->kind == Kind::kSync) {
      break;
    }
    Open();
    Put(key, std::string(5 << 20, 'x'), Durability::kProcess);
  }
  EXPECT_THROW(Put("r", "1", Durability::kPower), StorageError);
  EXPECT_THROW(backend_->Quiesce(), StorageError);
}

TEST_F(LevelDbBackendTest, ATornRecordIsNotFollowedByOthers) {
  Put("r", "1", Durability::kPower);
  disk_.FailAt(0, ENOSPC, RecordingFileSystem::Failing::kOnce);
  EXPECT_THROW(Put("n1", std::string(100, 'x'), Durability::kPower), StorageError);
  EXPECT_THROW(Put("n2", "y", Durability::kPower), StorageError);
  Open();
  EXPECT_EQ(backend_->Get("r"), "1");
  EXPECT_EQ(backend_->Get("n1"), std::nullopt);
}

TEST_F(LevelDbBackendTest, QuiesceReportsWhatFailedInTheBackground) {
  PutMuch(Durability::kProcess);
  disk_.FailAt(0, ENOSPC, RecordingFileSystem::Failing::kFromThenOn);
  EXPECT_THROW(backend_->Quiesce(), StorageError);
}

TEST_F(LevelDbBackendTest, QuiesceLeavesOneSizeForOneContent) {
  PutMuch(Durability::kProcess);
  PutMuch(Durability::kProcess);
  backend_->Quiesce();
  uint64_t table_bytes = 0;
  for (const std::string& name : RealFileSystem().List(directory_.path())) {
    if (name.ends_with(".ldb")) {
      table_bytes += RealFileSystem().Size(directory_ / name);
    }
  }
  EXPECT_GE(table_bytes, 12u << 20);
  EXPECT_LE(table_bytes, (12u << 20) + 100'000);
}

// All of it fits into one table that nothing overlaps, which a compaction of its own leaves alone.
TEST_F(LevelDbBackendTest, QuiesceForgetsWhatASmallStoreOverwrote) {
  for (int i = 0; i < 20; ++i) {
    Put("s", std::string(100'000, static_cast<char>('a' + i)), Durability::kProcess);
  }
  backend_->Quiesce();
  uint64_t table_bytes = 0;
  for (const std::string& name : RealFileSystem().List(directory_.path())) {
    if (name.ends_with(".ldb")) {
      table_bytes += RealFileSystem().Size(directory_ / name);
    }
  }
  EXPECT_LE(table_bytes, 110'000u);
  EXPECT_EQ(backend_->Get("s"), std::string(100'000, 't'));
}

TEST_F(LevelDbBackendTest, ADamagedTableIsCorruptionThatNamesTheStore) {
  PutMuch(Durability::kProcess);
  backend_->Quiesce();
  backend_.reset();
  const std::filesystem::path table = FileWithExtension(".ldb");
  std::string bytes = *ReadFile(RealFileSystem(), table);
  bytes[bytes.size() / 2] ^= 1;
  RealFileSystem().NewWritableFile(table)->Append(bytes);
  Open();
  try {
    backend_->Scan("", [](std::string_view, std::string_view) {});
    FAIL() << "damage was not noticed";
  } catch (const CorruptionError& error) {
    EXPECT_THAT(error.what(), HasSubstr("leveldb store " + directory_.path().string()));
  }
}

TEST_F(LevelDbBackendTest, ATableThatVanishesIsNotAnAbsentKey) {
  PutMuch(Durability::kProcess);
  backend_->Quiesce();
  Open();
  for (const std::string& name : RealFileSystem().List(directory_.path())) {
    if (name.ends_with(".ldb")) {
      RealFileSystem().Remove(directory_ / name);
    }
  }
  EXPECT_THROW(backend_->Get("s3"), StorageError);
}

TEST_F(LevelDbBackendTest, AMissingTableIsCorruption) {
  PutMuch(Durability::kProcess);
  backend_->Quiesce();
  backend_.reset();
  RealFileSystem().Remove(FileWithExtension(".ldb"));
  EXPECT_THROW(Open(), CorruptionError);
}

TEST_F(LevelDbBackendTest, AStoreWithoutCurrentIsNotCreatedAnew) {
  Put("r", "1", Durability::kPower);
  backend_.reset();
  RealFileSystem().Remove(directory_ / "CURRENT");
  EXPECT_THAT(OpenError(), HasSubstr("CURRENT is missing beside"));
  EXPECT_NE(FileWithExtension(".log"), "");
}

TEST_F(LevelDbBackendTest, AnInterruptedCreationIsRepeated) {
  backend_.reset();
  for (const std::string& name : RealFileSystem().List(directory_.path())) {
    RealFileSystem().Remove(directory_ / name);
  }
  RealFileSystem().NewWritableFile(directory_ / "MANIFEST-000001")->Append("half");
  Open();
  Put("r", "1", Durability::kPower);
  EXPECT_EQ(backend_->Get("r"), "1");
}

TEST_F(LevelDbBackendTest, WhereCurrentCannotBeSeenNothingIsCreated) {
  Put("r", "1", Durability::kPower);
  int unseen = 0;
  for (uint64_t n = 0;; ++n) {
    backend_.reset();
    disk_.FailAt(n, EIO, RecordingFileSystem::Failing::kOnce);
    OpenError();
    if (!disk_.failed()) {
      break;
    }
    unseen += disk_.failed()->kind == Kind::kExists;
    Open();
    ASSERT_EQ(backend_->Get("r"), "1") << "call " << n;
  }
  EXPECT_GE(unseen, 2);
}

}  // namespace
}  // namespace datombench

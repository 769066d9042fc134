#include "backends/file_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "backends/error.h"
#include "tests/support/recording_file_system.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using Kind = FileOperation::Kind;

class FileBackendTest : public testing::Test {
 protected:
  void SetUp() override {
    Open();
    disk_.Clear();
  }

  void Open() {
    backend_.reset();
    backend_ = OpenFileBackend(directory_.path(), disk_);
  }

  uint64_t Put(const std::vector<std::string>& keys, Durability durability) {
    Batch batch;
    for (const std::string& key : keys) {
      batch.Put(key, "value of " + key);
    }
    return backend_->Write(batch, durability);
  }

  std::vector<std::string> Calls() const {
    std::vector<std::string> calls;
    for (const FileOperation& operation : disk_.operations()) {
      calls.push_back(operation.kind == Kind::kSyncDirectory ? "sync-directory"
                                                             : operation.ToString());
    }
    return calls;
  }

  // How many calls of a write precede its first call of `kind`.
  uint64_t CallsBefore(Kind kind) const {
    const std::vector<FileOperation> operations = disk_.operations();
    return static_cast<uint64_t>(std::ranges::find(operations, kind, &FileOperation::kind) -
                                 operations.begin());
  }

  TemporaryDirectory directory_;
  RecordingFileSystem disk_;
  std::unique_ptr<Backend> backend_;
};

TEST_F(FileBackendTest, NamesFilesByClassAndKey) {
  Put({"n\x01\xff", "r"}, Durability::kProcess);
  EXPECT_THAT(RealFileSystem().List(directory_.path()),
              UnorderedElementsAre("LOCK", "n-01ff", "r-"));
  EXPECT_EQ(ReadFile(RealFileSystem(), directory_ / "r-"), "value of r");
}

TEST_F(FileBackendTest, APowerBatchSyncsEachFileAndTheDirectoryAroundItsCommitPoint) {
  Put({"l\x01"}, Durability::kPower);
  disk_.Clear();
  Batch batch;
  batch.Put("n\x01", "node");
  batch.Delete("l\x01");
  batch.Put("r", "record");
  const uint64_t syncs = backend_->Write(batch, Durability::kPower);
  EXPECT_THAT(Calls(),
              ElementsAre("create n-01.tmp", "append n-01.tmp", "sync n-01.tmp", "close n-01.tmp",
                          "rename n-01.tmp n-01", "remove l-01", "sync-directory", "create r-.tmp",
                          "append r-.tmp", "sync r-.tmp", "close r-.tmp", "rename r-.tmp r-",
                          "sync-directory"));
  EXPECT_EQ(syncs, 4u);
}

TEST_F(FileBackendTest, SyncsAreCountedExactly) {
  EXPECT_EQ(Put({"r"}, Durability::kPower), 2u);
  EXPECT_EQ(disk_.SyncCount(), 2u);
  for (size_t puts = 2; puts < 6; ++puts) {
    disk_.Clear();
    std::vector<std::string> keys;
    for (size_t i = 0; i < puts; ++i) {
      keys.push_back("n" + std::to_string(i));
    }
    EXPECT_EQ(Put(keys, Durability::kPower), puts + 2);
    EXPECT_EQ(disk_.SyncCount(), puts + 2);
  }
}

TEST_F(FileBackendTest, WeakerBatchesSyncNothing) {
  EXPECT_EQ(Put({"n1", "r"}, Durability::kProcess), 0u);
  EXPECT_EQ(Put({"n1", "r"}, Durability::kVolatile), 0u);
  EXPECT_EQ(disk_.SyncCount(), 0u);
}

TEST_F(FileBackendTest, APowerBatchMakesEarlierOnesDurableBeforeItsCommitPoint) {
  Put({"n\x01", "n\x02", "n\x03"}, Durability::kProcess);
  Batch deletes;
  deletes.Delete("n\x02");
  backend_->Write(deletes, Durability::kProcess);
  disk_.Clear();
  EXPECT_EQ(Put({"r"}, Durability::kPower), 5u);
  EXPECT_THAT(
      Calls(),
      ElementsAre("open-for-appending n-01", "sync n-01", "close n-01", "open-for-appending n-03",
                  "sync n-03", "close n-03", "sync-directory", "create r-.tmp", "append r-.tmp",
                  "sync r-.tmp", "close r-.tmp", "rename r-.tmp r-", "sync-directory"));
  disk_.Clear();
  EXPECT_EQ(Put({"r"}, Durability::kPower), 2u) << "they were synced once";
}

TEST_F(FileBackendTest, AnEmptyPowerBatchMakesEarlierOnesDurable) {
  Put({"n\x01"}, Durability::kProcess);
  EXPECT_EQ(backend_->Write({}, Durability::kPower), 2u);
  EXPECT_EQ(backend_->Write({}, Durability::kPower), 0u);
}

TEST_F(FileBackendTest, AFailedSyncFencesTheStore) {
  for (const Kind kind : {Kind::kSync, Kind::kSyncDirectory}) {
    Open();
    disk_.Clear();
    Put({"n1", "r"}, Durability::kPower);
    disk_.FailAt(CallsBefore(kind), EIO, RecordingFileSystem::Failing::kOnce);
    EXPECT_THROW(Put({"n1", "r"}, Durability::kPower), StorageError);
    disk_.Clear();
    try {
      Put({"n2"}, Durability::kProcess);
      FAIL() << "a fenced store took a write";
    } catch (const StorageError& error) {
      EXPECT_THAT(error.what(), HasSubstr("no write after a failed sync"));
      EXPECT_THAT(error.what(), HasSubstr("Input/output error"));
    }
    EXPECT_THAT(Calls(), ElementsAre());
    EXPECT_EQ(backend_->Get("r"), "value of r") << "reading goes on";
  }
}

TEST_F(FileBackendTest, AFullDiskDoesNotFenceTheStore) {
  Put({"r"}, Durability::kPower);
  disk_.FailAt(1, ENOSPC, RecordingFileSystem::Failing::kOnce);
  EXPECT_THROW(Put({"r"}, Durability::kPower), StorageError);
  EXPECT_FALSE(RealFileSystem().Exists(directory_ / "r-.tmp"));
  EXPECT_EQ(backend_->Get("r"), "value of r");
  EXPECT_EQ(Put({"r"}, Durability::kPower), 2u);
}

TEST_F(FileBackendTest, WhatACrashLeftHalfWrittenIsRemovedByTheHolderOfTheLock) {
  RealFileSystem().NewWritableFile(directory_ / "n-01.tmp")->Append("half");
  EXPECT_THROW(OpenFileBackend(directory_.path(), disk_), StorageError);
  EXPECT_TRUE(RealFileSystem().Exists(directory_ / "n-01.tmp"));
  Open();
  EXPECT_THAT(RealFileSystem().List(directory_.path()), UnorderedElementsAre("LOCK"));
}

TEST_F(FileBackendTest, FilesOfOthersAreLeftAlone) {
  RealFileSystem().NewWritableFile(directory_ / "README")->Append("hello");
  Open();
  backend_->ScanKeys("", [](std::string_view key) { FAIL() << key; });
  EXPECT_TRUE(RealFileSystem().Exists(directory_ / "README"));
}

}  // namespace
}  // namespace datombench

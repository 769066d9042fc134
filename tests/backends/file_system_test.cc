#include "backends/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "tests/support/recording_file_system.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class FileSystemTest : public testing::Test {
 protected:
  void WriteFile(std::string_view name, std::string_view bytes) {
    disk_.NewWritableFile(directory_ / name)->Append(bytes);
  }

  // The message of the StorageError that `action` throws.
  template <typename Action>
  static std::string ErrorOf(Action action) {
    try {
      action();
    } catch (const StorageError& error) {
      return error.what();
    }
    return "no error";
  }

  TemporaryDirectory directory_;
  FileSystem& disk_ = RealFileSystem();
};

TEST_F(FileSystemTest, AppendedBytesAreThereBeforeTheFileIsClosed) {
  const auto file = disk_.NewWritableFile(directory_ / "file");
  file->Append("one ");
  file->Append("two");
  EXPECT_EQ(ReadFile(disk_, directory_ / "file"), "one two");
  file->Sync();
  file->Close();
}

TEST_F(FileSystemTest, ANewFileIsEmptyAndAnAppendableOneIsNot) {
  WriteFile("new", "old bytes");
  WriteFile("kept", "old ");
  disk_.NewWritableFile(directory_ / "new")->Append("new");
  disk_.NewAppendableFile(directory_ / "kept")->Append("new");
  EXPECT_EQ(ReadFile(disk_, directory_ / "new"), "new");
  EXPECT_EQ(ReadFile(disk_, directory_ / "kept"), "old new");
}

TEST_F(FileSystemTest, ReadsEndAtTheEndOfTheFile) {
  WriteFile("file", "0123456789");
  const auto file = disk_.OpenForReading(directory_ / "file");
  char buffer[8];
  EXPECT_EQ(file->Read(3, {buffer, 4}), 4u);
  EXPECT_EQ(std::string(buffer, 4), "3456");
  EXPECT_EQ(file->Read(7, buffer), 3u);
  EXPECT_EQ(file->Read(10, buffer), 0u);
  EXPECT_EQ(file->Size(), 10u);
}

TEST_F(FileSystemTest, ARemovedFileStaysReadableWhereItIsOpen) {
  WriteFile("file", "bytes");
  const auto file = disk_.OpenForReading(directory_ / "file");
  EXPECT_TRUE(disk_.Remove(directory_ / "file"));
  char buffer[5];
  EXPECT_EQ(file->Read(0, buffer), 5u);
  EXPECT_EQ(disk_.OpenForReading(directory_ / "file"), nullptr);
}

TEST_F(FileSystemTest, WhatIsAbsentIsSaidToBe) {
  EXPECT_EQ(ReadFile(disk_, directory_ / "none"), std::nullopt);
  EXPECT_FALSE(disk_.Exists(directory_ / "none"));
  EXPECT_FALSE(disk_.Remove(directory_ / "none"));
}

TEST_F(FileSystemTest, ListNamesEverything) {
  WriteFile("one", "");
  WriteFile(".two", "");
  disk_.CreateDirectory(directory_ / "three");
  EXPECT_THAT(disk_.List(directory_.path()), UnorderedElementsAre("one", ".two", "three"));
}

TEST_F(FileSystemTest, RenameReplaces) {
  WriteFile("from", "new");
  WriteFile("to", "old");
  disk_.Rename(directory_ / "from", directory_ / "to");
  EXPECT_EQ(ReadFile(disk_, directory_ / "to"), "new");
  EXPECT_FALSE(disk_.Exists(directory_ / "from"));
}

TEST_F(FileSystemTest, ErrorsNamePathOperationAndCause) {
  const std::string path = directory_ / "none/file";
  EXPECT_EQ(ErrorOf([&] { disk_.NewWritableFile(path); }),
            path + ": create: No such file or directory");
  EXPECT_EQ(ErrorOf([&] { disk_.Size(path); }), path + ": size: No such file or directory");
  EXPECT_EQ(ErrorOf([&] { disk_.SyncDirectory(path); }),
            path + ": open for syncing: No such file or directory");
  EXPECT_EQ(ErrorOf([&] { disk_.Rename(path, "x"); }),
            path + ": rename to x: No such file or directory");
}

TEST_F(FileSystemTest, AFullDiskIsReported) {
  if (!disk_.Exists("/dev/full")) {
    GTEST_SKIP() << "no /dev/full";
  }
  const auto file = disk_.NewAppendableFile("/dev/full");
  EXPECT_EQ(ErrorOf([&] { file->Append("x"); }), "/dev/full: write: No space left on device");
}

TEST_F(FileSystemTest, CreateDirectoryAcceptsADirectoryAndNothingElse) {
  disk_.CreateDirectory(directory_ / "new");
  disk_.CreateDirectory(directory_ / "new");
  WriteFile("file", "");
  EXPECT_THAT(ErrorOf([&] { disk_.CreateDirectory(directory_ / "file"); }),
              HasSubstr("Not a directory"));
  disk_.RemoveDirectory(directory_ / "new");
  EXPECT_FALSE(disk_.Exists(directory_ / "new"));
}

TEST_F(FileSystemTest, CreateDirectoryDurablyTakesATrailingSlash) {
  CreateDirectoryDurably(disk_, directory_ / "a/b/");
  EXPECT_TRUE(disk_.Exists(directory_ / "a/b"));
}

TEST_F(FileSystemTest, ALockConflictsWithinTheProcess) {
  const std::string pid = std::to_string(getpid());
  std::unique_ptr<FileLock> lock = disk_.Lock(directory_ / "LOCK");
  ASSERT_NE(lock, nullptr);
  EXPECT_EQ(ReadFile(disk_, directory_ / "LOCK"), pid + "\n");
  EXPECT_EQ(ErrorOf([&] { disk_.Lock(directory_ / "LOCK"); }),
            (directory_ / "LOCK").string() + ": lock: held by process " + pid);
  lock.reset();
  disk_.Lock(directory_ / "LOCK");
}

TEST_F(FileSystemTest, ALockIsHeldAgainstOtherProcessesUntilItsHolderIsKilled) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t holder = fork();
  ASSERT_GE(holder, 0);
  if (holder == 0) {
    const auto lock = disk_.Lock(directory_ / "LOCK");
    [[maybe_unused]] const ssize_t written = write(ready[1], "x", 1);
    for (;;) {
      pause();
    }
  }
  char byte;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_THAT(ErrorOf([&] { disk_.Lock(directory_ / "LOCK"); }),
              HasSubstr("held by process " + std::to_string(holder)));
  kill(holder, SIGKILL);
  waitpid(holder, nullptr, 0);
  disk_.Lock(directory_ / "LOCK");
  close(ready[0]);
  close(ready[1]);
}

TEST_F(FileSystemTest, TheRecorderWritesDownCallsInOrderWithTheirBytes) {
  RecordingFileSystem recording;
  const auto file = recording.NewWritableFile(directory_ / "file");
  file->Append("bytes");
  file->Sync();
  recording.Rename(directory_ / "file", directory_ / "other");
  const std::vector<FileOperation> operations = recording.operations();
  ASSERT_EQ(operations.size(), 4u);
  EXPECT_EQ(operations[0].ToString(), "create file");
  EXPECT_EQ(operations[1].bytes, "bytes");
  EXPECT_EQ(operations[1].file, operations[2].file);
  EXPECT_EQ(operations[3].ToString(), "rename file other");
  EXPECT_EQ(recording.SyncCount(), 1u);
}

TEST_F(FileSystemTest, TheRecorderTearsTheAppendThatItFails) {
  RecordingFileSystem recording;
  const auto file = recording.NewWritableFile(directory_ / "file");
  recording.FailAt(1, EIO, RecordingFileSystem::Failing::kOnce);
  file->Append("good");
  EXPECT_THAT(ErrorOf([&] { file->Append("torn"); }),
              AllOf(HasSubstr("write"), HasSubstr("Input/output error")));
  EXPECT_EQ(ReadFile(disk_, directory_ / "file"), "goodto");
  EXPECT_EQ(recording.failed()->bytes, "torn");
}

}  // namespace
}  // namespace datombench

// The n-th call of the file system fails, for every n: the error is reported, nothing hangs, and
// the store that is left opens in a state that the contract permits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "backends/backend.h"
#include "backends/error.h"
#include "backends/registry.h"
#include "tests/support/print_backend_kind.h"
#include "tests/support/recording_file_system.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

using Failing = RecordingFileSystem::Failing;
using Objects = std::map<std::string, std::string>;

struct Step {
  Batch batch;
  Durability durability;
  bool reopens_before = false;
  bool quiesces_before = false;
};

void Apply(const Batch::Operation& operation, Objects& objects) {
  if (operation.is_delete) {
    objects.erase(operation.key);
  } else {
    objects[operation.key] = operation.value;
  }
}

// Commits of a few objects of `value_bytes` and a record, with deletes, weaker batches between
// them, and a reopening in the middle.
std::vector<Step> History(size_t commits, size_t value_bytes) {
  std::vector<Step> steps;
  for (size_t i = 0; i < commits; ++i) {
    const char digit = static_cast<char>('0' + i);
    Step nodes{.batch = {}, .durability = Durability::kProcess};
    nodes.batch.Put(std::string("s") + digit, std::string(value_bytes, digit));
    steps.push_back(nodes);
    Step commit{.batch = {}, .durability = Durability::kPower};
    commit.batch.Put(std::string("n") + digit, std::string(value_bytes, digit));
    if (i > 0) {
      commit.batch.Delete(std::string("n") + static_cast<char>(digit - 1));
    }
    commit.batch.Put("r", std::string(1, digit));
    commit.reopens_before = i == commits / 2;
    commit.quiesces_before = i + 1 == commits;
    steps.push_back(commit);
  }
  return steps;
}

Objects Contents(Backend& backend) {
  Objects objects;
  backend.Scan("", [&](std::string_view key, std::string_view value) {
    EXPECT_TRUE(objects.emplace(key, value).second);
  });
  return objects;
}

// Runs a history on a failing disk until the first error, and keeps what may be in the store then.
class FaultyRun {
 public:
  FaultyRun(const BackendKind& kind, std::filesystem::path directory, FileSystem& disk)
      : kind_(kind), directory_(std::move(directory)), disk_(disk) {}

  // True if no step failed.
  bool Execute(const std::vector<Step>& steps) {
    try {
      backend_ = kind_.open(directory_, disk_);
      for (const Step& step : steps) {
        if (step.reopens_before) {
          backend_.reset();
          backend_ = kind_.open(directory_, disk_);
        }
        if (step.quiesces_before) {
          backend_->Quiesce();
        }
        Write(step);
      }
    } catch (const StorageError& error) {
      message_ = error.what();
      return false;
    }
    return true;
  }

  // The states that may be found after reopening.
  const std::vector<Objects>& permitted() const { return permitted_; }
  const std::string& message() const { return message_; }
  bool was_writing() const { return was_writing_; }
  Backend* backend() { return backend_.get(); }
  void Close() { backend_.reset(); }

 private:
  void Write(const Step& step) {
    Objects state = permitted_.back();
    const std::vector<Batch::Operation>& operations = step.batch.operations();
    for (size_t i = 0; i < operations.size(); ++i) {
      Apply(operations[i], state);
      if (!backend_->has_atomic_batches() || i + 1 == operations.size()) {
        permitted_.push_back(state);
      }
    }
    was_writing_ = true;
    backend_->Write(step.batch, step.durability);
    was_writing_ = false;
    permitted_ = {state};
  }

  const BackendKind& kind_;
  const std::filesystem::path directory_;
  FileSystem& disk_;
  std::unique_ptr<Backend> backend_;
  std::vector<Objects> permitted_ = {Objects()};
  std::string message_;
  bool was_writing_ = false;
};

using Parameters = std::tuple<BackendKind, int, Failing>;

class BackendFaultTest : public testing::TestWithParam<Parameters> {
 protected:
  // False once n is beyond the last call of the history.
  bool FailAt(uint64_t n, const std::vector<Step>& steps) {
    const auto& [kind, error_number, failing] = GetParam();
    const TemporaryDirectory directory;
    RecordingFileSystem disk;
    disk.FailAt(n, error_number, failing);
    FaultyRun run(kind, directory / "store", disk);
    const bool is_complete = run.Execute(steps);
    if (!disk.failed()) {
      EXPECT_TRUE(is_complete) << run.message();
      return false;
    }
    if (!is_complete) {
      EXPECT_NE(run.message().find(directory.path().string()), std::string::npos) << run.message();
      EXPECT_EQ(run.message().find('\n'), std::string::npos) << run.message();
      if (disk.failed()->IsSync() && run.was_writing()) {
        ExpectFenced(*run.backend());
      }
    }
    run.Close();
    RecordingFileSystem healthy;
    const std::unique_ptr<Backend> reopened = kind.open(directory / "store", healthy);
    const Objects found = Contents(*reopened);
    EXPECT_NE(std::ranges::find(run.permitted(), found), run.permitted().end())
        << found.size() << " objects after: " << run.message();
    Batch batch;
    batch.Put("l", "the store is writable again");
    EXPECT_GT(reopened->Write(batch, Durability::kPower), 0u);
    return true;
  }

  static void ExpectFenced(Backend& backend) {
    Batch batch;
    batch.Put("l", "must not be taken");
    EXPECT_THROW(backend.Write(batch, Durability::kProcess), StorageError);
    EXPECT_THROW(backend.Write(batch, Durability::kPower), StorageError);
  }
};

std::vector<BackendKind> PersistentBackends() {
  std::vector<BackendKind> kinds;
  for (const BackendKind& kind : AllBackends()) {
    if (kind.is_persistent) {
      kinds.push_back(kind);
    }
  }
  return kinds;
}

std::string NameOf(const testing::TestParamInfo<Parameters>& parameters) {
  const auto& [kind, error_number, failing] = parameters.param;
  return std::string(kind.name) + (error_number == EIO ? "EIO" : "ENOSPC") +
         (failing == Failing::kOnce ? "Once" : "FromThenOn");
}

INSTANTIATE_TEST_SUITE_P(AllBackends, BackendFaultTest,
                         testing::Combine(testing::ValuesIn(PersistentBackends()),
                                          testing::Values(EIO, ENOSPC),
                                          testing::Values(Failing::kOnce, Failing::kFromThenOn)),
                         NameOf);

TEST_P(BackendFaultTest, EveryCallOfASmallHistory) {
  const std::vector<Step> steps = History(4, 100);
  uint64_t n = 0;
  do {
    SCOPED_TRACE("call " + std::to_string(n));
    if (HasFailure()) {
      return;
    }
  } while (FailAt(n++, steps));
  EXPECT_GT(n, 50u);
}

// Large enough for LevelDB to begin new logs and to compact.
TEST_P(BackendFaultTest, ManyCallsOfALargeHistory) {
  const std::vector<Step> steps = History(6, 1 << 20);
  uint64_t n = 0;
  while (!HasFailure() && FailAt(n, steps)) {
    n += 17;
    SCOPED_TRACE("call " + std::to_string(n));
  }
  EXPECT_GT(n, 50u);
}

}  // namespace
}  // namespace datombench

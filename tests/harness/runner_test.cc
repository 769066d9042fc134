#include "harness/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <sstream>
#include <string>

#include "harness/child.h"
#include "harness/result.h"
#include "tests/harness/harness_fixture.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr char kA[] = "dirty_node_tree/sorted_set/file/people/tier:process/flush:50/entities:200";
constexpr char kC[] = "op_log_replay/sorted_set/file/people/tier:process/flush:50/entities:200";

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() {
    options_.out = folder_ / "out";
    options_.connects = 2;
    for (const char* const cell : {kA, kC}) options_.cells.push_back({ParseCell(cell), {}});
  }

  ExitStatus Run(const fs::path& program = DATOMBENCH_PROGRAM) {
    std::ostringstream progress;
    const ExitStatus status = datombench::Run(options_, program, progress);
    text_ = progress.str();
    return status;
  }

  // A program that runs `lines` first; $2 is the job.
  fs::path Wrapped(const std::string& lines) {
    return MakeScript(folder_ / "wrapped",
                      lines + "\nexec '" + std::string(DATOMBENCH_PROGRAM) + "' \"$@\"");
  }

  std::map<std::string, int> RowsByName() const {
    std::map<std::string, int> rows;
    const Json result = ReadResult(options_.out);
    for (const Json& row : result["benchmarks"]) ++rows[row["name"].get<std::string>()];
    return rows;
  }

  TemporaryDirectory folder_;
  RunOptions options_;
  std::string text_;
};

TEST_F(RunnerTest, GathersTheRowsOfEveryProcessAndRepetition) {
  options_.repetitions = 2;
  ASSERT_EQ(Run(), ExitStatus::kFine) << text_;
  const auto rows = RowsByName();
  for (const std::string cell : {kA, kC}) {
    EXPECT_EQ(rows.at(cell + "/phase:transact"), 2);
    EXPECT_EQ(rows.at(cell + "/phase:close"), 2);
    EXPECT_EQ(rows.at(cell + "/phase:connect_cold"), 4);
    EXPECT_EQ(rows.at(cell + "/phase:first_read_warm"), 4);
    EXPECT_EQ(rows.at(cell + "/phase:scan_cold"), 2);
  }
  EXPECT_FALSE(fs::exists(options_.out / "stores"));
  EXPECT_THAT(text_, HasSubstr("[4/4] ok op_log_replay"));
  EXPECT_THAT(text_, HasSubstr("connects fastest"));
}

TEST_F(RunnerTest, ExactCountersAreTheSameInEveryRepetition) {
  options_.repetitions = 2;
  ASSERT_EQ(Run(), ExitStatus::kFine) << text_;
  std::map<std::string, std::map<std::string, double>> first;
  const Json result = ReadResult(options_.out);
  size_t compared = 0;
  for (const Json& row : result["benchmarks"]) {
    // What first_read asks for is drawn anew each time.
    const std::string name = row["name"];
    if (name.find("first_read") != std::string::npos) continue;
    for (const Metric& metric : AllMetrics()) {
      if (!metric.is_exact || !row.contains(metric.name)) continue;
      if (name.find("scan") != std::string::npos && metric.group == "io_logical") continue;
      const double value = row[metric.name];
      const auto [known, is_new] = first[name].emplace(metric.name, value);
      EXPECT_EQ(known->second, value) << name << " " << metric.name;
      if (!is_new) ++compared;
    }
  }
  EXPECT_GT(compared, 100u);
}

TEST_F(RunnerTest, KeepsStoresWhereAsked) {
  options_.keep_stores = true;
  ASSERT_EQ(Run(), ExitStatus::kFine) << text_;
  EXPECT_TRUE(fs::exists(options_.out / "stores" / "0001" / "store.json"));
  EXPECT_TRUE(fs::exists(options_.out / "stores" / "0002" / "data"));
}

TEST_F(RunnerTest, WritesTheCommitLog) {
  options_.cells.pop_back();
  options_.commit_log = folder_ / "log.csv";
  ASSERT_EQ(Run(), ExitStatus::kFine) << text_;
  const std::string log = TextOf(*options_.commit_log);
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1 + 6);
}

TEST_F(RunnerTest, GoesOnAfterAProcessThatWasKilledAndNamesTheCell) {
  ASSERT_EQ(Run(Wrapped("grep -q '\"dirty_node_tree' \"$2\" && kill -SEGV $$")),
            ExitStatus::kFailed);
  EXPECT_THAT(text_, HasSubstr(std::string("[1/2] FAILED ") + kA));
  EXPECT_THAT(text_, HasSubstr("killed by signal 11"));
  EXPECT_THAT(text_, HasSubstr("1 of 2 runs failed:"));
  const auto rows = RowsByName();
  EXPECT_FALSE(rows.contains(std::string(kA) + "/phase:transact"));
  EXPECT_EQ(rows.at(std::string(kC) + "/phase:transact"), 1);
  EXPECT_TRUE(ReadResult(options_.out)["context"]["failed_cells"].contains(kA));
}

TEST_F(RunnerTest, KeepsNoRowsOfACellWhoseReaderFails) {
  ASSERT_EQ(Run(Wrapped("grep -q warm_reader \"$2\" && { echo 'it is broken' >&2; exit 2; }")),
            ExitStatus::kFailed);
  EXPECT_THAT(text_, HasSubstr("reading, warm: it is broken"));
  EXPECT_TRUE(RowsByName().empty());
}

TEST_F(RunnerTest, RefusesTornRows) {
  const fs::path program =
      MakeScript(folder_ / "tears",
                 "sed -n 's/.*\"rows\": \"\\(.*\\)\".*/\\1/p' \"$2\" | "
                 "while read file; do printf '{\"benchmarks\": [' > \"$file\"; done");
  ASSERT_EQ(Run(program), ExitStatus::kFailed);
  EXPECT_THAT(text_, HasSubstr("are torn"));
}

TEST_F(RunnerTest, AnInterruptionKillsTheChildAndKeepsWhatWasMeasured) {
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(Run(Wrapped("grep -q '\"op_log_replay' \"$2\" && { kill -INT $PPID; exec sleep 60; }")),
            ExitStatus::kFailed);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(50));
  EXPECT_THAT(text_, HasSubstr("interrupted"));
  EXPECT_EQ(RowsByName().at(std::string(kA) + "/phase:transact"), 1);
  EXPECT_FALSE(fs::exists(options_.out / "stores"));
}

TEST_F(RunnerTest, AnInterruptionThatReachesTheChildTooFailsNoCell) {
  ASSERT_EQ(Run(Wrapped("kill -INT $PPID; kill -INT $$")), ExitStatus::kFailed);
  EXPECT_THAT(text_, HasSubstr("interrupted"));
  EXPECT_THAT(text_, Not(HasSubstr("FAILED")));
}

TEST_F(RunnerTest, RefusesAnOutputFolderThatIsNotEmptyOrNoFolder) {
  WriteText(folder_ / "file", "x");
  EXPECT_THROW(PrepareOutputFolder(folder_ / "file"), InputError);
  EXPECT_THROW(PrepareOutputFolder(folder_ / "file" / "below"), InputError);
  EXPECT_THROW(PrepareOutputFolder(folder_.path()), InputError);
  PrepareOutputFolder(folder_ / "new" / "folder");
  EXPECT_TRUE(fs::is_directory(folder_ / "new" / "folder"));
  PrepareOutputFolder(folder_ / "new" / "folder");
}

TEST_F(RunnerTest, RefusesAnOutputFolderThatCannotBeWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "nothing is unwritable to root";
  fs::create_directory(folder_ / "locked");
  fs::permissions(folder_ / "locked", fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_THROW(PrepareOutputFolder(folder_ / "locked"), InputError);
}

TEST(ChildTest, SaysHowAChildEnded) {
  const TemporaryDirectory folder;
  ChildRunner children;
  const auto describe = [&](const std::string& lines) {
    const fs::path script = MakeScript(folder / "script", lines);
    const ChildEnd end = children.Run(script, {}, folder / "errors", [] {});
    EXPECT_FALSE(end.succeeded());
    return DescribeEnd(end, folder / "errors");
  };
  EXPECT_EQ(describe("echo first >&2; echo last >&2; exit 2"), "last");
  EXPECT_EQ(describe("exit 3"), "the process ended with status 3");
  EXPECT_THAT(describe("kill -KILL $$"), HasSubstr("memory runs out"));
  EXPECT_THROW(children.Run(folder / "none", {}, folder / "errors", [] {}), std::system_error);
}

}  // namespace
}  // namespace datombench

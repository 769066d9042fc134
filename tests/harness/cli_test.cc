#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "harness/command_line.h"
#include "harness/metrics.h"
#include "harness/result.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Outcome {
  ExitStatus status;
  std::string out;
  std::string progress;
};

Outcome Datombench(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream progress;
  const ExitStatus status = RunCommandLine(arguments, out, progress);
  return {status, out.str(), progress.str()};
}

// Refused in one line on stderr, with nothing on stdout.
void ExpectRefused(const std::vector<std::string>& arguments, ExitStatus status,
                   const std::string& message) {
  SCOPED_TRACE(testing::PrintToString(arguments));
  const Outcome outcome = Datombench(arguments);
  EXPECT_EQ(outcome.status, status);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.progress, StartsWith("datombench: "));
  EXPECT_THAT(outcome.progress, HasSubstr(message));
  EXPECT_EQ(std::count(outcome.progress.begin(), outcome.progress.end(), '\n'), 1);
}

const std::string kCell = "op_log_replay/sorted_set/memory/small_tx/datoms:100/tx:10";

TEST(CliTest, HelpAndVersionAreFine) {
  for (const char* const command : {"list", "run", "report", "trace", "verify"}) {
    EXPECT_THAT(Datombench({"--help"}).out, HasSubstr(command));
    const Outcome outcome = Datombench({command, "--help"});
    EXPECT_EQ(outcome.status, ExitStatus::kFine);
    EXPECT_THAT(outcome.out, HasSubstr("Usage"));
    EXPECT_THAT(outcome.progress, IsEmpty());
  }
  EXPECT_THAT(Datombench({"--version"}).out, StartsWith("datombench 0."));
  EXPECT_THAT(Datombench({"--help"}).out, testing::Not(HasSubstr("phase")));
}

TEST(CliTest, WrongUsageIsToldInOneLine) {
  ExpectRefused({}, ExitStatus::kWrongUsage, "see datombench --help");
  ExpectRefused({"lst"}, ExitStatus::kWrongUsage, "see datombench --help");
  ExpectRefused({"run", "--fliter", "x"}, ExitStatus::kWrongUsage, "see datombench run --help");
  ExpectRefused({"run", "--repetitions", "0"}, ExitStatus::kWrongUsage, "--repetitions");
  ExpectRefused({"run", "--repetitions", "many"}, ExitStatus::kWrongUsage, "--repetitions");
  ExpectRefused({"run", "--seed"}, ExitStatus::kWrongUsage, "--seed");
  ExpectRefused({"verify"}, ExitStatus::kWrongUsage, "STORE");
  ExpectRefused({"trace"}, ExitStatus::kWrongUsage, "subcommand");
  ExpectRefused({"list", "--metrics", "--parameters"}, ExitStatus::kWrongUsage, "--metrics");
}

TEST(CliTest, BadInputIsToldInOneLine) {
  ExpectRefused({"run", "--dry-run", "op_log_reply/sorted_set/memory/small_tx"},
                ExitStatus::kFailed, "nearest: op_log_replay");
  ExpectRefused({"run", "--suite", "quikc"}, ExitStatus::kFailed, "nearest: quick");
  ExpectRefused({"run", "--filter", "("}, ExitStatus::kFailed, "no regular expression");
  ExpectRefused({"run", "--filter", "nothing_like_it"}, ExitStatus::kFailed, "matches no cell");
  ExpectRefused({"run", kCell, kCell}, ExitStatus::kFailed, "is named twice");
  ExpectRefused({"run", kCell, "--trace-dir", "/no/such"}, ExitStatus::kFailed, "no such folder");
  ExpectRefused({"list", "--suite", "/no/such.json"}, ExitStatus::kFailed, "unknown suite");
  ExpectRefused({"report", "/no/such"}, ExitStatus::kFailed, "no result can be read there");
  ExpectRefused({"verify", "/no/such"}, ExitStatus::kFailed, "/no/such is no folder");
  ExpectRefused({"trace", "info", "git-datahikes"}, ExitStatus::kFailed, "nearest: git-datahike;");
  ExpectRefused({"phase", "/no/such.json"}, ExitStatus::kFailed, "read the job /no/such.json");
}

TEST(CliTest, WhatAWorkloadRefusesIsToldBeforeAnythingRuns) {
  const TemporaryDirectory directory;
  const std::string out = (directory.path() / "out").string();
  ExpectRefused({"run", "--out", out, "op_log_replay/sorted_set/memory/trace:git-datahikes"},
                ExitStatus::kFailed, "nearest: git-datahike;");
  ExpectRefused({"run", "--out", out, "op_log_replay/sorted_set/memory/small_tx/tx:few"},
                ExitStatus::kFailed, "parameter tx: expected a whole number");
  ExpectRefused({"run", "--out", out, "record_snapshot/sorted_set/memory/people/chunk_bytes:0"},
                ExitStatus::kFailed, "chunk_bytes");
  EXPECT_FALSE(fs::exists(out));
}

TEST(CliTest, OutputFolderThatIsNotEmptyStaysAsItIs) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "mine") << "precious";
  ExpectRefused({"run", kCell, "--out", directory.path().string()}, ExitStatus::kFailed,
                "is not empty");
  std::string content;
  std::ifstream(directory.path() / "mine") >> content;
  EXPECT_EQ(content, "precious");
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), {}), 1);
}

TEST(CliTest, CommitLogIsOfOneRepetitionOfOneCell) {
  ExpectRefused({"run", "--commit-log", "x.csv"}, ExitStatus::kWrongUsage, "--commit-log");
  ExpectRefused({"run", "--commit-log", "x.csv", "--repetitions", "2", kCell},
                ExitStatus::kWrongUsage, "--commit-log");
}

TEST(CliTest, DryRunSaysWhatWouldRunAndTouchesNothing) {
  const TemporaryDirectory directory;
  const std::string out = (directory.path() / "out").string();
  const Outcome outcome = Datombench(
      {"run", "--dry-run", "--filter", "op_log_replay/.*trace:git-datahike", "--out", out});
  EXPECT_EQ(outcome.status, ExitStatus::kFine);
  EXPECT_THAT(outcome.out, StartsWith("op_log_replay/sorted_set/leveldb/trace:git-datahike"));
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1);
  EXPECT_FALSE(fs::exists(out));
}

TEST(CliTest, SeedIsOfCellsThatNameNoOther) {
  const Outcome outcome = Datombench({"run", "--dry-run", "--seed", "7", kCell, kCell + "/seed:9"});
  EXPECT_THAT(outcome.out, HasSubstr("/seed:7"));
  EXPECT_THAT(outcome.out, HasSubstr("/seed:9"));
}

TEST(CliTest, ListIsJsonWhenAsked) {
  const Outcome outcome = Datombench({"list", "--suite", "quick", "--json"});
  const Json cells = Json::parse(outcome.out);
  ASSERT_FALSE(cells.empty());
  for (const Json& cell : cells) {
    EXPECT_EQ(CellName(ParseCell(cell["full_name"].get<std::string>())), cell["name"]);
    EXPECT_GT(cell["estimated_seconds"].get<double>(), 0);
  }
}

TEST(CliTest, ListFiltersCells) {
  const Outcome all = Datombench({"list"});
  const Outcome some = Datombench({"list", "--filter", "^record_snapshot/"});
  EXPECT_LT(some.out.size(), all.out.size());
  EXPECT_THAT(some.out, StartsWith("record_snapshot/"));
  EXPECT_THAT(some.out, testing::Not(HasSubstr("op_log_replay")));
}

TEST(CliTest, MetricsAreListed) {
  const Json metrics = Json::parse(Datombench({"list", "--metrics", "--json"}).out);
  EXPECT_EQ(metrics.size(), AllMetrics().size());
  const std::string document = Datombench({"list", "--metrics"}).out;
  for (const Metric& metric : AllMetrics()) EXPECT_THAT(document, HasSubstr(metric.name));
}

TEST(CliTest, EveryParameterAndKindIsListed) {
  const std::string document = Datombench({"list", "--parameters"}).out;
  for (const ParameterDescription& parameter : AllParameters()) {
    EXPECT_THAT(document, HasSubstr("| `" + parameter.name + "` |"));
  }
  for (const StrategyKind& kind : AllStrategies()) EXPECT_THAT(document, HasSubstr(kind.name));
  const Json parameters = Json::parse(Datombench({"list", "--parameters", "--json"}).out);
  EXPECT_EQ(parameters.size(), AllParameters().size());
}

TEST(CliTest, TraceInfoDescribesAShippedTrace) {
  const Outcome outcome = Datombench({"trace", "info", "movies-tiny"});
  EXPECT_EQ(outcome.status, ExitStatus::kFine);
  const Json info = Json::parse(outcome.out);
  EXPECT_EQ(info["name"], "movies-tiny");
  EXPECT_EQ(info["datoms"], 301);
}

TEST(CliTest, GeneratedTraceIsWholeAndTheSameEachTime) {
  const TemporaryDirectory directory;
  std::string texts[2];
  for (const int i : {0, 1}) {
    const fs::path folder = directory.path() / std::to_string(i);
    const Outcome outcome = Datombench({"trace", "generate", "update/datoms:200/tx:50/theta:0.9999",
                                        "--plain", "--out", folder.string(), "--name", "mine"});
    ASSERT_EQ(outcome.status, ExitStatus::kFine) << outcome.progress;
    EXPECT_EQ(outcome.out, (folder / "mine.dtl").string() + "\n");
    std::ostringstream text;
    text << std::ifstream(folder / "mine.dtl").rdbuf();
    texts[i] = text.str();
    // `trace info` checks each effect against what is there: retractions of what isn't are refused.
    const Outcome info = Datombench({"trace", "info", (folder / "mine.dtl").string()});
    ASSERT_EQ(info.status, ExitStatus::kFine) << info.progress;
    EXPECT_EQ(Json::parse(info.out)["live_datoms"].get<int>(), 200 + 50 + 1);
  }
  EXPECT_EQ(texts[0], texts[1]);
  ExpectRefused({"trace", "generate", "update/datoms:200", "--plain", "--name", "mine", "--out",
                 (directory.path() / "0").string()},
                ExitStatus::kFailed, "is there already");
}

// An unwritable standard output is no success.
TEST(CliTest, FullStandardOutputIsAnError) {
  std::ofstream out("/dev/full");
  std::ostringstream progress;
  EXPECT_EQ(RunCommandLine({"list", "--metrics"}, out, progress), ExitStatus::kFailed);
  EXPECT_THAT(progress.str(), HasSubstr("standard output can't be written to"));
}

}  // namespace
}  // namespace datombench

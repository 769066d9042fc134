#include "harness/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "backends/error.h"
#include "harness/input_error.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A row as Google Benchmark 1.7.1 writes it for one iteration with manual time.
Json Row(const std::string& name, double real_time, double puts) {
  const std::string full_name = name + "/iterations:1/manual_time";
  return {{"name", full_name},
          {"family_index", 0},
          {"per_family_instance_index", 0},
          {"run_name", full_name},
          {"run_type", "iteration"},
          {"repetitions", 1},
          {"repetition_index", 0},
          {"threads", 1},
          {"iterations", 1},
          {"real_time", real_time},
          {"cpu_time", real_time / 2},
          {"time_unit", "ms"},
          {"puts", puts}};
}

Json ErrorRow(const std::string& name) {
  return {{"name", name + "/iterations:1/manual_time"},
          {"run_name", name + "/iterations:1/manual_time"},
          {"run_type", "iteration"},
          {"error_occurred", true},
          {"error_message", "the disk is full"}};
}

Json Output(std::initializer_list<Json> rows) {
  Json output = {{"context", {{"date", "2026-11-22"}}}};
  output["benchmarks"] = Json::array();
  for (const Json& row : rows) output["benchmarks"].push_back(row);
  return output;
}

std::string Refusal(const Json& result) {
  try {
    ParseResult(result.dump(), "r.json");
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << result << " was accepted";
  return "";
}

TEST(ResultTest, RowIsNamedByCellAndPhase) {
  const Cell cell = ParseCell("op_log_replay/sorted_set/leveldb/trace:git-git");
  EXPECT_EQ(RowName(cell, Phase::kConnectCold),
            "op_log_replay/sorted_set/leveldb/trace:git-git/phase:connect_cold");
}

TEST(ResultTest, ChildrenAreMergedAndTheirRepetitionsNumbered) {
  ResultCollector collector(Json{{"date", "today"}});
  collector.Add(Output({Row("a/phase:load", 10, 1), Row("a/phase:close", 1, 2)}), "writer");
  collector.Add(Output({Row("a/phase:load", 12, 1)}), "writer again");
  const Json result = collector.Finish();
  EXPECT_EQ(result["context"]["date"], "today");
  const Json& rows = result["benchmarks"];
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0]["name"], "a/phase:load");
  EXPECT_EQ(rows[0]["run_name"], "a/phase:load");
  EXPECT_EQ(rows[0]["repetitions"], 2);
  EXPECT_EQ(rows[0]["repetition_index"], 0);
  EXPECT_EQ(rows[2]["repetition_index"], 1);
  EXPECT_EQ(rows[2]["real_time"], 12);
  EXPECT_EQ(rows[1]["repetitions"], 1);
  EXPECT_EQ(rows[1]["puts"], 2);
  EXPECT_EQ(rows[0]["family_index"], rows[2]["family_index"]);
  EXPECT_NE(rows[0]["family_index"], rows[1]["family_index"]);
}

TEST(ResultTest, AggregatesOfAChildAreLeftOut) {
  Json mean = Row("a/phase:load", 10, 1);
  mean["run_type"] = "aggregate";
  ResultCollector collector(Json::object());
  collector.Add(Output({Row("a/phase:load", 10, 1), mean}), "writer");
  EXPECT_EQ(collector.Finish()["benchmarks"].size(), 1u);
}

TEST(ResultTest, RowsWithAnErrorAreKept) {
  ResultCollector collector(Json::object());
  collector.Add(Output({Row("a/phase:load", 10, 1), ErrorRow("a/phase:transact")}), "writer");
  const Json rows = collector.Finish()["benchmarks"];
  EXPECT_EQ(rows[1]["name"], "a/phase:transact");
  EXPECT_EQ(rows[1]["error_occurred"], true);
  EXPECT_EQ(rows[1]["error_message"], "the disk is full");
}

TEST(ResultTest, MalformedResultsAreRefusedWithTheirPlace) {
  EXPECT_THAT(Refusal(Json::array()), HasSubstr("r.json: expected an object"));
  EXPECT_THAT(Refusal({{"context", Json::object()}}), HasSubstr("expected a list \"benchmarks\""));
  Json result = Output({Row("a", 1, 1)});
  result["benchmarks"][0].erase("real_time");
  EXPECT_THAT(Refusal(result), HasSubstr("benchmarks[0]: expected a member \"real_time\""));
  result = Output({Row("a", 1, 1)});
  result["benchmarks"][0]["run_name"] = 7;
  EXPECT_THAT(Refusal(result), HasSubstr("benchmarks[0]: expected a member \"run_name\""));
  EXPECT_THROW(ParseResult("{", "torn.json"), InputError);
  ResultCollector collector(Json::object());
  EXPECT_THROW(collector.Add(result, "child"), InputError);
}

TEST(ResultTest, WrittenResultIsReadBack) {
  const TemporaryDirectory directory;
  ResultCollector collector(Json{{"date", "today"}});
  collector.Add(Output({Row("a/phase:load", 0.1, 1e15)}), "writer");
  const Json result = collector.Finish();
  WriteResult(directory.path() / kResultFileName, result);
  EXPECT_EQ(ReadResult(directory.path()), result);
  EXPECT_EQ(ReadResult(directory.path() / kResultFileName), result);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), {}), 1)
      << "nothing else is left in the folder";
}

TEST(ResultTest, WhatCantBeWrittenLeavesTheFormerWhole) {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / kResultFileName;
  ResultCollector collector(Json::object());
  WriteResult(path, collector.Finish());
  fs::path beside = path;
  beside += ".new";
  fs::create_directory(beside);  // in the way
  collector.Add(Output({Row("a", 1, 1)}), "writer");
  EXPECT_THROW(WriteResult(path, collector.Finish()), StorageError);
  EXPECT_EQ(ReadResult(path)["benchmarks"].size(), 0u);
}

TEST(ResultTest, NoResultIsToldInOneLine) {
  const TemporaryDirectory directory;
  try {
    ReadResult(directory.path());
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("results.json: no result can be read there"));
  }
}

TEST(ContextTest, HoldsWhatARunNeedsToBeJudged) {
  const TemporaryDirectory directory;
  RunOptions options;
  options.suite_name = "quick";
  options.suite_hash = "abc";
  options.cells.push_back({ParseCell("op_log_replay/sorted_set/memory/small_tx"), {}});
  options.seed = 42;
  options.out = directory.path();
  const Json context = MakeContext(options);
  for (const char* const member : {"date", "host_name", "num_cpus", "mhz_per_cpu", "caches",
                                   "load_avg", "library_build_type"}) {
    EXPECT_TRUE(context.contains(member)) << member;
  }
  EXPECT_FALSE(context["build"]["commit"].get<std::string>().empty());
  EXPECT_THAT(context["build"]["compiler"].get<std::string>(), testing::MatchesRegex(".+ .+"));
  EXPECT_EQ(context["build"]["libraries"]["leveldb"], "1.23.0");
  EXPECT_FALSE(context["storage"]["file_system"].get<std::string>().empty());
  EXPECT_GT(context["storage"]["sync_ms"].get<double>(), 0);
  EXPECT_GT(context["machine"]["memory_bytes"].get<int64_t>(), 0);
  EXPECT_EQ(context["run"]["suite"], "quick");
  EXPECT_EQ(context["run"]["seed"], 42);
  EXPECT_EQ(context["run"]["cells"].size(), 1u);
  EXPECT_EQ(context["metrics"].size(), AllMetrics().size());
  EXPECT_TRUE(fs::is_empty(directory.path()));
}

// The test by a consumer that isn't ours: Debian's libbenchmark-tools.
TEST(ResultTest, GoogleBenchmarksCompareReadsOurResults) {
  const std::string compare = "/usr/share/benchmark/compare.py";
  if (!fs::exists(compare) || std::system("/usr/bin/python3 -c 'import scipy' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no compare.py: install libbenchmark-tools and python3-scipy";
  }
  const TemporaryDirectory directory;
  for (const char* const side : {"base", "new"}) {
    RunOptions options;
    options.out = directory.path();
    ResultCollector collector(MakeContext(options));
    for (int i = 0; i < 3; ++i) {
      const double slower = std::string(side) == "new" ? 2 : 1;
      collector.Add(Output({Row("a/phase:load", slower * 10, 1), Row("a/phase:close", 1, 2)}),
                    "child");
    }
    WriteResult(directory.path() / side, collector.Finish());
  }
  const std::string command = "/usr/bin/python3 " + compare + " --no-color benchmarks " +
                              (directory.path() / "base").string() + " " +
                              (directory.path() / "new").string() + " 2>&1";
  const auto close = [](FILE* pipe) { pclose(pipe); };
  const std::unique_ptr<FILE, decltype(close)> pipe(popen(command.c_str(), "r"), close);
  std::string output;
  for (int character = std::fgetc(pipe.get()); character != EOF;
       character = std::fgetc(pipe.get())) {
    output += static_cast<char>(character);
  }
  // Twice as slow is +1.0000 in compare.py's terms.
  EXPECT_THAT(output, testing::ContainsRegex("a/phase:load +\\+1\\.0000 .* 10 +20"));
  EXPECT_THAT(output, testing::ContainsRegex("a/phase:close +\\+?0\\.0000"));
}

}  // namespace
}  // namespace datombench

#include "harness/suite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "harness/input_error.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json SmallSuite() {
  return json::parse(R"({
    "name": "small", "summary": "for tests", "repetitions": 2, "connects": 3,
    "groups": [
      {"workload": "small_tx/datoms:100/flush:5", "index": "sorted_set", "backend": "memory",
       "strategies": ["dirty_node_tree", "op_log_replay"], "seconds": {"op_log_replay": 0.5}}
    ]})");
}

std::string Refusal(const json& suite) {
  try {
    ParseSuite(suite.dump(), "test.json");
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << suite << " was accepted";
  return "";
}

TEST(SuiteTest, GroupMakesACellForEachStrategy) {
  const Suite suite = ParseSuite(SmallSuite().dump(), "test.json");
  EXPECT_EQ(suite.name, "small");
  EXPECT_EQ(suite.repetitions, 2u);
  EXPECT_EQ(suite.connects, 3u);
  ASSERT_EQ(suite.cells.size(), 2u);
  EXPECT_EQ(CellName(suite.cells[0].cell),
            "dirty_node_tree/sorted_set/memory/small_tx/datoms:100/flush:5");
  EXPECT_EQ(suite.cells[0].estimated_seconds, std::nullopt);
  EXPECT_EQ(suite.cells[1].cell.strategy->name, "op_log_replay");
  EXPECT_EQ(suite.cells[1].estimated_seconds, 0.5);
}

TEST(SuiteTest, HashIsThatOfTheText) {
  const std::string text = SmallSuite().dump();
  const Suite suite = ParseSuite(text, "test.json");
  EXPECT_EQ(suite.hash, ParseSuite(text, "other.json").hash);
  EXPECT_NE(suite.hash, ParseSuite(text + "\n", "test.json").hash);
  EXPECT_EQ(suite.hash.size(), 64u);
}

TEST(SuiteTest, WhatIsWrongIsNamedWithItsPlace) {
  json suite = SmallSuite();
  suite["groups"][0]["strategies"][1] = "op_log";
  EXPECT_THAT(Refusal(suite), HasSubstr("test.json: groups[0].strategies[1]: cell 'op_log/"));

  suite = SmallSuite();
  suite["groups"][0]["bakend"] = "file";
  EXPECT_THAT(Refusal(suite),
              HasSubstr("groups[0]: expected no member \"bakend\" (nearest: backend)"));

  suite = SmallSuite();
  suite["groups"][0].erase("workload");
  EXPECT_THAT(Refusal(suite), HasSubstr("groups[0]: expected a member \"workload\""));

  suite = SmallSuite();
  suite["groups"].push_back(suite["groups"][0]);
  EXPECT_THAT(Refusal(suite), HasSubstr("is there twice"));

  suite = SmallSuite();
  suite["repetitions"] = 0;
  EXPECT_THAT(Refusal(suite), HasSubstr("repetitions: expected a number from 1"));

  suite = SmallSuite();
  suite["groups"][0]["seconds"]["op_log_replay"] = "short";
  EXPECT_THAT(Refusal(suite), HasSubstr("seconds.op_log_replay: expected a number"));

  suite = SmallSuite();
  suite["groups"] = json::array();
  EXPECT_THAT(Refusal(suite), HasSubstr("at least one cell"));

  EXPECT_THAT(Refusal(json::array()), HasSubstr("expected an object"));
}

TEST(SuiteTest, NoJsonIsNamedWithItsPlace) {
  try {
    ParseSuite("{\"name\": }", "test.json");
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "test.json: byte 10: this is no JSON");
  }
}

TEST(SuiteTest, UnknownSuiteIsAnsweredWithTheNearest) {
  try {
    LoadSuite("quikc");
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("unknown suite 'quikc' (nearest: quick)"));
  }
}

TEST(SuiteTest, FileIsLoadedByItsPath) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "mine.json").string();
  std::ofstream(path) << SmallSuite();
  EXPECT_EQ(LoadSuite(path).cells.size(), 2u);
}

TEST(SuiteTest, FilterFindsInShortAndFullNames) {
  const Suite suite = ParseSuite(SmallSuite().dump(), "test.json");
  EXPECT_EQ(FilterCells(suite.cells, "op_log_replay/.*small_tx").size(), 1u);
  EXPECT_EQ(FilterCells(suite.cells, "history:on").size(), 2u);
  EXPECT_TRUE(FilterCells(suite.cells, "^small_tx").empty());
  EXPECT_THROW(FilterCells(suite.cells, "op_(log"), InputError);
}

// Every suite that is compiled in parses, is called as its file, and says how long it takes.
TEST(SuiteTest, CompiledInSuitesAreWhole) {
  ASSERT_FALSE(SuiteNames().empty());
  for (const std::string_view name : SuiteNames()) {
    const Suite suite = LoadSuite(std::string(name));
    EXPECT_EQ(suite.name, name);
    for (const SuiteCell& entry : suite.cells) {
      EXPECT_TRUE(entry.estimated_seconds.has_value()) << CellName(entry.cell);
    }
  }
}

TEST(SuiteTest, QuickComparesAllStrategiesOnLevelDbOverRealHistories) {
  const Suite quick = LoadSuite("quick");
  std::set<std::string_view> workloads;
  double seconds = 0;
  for (const SuiteCell& entry : quick.cells) {
    EXPECT_EQ(entry.cell.backend->name, "leveldb");
    workloads.insert(entry.cell.workload->name);
    seconds += *entry.estimated_seconds;
  }
  EXPECT_THAT(workloads, testing::IsSupersetOf({"trace", "small_tx", "update", "churn"}));
  EXPECT_LE(seconds * quick.repetitions, 90);
  for (const StrategyKind& strategy : AllStrategies()) {
    const auto cells =
        FilterCells(quick.cells, std::string(strategy.name) + "/.*trace:git-datahike");
    EXPECT_EQ(cells.size(), 1u) << strategy.name;
  }
}

// Rows are compared only if they flush at the same points.
TEST(SuiteTest, StrategiesOfAQuickWorkloadDifferInNothingElse) {
  std::map<std::string, int> cells_by_rest;
  for (const SuiteCell& entry : LoadSuite("quick").cells) {
    const std::string name = CellName(entry.cell);
    ++cells_by_rest[name.substr(name.find('/'))];
  }
  for (const auto& [rest, cells] : cells_by_rest) {
    EXPECT_EQ(cells, static_cast<int>(AllStrategies().size())) << rest;
  }
}

}  // namespace
}  // namespace datombench

#include "harness/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace datombench {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Optional;

// A result in the making.
class Rows {
 public:
  void Add(const std::string& cell, Phase phase, const std::string& metric, double value) {
    cells_.push_back(ParseCell(cell));
    json_["benchmarks"].push_back({{"name", RowName(cells_.back(), phase)}, {metric, value}});
  }
  std::optional<std::string> Sentence() {
    std::vector<Cell> cells;
    for (const Cell& cell : cells_) {
      if (std::find(cells.begin(), cells.end(), cell) == cells.end()) cells.push_back(cell);
    }
    return ClosingSentence(cells, json_);
  }

 private:
  std::vector<Cell> cells_;
  Json json_ = {{"benchmarks", Json::array()}};
};

constexpr char kA[] = "dirty_node_tree/sorted_set/file/people";
constexpr char kB[] = "record_snapshot/sorted_set/file/people";
constexpr char kC[] = "op_log_replay/sorted_set/file/people";

TEST(VerdictTest, SaysWhoWonAndByHowMuch) {
  Rows rows;
  rows.Add(kA, Phase::kTransact, "commit_p50_ms", 6);
  rows.Add(kC, Phase::kTransact, "commit_p50_ms", 0.5);
  rows.Add(kB, Phase::kTransact, "commit_p50_ms", 50);
  rows.Add(kA, Phase::kConnectCold, "connect_to_usable_seconds", 0.002);
  rows.Add(kC, Phase::kConnectCold, "connect_to_usable_seconds", 0.1);
  rows.Add(kA, Phase::kClose, "disk_allocated_bytes", 3 << 20);
  rows.Add(kC, Phase::kClose, "disk_allocated_bytes", 1 << 20);
  EXPECT_THAT(
      rows.Sentence(),
      Optional(std::string(
          "On sorted_set/file/people: op_log_replay commits fastest at p50 (500 us; "
          "dirty_node_tree 12x, record_snapshot 100x), dirty_node_tree connects fastest (2 ms; "
          "op_log_replay 50x), op_log_replay takes the least disk (1.0 MiB; dirty_node_tree "
          "3x).")));
}

TEST(VerdictTest, GoesByTheMedianOfTheRepetitions) {
  Rows rows;
  for (const double ms : {1.0, 1.0, 900.0}) rows.Add(kA, Phase::kTransact, "commit_p50_ms", ms);
  for (const double ms : {2.0, 2.0, 2.0}) rows.Add(kC, Phase::kTransact, "commit_p50_ms", ms);
  EXPECT_THAT(rows.Sentence(), Optional(HasSubstr("dirty_node_tree commits fastest")));
}

TEST(VerdictTest, ComparesNothingButStrategies) {
  for (const std::string other : {"/flush:10", "/tier:process", "/history:off", "/seed:2"}) {
    Rows rows;
    rows.Add(kA, Phase::kTransact, "commit_p50_ms", 6);
    rows.Add(kC + other, Phase::kTransact, "commit_p50_ms", 1);
    EXPECT_EQ(rows.Sentence(), std::nullopt) << other;
  }
}

TEST(VerdictTest, PrefersARealTrace) {
  Rows rows;
  for (const char* const cell : {kA, kB, kC}) rows.Add(cell, Phase::kTransact, "commit_p50_ms", 1);
  rows.Add("dirty_node_tree/sorted_set/file/trace:git-git", Phase::kTransact, "commit_p50_ms", 1);
  rows.Add("op_log_replay/sorted_set/file/trace:git-git", Phase::kTransact, "commit_p50_ms", 2);
  EXPECT_THAT(rows.Sentence(), Optional(HasSubstr("On sorted_set/file/trace:git-git: ")));
}

TEST(VerdictTest, IsSilentAboutCellsWithoutRows) {
  Rows rows;
  rows.Add(kA, Phase::kTransact, "commit_p50_ms", 6);
  rows.Add(kC, Phase::kScanCold, "wall_seconds", 1);
  EXPECT_EQ(rows.Sentence(), std::nullopt);
}

}  // namespace
}  // namespace datombench

// Fidelity: under semantics:datahike_6c1468fd, dirty_node_tree over sorted_set writes, commit by
// commit, exactly the nodes that the real system wrote, and ends in the same six sequences.
// tests/data/reference/README.md says where the rows come from.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "harness/cell.h"
#include "harness/commit_log.h"
#include "harness/oracle.h"
#include "harness/store.h"
#include "harness/writer.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = DATOMBENCH_SOURCE_DIR;
const fs::path kShared = kSource / ".." / "shared";

// One run of the real system.
struct ReferenceRun {
  std::string input;     // as in the file's name
  std::string workload;  // as in a cell's name
  bool keeps_history;
  std::string backend;
  std::string tier;
};

std::string StemOf(const ReferenceRun& run) {
  return fmt::format("{}.pss.{}", run.input, run.keeps_history ? "hist" : "nohist");
}

// The folder that has the run's files; nullopt where neither does.
std::optional<fs::path> FolderOf(const ReferenceRun& run) {
  for (const fs::path& folder : {kSource / "tests" / "data" / "reference", kShared / "reference"}) {
    if (fs::exists(folder / (StemOf(run) + ".csv"))) return folder;
  }
  return std::nullopt;
}

using ReferenceRow = std::map<std::string, int64_t>;

std::vector<std::string> SplitAtCommas(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

// The commits of a run: from the schema transaction on, without the creation.
std::vector<ReferenceRow> ReadRows(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = SplitAtCommas(line);
  std::vector<ReferenceRow> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = SplitAtCommas(line);
    ReferenceRow row;
    for (size_t i = 0; i < names.size(); ++i) {
      const bool is_count =
          names[i] == "tx" || names[i].starts_with("b_") || names[i].starts_with("n_");
      if (is_count) row[names[i]] = std::stoll(fields.at(i));
    }
    if (row.at("tx") >= 0) rows.push_back(row);
  }
  return rows;
}

constexpr std::array<const char*, kIndexCount> kColumns = {"eavt",  "aevt",  "avet",
                                                           "teavt", "taevt", "tavet"};

// What our row says differently, "" if nothing.
std::string Differences(const ReferenceRow& expected, const CommitRow& actual) {
  std::string text;
  for (size_t i = 0; i < kIndexCount; ++i) {
    const int64_t nodes = expected.at(fmt::format("b_{}", kColumns[i]));
    const int64_t datoms = std::max<int64_t>(0, expected.at(fmt::format("n_{}", kColumns[i])));
    if (static_cast<int64_t>(actual.nodes[i]) != nodes) {
      text += fmt::format(" nodes_{} {} not {}", kColumns[i], actual.nodes[i], nodes);
    }
    if (static_cast<int64_t>(actual.datoms_held[i]) != datoms) {
      text += fmt::format(" n_{} {} not {}", kColumns[i], actual.datoms_held[i], datoms);
    }
  }
  return text.empty() ? "" : fmt::format("tx {}:{}", expected.at("tx"), text);
}

class FidelityTest : public testing::TestWithParam<ReferenceRun> {};

TEST_P(FidelityTest, EveryCommitAndEverySequenceEqualsTheReference) {
  const ReferenceRun& run = GetParam();
  const auto folder = FolderOf(run);
  if (!folder) GTEST_SKIP() << "the reference of " << StemOf(run) << " is not here";

  const Cell cell =
      ParseCell(fmt::format("dirty_node_tree/sorted_set/{}/{}/semantics:datahike_6c1468fd{}",
                            run.backend, run.workload, run.keeps_history ? "" : "/history:off"));
  const TemporaryDirectory temporary;
  Store store(cell, temporary.path());
  const auto strategy = store.MakeStrategy(NodeCache::kUnlimited);
  const auto workload = cell.workload->make(
      MakeWorkloadParameters(cell, {kSource / "workloads" / "traces", kShared / "data"}));
  CommitCounter counter(store.metered());
  std::vector<CommitRow> rows;
  Writer writer(*strategy, *workload, strategy->Connect(), [&](const Commit& commit, const Db& db) {
    rows.push_back(counter.Count(commit, db));
  });
  Stretch stretch;
  writer.Run(Writer::kToTheEnd, 1, stretch);

  const std::vector<ReferenceRow> expected = ReadRows(*folder / (StemOf(run) + ".csv"));
  ASSERT_FALSE(expected.empty());
  ASSERT_EQ(rows.size(), expected.size());
  size_t different = 0;
  std::string first;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string text = Differences(expected[i], rows[i]);
    if (text.empty()) continue;
    if (++different == 1) first = text;
  }
  EXPECT_EQ(different, 0u) << "of " << rows.size() << " commits; the first: " << first;

  const auto json = nlohmann::json::parse(std::ifstream(*folder / (StemOf(run) + ".json")));
  const Fingerprint fingerprint = FingerprintOf(writer.db());
  for (const IndexName name : kIndexNames) {
    const auto& sequence = fingerprint.sequences[static_cast<size_t>(name)];
    const std::string text(IndexNameText(name));
    ASSERT_EQ(sequence.has_value(), json["sha256"].contains(text)) << text;
    if (!sequence) continue;
    EXPECT_EQ(sequence->datoms, json["counts"][text]) << text;
    EXPECT_EQ(sequence->sha256, json["sha256"][text]) << text;
  }
  EXPECT_EQ(fingerprint.max_tx, json["max_tx"]);
  EXPECT_EQ(fingerprint.max_eid, json["max_eid"]);
}

std::vector<ReferenceRun> Runs() {
  std::vector<ReferenceRun> runs;
  const auto add = [&runs](const std::string& input, const std::string& workload,
                           const std::string& backend, const std::string& tier) {
    for (const bool keeps_history : {true, false}) {
      runs.push_back({input, workload, keeps_history, backend, tier});
    }
  };
  add("movies-tiny", "trace:movies-tiny", "memory", "volatile");
  add("movies-tiny", "trace:movies-tiny", "file", "power");
  add("people-small", "people/entities:2000", "memory", "volatile");
  // What is counted doesn't depend on syncs, of which this would make thousands.
  add("people-small", "people/entities:2000", "file", "process");
  add("git-datahike", "trace:git-datahike", "memory", "volatile");
  // Not shipped: their references, or traces, are large.
  add("people", "people/entities:20000", "memory", "volatile");
  add("logseq-docs", "trace:logseq-docs", "memory", "volatile");
  add("mbrainz-subset", "trace:mbrainz-subset", "memory", "volatile");
  return runs;
}

std::string TestName(const testing::TestParamInfo<ReferenceRun>& info) {
  std::string name =
      fmt::format("{}_{}_{}", info.param.input, info.param.keeps_history ? "history" : "no_history",
                  info.param.backend);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(AllRuns, FidelityTest, testing::ValuesIn(Runs()), TestName);

}  // namespace
}  // namespace datombench

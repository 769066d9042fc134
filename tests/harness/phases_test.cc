#include "harness/phases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/description.h"
#include "harness/metrics.h"
#include "tests/harness/harness_fixture.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;

// Runs jobs on one store in a temporary folder, in this process.
class PhasesTest : public testing::Test {
 protected:
  PhaseJob Job(PhaseJob::Role role, const std::string& cell) {
    PhaseJob job;
    job.role = role;
    job.cell = ParseCell(cell);
    job.store = folder_ / "store";
    job.rows = folder_ / "rows.json";
    job.warm_connects = 2;
    return job;
  }

  ExitStatus Run(const PhaseJob& job) {
    WriteJob(folder_ / "job.json", job);
    const ExitStatus status = RunPhaseJob(folder_ / "job.json");
    rows_ = Json::parse(TextOf(job.rows))["benchmarks"];
    return status;
  }

  std::vector<std::string> PhasesRun() const {
    std::vector<std::string> phases;
    for (const Json& row : rows_) {
      const std::string name = row["name"];
      const size_t begin = name.find("/phase:") + 7;
      phases.push_back(name.substr(begin, name.find('/', begin) - begin));
    }
    return phases;
  }

  const Json& Row(const std::string& phase) const {
    for (const Json& row : rows_) {
      if (row["name"].get<std::string>().find("/phase:" + phase + "/") != std::string::npos) {
        return row;
      }
    }
    throw std::out_of_range("no row of phase " + phase);
  }

  TemporaryDirectory folder_;
  Json rows_;
};

constexpr char kCell[] =
    "dirty_node_tree/sorted_set/file/people/entities:200/tier:process/flush:50";

TEST_F(PhasesTest, JobsTravelWhole) {
  PhaseJob job = Job(PhaseJob::Role::kWarmReader, kCell);
  job.seed = ~uint64_t{0};
  job.scans = false;
  job.trace_folders = {"/a", "b c"};
  job.commit_log = "log.csv";
  WriteJob(folder_ / "job.json", job);
  const PhaseJob read = ReadJob(folder_ / "job.json");
  EXPECT_EQ(read.role, job.role);
  EXPECT_EQ(read.cell, job.cell);
  EXPECT_EQ(read.store, job.store);
  EXPECT_EQ(read.rows, job.rows);
  EXPECT_EQ(read.seed, job.seed);
  EXPECT_EQ(read.scans, job.scans);
  EXPECT_EQ(read.warm_connects, job.warm_connects);
  EXPECT_EQ(read.trace_folders, job.trace_folders);
  EXPECT_EQ(read.commit_log, job.commit_log);
}

TEST_F(PhasesTest, MalformedJobsAreRefused) {
  WriteText(folder_ / "job.json", "{\"role\": \"cook\"");
  EXPECT_THROW(ReadJob(folder_ / "job.json"), InputError);
  WriteText(folder_ / "job.json", "{\"role\": \"cook\"}");
  EXPECT_THROW(ReadJob(folder_ / "job.json"), InputError);
  EXPECT_THROW(ReadJob(folder_ / "none.json"), InputError);
}

TEST_F(PhasesTest, AWriterLeavesARowAPhaseAndWhatReadersNeed) {
  ASSERT_EQ(Run(Job(PhaseJob::Role::kWriter, kCell)), ExitStatus::kFine);
  EXPECT_THAT(PhasesRun(), ElementsAre("transact", "close"));
  const Json& transact = Row("transact");
  EXPECT_EQ(transact["transactions"], 223);
  EXPECT_EQ(transact["flushes"], 6);  // the schema's, four of 50, the rest
  EXPECT_EQ(transact["record_puts"], 6);
  EXPECT_GT(transact["write_amplification"], 1.0);
  EXPECT_NEAR(transact["wall_seconds"].get<double>(),
              transact["transact_seconds"].get<double>() + transact["flush_seconds"].get<double>(),
              1e-6);
  EXPECT_NEAR(transact["real_time"].get<double>(), 1000 * transact["wall_seconds"].get<double>(),
              1e-3);
  EXPECT_GT(Row("close")["space_amplification"], 1.0);
  const StoreDescription description = ReadDescription(folder_ / "store");
  ASSERT_TRUE(description.contents);
  EXPECT_EQ(description.cell, ParseCell(kCell));
  EXPECT_EQ(description.contents->fingerprint.sequences[0]->datoms,
            transact["eavt_datoms"].get<uint64_t>());
}

TEST_F(PhasesTest, ReadersConnectReadScanAndVerifyWhatTheWriterLeft) {
  ASSERT_EQ(Run(Job(PhaseJob::Role::kWriter, kCell)), ExitStatus::kFine);
  ASSERT_EQ(Run(Job(PhaseJob::Role::kColdReader, kCell)), ExitStatus::kFine);
  EXPECT_THAT(PhasesRun(), ElementsAre("connect_cold", "first_read_cold", "scan_cold", "verify"));
  EXPECT_TRUE(Row("connect_cold").contains("cold_proven"));
  EXPECT_GT(Row("connect_cold")["gets"], 0);
  EXPECT_EQ(Row("scan_cold")["datoms"], Row("verify")["datoms"]);
  EXPECT_EQ(Row("verify")["gets"], 0);  // all of it was read by the scan
  EXPECT_NEAR(Row("scan_cold")["connect_to_all_read_seconds"].get<double>(),
              Row("connect_cold")["wall_seconds"].get<double>() +
                  Row("first_read_cold")["wall_seconds"].get<double>() +
                  Row("scan_cold")["wall_seconds"].get<double>(),
              1e-9);

  PhaseJob warm = Job(PhaseJob::Role::kWarmReader, kCell);
  warm.scans = false;
  ASSERT_EQ(Run(warm), ExitStatus::kFine);
  EXPECT_THAT(PhasesRun(), ElementsAre("connect_warm", "first_read_warm"));
}

TEST_F(PhasesTest, ABackendInMemoryIsReadInItsWritersProcess) {
  ASSERT_EQ(
      Run(Job(PhaseJob::Role::kWriter, "op_log_replay/flat_index/memory/people/entities:200")),
      ExitStatus::kFine);
  EXPECT_THAT(PhasesRun(), ElementsAre("transact", "close", "connect_warm", "first_read_warm",
                                       "connect_warm", "first_read_warm", "scan_warm", "verify"));
  EXPECT_FALSE(Row("close").contains("disk_files"));
}

TEST_F(PhasesTest, ADatabaseThatIsNotTheWritersFailsTheCell) {
  ASSERT_EQ(Run(Job(PhaseJob::Role::kWriter, kCell)), ExitStatus::kFine);
  StoreDescription description = ReadDescription(folder_ / "store");
  description.contents->fingerprint.sequences[5]->sha256.front() ^= 1;
  WriteDescription(folder_ / "store", description);
  EXPECT_EQ(Run(Job(PhaseJob::Role::kColdReader, kCell)), ExitStatus::kFailed);
  EXPECT_TRUE(Row("verify")["error_occurred"].get<bool>());
  EXPECT_THAT(Row("verify")["error_message"].get<std::string>(),
              HasSubstr("the oracle disagrees: temporal-avet: "));
}

TEST_F(PhasesTest, AStoreWhoseDataAreGoneFailsAtOnceAndHasNoOtherRow) {
  ASSERT_EQ(Run(Job(PhaseJob::Role::kWriter, kCell)), ExitStatus::kFine);
  std::filesystem::remove_all(DataFolder(folder_ / "store"));
  EXPECT_EQ(Run(Job(PhaseJob::Role::kWarmReader, kCell)), ExitStatus::kFailed);
  ASSERT_EQ(rows_.size(), 1u);
  EXPECT_THAT(rows_[0]["error_message"].get<std::string>(), HasSubstr("the writer left 536871135"));
}

TEST_F(PhasesTest, AWriterThatDidNotFinishLeavesNothingToRead) {
  WriteDescription(folder_ / "store", {ParseCell(kCell), std::nullopt});
  WriteJob(folder_ / "job.json", Job(PhaseJob::Role::kColdReader, kCell));
  EXPECT_THROW(RunPhaseJob(folder_ / "job.json"), InputError);
}

TEST_F(PhasesTest, EveryCounterIsInTheTableOfMetricsForItsPhase) {
  ASSERT_EQ(Run(Job(PhaseJob::Role::kWriter, kCell)), ExitStatus::kFine);
  const std::vector<std::string> google = {"family_index", "per_family_instance_index",
                                           "repetitions",  "repetition_index",
                                           "threads",      "iterations",
                                           "real_time",    "cpu_time"};
  for (const Json& row : rows_) {
    for (const auto& [name, value] : row.items()) {
      if (!value.is_number() || std::count(google.begin(), google.end(), name) > 0) continue;
      EXPECT_NE(FindMetric(name), nullptr) << name;
    }
  }
}

}  // namespace
}  // namespace datombench

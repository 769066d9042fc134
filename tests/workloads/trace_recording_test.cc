#include "workloads/trace_recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <span>
#include <string>

#include "index/sequence_text.h"
#include "index/transactor.h"
#include "tests/workloads/fixture.h"
#include "workloads/schema_transaction.h"
#include "workloads/value_buffer.h"

namespace datombench::testing {
namespace {

class TraceRecordingTest : public WorkloadTest {};

// The current datoms in EAVT order, their transactions and values, without the instants.
std::string CurrentText(Workload& workload) {
  Db db = Db::Empty(std::make_shared<Lineage>(DbOptions{.keep_history = false},
                                              *FindIndex("sorted_set"), IndexOptions{}));
  std::string text;
  while (const Transaction* transaction = workload.Next()) {
    db = Transact(db, *transaction).db_after;
  }
  const AttributeId tx_instant = db.schema->builtin().tx_instant;
  const auto cursor = db.index(IndexName::kEavt)->All();
  for (auto datoms = cursor->Next(); !datoms.empty(); datoms = cursor->Next()) {
    for (const Datom& datom : datoms) {
      if (datom.a() != tx_instant) AppendDatomText(datom, *db.lineage->attributes, &text);
    }
  }
  return text;
}

TEST_F(TraceRecordingTest, ReplaysToTheSameDatoms) {
  for (const std::string kind : {"bulk_import", "small_tx", "update", "churn", "people"}) {
    WorkloadParameters parameters;
    if (kind == "people") {
      parameters.extra["entities"] = "1000";
    } else {
      parameters.datoms = 300;
    }
    const TracePaths paths(folder(), kind, false);
    // Counting for the statistics checks that the lines are effects.
    const TraceStatistics statistics =
        RecordTrace(*MakeWorkload(kind, parameters), paths, kind, {"source datombench"});
    EXPECT_GT(statistics.datoms, 300u) << kind;
    EXPECT_EQ(ReadFile(paths.stats), statistics.Json()) << kind;
    WorkloadParameters replay;
    replay.extra["trace"] = paths.log.string();
    EXPECT_EQ(HashOf(CurrentText(*MakeWorkload("trace", replay))),
              HashOf(CurrentText(*MakeWorkload(kind, parameters))))
        << kind;
  }
}

TEST_F(TraceRecordingTest, GivesATraceBack) {
  WorkloadParameters parameters;
  parameters.extra["trace"] = "git-leveldb";
  TraceReader shipped(ShippedTraces() / "git-leveldb.dtl.zst");
  const TracePaths paths(folder(), "git-leveldb", false);
  RecordTrace(*MakeWorkload("trace", parameters), paths, shipped.name(), shipped.remarks());
  EXPECT_EQ(HashOf(ReadFile(paths.log)), HashOf(ReadDecompressed(shipped.path())));
}

// Transactions get other ids in a replay, and so do facts about them and refs to them.
TEST_F(TraceRecordingTest, GivesFactsAboutTransactionsBack) {
  WriteFile("t.schema.tsv",
            "#attr\tvalueType\tcardinality\tunique\tindex\tisComponent\tdoc\n"
            ":db/txInstant\tinstant\tone\t-\ttrue\tfalse\t\n"
            ":a/since\tref\tone\t-\tfalse\tfalse\t\n"
            ":tx/by\tstring\tone\t-\tfalse\tfalse\t\n");
  const std::string log =
      "#dtl 1\n#name t\n#schema t.schema.tsv\n"
      "536870913\t+\t536870913\t:db/txInstant\t1\n"
      "536870913\t+\t7\t:a/since\t536870913\n"
      "536870913\t+\t536870913\t:tx/by\tme\n"
      "536870914\t+\t536870914\t:db/txInstant\t2\n"
      "536870914\t+\t8\t:a/since\t536870913\n"
      "#end tx=2 datoms=5 live=5\n";
  WorkloadParameters parameters;
  parameters.extra["trace"] = WriteFile("t.dtl", log).string();
  const TracePaths paths(folder() / "again", "t", false);
  std::filesystem::create_directory(folder() / "again");
  RecordTrace(*MakeWorkload("trace", parameters), paths, "t", {});
  EXPECT_EQ(ReadFile(paths.log), log);
}

// Declares an attribute in each of two transactions.
class LateDeclaration : public Workload {
 public:
  const Transaction* Next() override {
    if (declared_ == 2) return nullptr;
    AttributeDeclaration attribute;
    attribute.ident = declared_ == 0 ? ":a/first" : ":a/second";
    attribute.properties.value_type = ValueType::kLong;
    transaction_.operations.clear();
    AppendSchemaOperations(std::span(&attribute, 1), values_, &transaction_.operations);
    for (Operation& operation : transaction_.operations) operation.e += declared_;
    ++declared_;
    return &transaction_;
  }

 private:
  uint64_t declared_ = 0;
  ValueBuffer values_;
  Transaction transaction_;
};

TEST_F(TraceRecordingTest, RefusesAttributesThatAreDeclaredLater) {
  LateDeclaration workload;
  const TracePaths paths(folder(), "late", false);
  EXPECT_THAT(WorkloadErrorOf([&] { RecordTrace(workload, paths, "late", {}); }),
              ::testing::HasSubstr("attributes that the first transaction declares, got :db/"));
  EXPECT_FALSE(std::filesystem::exists(paths.log));
}

}  // namespace
}  // namespace datombench::testing

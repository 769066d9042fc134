#include "workloads/trace_generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/sequence_text.h"
#include "index/transactor.h"
#include "tests/workloads/fixture.h"
#include "workloads/trace_stats.h"

namespace datombench::testing {
namespace {

class TraceGenerateTest : public WorkloadTest {};

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

TEST_F(TraceGenerateTest, ReplaysToTheSameDatoms) {
  for (const std::string kind : {"bulk_import", "small_tx", "update", "churn", "people"}) {
    WorkloadParameters parameters;
    if (kind == "people") {
      parameters.extra["entities"] = "1000";
    } else {
      parameters.datoms = 300;
    }
    const TracePaths paths(folder(), kind, false);
    WriteTrace(*MakeWorkload(kind, parameters), paths, kind, {"source datombench"});
    // Reading the statistics checks that the lines are effects.
    EXPECT_GT(ReadTraceStatistics(paths.log).datoms, 300u) << kind;
    WorkloadParameters replay;
    replay.extra["trace"] = paths.log.string();
    EXPECT_EQ(HashOf(CurrentText(*MakeWorkload("trace", replay))),
              HashOf(CurrentText(*MakeWorkload(kind, parameters))))
        << kind;
  }
}

TEST_F(TraceGenerateTest, GivesATraceBack) {
  WorkloadParameters parameters;
  parameters.extra["trace"] = "git-leveldb";
  TraceReader shipped(ShippedTraces() / "git-leveldb.dtl.zst");
  const TracePaths paths(folder(), "git-leveldb", false);
  WriteTrace(*MakeWorkload("trace", parameters), paths, shipped.name(), shipped.remarks());
  EXPECT_EQ(HashOf(ReadFile(paths.log)), HashOf(ReadDecompressed(shipped.path())));
}

}  // namespace
}  // namespace datombench::testing

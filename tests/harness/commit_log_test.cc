#include "harness/commit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backends/error.h"
#include "harness/cell.h"
#include "harness/input_error.h"
#include "harness/store.h"
#include "tests/harness/harness_fixture.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

TEST(CommitLogTest, HasExactlyTheseColumns) {
  EXPECT_EQ(CommitLogHeader(),
            "commit,transactions,datoms,puts_node,puts_record,puts_log,puts_checkpoint,"
            "puts_snapshot,bytes_node,bytes_record,bytes_log,bytes_checkpoint,bytes_snapshot,"
            "deletes,syncs,wall_us,nodes_eavt,nodes_aevt,nodes_avet,nodes_teavt,nodes_taevt,"
            "nodes_tavet,n_eavt,n_aevt,n_avet,n_teavt,n_taevt,n_tavet");
}

TEST(CommitLogTest, PutsEachNumberIntoItsColumn) {
  CommitRow row;
  row.commit = 1;
  row.transactions = 2;
  row.datoms = 3;
  uint64_t next = 4;
  for (const ObjectClass object_class :
       {ObjectClass::kNode, ObjectClass::kRecord, ObjectClass::kLog, ObjectClass::kCheckpoint,
        ObjectClass::kSnapshot}) {
    row.io.of(object_class).puts = next++;
    row.io.of(object_class).put_bytes = row.io.of(object_class).puts + 5;
  }
  row.io.of(ObjectClass::kSnapshot).deletes = 10;
  row.io.of(ObjectClass::kLog).deletes = 4;
  row.io.syncs = 15;
  row.wall_us = 16;
  row.nodes = {17, 18, 19, 20, 21, 22};
  row.datoms_held = {23, 24, 25, 26, 27, 28};
  EXPECT_EQ(CommitLogLine(row),
            "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28");
}

// The commits of a cell's strategy over a list of transactions, a flush each.
std::vector<CommitRow> RowsOf(const std::string& cell_name,
                              const std::vector<Transaction>& transactions) {
  const Cell cell = ParseCell(cell_name);
  Store store(cell, "");
  const auto strategy = store.MakeStrategy(NodeCache::kUnlimited);
  ListWorkload workload(transactions);
  CommitCounter counter(store.metered());
  std::vector<CommitRow> rows;
  Writer writer(*strategy, workload, strategy->Connect(), [&](const Commit& commit, const Db& db) {
    rows.push_back(counter.Count(commit, db));
  });
  Stretch stretch;
  writer.Run(Writer::kToTheEnd, 1, stretch);
  return rows;
}

TEST(CommitLogTest, BeginsWithTheSchemaAndHasARowForAFlushWithoutEffect) {
  OperationMaker make;
  auto transactions = make.Names({"Ivan"});
  transactions.push_back({{make.RetractString(10, ":name", "Petr")}, 3000});
  const auto rows =
      RowsOf("dirty_node_tree/sorted_set/memory/people/semantics:datahike_6c1468fd/history:off",
             transactions);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].datoms, 3u);
  EXPECT_EQ(rows[0].datoms_held[0], 3u);
  EXPECT_EQ(rows[2].commit, 2u);
  EXPECT_EQ(rows[2].transactions, 1u);
  EXPECT_EQ(rows[2].datoms, 0u);
  EXPECT_EQ(rows[2].io.of(ObjectClass::kNode).puts, 0u);
  EXPECT_EQ(rows[2].io.of(ObjectClass::kRecord).puts, 1u);
  EXPECT_EQ(rows[2].nodes, (std::array<uint64_t, kIndexCount>{}));
}

TEST(CommitLogTest, CountsTheNodesThatTheBackendWasGiven) {
  OperationMaker make;
  const auto rows = RowsOf("dirty_node_tree/sorted_set/memory/people/branching_factor:4",
                           make.Names(std::vector<std::string>(30, "Ivan")));
  for (const CommitRow& row : rows) {
    uint64_t nodes = 0;
    for (const uint64_t count : row.nodes) nodes += count;
    EXPECT_EQ(nodes, row.io.of(ObjectClass::kNode).puts) << "commit " << row.commit;
  }
}

TEST(CommitLogTest, RefusesAFileThatCannotBeWritten) {
  EXPECT_THROW(CommitLog("/no/such/folder/log.csv"), InputError);
}

TEST(CommitLogTest, SaysThatTheDiskIsFull) {
  CommitLog log("/dev/full");
  EXPECT_THROW(
      {
        for (int i = 0; i < 10000; ++i) log.Append({});
        log.Close();
      },
      StorageError);
}

}  // namespace
}  // namespace datombench

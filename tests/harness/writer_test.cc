#include "harness/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "harness/cell.h"
#include "harness/store.h"
#include "tests/harness/harness_fixture.h"
#include "tests/support/temporary_directory.h"
#include "workloads/workload.h"

namespace datombench {
namespace {

using testing::ElementsAre;

// A writer over the schema and nine names, and how many transactions each of its commits had.
struct WriterUnderTest {
  explicit WriterUnderTest(const std::string& cell = "op_log_replay/flat_index/memory/people")
      : workload(make.Names({"a", "b", "c", "d", "e", "f", "g", "h", "i"})),
        store(ParseCell(cell), ""),
        strategy(store.MakeStrategy(NodeCache::kUnlimited)),
        writer(*strategy, workload, strategy->Connect(),
               [this](const Commit& commit, const Db& db) {
                 commits.push_back(commit.transactions);
                 for (const IndexPtr& index : db.indexes)
                   most_owners = std::max(most_owners, index.use_count());
               }) {}

  OperationMaker make;
  ListWorkload workload;
  Store store;
  std::unique_ptr<Strategy> strategy;
  std::vector<uint64_t> commits;
  long most_owners = 0;  // of an index, after a commit
  Writer writer;
};

class WriterTest : public testing::Test {
 protected:
  WriterUnderTest test_;
  Writer& writer_ = test_.writer;
  std::vector<uint64_t>& commits_ = test_.commits;
};

TEST_F(WriterTest, FlushesTheSchemaAloneThenAtEveryIntervalThenTheRest) {
  Stretch stretch;
  writer_.Run(Writer::kToTheEnd, 4, stretch);
  EXPECT_THAT(commits_, ElementsAre(1, 4, 4, 1));
  EXPECT_EQ(stretch.transactions, 10u);
  EXPECT_EQ(stretch.commit_ns.size(), 4u);
  EXPECT_FALSE(writer_.HasMore());
}

TEST_F(WriterTest, EndsALoadWithAFlush) {
  Stretch load;
  writer_.Run(6, 0, load);
  EXPECT_THAT(commits_, ElementsAre(1, 5));
  Stretch rest;
  writer_.Run(Writer::kToTheEnd, 2, rest);
  EXPECT_THAT(commits_, ElementsAre(1, 5, 2, 2));
  EXPECT_EQ(load.transactions, 6u);
  EXPECT_EQ(rest.transactions, 4u);
}

TEST_F(WriterTest, DoesNothingWhereNothingIsLeft) {
  Stretch all;
  writer_.Run(Writer::kToTheEnd, 1, all);
  Stretch none;
  writer_.Run(Writer::kToTheEnd, 1, none);
  EXPECT_EQ(none.transactions, 0u);
  EXPECT_EQ(commits_.size(), 10u);
}

TEST_F(WriterTest, SumsTheTimesOfItsCommits) {
  Stretch stretch;
  writer_.Run(Writer::kToTheEnd, 3, stretch);
  uint64_t sum_ns = 0;
  for (const uint64_t ns : stretch.commit_ns) sum_ns += ns;
  EXPECT_EQ(sum_ns, stretch.wall_ns());
  EXPECT_EQ(stretch.wall_ns(), stretch.transact_ns + stretch.flush_ns);
}

TEST_F(WriterTest, CountsUserBytesWhateverTheFlushInterval) {
  Stretch every;
  writer_.Run(Writer::kToTheEnd, 1, every);
  WriterUnderTest other;
  Stretch once;
  other.writer.Run(Writer::kToTheEnd, 0, once);
  EXPECT_GT(every.user_bytes, 0u);
  EXPECT_EQ(every.user_bytes, once.user_bytes);
  EXPECT_EQ(every.deltas, once.deltas);
}

// Else every transaction would copy what it changes.
TEST(WriterStrategyTest, NobodyKeepsAVersionThatTheWriterGivesUp) {
  for (const StrategyKind& strategy : AllStrategies()) {
    SCOPED_TRACE(strategy.name);
    WriterUnderTest test(std::string(strategy.name) + "/sorted_set/memory/people");
    Stretch stretch;
    test.writer.Run(Writer::kToTheEnd, 2, stretch);
    EXPECT_EQ(test.commits.size(), 6u);
    EXPECT_EQ(test.most_owners, 1);
  }
}

// What running a trace with these lines, after one that sets :n/x of entity 1 to 5, says.
std::string ErrorOfTrace(const std::string& lines, uint64_t count) {
  const TemporaryDirectory directory;
  WriteText(directory.path() / "t.schema.tsv",
            "#attr\tvalueType\tcardinality\tunique\tindex\tisComponent\tdoc\n"
            ":db/txInstant\tinstant\tone\t-\ttrue\tfalse\t\n"
            ":n/x\tlong\tone\t-\tfalse\tfalse\t\n");
  WriteText(directory.path() / "t.dtl",
            "#dtl 1\n#name t\n#schema t.schema.tsv\n"
            "536870913\t+\t536870913\t:db/txInstant\t1\n536870913\t+\t1\t:n/x\t5\n"
            "536870914\t+\t536870914\t:db/txInstant\t2\n" +
                lines + "#end tx=2 datoms=" + std::to_string(3 + count) + " live=0\n");
  const Cell cell = ParseCell("op_log_replay/flat_index/memory/trace:t");
  const auto workload = cell.workload->make(MakeWorkloadParameters(cell, {directory.path()}));
  Store store(cell, "");
  const auto strategy = store.MakeStrategy(NodeCache::kUnlimited);
  Writer writer(*strategy, *workload, strategy->Connect(), nullptr);
  Stretch stretch;
  try {
    writer.Run(2 + 1, 1, stretch);
  } catch (const WorkloadError& error) {
    return error.what();
  }
  return "";
}

TEST(WriterTraceTest, ATraceThatContradictsItselfIsRefusedWhereItDoes) {
  const std::string replaced = "536870914\t-\t1\t:n/x\t5\n536870914\t+\t1\t:n/x\t6\n";
  EXPECT_EQ(ErrorOfTrace(replaced, 2), "");
  const std::string contradictions[] = {
      "536870914\t-\t1\t:n/x\t7\n",  // isn't there
      "536870914\t+\t1\t:n/x\t5\n",  // is there
      "536870914\t+\t1\t:n/x\t6\n",  // replaces without saying so
  };
  for (const std::string& line : contradictions) {
    EXPECT_THAT(ErrorOfTrace(line, 1), testing::ContainsRegex("t\\.dtl:7: expected the 2 lines"));
  }
}

}  // namespace
}  // namespace datombench

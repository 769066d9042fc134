#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/transactor.h"
#include "tests/workloads/fixture.h"
#include "workloads/trace.h"
#include "workloads/trace_lookup.h"

namespace datombench::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class TraceWorkloadTest : public WorkloadTest {
 protected:
  TraceWorkloadTest() {
    WriteFile("t.schema.tsv",
              "#attr\tvalueType\tcardinality\tunique\tindex\tisComponent\tdoc\n"
              ":b/many\tlong\tmany\t-\tfalse\tfalse\t\n"
              ":b/one\tlong\tone\t-\ttrue\tfalse\tdoc\n"
              ":b/ref\tref\tone\t-\tfalse\ttrue\t\n"
              ":db/ident\tkeyword\tone\tidentity\ttrue\tfalse\t\n"
              ":db/txInstant\tinstant\tone\t-\ttrue\tfalse\t\n"
              ":z/id\tstring\tone\tidentity\ttrue\tfalse\t\n");
  }

  std::unique_ptr<Workload> Open(const std::string& lines) {
    const std::filesystem::path path =
        WriteFile("t.dtl", "#dtl 1\n#name t\n#schema t.schema.tsv\n" + lines);
    WorkloadParameters parameters;
    parameters.extra["trace"] = path.string();
    return MakeWorkload("trace", parameters);
  }
};

constexpr const char* kInstants =
    "536870913\t+\t536870913\t:db/txInstant\t5\n536870915\t+\t536870915\t:db/txInstant\t6\n";

TEST_F(TraceWorkloadTest, DeclaresTheSchemaFirst) {
  const auto workload = Open("#end tx=0 datoms=0 live=0\n");
  EXPECT_THAT(TransactionTexts(*workload),
              ElementsAre("@ 1000000000000\n"
                          "0\t+\t268435457\t:db/ident\t:b/many\n"
                          "0\t+\t268435457\t:db/valueType\t:db.type/long\n"
                          "0\t+\t268435457\t:db/cardinality\t:db.cardinality/many\n"
                          "0\t+\t268435458\t:db/ident\t:b/one\n"
                          "0\t+\t268435458\t:db/valueType\t:db.type/long\n"
                          "0\t+\t268435458\t:db/cardinality\t:db.cardinality/one\n"
                          "0\t+\t268435458\t:db/index\ttrue\n"
                          "0\t+\t268435459\t:db/ident\t:b/ref\n"
                          "0\t+\t268435459\t:db/valueType\t:db.type/ref\n"
                          "0\t+\t268435459\t:db/cardinality\t:db.cardinality/one\n"
                          "0\t+\t268435459\t:db/isComponent\ttrue\n"
                          "0\t+\t268435460\t:db/ident\t:z/id\n"
                          "0\t+\t268435460\t:db/valueType\t:db.type/string\n"
                          "0\t+\t268435460\t:db/cardinality\t:db.cardinality/one\n"
                          "0\t+\t268435460\t:db/unique\t:db.unique/identity\n"));
  EXPECT_EQ(workload->load_transactions(), std::nullopt);
}

TEST_F(TraceWorkloadTest, DropsRetractionsThatAReplacementImplies) {
  // Of entity 1, :b/one is replaced and :b/ref retracted; of 2, :b/one is retracted; :b/many never
  // replaces.
  const auto workload = Open(std::string(kInstants) +
                             "536870915\t-\t1\t:b/many\t1\n"
                             "536870915\t+\t1\t:b/many\t2\n"
                             "536870915\t+\t1\t:b/many\t3\n"
                             "536870915\t-\t2\t:b/one\t1\n"
                             "536870915\t+\t1\t:b/one\t2\n"
                             "536870915\t-\t1\t:b/one\t1\n"
                             "536870915\t-\t1\t:b/ref\t1\n"
                             "#end tx=2 datoms=9 live=1\n");
  // The counts of the end line can't add up with four retractions of nothing, so read by hand.
  workload->Next();
  workload->Next();
  std::string texts;
  try {
    if (const Transaction* transaction = workload->Next()) texts = TextOf(*transaction, 2);
  } catch (const WorkloadError& error) {
    texts = error.what();
  }
  EXPECT_EQ(texts,
            "@ 6\n"
            "2\t-\t1\t:b/many\t1\n"
            "2\t+\t1\t:b/many\t2\n"
            "2\t+\t1\t:b/many\t3\n"
            "2\t-\t2\t:b/one\t1\n"
            "2\t+\t1\t:b/one\t2\n"
            "2\t-\t1\t:b/ref\t1\n");
}

TEST_F(TraceWorkloadTest, ShiftsTransactionIdsAndClosesGaps) {
  const auto workload = Open(std::string(kInstants) +
                             "536870915\t+\t1\t:b/ref\t536870913\n"
                             "536870915\t+\t536870915\t:b/ref\t536870915\n"
                             "536870915\t+\t536870915\t:b/one\t536870915\n"
                             "#end tx=2 datoms=5 live=5\n");
  // The schema took 536870913, so the trace's first transaction is 536870914 and its second next.
  EXPECT_EQ(TransactionTexts(*workload).at(2),
            "@ 6\n"
            "2\t+\t1\t:b/ref\t536870914\n"
            "2\t+\t536870915\t:b/ref\t536870915\n"
            "2\t+\t536870915\t:b/one\t536870915\n");
}

TEST_F(TraceWorkloadTest, RefusesEntitiesThatAreTheSchemas) {
  const auto workload = Open(std::string(kInstants) +
                             "536870915\t+\t268435460\t:b/one\t1\n#end tx=2 datoms=3 live=3\n");
  EXPECT_THAT(WorkloadErrorOf([&] { TextOf(*workload); }),
              HasSubstr("t.dtl:6: field 3 (e): expected an entity outside 268435457 to 268435460, "
                        "which are the schema's attributes in a replay, got \"268435460\""));
  const auto next_to_them = Open(std::string(kInstants) +
                                 "536870915\t+\t268435461\t:b/one\t1\n#end tx=2 datoms=3 live=3\n");
  EXPECT_THAT(TransactionTexts(*next_to_them), SizeIs(3));
}

TEST_F(TraceWorkloadTest, IsFoundByNameInTheFoldersGivenFirst) {
  WriteFile("git-leveldb.dtl", "");
  const std::vector<std::filesystem::path> folders = {folder()};
  EXPECT_EQ(FindTrace("git-leveldb", folders), folder() / "git-leveldb.dtl");
  EXPECT_EQ(FindTrace("git-datahike", folders).filename(), "git-datahike.dtl.zst");
  EXPECT_EQ(FindTrace((folder() / "t.schema.tsv").string(), {}), folder() / "t.schema.tsv");
}

TEST_F(TraceWorkloadTest, SuggestsNamesWhereThereIsNone) {
  const std::vector<std::filesystem::path> folders = {folder()};
  EXPECT_THAT(WorkloadErrorOf([&] { FindTrace("git-leveldv", folders); }),
              HasSubstr("unknown trace \"git-leveldv\"; nearest: git-leveldb; looked in " +
                        folder().string()));
  EXPECT_EQ(WorkloadErrorOf([&] { FindTrace("nowhere.dtl", folders); }),
            "trace nowhere.dtl: there is no such file");
  WorkloadParameters nothing;
  EXPECT_EQ(WorkloadErrorOf([&] { MakeWorkload("trace", nothing); }),
            "workload trace: parameter trace: expected the name or path of a trace, got none");
}

// Transacting the requests has the effects that the trace lists.
TEST_F(TraceWorkloadTest, HasTheEffectsOfTheTrace) {
  for (const std::string& name : TraceNames(ShippedTraces())) {
    WorkloadParameters parameters;
    parameters.extra["trace"] = name;
    const auto workload = MakeWorkload("trace", parameters);
    TraceReader reader(FindTrace(name, {}));
    Db db =
        Db::Empty(std::make_shared<Lineage>(DbOptions{}, *FindIndex("sorted_set"), IndexOptions{}));
    db = Transact(db, *workload->Next()).db_after;
    while (const TraceTransaction* effects = reader.Next()) {
      const TxReport report = Transact(db, *workload->Next());
      std::vector<std::string> expected;
      for (const TraceDatom& datom : effects->datoms) {
        std::string& text = expected.emplace_back(datom.added ? "+" : "-");
        text += std::to_string(datom.e) + " " + reader.schema()[datom.attribute].ident + " ";
        AppendValueText(datom.v, &text);
      }
      std::vector<std::string> actual;
      // The first is the transaction's instant.
      for (size_t i = 1; i < report.tx_data.size(); ++i) {
        const Datom& datom = report.tx_data[i];
        std::string& text = actual.emplace_back(datom.added() ? "+" : "-");
        text += std::to_string(datom.e()) + " " +
                report.db_after.lineage->attributes->Ident(datom.a()) + " ";
        AppendValueText(datom.v(), &text);
      }
      ASSERT_THAT(actual, ::testing::UnorderedElementsAreArray(expected))
          << name << ", transaction " << effects->number;
      db = report.db_after;
    }
    EXPECT_EQ(workload->Next(), nullptr);
  }
}

}  // namespace
}  // namespace datombench::testing

#include "workloads/trace_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/workloads/fixture.h"
#include "workloads/trace_lookup.h"
#include "workloads/trace_stats.h"

namespace datombench::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TraceWriterTest : public WorkloadTest {};

TraceSchema Schema() {
  std::vector<AttributeDeclaration> attributes(2);
  attributes[0].ident = ":db/txInstant";
  attributes[0].properties.value_type = ValueType::kInstant;
  attributes[1].ident = ":b/text";
  attributes[1].properties.value_type = ValueType::kString;
  attributes[1].properties.cardinality = Cardinality::kMany;
  attributes[1].doc = "tab \t, back \\";
  return TraceSchema(attributes);
}

TEST_F(TraceWriterTest, ReadsBackEveryEscape) {
  std::string all_bytes;
  for (char c = 0; c < 0x7F; ++c) all_bytes += c;
  const std::vector<std::string> texts = {"",    "\\",    "\t\n\r",  std::string(1, '\0'),
                                          "\\t", "\\\\n", all_bytes, "\xF0\x9F\x98\x80"};
  const TraceSchema schema = Schema();
  const TracePaths paths(folder(), "t", true);
  TraceWriter writer(paths, "t", {"remark"}, schema);
  TraceTransaction transaction;
  transaction.id = kTx0 + 1;
  ValueBuffer values;
  for (const std::string& text : texts) {
    transaction.datoms.push_back({1, values.Copy(ValueType::kString, text), 0, 1, true});
  }
  writer.Write(transaction);
  writer.Finish();

  TraceReader reader(paths.log);
  EXPECT_EQ(reader.schema()[1].doc, "tab \t, back \\");
  const TraceTransaction* read = reader.Next();
  ASSERT_NE(read, nullptr);
  std::vector<std::string> read_texts;
  for (const TraceDatom& datom : read->datoms) read_texts.emplace_back(datom.v.AsBytes());
  EXPECT_THAT(read_texts, ::testing::UnorderedElementsAreArray(texts));
}

TEST_F(TraceWriterTest, OrdersTheLinesOfATransaction) {
  const TraceSchema schema = Schema();
  const TracePaths paths(folder(), "t", false);
  TraceWriter writer(paths, "t", {}, schema);
  ValueBuffer values;
  const Value a = values.Copy(ValueType::kString, "a");
  const Value b = values.Copy(ValueType::kString, "b");
  writer.Write({kTx0 + 1, 1, 5, {{2, b, 0, 1, true}, {2, a, 0, 1, true}, {1, b, 0, 1, true}}});
  writer.Write({kTx0 + 2,
                2,
                5,
                {{2, values.Copy(ValueType::kString, "0"), 0, 1, true},
                 {2, b, 0, 1, false},
                 {2, a, 0, 1, false}}});
  writer.Finish();
  EXPECT_EQ(ReadFile(paths.log),
            "#dtl 1\n#name t\n#schema t.schema.tsv\n"
            "536870913\t+\t536870913\t:db/txInstant\t5\n"
            "536870913\t+\t1\t:b/text\tb\n"
            "536870913\t+\t2\t:b/text\ta\n"
            "536870913\t+\t2\t:b/text\tb\n"
            "536870914\t+\t536870914\t:db/txInstant\t5\n"
            "536870914\t-\t2\t:b/text\ta\n"
            "536870914\t-\t2\t:b/text\tb\n"
            "536870914\t+\t2\t:b/text\t0\n"
            "#end tx=2 datoms=8 live=4\n");
}

TEST_F(TraceWriterTest, LeavesNothingBehindUnlessFinished) {
  const TraceSchema schema = Schema();
  {
    TraceWriter writer(TracePaths(folder(), "t", true), "t", {}, schema);
    writer.Write({kTx0 + 1, 1, 5, {}});
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder()));
}

TEST_F(TraceWriterTest, SaysWhereItCannotWrite) {
  const TraceSchema schema = Schema();
  EXPECT_THAT(WorkloadErrorOf([&] {
                TraceWriter writer(TracePaths(folder() / "none", "t", true), "t", {}, schema);
              }),
              HasSubstr("none/t.dtl.zst.partial: can't be created: No such file or directory"));
  // A full disk: what the file is written through is a device that takes no byte.
  std::filesystem::create_symlink("/dev/full", folder() / "x.partial");
  EXPECT_THAT(WorkloadErrorOf([&] {
                OutputFile file(folder() / "x");
                file.Write("y");
                file.Finish();
              }),
              HasSubstr("x.partial: can't be written: No space left on device"));
  EXPECT_TRUE(std::filesystem::is_empty(folder()));
}

class ShippedTrace : public WorkloadTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(ShippedTrace, IsWrittenAsItWasRead) {
  const std::filesystem::path path = FindTrace(GetParam(), {});
  TraceReader reader(path);
  const TracePaths paths(folder(), GetParam(), true);
  TraceWriter writer(paths, reader.name(), reader.remarks(), reader.schema());
  while (const TraceTransaction* transaction = reader.Next()) writer.Write(*transaction);
  writer.Finish();
  EXPECT_EQ(HashOf(ReadDecompressed(paths.log)), HashOf(ReadDecompressed(path)));
  EXPECT_EQ(ReadFile(paths.schema), ReadFile(ShippedTraces() / (GetParam() + ".schema.tsv")));
}

TEST_P(ShippedTrace, HasTheCountsOfItsStatistics) {
  EXPECT_EQ(ReadTraceStatistics(FindTrace(GetParam(), {})).Json(),
            ReadFile(ShippedTraces() / (GetParam() + ".stats.json")));
}

INSTANTIATE_TEST_SUITE_P(All, ShippedTrace, ::testing::ValuesIn(TraceNames(ShippedTraces())),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(TraceNames, ListsWhatShips) {
  EXPECT_THAT(TraceNames(ShippedTraces()),
              ElementsAre("git-datahike", "git-leveldb", "movies-tiny"));
}

class TraceStatisticsTest : public WorkloadTest {
 protected:
  std::string ErrorOf(const std::string& lines) {
    WriteFile("t.schema.tsv", Schema().Text());
    const auto path = WriteFile("t.dtl",
                                "#dtl 1\n#name t\n#schema t.schema.tsv\n"
                                "536870913\t+\t536870913\t:db/txInstant\t5\n" +
                                    lines);
    return WorkloadErrorOf([&] { ReadTraceStatistics(path); });
  }
};

TEST_F(TraceStatisticsTest, RefuseAnAssertionOfWhatIsThere) {
  EXPECT_THAT(ErrorOf("536870913\t+\t1\t:b/text\tx\n536870914\t+\t536870914\t:db/txInstant\t5\n"
                      "536870914\t+\t1\t:b/text\tx\n#end tx=2 datoms=4 live=4\n"),
              HasSubstr("t.dtl:7: field 2 (op): expected -, because the datom is there already"));
}

TEST_F(TraceStatisticsTest, RefuseARetractionOfWhatIsNot) {
  EXPECT_THAT(ErrorOf("536870913\t-\t1\t:b/text\tx\n#end tx=1 datoms=2 live=0\n"),
              HasSubstr("t.dtl:5: field 2 (op): expected +, because there is no such datom"));
}

}  // namespace
}  // namespace datombench::testing

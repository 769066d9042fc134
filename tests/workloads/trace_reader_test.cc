#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/workloads/fixture.h"
#include "workloads/trace.h"
#include "workloads/trace_stats.h"

namespace datombench::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kSchema =
    "#attr\tvalueType\tcardinality\tunique\tindex\tisComponent\tdoc\n"
    ":b/flag\tboolean\tone\t-\tfalse\tfalse\t\n"
    ":b/kind\tkeyword\tone\t-\tfalse\tfalse\t\n"
    ":b/size\tlong\tone\t-\tfalse\tfalse\tbytes\n"
    ":b/text\tstring\tmany\t-\ttrue\tfalse\ta \\t tab\n"
    ":b/uuid\tuuid\tone\tidentity\ttrue\tfalse\t\n"
    ":b/when\tinstant\tone\t-\tfalse\tfalse\t\n"
    ":b/x\tdouble\tone\t-\tfalse\tfalse\t\n"
    ":b/y\tref\tone\t-\tfalse\ttrue\t\n"
    ":b/z\tbytes\tone\t-\tfalse\tfalse\t\n"
    ":db/txInstant\tinstant\tone\t-\ttrue\tfalse\t\n";

constexpr std::string_view kHeader = "#dtl 1\n#name t\n#schema t.schema.tsv\n";

class TraceReaderTest : public WorkloadTest {
 protected:
  TraceReaderTest() { WriteFile("t.schema.tsv", kSchema); }

  // Reads a trace to its end; its texts are the header's and `lines`.
  void ReadLines(std::string_view lines) { ReadBytes(std::string(kHeader).append(lines)); }

  void ReadBytes(std::string_view bytes) {
    TraceReader reader(WriteFile("t.dtl", bytes));
    while (reader.Next() != nullptr) {
    }
  }

  // The message of the error that reading gives, without the folder.
  std::string ErrorOfBytes(std::string_view bytes) {
    return WithoutFolder(WorkloadErrorOf([&] { ReadBytes(bytes); }));
  }
  std::string ErrorOfLines(std::string_view lines) {
    return ErrorOfBytes(std::string(kHeader).append(lines));
  }

  std::string WithoutFolder(std::string text) const {
    const std::string prefix = folder().string() + "/";
    for (size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }
};

constexpr std::string_view kFirst = "536870913\t+\t536870913\t:db/txInstant\t1000\n";

std::string After(std::string_view line) { return std::string(kFirst).append(line).append("\n"); }

TEST_F(TraceReaderTest, ReadsEveryValueType) {
  TraceReader reader(WriteFile("t.dtl", std::string(kHeader) + "#source hand\n" +
                                            std::string(kFirst) +
                                            "536870913\t+\t1\t:b/flag\ttrue\n"
                                            "536870913\t+\t1\t:b/kind\t:k.x/album\n"
                                            "536870913\t+\t1\t:b/size\t-9223372036854775808\n"
                                            "536870913\t+\t1\t:b/text\ta\\\\b\\tc\\nd\\re\\0f\n"
                                            "536870913\t+\t1\t:b/text\t\n"
                                            "536870913\t+\t1\t:b/uuid\t"
                                            "0123abcd-0000-4000-8000-00000000ffff\n"
                                            "536870913\t+\t1\t:b/when\t-5\n"
                                            "536870913\t+\t1\t:b/x\t2.0E-4\n"
                                            "536870913\t+\t1\t:b/y\t536870913\n"
                                            "536870913\t+\t1\t:b/z\t00ff\n"
                                            "#end tx=1 datoms=11 live=11\n"));
  EXPECT_EQ(reader.name(), "t");
  EXPECT_THAT(reader.remarks(), ElementsAre("source hand"));
  const TraceTransaction* transaction = reader.Next();
  ASSERT_NE(transaction, nullptr);
  EXPECT_EQ(transaction->id, 536870913u);
  EXPECT_EQ(transaction->number, 1u);
  EXPECT_EQ(transaction->instant, 1000);
  ASSERT_EQ(transaction->datoms.size(), 10u);
  const auto v = [&](size_t i) { return transaction->datoms[i].v; };
  EXPECT_TRUE(v(0).AsBoolean());
  EXPECT_EQ(KeywordText(v(1).AsBytes()), ":k.x/album");
  EXPECT_EQ(v(2).AsLong(), INT64_MIN);
  EXPECT_EQ(v(3).AsBytes(), std::string_view("a\\b\tc\nd\re\0f", 11));
  EXPECT_EQ(v(4).AsBytes(), "");
  EXPECT_EQ(v(5).AsBytes().size(), 16u);
  EXPECT_EQ(v(6).AsInstant(), -5);
  EXPECT_EQ(v(7).AsDouble(), 0.0002);
  EXPECT_EQ(v(8).AsRef(), 536870913u);
  EXPECT_EQ(v(9).AsBytes(), std::string_view("\0\xFF", 2));
  EXPECT_EQ(transaction->datoms[0].line, 6u);
  EXPECT_EQ(reader.Next(), nullptr);
  EXPECT_EQ(reader.Next(), nullptr);
}

TEST_F(TraceReaderTest, ReadsTheSchema) {
  const TraceSchema schema = TraceSchema::Read(folder() / "t.schema.tsv");
  const AttributeDeclaration& text = schema[*schema.Find(":b/text")];
  EXPECT_EQ(text.doc, "a \t tab");
  EXPECT_EQ(text.properties.cardinality, Cardinality::kMany);
  EXPECT_TRUE(text.properties.index);
  EXPECT_EQ(schema[*schema.Find(":b/uuid")].properties.unique, Unique::kIdentity);
  EXPECT_TRUE(schema[*schema.Find(":b/y")].properties.is_component);
  EXPECT_FALSE(schema.Find(":b/none"));
  EXPECT_EQ(schema.Text(), kSchema);
}

TEST_F(TraceReaderTest, NumbersTransactionsAcrossGaps) {
  TraceReader reader(WriteFile("t.dtl", std::string(kHeader) + std::string(kFirst) +
                                            "536870920\t+\t536870920\t:db/txInstant\t1000\n"
                                            "536870921\t+\t536870921\t:db/txInstant\t1000\n"
                                            "#end tx=3 datoms=3 live=3\n"));
  while (reader.Next() != nullptr) {
  }
  EXPECT_EQ(reader.NumberOf(536870912), std::nullopt);
  EXPECT_EQ(reader.NumberOf(536870913), 1u);
  EXPECT_EQ(reader.NumberOf(536870914), std::nullopt);
  EXPECT_EQ(reader.NumberOf(536870920), 2u);
  EXPECT_EQ(reader.NumberOf(536870921), 3u);
  EXPECT_EQ(reader.NumberOf(536870922), std::nullopt);
}

TEST_F(TraceReaderTest, GoesByContentNotByName) {
  const std::string bytes =
      std::string(kHeader) + std::string(kFirst) + "#end tx=1 datoms=1 live=1\n";
  EXPECT_EQ(ErrorOfBytes(bytes), "");
  EXPECT_EQ(ErrorOfBytes(Compress(bytes)), "");
  // Two zstd frames one after the other are one stream.
  EXPECT_EQ(ErrorOfBytes(Compress(bytes.substr(0, 30)) + Compress(bytes.substr(30))), "");
}

TEST_F(TraceReaderTest, SkipsRemarksBetweenDatoms) {
  EXPECT_EQ(ErrorOfLines(std::string(kFirst) + "# a remark\n" +
                         "536870913\t+\t1\t:b/size\t1\n#end tx=1 datoms=2 live=2\n"),
            "");
}

struct Malformation {
  std::string lines;  // after the header
  std::string error;
};

TEST_F(TraceReaderTest, NamesFileLineFieldAndExpectation) {
  const std::string ref_range = "expected an entity id from 1 to 536870911 or ";
  const std::vector<Malformation> malformations = {
      {"5\t+\t5\t:db/txInstant\t1\n",
       "t.dtl:4: field 1 (tx): expected a transaction id above 536870912, got \"5\""},
      {"x\t+\t5\t:db/txInstant\t1\n",
       "t.dtl:4: field 1 (tx): expected a transaction id above 536870912, got \"x\""},
      {"536870914\t+\t536870914\t:db/txInstant\t1\n536870913\t+\t536870913\t:db/txInstant\t1\n",
       "t.dtl:5: field 1 (tx): expected an id of at least 536870914, got \"536870913\""},
      {"536870913\t+\t1\t:b/size\t1\n",
       "t.dtl:4: field 4 (a): expected :db/txInstant as the first line of a transaction, got "
       "\":b/size\""},
      {"536870913\t-\t536870913\t:db/txInstant\t1\n",
       "t.dtl:4: field 2 (op): expected + for a :db/txInstant, got \"-\""},
      {"536870913\t+\t3\t:db/txInstant\t1\n",
       "t.dtl:4: field 3 (e): expected the transaction's own id for its :db/txInstant, got \"3\""},
      {"536870913\t+\t536870913\t:db/txInstant\tnoon\n",
       "t.dtl:4: field 5 (v): expected an instant for :db/txInstant, got \"noon\""},
      {After("536870913\t+\t536870913\t:db/txInstant\t1000"),
       "t.dtl:5: field 4 (a): expected one :db/txInstant a transaction, as its first line, got "
       "\":db/txInstant\""},
      {After("536870914\t+\t536870914\t:db/txInstant\t999"),
       "t.dtl:5: field 5 (v): expected an instant that doesn't fall below 1000, got \"999\""},
      {After("536870913\t+\t1\t:b/size"),
       "t.dtl:5: expected 5 fields (tx, op, e, a, v) with a TAB between them, got 4"},
      {After("536870913\t+\t1\t:b/size\t1\t2"),
       "t.dtl:5: expected 5 fields (tx, op, e, a, v) with a TAB between them, got 6"},
      {After(""), "t.dtl:5: expected 5 fields (tx, op, e, a, v) with a TAB between them, got 1"},
      {After("536870913\t*\t1\t:b/size\t1"), "t.dtl:5: field 2 (op): expected + or -, got \"*\""},
      {After("536870913\t+\t0\t:b/size\t1"),
       "t.dtl:5: field 3 (e): " + ref_range + "the transaction's own, got \"0\""},
      {After("536870913\t+\t536870914\t:b/size\t1"),
       "t.dtl:5: field 3 (e): " + ref_range + "the transaction's own, got \"536870914\""},
      {After("536870913\t+\t-1\t:b/size\t1"),
       "t.dtl:5: field 3 (e): " + ref_range + "the transaction's own, got \"-1\""},
      {After("536870913\t+\t1\t:b/sizes\t1"),
       "t.dtl:5: field 4 (a): expected an attribute of the schema file (nearest: :b/size), got "
       "\":b/sizes\""},
      {After("536870913\t+\t1\t:b/size\t12kB"),
       "t.dtl:5: field 5 (v): expected a long for :b/size, got \"12kB\""},
      {After("536870913\t+\t1\t:b/size\t9223372036854775808"),
       "t.dtl:5: field 5 (v): expected a long for :b/size, got \"9223372036854775808\""},
      {After("536870913\t+\t1\t:b/x\tnan"),
       "t.dtl:5: field 5 (v): expected a double for :b/x, got \"nan\""},
      {After("536870913\t+\t1\t:b/flag\tyes"),
       "t.dtl:5: field 5 (v): expected a boolean for :b/flag, got \"yes\""},
      {After("536870913\t+\t1\t:b/kind\talbum"),
       "t.dtl:5: field 5 (v): expected a keyword for :b/kind, got \"album\""},
      {After("536870913\t+\t1\t:b/uuid\t0123"),
       "t.dtl:5: field 5 (v): expected a uuid for :b/uuid, got \"0123\""},
      {After("536870913\t+\t1\t:b/z\t0"),
       "t.dtl:5: field 5 (v): expected bytes in hex for :b/z, got \"0\""},
      {After("536870913\t+\t1\t:b/text\ta\\xb"),
       "t.dtl:5: field 5 (v): expected a string for :b/text, got \"a\\xb\""},
      {After("536870913\t+\t1\t:b/text\ta\\"),
       "t.dtl:5: field 5 (v): expected a string for :b/text, got \"a\\\""},
      {After("536870913\t+\t1\t:b/y\t0"),
       "t.dtl:5: field 5 (v): " + ref_range + "a transaction so far, got \"0\""},
      {After("536870913\t+\t1\t:b/y\t536870914"),
       "t.dtl:5: field 5 (v): " + ref_range + "a transaction so far, got \"536870914\""},
      {After("536870913\t+\t1\t:b/text\tcaf\xE9"),
       "t.dtl:5: field 5: expected UTF-8, got the byte 0xE9 at byte 26 of the line"},
      {After("536870913\t+\t1\t:b/size\t" + std::string(100, 'x')),
       "t.dtl:5: field 5 (v): expected a long for :b/size, got \"" + std::string(40, 'x') +
           "...\""},
      {After("#end tx=2 datoms=1 live=1"),
       "t.dtl:5: expected \"#end tx=1 datoms=1 live=1\", which is what the lines add up to, got "
       "\"#end tx=2 datoms=1 live=1\""},
      {After("#end tx=1 datoms=2 live=1"),
       "t.dtl:5: expected \"#end tx=1 datoms=1 live=1\", which is what the lines add up to, got "
       "\"#end tx=1 datoms=2 live=1\""},
      {After("#end tx=1 datoms=1 live=0"),
       "t.dtl:5: expected \"#end tx=1 datoms=1 live=1\", which is what the lines add up to, got "
       "\"#end tx=1 datoms=1 live=0\""},
      {After("#end tx=1 datoms=1 live=1\n# more"),
       "t.dtl:6: expected the end of the file after #end, got \"# more\""},
      {std::string(kFirst),
       "t.dtl:5: expected more lines and \"#end tx=N datoms=N live=N\" as the last, got the end of "
       "the file: the trace is cut off"},
      {"",
       "t.dtl:4: expected more lines and \"#end tx=N datoms=N live=N\" as the last, got the end "
       "of the file: the trace is cut off"},
      {std::string(kFirst) + "#end tx=1 datoms=1 live=1",
       "t.dtl:5: expected a line that ends in LF, got the end of the file after \"#end tx=1 "
       "datoms=1 live=1\""},
  };
  for (const Malformation& malformation : malformations) {
    EXPECT_EQ(ErrorOfLines(malformation.lines), malformation.error);
  }
}

TEST_F(TraceReaderTest, RefusesAnotherHeader) {
  EXPECT_EQ(ErrorOfBytes(""), "t.dtl:1: expected \"#dtl 1\", got an empty file");
  EXPECT_EQ(ErrorOfBytes("#dtl 2\n"),
            "t.dtl:1: expected \"#dtl 1\", got \"#dtl 2\", a version that this program can't read");
  EXPECT_EQ(ErrorOfBytes("PK\x03\x04\n"), "t.dtl:1: expected \"#dtl 1\", got \"PK\\x03\\x04\"");
  EXPECT_EQ(ErrorOfBytes("#dtl 1\r\n"), "t.dtl:1: expected \"#dtl 1\", got \"#dtl 1\\x0D\"");
  EXPECT_EQ(ErrorOfBytes("#dtl 1\n#schema t\n"),
            "t.dtl:2: expected \"#name ...\", got \"#schema t\"");
  EXPECT_EQ(ErrorOfBytes("#dtl 1\n#name t\n#name t\n"),
            "t.dtl:3: expected \"#schema ...\", got \"#name t\"");
  EXPECT_EQ(ErrorOfBytes("#dtl 1\n#name t\n#schema u.schema.tsv\n"),
            "t.dtl:3: expected the schema file beside the trace, got no file u.schema.tsv");
}

TEST_F(TraceReaderTest, RefusesAMalformedSchemaFile) {
  const auto error_of = [&](std::string_view schema) {
    WriteFile("t.schema.tsv", schema);
    return ErrorOfLines("");
  };
  const std::string header = "#attr\tvalueType\tcardinality\tunique\tindex\tisComponent\tdoc\n";
  EXPECT_EQ(error_of(""), "t.schema.tsv:1: expected a schema file, got an empty file");
  EXPECT_EQ(error_of("attr\n"),
            "t.schema.tsv:1: expected the header \"#attr valueType cardinality unique index "
            "isComponent doc\" with TABs, got \"attr\"");
  EXPECT_EQ(error_of(header + ":a/b\tlong\n"),
            "t.schema.tsv:2: expected 7 fields with a TAB between them, got 2");
  EXPECT_EQ(error_of(header + "a/b\tlong\tone\t-\tfalse\tfalse\t\n"),
            "t.schema.tsv:2: field 1 (attr): expected an ident like :person/name, got \"a/b\"");
  EXPECT_EQ(error_of(header + ":a/b\ttuple\tone\t-\tfalse\tfalse\t\n"),
            "t.schema.tsv:2: field 2 (valueType): expected long, double, boolean, instant, ref, "
            "keyword, uuid, string or bytes, got \"tuple\"");
  EXPECT_EQ(error_of(header + ":a/b\tlong\ttwo\t-\tfalse\tfalse\t\n"),
            "t.schema.tsv:2: field 3 (cardinality): expected one or many, got \"two\"");
  EXPECT_EQ(error_of(header + ":a/b\tlong\tone\tyes\ttrue\tfalse\t\n"),
            "t.schema.tsv:2: field 4 (unique): expected -, identity or value, got \"yes\"");
  EXPECT_EQ(error_of(header + ":a/b\tlong\tone\tvalue\tfalse\tfalse\t\n"),
            "t.schema.tsv:2: field 5 (index): expected true, because the attribute is unique, got "
            "\"false\"");
  EXPECT_EQ(error_of(header + ":a/b\tlong\tone\t-\tfalse\t0\t\n"),
            "t.schema.tsv:2: field 6 (isComponent): expected true or false, got \"0\"");
  EXPECT_THAT(error_of(header + ":a/b\tlong\tone\t-\tfalse\tfalse\t\\q\n"),
              HasSubstr("t.schema.tsv:2: field 7 (doc): expected text with the escapes"));
  EXPECT_EQ(error_of(header + ":a/b\tlong\tone\t-\tfalse\tfalse\t\n" +
                     ":a/b\tlong\tone\t-\tfalse\tfalse\t\n"),
            "t.schema.tsv:3: field 1 (attr): expected an attribute that line 2 doesn't declare, "
            "got \":a/b\"");
  EXPECT_EQ(error_of(header + ":a/b\tlong\tone\t-\tfalse\tfalse\t\n"),
            "t.dtl:3: expected a schema that declares :db/txInstant, got one that doesn't");
  EXPECT_EQ(error_of(header + ":db/txInstant\tlong\tone\t-\tfalse\tfalse\t\n"),
            "t.dtl:3: expected a schema where :db/txInstant is one instant, got another "
            "declaration");
}

TEST_F(TraceReaderTest, RefusesWhatIsNoFile) {
  EXPECT_THAT(WorkloadErrorOf([&] { TraceReader reader(folder() / "none.dtl"); }),
              HasSubstr("none.dtl: can't be opened: No such file or directory"));
  EXPECT_THAT(WorkloadErrorOf([&] { TraceReader reader(folder()); }),
              HasSubstr("expected a file, got a directory"));
}

TEST_F(TraceReaderTest, NoticesATraceCutOffAtAnyByte) {
  const std::string whole = std::string(kHeader) + std::string(kFirst) +
                            "536870913\t+\t1\t:b/text\tabc\n#end tx=1 datoms=2 live=2\n";
  ASSERT_EQ(ErrorOfBytes(whole), "");
  for (size_t bytes = 0; bytes < whole.size(); ++bytes) {
    const std::string error = ErrorOfBytes(std::string_view(whole).substr(0, bytes));
    EXPECT_THAT(error, HasSubstr("t.dtl:")) << "cut after " << bytes << " bytes";
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
}

TEST_F(TraceReaderTest, NoticesACompressedTraceThatIsTorn) {
  std::filesystem::copy(ShippedTraces() / "movies-tiny.schema.tsv", folder());
  const std::string whole = ReadFile(ShippedTraces() / "movies-tiny.dtl.zst");
  ASSERT_EQ(ErrorOfBytes(whole), "");
  for (size_t bytes = 0; bytes < whole.size(); bytes += 7) {
    const std::string error = ErrorOfBytes(std::string_view(whole).substr(0, bytes));
    EXPECT_THAT(error, HasSubstr("t.dtl:")) << "cut after " << bytes << " bytes";
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
  EXPECT_THAT(ErrorOfBytes(whole.substr(0, whole.size() - 1)), HasSubstr("t.dtl:"));
  EXPECT_EQ(ErrorOfBytes(whole.substr(0, whole.size() / 2)),
            "t.dtl:1: expected the rest of a zstd stream, got the end of the file");
}

TEST_F(TraceReaderTest, NoticesDamagedCompressedBytes) {
  std::filesystem::copy(ShippedTraces() / "movies-tiny.schema.tsv", folder());
  const std::string whole = ReadFile(ShippedTraces() / "movies-tiny.dtl.zst");
  EXPECT_THAT(ErrorOfBytes(whole + "garbage"),
              HasSubstr("expected a sound zstd stream, got damage: Unknown frame descriptor"));
  constexpr uint64_t kSeed = 7;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 200; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    // A flipped bit may be of no consequence (an unused header bit); then all is read. It never
    // crashes, and an error is one line.
    EXPECT_EQ(ErrorOfBytes(damaged).find('\n'), std::string::npos);
  }
}

TEST_F(TraceReaderTest, RefusesAWindowAbove128MiB) {
  // Magic, a frame header descriptor without content size, a window of 2^28 bytes.
  EXPECT_EQ(
      ErrorOfBytes(std::string_view("\x28\xB5\x2F\xFD\x00\x90\x01\x00\x00", 9)),
      "t.dtl:1: expected a zstd window of at most 128 MiB (zstd --long=27), got a larger one");
}

TEST_F(TraceReaderTest, ReadsLinesLongerThanItsBuffer) {
  const std::string text(3'000'000, 'x');
  TraceReader reader(WriteFile("t.dtl", std::string(kHeader) + std::string(kFirst) +
                                            "536870913\t+\t1\t:b/text\t" + text +
                                            "\n#end tx=1 datoms=2 live=2\n"));
  const TraceTransaction* transaction = reader.Next();
  ASSERT_NE(transaction, nullptr);
  EXPECT_EQ(transaction->datoms.at(0).v.AsBytes(), text);
}

TEST(Quoted, KeepsAMessageOnOneLineAndShort) {
  EXPECT_EQ(Quoted("caf\xC3\xA9"), "\"caf\xC3\xA9\"");
  EXPECT_EQ(Quoted("a\nb\xFF"), "\"a\\x0Ab\\xFF\"");
  // Never cut within a code point.
  EXPECT_EQ(Quoted(std::string(39, 'x') + "\xC3\xA9y"), "\"" + std::string(39, 'x') + "...\"");
}

TEST(Utf8PrefixBytes, FollowsTheStandardsTable) {
  for (const char* valid : {"", "abcdefghijk", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF",
                            "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(Utf8PrefixBytes(valid), std::string_view(valid).size()) << valid;
  }
  for (const char* invalid :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(Utf8PrefixBytes(std::string("abcdefghij") + invalid), 10u) << invalid;
  }
}

}  // namespace
}  // namespace datombench::testing

// The stored formats, byte for byte: what was written once is read for ever.
//
// Where one of these fails, the format has changed: kStoreVersion (backends/frame.h) goes up, and
// docs/formats.md tells what changed. docs/formats.md draws the layouts.
#include <gtest/gtest.h>

#include <string>

#include "strategies/codec/codec.h"
#include "tests/strategies/datom_samples.h"

namespace datombench {
namespace {

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex += kDigits[static_cast<uint8_t>(byte) >> 4];
    hex += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return hex;
}

std::string Unhex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

// One of each value type, a retraction, values that share their beginning, one that repeats.
std::vector<Datom> Datoms(ValueArena& values) {
  const auto text = [&](ValueType type, std::string_view bytes) {
    return values.Intern(type, bytes);
  };
  return {{1, 11, Value::Long(-7), kTx0 + 1, true},
          {1, 12, Value::Double(1.5), kTx0 + 1, true},
          {1, 13, Value::Boolean(true), kTx0 + 1, true},
          {1, 14, Value::Instant(1668942000000), kTx0 + 1, true},
          {1, 15, Value::Ref(2), kTx0 + 2, true},
          {1, 16, text(ValueType::kString, "datom"), kTx0 + 2, false},
          {1, 16, text(ValueType::kString, "database"), kTx0 + 2, true},
          {2, 16, text(ValueType::kString, "database"), kTx0 + 2, true},
          {2, 17, text(ValueType::kKeyword, KeywordBytes(":a/b")), kTx0 + 2, true},
          {2, 18, text(ValueType::kUuid, "0123456789abcdef"), kTx0 + 2, true},
          {3, 19, text(ValueType::kBytes, std::string("\0\xFF", 2)), kTx0 + 3, true}};
}

RecordContents Record() {
  RecordContents record;
  record.strategy = "dirty_node_tree";
  record.options = {.keep_history = true, .semantics = Semantics::kDatahike6c1468fd};
  record.index = "sorted_set";
  record.branching_factor = 512;
  record.max_tx = kTx0 + 3;
  record.max_eid = 300;
  record.commits = 3;
  record.roots = {7, 8, 9, 10, 11, 12};
  record.sizes = {11, 11, 5, 1, 1, 1};
  record.extra = {13};
  record.attributes.entries = {
      {":db/ident",
       {.value_type = ValueType::kKeyword, .unique = Unique::kIdentity, .index = true}},
      {":a", {}}};
  return record;
}

LogSegment Segment(ValueArena& values) {
  LogSegment segment;
  segment.new_attributes = {11, {{":a/b", {}}}};
  segment.transactions = {{kTx0 + 1, 1, 4}, {kTx0 + 2, 3, 7}};
  segment.deltas = Datoms(values);
  return segment;
}

struct Golden {
  const char* codec;
  const char* datoms;
  const char* leaf;
  const char* branch;
  const char* buffering_branch;
  const char* record;
  const char* record_with_roots;
  const char* segment;
};

const Golden kGolden[] = {
    {"packed",
     "7064000b090b010c020d030e040f051006110712081309020001020304050505060708010201"
     "0006020100020201220400000004010200000004000d0280be8fcb926104033ff80201040001"
     "01010205050310026461746f6d61626173656100623031323334353637383961626364656600"
     "ff",
     "706e00003c0b090b010c020d030e040f05100611071208130902000102030405050506070801"
     "02010006020100020201220400000004010200000004000d0280be8fcb926104033ff8020104"
     "000101010205050310026461746f6d6162617365610062303132333435363738396162636465"
     "6600ff",
     "706e00020003030b010c020d03020001020202000002020000020d02033ff8000ace04cb04",
     "706200023c03030b010c020d03020001020202000002020000020d02033ff8000ace04cb040b"
     "090b010c020d030e040f05100611071208130902000102030405050506070801020100060201"
     "00020201220400000004010200000004000d0280be8fcb926104033ff8020104000101010205"
     "050310026461746f6d61626173656100623031323334353637383961626364656600ff022000",
     "7072000f64697274795f6e6f64655f7472656501010a736f727465645f736574800483808080"
     "02ac02030708090a0b0c0b0b05010101010d0202093a64622f6964656e74070a023a610000",
     "7052000f64697274795f6e6f64655f7472656501010f686974636868696b65725f7472656511"
     "8380808002ac02030000000000000b0b05010101010d0202093a64622f6964656e74070a023a"
     "61000004656176740461657674046176657400066120726f6f740172",
     "706c000b01043a612f62000002818080800202040104070b090b010c020d030e040f05100611"
     "0712081309020001020304050505060708010201000602010002020122040000000401020000"
     "0004000d0280be8fcb926104033ff8020104000101010205050310026461746f6d6162617365"
     "6100623031323334353637383961626364656600ff"},
    {"boost",
     "62640b0000000000000001000000000000000b000000030000400000000001f9ffffffffffff"
     "ff01000000000000000c000000030000400000000002000000000000f83f0100000000000000"
     "0d000000030000400000000003010000000000000001000000000000000e0000000300004000"
     "0000000480efb1948401000001000000000000000f0000000500004000000000050200000000"
     "000000010000000000000010000000040000400000000006050000006461746f6d0100000000"
     "0000001000000005000040000000000608000000646174616261736502000000000000001000"
     "0000050000400000000006080000006461746162617365020000000000000011000000050000"
     "4000000000070300000061006202000000000000001200000005000040000000000810000000"
     "3031323334353637383961626364656603000000000000001300000007000040000000000902"
     "00000000ff",
     "626e0000000048000000000000000b0000000000000001000000000000000b00000003000040"
     "0000000001f9ffffffffffffff01000000000000000c00000003000040000000000200000000"
     "0000f83f01000000000000000d00000003000040000000000301000000000000000100000000"
     "0000000e00000003000040000000000480efb1948401000001000000000000000f0000000500"
     "0040000000000502000000000000000100000000000000100000000400004000000000060500"
     "00006461746f6d01000000000000001000000005000040000000000608000000646174616261"
     "7365020000000000000010000000050000400000000006080000006461746162617365020000"
     "0000000000110000000500004000000000070300000061006202000000000000001200000005"
     "0000400000000008100000003031323334353637383961626364656603000000000000001300"
     "00000700004000000000090200000000ff0000000000000000",
     "626e020000000000000000000000030000000000000001000000000000000b00000003000040"
     "0000000001f9ffffffffffffff01000000000000000c00000003000040000000000200000000"
     "0000f83f01000000000000000d00000003000040000000000301000000000000000300000000"
     "00000005000000000000002c010000000000000600000000000000",
     "6262020000004800000000000000030000000000000001000000000000000b00000003000040"
     "0000000001f9ffffffffffffff01000000000000000c00000003000040000000000200000000"
     "0000f83f01000000000000000d00000003000040000000000301000000000000000300000000"
     "00000005000000000000002c0100000000000006000000000000000b00000000000000010000"
     "00000000000b000000030000400000000001f9ffffffffffffff01000000000000000c000000"
     "030000400000000002000000000000f83f01000000000000000d000000030000400000000003"
     "010000000000000001000000000000000e00000003000040000000000480efb1948401000001"
     "000000000000000f000000050000400000000005020000000000000001000000000000001000"
     "0000040000400000000006050000006461746f6d010000000000000010000000050000400000"
     "0000060800000064617461626173650200000000000000100000000500004000000000060800"
     "0000646174616261736502000000000000001100000005000040000000000703000000610062"
     "0200000000000000120000000500004000000000081000000030313233343536373839616263"
     "6465660300000000000000130000000700004000000000090200000000ff0000000000010000"
     "000000",
     "62720f0000000000000064697274795f6e6f64655f7472656501010a00000000000000736f72"
     "7465645f7365740002000003000020000000002c010000000000000300000000000000070000"
     "0000000000080000000000000009000000000000000a000000000000000b000000000000000c"
     "000000000000000b000000000000000b00000000000000050000000000000001000000000000"
     "000100000000000000010000000000000001000000000000000d000000000000000200000002"
     "0000000000000009000000000000003a64622f6964656e74070a02000000000000003a610000",
     "62520f0000000000000064697274795f6e6f64655f7472656501010f00000000000000686974"
     "636868696b65725f747265651100000003000020000000002c01000000000000030000000000"
     "0000000000000000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000b000000000000000b0000000000000005000000000000000100"
     "0000000000000100000000000000010000000000000001000000000000000d00000000000000"
     "02000000020000000000000009000000000000003a64622f6964656e74070a02000000000000"
     "003a610000040000000000000065617674040000000000000061657674040000000000000061"
     "766574000000000000000006000000000000006120726f6f74010000000000000072",
     "626c0b000000010000000000000004000000000000003a612f62000002000000000000000100"
     "0020000000000100000000000000040000000200002000000000030000000000000007000000"
     "0b0000000000000001000000000000000b000000030000400000000001f9ffffffffffffff01"
     "000000000000000c000000030000400000000002000000000000f83f01000000000000000d00"
     "0000030000400000000003010000000000000001000000000000000e00000003000040000000"
     "000480efb1948401000001000000000000000f00000005000040000000000502000000000000"
     "00010000000000000010000000040000400000000006050000006461746f6d01000000000000"
     "0010000000050000400000000006080000006461746162617365020000000000000010000000"
     "0500004000000000060800000064617461626173650200000000000000110000000500004000"
     "0000000703000000610062020000000000000012000000050000400000000008100000003031"
     "3233343536373839616263646566030000000000000013000000070000400000000009020000"
     "0000ff"},
};

class CodecGoldenTest : public ::testing::TestWithParam<Golden> {
 protected:
  const Codec& codec() const { return *FindCodec(GetParam().codec); }

  ValueArena values_;
  const std::vector<Datom> datoms_ = Datoms(values_);
};

TEST_P(CodecGoldenTest, RunOfDatoms) {
  EXPECT_EQ(Hex(codec().EncodeDatoms(datoms_)), GetParam().datoms);
  std::vector<Datom> decoded;
  codec().DecodeDatoms(Unhex(GetParam().datoms), values_, &decoded);
  EXPECT_TRUE(SameDatoms(decoded, datoms_));
}

TEST_P(CodecGoldenTest, Leaf) {
  EXPECT_EQ(Hex(codec().EncodeNode({0, datoms_, {}})), GetParam().leaf);
  const NodeContents decoded = codec().DecodeNode(Unhex(GetParam().leaf));
  EXPECT_EQ(decoded.level, 0u);
  EXPECT_TRUE(SameDatoms(decoded.keys, datoms_));
}

TEST_P(CodecGoldenTest, Branch) {
  const std::vector<Datom> keys(datoms_.begin(), datoms_.begin() + 3);
  const std::vector<Address> children = {5, 300, 6};
  EXPECT_EQ(Hex(codec().EncodeNode({2, keys, children})), GetParam().branch);
  const NodeContents decoded = codec().DecodeNode(Unhex(GetParam().branch));
  EXPECT_EQ(decoded.level, 2u);
  EXPECT_EQ(decoded.children, children);
  EXPECT_TRUE(SameDatoms(decoded.keys, keys));
}

TEST_P(CodecGoldenTest, BranchWithABuffer) {
  const std::vector<Datom> keys(datoms_.begin(), datoms_.begin() + 3);
  const std::vector<Address> children = {5, 300, 6};
  std::vector<IndexEdit> buffer;
  for (const Datom& datom : datoms_) {
    buffer.push_back({datom.added() ? IndexEdit::Kind::kInsert : IndexEdit::Kind::kErase, datom});
  }
  EXPECT_EQ(Hex(codec().EncodeNode({2, keys, children, buffer})), GetParam().buffering_branch);
  const NodeContents decoded = codec().DecodeNode(Unhex(GetParam().buffering_branch));
  EXPECT_EQ(decoded.level, 2u);
  EXPECT_EQ(decoded.children, children);
  EXPECT_TRUE(SameDatoms(decoded.keys, keys));
  EXPECT_TRUE(SameEdits(decoded.buffer, buffer));
}

TEST_P(CodecGoldenTest, RecordWithRoots) {
  RecordContents record = Record();
  record.index = "hitchhiker_tree";
  record.branching_factor = 17;
  record.roots = {};
  record.root_nodes = {"eavt", "aevt", "avet", "", "a root", "r"};
  EXPECT_EQ(Hex(codec().EncodeRecord(record)), GetParam().record_with_roots);
  EXPECT_EQ(codec().DecodeRecord(Unhex(GetParam().record_with_roots)), record);
}

TEST_P(CodecGoldenTest, Record) {
  EXPECT_EQ(Hex(codec().EncodeRecord(Record())), GetParam().record);
  EXPECT_EQ(codec().DecodeRecord(Unhex(GetParam().record)), Record());
}

TEST_P(CodecGoldenTest, LogSegment) {
  const auto segment = Segment(values_);
  EXPECT_EQ(
      Hex(codec().EncodeLogSegment({segment.new_attributes, segment.transactions, segment.deltas})),
      GetParam().segment);
  const auto decoded = codec().DecodeLogSegment(Unhex(GetParam().segment), values_);
  EXPECT_EQ(decoded.new_attributes, segment.new_attributes);
  EXPECT_EQ(decoded.transactions, segment.transactions);
  EXPECT_TRUE(SameDatoms(decoded.deltas, segment.deltas));
}

INSTANTIATE_TEST_SUITE_P(All, CodecGoldenTest, ::testing::ValuesIn(kGolden),
                         [](const auto& test) { return std::string(test.param.codec); });

// Which bytes zstd makes is its own affair from version to version; that they are read is not.
TEST(CodecGoldenCompressedTest, AreRead) {
  std::vector<Datom> expected;
  for (uint64_t i = 0; i < 300; ++i) {
    expected.emplace_back(1 + i / 3, static_cast<AttributeId>(11 + i % 3),
                          Value::Long(static_cast<int64_t>(i * i % 50)), kTx0 + 1 + i / 9, true);
  }
  const std::string golden =
      "706401990828b52ffd60190395020072c40f16a015eaffffffb9fcf9f3f337b9f9f933f89ffefd24"
      "53619875b330a378e48a9788615b6ad56ad0243db1f2446456a65b33c2fd07ebd5fe7d15a8d000e0"
      "83040083af8a82801da54d804a50549d17";
  ValueArena values;
  std::vector<Datom> decoded;
  FindCodec("packed")->DecodeDatoms(Unhex(golden), values, &decoded);
  EXPECT_TRUE(SameDatoms(decoded, expected));
}

}  // namespace
}  // namespace datombench

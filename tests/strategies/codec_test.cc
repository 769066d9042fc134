// The contract of every codec: what goes in comes out, and no bytes do harm.
#include "strategies/codec/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "backends/error.h"
#include "tests/strategies/datom_samples.h"

namespace datombench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr uint64_t kSeed = 20221;

class CodecTest : public ::testing::TestWithParam<const Codec*> {
 protected:
  const Codec& codec() const { return *GetParam(); }

  LogSegmentView View(const LogSegment& segment) const {
    return {segment.new_attributes, segment.transactions, segment.deltas};
  }

  // One of each kind, small enough that every byte of them can be tried.
  struct Objects {
    std::string node, buffering_node, record, record_with_roots, datoms, segment;
  };
  Objects SmallObjects(DatomSamples& samples) const {
    LogSegment segment;
    segment.new_attributes = {17, {{":a/b", {}}, {":c", {}}}};
    segment.deltas = samples.Random(9);
    segment.transactions = {{kTx0 + 1, 4, 2}, {kTx0 + 2, 7, 7}};
    return {codec().EncodeNode(samples.RandomNode(12).View()),
            codec().EncodeNode(samples.RandomBufferingNode(5, 11).View()),
            codec().EncodeRecord(samples.RandomRecord()),
            codec().EncodeRecord(samples.RandomRecordWithRoots()),
            codec().EncodeDatoms(samples.Random(30)),
            codec().EncodeLogSegment(View(segment))};
  }

  // Decodes `bytes` as every kind of object; whatever is accepted must be whole.
  void DecodeAsAll(std::string_view bytes) const {
    const auto touch = [](std::span<const Datom> datoms) {
      for (const Datom& datom : datoms) {
        ASSERT_GE(datom.a(), kFirstAttribute);
        ASSERT_EQ(0, CompareValues(datom.v(), datom.v(), StringOrder::kUtf16Unit));
        std::string text;
        AppendValueText(datom.v(), &text);
      }
    };
    ValueArena values;
    TryDecoding([&] {
      const NodeContents node = codec().DecodeNode(bytes);
      ASSERT_EQ(node.children.size(), node.level == 0 ? 0 : node.keys.size());
      touch(node.keys);
      ASSERT_TRUE(node.level > 0 || node.buffer.empty());
      for (const IndexEdit& edit : node.buffer) {
        ASSERT_TRUE(edit.kind == IndexEdit::Kind::kInsert || edit.kind == IndexEdit::Kind::kErase);
        touch(std::span(&edit.datom, 1));
      }
    });
    TryDecoding([&] { codec().DecodeRecord(bytes); });
    TryDecoding([&] {
      std::vector<Datom> datoms;
      codec().DecodeDatoms(bytes, values, &datoms);
      touch(datoms);
    });
    TryDecoding([&] { touch(codec().DecodeLogSegment(bytes, values).deltas); });
  }

  template <typename Decode>
  void TryDecoding(Decode&& decode) const {
    try {
      decode();
    } catch (const StorageError&) {
    }
  }
};

TEST_P(CodecTest, RunsOfDatomsComeBack) {
  SCOPED_TRACE(kSeed);
  DatomSamples samples(kSeed);
  for (const size_t count : {0, 1, 2, 10, 1023, 1024, 1025, 5000}) {
    const std::vector<Datom> datoms = samples.Random(count);
    ValueArena values;
    std::vector<Datom> decoded;
    codec().DecodeDatoms(codec().EncodeDatoms(datoms), values, &decoded);
    EXPECT_TRUE(SameDatoms(datoms, decoded)) << count;
  }
}

TEST_P(CodecTest, SortedRunsOfDatomsComeBack) {
  DatomSamples samples(kSeed);
  std::vector<Datom> datoms = samples.Random(3000);
  std::sort(datoms.begin(), datoms.end(), [](const Datom& x, const Datom& y) {
    return std::tuple(x.a(), CompareValues(x.v(), y.v(), StringOrder::kCodePoint)) <
           std::tuple(y.a(), 0);
  });
  ValueArena values;
  std::vector<Datom> decoded;
  codec().DecodeDatoms(codec().EncodeDatoms(datoms), values, &decoded);
  EXPECT_TRUE(SameDatoms(datoms, decoded));
}

TEST_P(CodecTest, DecodedDatomsAreAppendedAndShareTheirBytes) {
  ValueArena values;
  const std::vector<Datom> datoms = {
      {1, 2, values.Intern(ValueType::kString, "one and the same"), kTx0 + 1, true},
      {2, 3, values.Intern(ValueType::kString, "one and the same"), kTx0 + 1, true}};
  const std::string bytes = codec().EncodeDatoms(datoms);
  std::vector<Datom> decoded;
  codec().DecodeDatoms(bytes, values, &decoded);
  codec().DecodeDatoms(bytes, values, &decoded);
  ASSERT_EQ(decoded.size(), 4u);
  for (const Datom& datom : decoded) EXPECT_EQ(datom.v().bits(), datoms[0].v().bits());
}

TEST_P(CodecTest, NodesComeBack) {
  SCOPED_TRACE(kSeed);
  DatomSamples samples(kSeed);
  for (const size_t keys : {0, 1, 5, 64, 512, 2000}) {
    const NodeContents node = samples.RandomNode(keys);
    const NodeContents decoded = codec().DecodeNode(codec().EncodeNode(node.View()));
    EXPECT_EQ(decoded.level, node.level);
    EXPECT_EQ(decoded.children, node.children);
    EXPECT_TRUE(SameDatoms(node.keys, decoded.keys)) << keys;
  }
}

TEST_P(CodecTest, NodesWithBuffersComeBack) {
  SCOPED_TRACE(kSeed);
  DatomSamples samples(kSeed);
  for (const size_t keys : {1, 17, 33}) {
    for (const size_t edits : {1, 7, 8, 9, 283, 1025}) {
      const NodeContents node = samples.RandomBufferingNode(keys, edits);
      const NodeContents decoded = codec().DecodeNode(codec().EncodeNode(node.View()));
      EXPECT_EQ(decoded.level, node.level);
      EXPECT_EQ(decoded.children, node.children);
      EXPECT_TRUE(SameDatoms(node.keys, decoded.keys)) << keys;
      EXPECT_TRUE(SameEdits(node.buffer, decoded.buffer)) << edits;
    }
  }
}

TEST_P(CodecTest, ALeafWithABufferIsCorrupt) {
  DatomSamples samples(kSeed);
  NodeContents node = samples.RandomBufferingNode(3, 4);
  node.level = 0;
  node.children.clear();
  EXPECT_THROW(codec().DecodeNode(codec().EncodeNode(node.View())), CorruptionError);
}

TEST_P(CodecTest, ABufferThatIsAnnouncedAndNotThereIsCorrupt) {
  DatomSamples samples(kSeed);
  NodeContents node = samples.RandomBufferingNode(3, 4);
  node.buffer.clear();
  const std::string bare = codec().EncodeNode(node.View());
  const std::string buffering = codec().EncodeNode(samples.RandomBufferingNode(3, 4).View());
  EXPECT_THROW(codec().DecodeNode(buffering.substr(0, 2) + bare.substr(2)), CorruptionError);
  EXPECT_THROW(codec().DecodeNode(bare.substr(0, 2) + buffering.substr(2)), CorruptionError);
}

TEST_P(CodecTest, ANodesArenaIsNoLargerThanItsValues) {
  DatomSamples samples(kSeed);
  const NodeContents node = samples.RandomBufferingNode(512, 200);
  size_t bytes = 0;
  const auto count = [&bytes](const Datom& datom) {
    if (IsOutOfLine(datom.v().type())) bytes += ValueArena::StoredBytes(datom.v().AsBytes().size());
  };
  for (const Datom& datom : node.keys) count(datom);
  for (const IndexEdit& edit : node.buffer) count(edit.datom);
  const NodeContents decoded = codec().DecodeNode(codec().EncodeNode(node.View()));
  EXPECT_LE(decoded.values->allocated_bytes(), bytes + sizeof(void*));
}

TEST_P(CodecTest, RecordsComeBack) {
  DatomSamples samples(kSeed);
  for (int i = 0; i < 20; ++i) {
    for (const RecordContents& record : {samples.RandomRecord(), samples.RandomRecordWithRoots()}) {
      EXPECT_EQ(codec().DecodeRecord(codec().EncodeRecord(record)), record);
    }
  }
}

TEST_P(CodecTest, LogSegmentsComeBack) {
  SCOPED_TRACE(kSeed);
  DatomSamples samples(kSeed);
  for (int i = 0; i < 20; ++i) {
    const LogSegment segment = samples.RandomSegment();
    ValueArena values;
    const LogSegment decoded =
        codec().DecodeLogSegment(codec().EncodeLogSegment(View(segment)), values);
    EXPECT_EQ(decoded.new_attributes, segment.new_attributes);
    EXPECT_EQ(decoded.transactions, segment.transactions);
    EXPECT_TRUE(SameDatoms(segment.deltas, decoded.deltas));
  }
}

TEST_P(CodecTest, EncodingIsRepeatable) {
  DatomSamples samples(kSeed);
  const NodeContents node = samples.RandomNode(512);
  EXPECT_EQ(codec().EncodeNode(node.View()), codec().EncodeNode(node.View()));
  EXPECT_EQ(codec().EncodeDatoms(node.keys), codec().EncodeDatoms(node.keys));
}

TEST_P(CodecTest, TruncatedObjectsAreCorrupt) {
  DatomSamples samples(kSeed);
  const Objects objects = SmallObjects(samples);
  ValueArena values;
  std::vector<Datom> datoms;
  const auto cut = [](const std::string& object, auto&& decode) {
    for (size_t size = 0; size < object.size(); ++size) {
      EXPECT_THROW(decode(std::string_view(object).substr(0, size)), CorruptionError) << size;
    }
  };
  cut(objects.node, [&](auto bytes) { codec().DecodeNode(bytes); });
  cut(objects.buffering_node, [&](auto bytes) { codec().DecodeNode(bytes); });
  cut(objects.record, [&](auto bytes) { codec().DecodeRecord(bytes); });
  cut(objects.record_with_roots, [&](auto bytes) { codec().DecodeRecord(bytes); });
  cut(objects.datoms, [&](auto bytes) { codec().DecodeDatoms(bytes, values, &datoms); });
  cut(objects.segment, [&](auto bytes) { codec().DecodeLogSegment(bytes, values); });
}

TEST_P(CodecTest, BytesLeftOverAreCorrupt) {
  DatomSamples samples(kSeed);
  const Objects objects = SmallObjects(samples);
  ValueArena values;
  std::vector<Datom> datoms;
  EXPECT_THROW(codec().DecodeNode(objects.node + "x"), CorruptionError);
  EXPECT_THROW(codec().DecodeNode(objects.buffering_node + "x"), CorruptionError);
  EXPECT_THROW(codec().DecodeRecord(objects.record + "x"), CorruptionError);
  EXPECT_THROW(codec().DecodeRecord(objects.record_with_roots + "x"), CorruptionError);
  EXPECT_THROW(codec().DecodeDatoms(objects.datoms + "x", values, &datoms), CorruptionError);
  EXPECT_THROW(codec().DecodeLogSegment(objects.segment + "x", values), CorruptionError);
}

TEST_P(CodecTest, AnObjectOfAnotherKindIsCorrupt) {
  DatomSamples samples(kSeed);
  const Objects objects = SmallObjects(samples);
  ValueArena values;
  std::vector<Datom> datoms;
  EXPECT_THROW(codec().DecodeRecord(objects.node), CorruptionError);
  EXPECT_THROW(codec().DecodeNode(objects.datoms), CorruptionError);
  EXPECT_THROW(codec().DecodeDatoms(objects.segment, values, &datoms), CorruptionError);
  EXPECT_THROW(codec().DecodeLogSegment(objects.record, values), CorruptionError);
}

TEST_P(CodecTest, AnotherCodecsObjectIsRefusedByName) {
  const std::string bytes = codec().EncodeRecord(RecordContents());
  for (const Codec* other : AllCodecs()) {
    if (other == &codec()) continue;
    try {
      other->DecodeRecord(bytes);
      ADD_FAILURE() << "accepted";
    } catch (const CorruptionError& error) {
      ADD_FAILURE() << "taken for corruption: " << error.what();
    } catch (const StorageError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr(std::string(codec().name())),
                                      HasSubstr(std::string(other->name()))));
    }
  }
}

TEST_P(CodecTest, EveryFlippedBitIsNoticedOrDecodesToSomethingWhole) {
  DatomSamples samples(kSeed);
  const Objects objects = SmallObjects(samples);
  for (std::string bytes : {objects.node, objects.buffering_node, objects.record,
                            objects.record_with_roots, objects.datoms, objects.segment}) {
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      const char mask = static_cast<char>(1 << bit % 8);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
      DecodeAsAll(bytes);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
    }
  }
}

TEST_P(CodecTest, BytesMadeUpAreNoticedOrDecodeToSomethingWhole) {
  SCOPED_TRACE(kSeed);
  DatomSamples samples(kSeed);
  const Objects objects = SmallObjects(samples);
  const std::string donors[] = {objects.node,   objects.buffering_node, objects.record_with_roots,
                                objects.record, objects.datoms,         objects.segment};
  for (int round = 0; round < 6000; ++round) {
    std::string bytes = donors[samples.Below(std::size(donors))];
    for (uint64_t changes = 1 + samples.Below(6); changes > 0; --changes) {
      // What is wrong most: the numbers that announce how much follows.
      static constexpr unsigned char kTelling[] = {0x00, 0x01, 0x7F, 0x80, 0xFF};
      bytes[2 + samples.Below(bytes.size() - 2)] = static_cast<char>(kTelling[samples.Below(5)]);
    }
    DecodeAsAll(bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(All, CodecTest,
                         ::testing::ValuesIn(AllCodecs().begin(), AllCodecs().end()),
                         [](const auto& test) { return std::string(test.param->name()); });

}  // namespace
}  // namespace datombench

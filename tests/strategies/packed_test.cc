// What only the packed codec promises: small, and not fooled by what it unfolds.
#include <gtest/gtest.h>

#include <random>

#include "backends/error.h"
#include "strategies/codec/bytes.h"
#include "strategies/codec/codec.h"
#include "strategies/codec/integer_column.h"
#include "tests/strategies/datom_samples.h"

namespace datombench {
namespace {

const Codec& Packed() { return *FindCodec("packed"); }

double BytesPerDatom(const std::vector<Datom>& datoms) {
  return static_cast<double>(Packed().EncodeDatoms(datoms).size()) /
         static_cast<double>(datoms.size());
}

// Four attributes an entity, values of 20 bits, ten datoms a transaction.
std::vector<Datom> IntegerDatoms(size_t count) {
  std::mt19937_64 random(7);
  std::vector<Datom> datoms;
  for (size_t i = 0; i < count; ++i) {
    datoms.emplace_back(1 + i / 4, static_cast<AttributeId>(11 + i % 4),
                        Value::Long(static_cast<int64_t>(random() % (1 << 20))), kTx0 + 1 + i / 10,
                        true);
  }
  return datoms;
}

TEST(PackedTest, IntegerDatomsTakeNoMoreThanTheFieldsDeltaVarints) {
  EXPECT_LE(BytesPerDatom(IntegerDatoms(100'000)), 6.85);
}

TEST(PackedTest, ATransactionOfTenDatomsHasLittleOverhead) {
  EXPECT_LE(BytesPerDatom(IntegerDatoms(10)), 9.0);
}

TEST(PackedTest, ValuesThatRepeatTakeNoBytes) {
  ValueArena values;
  const Value v = values.Intern(ValueType::kString, std::string(200, 'v'));
  std::vector<Datom> datoms;
  for (uint64_t e = 1; e <= 1000; ++e) datoms.emplace_back(e, 11, v, kTx0 + 1, true);
  EXPECT_LE(Packed().EncodeDatoms(datoms).size(), 250u);
}

TEST(PackedTest, CompressedObjectsComeBack) {
  std::vector<Datom> datoms = IntegerDatoms(2000);
  const std::string bytes = Packed().EncodeDatoms(datoms);
  ASSERT_EQ(bytes[2], 1) << "not compressed";
  ValueArena values;
  std::vector<Datom> decoded;
  Packed().DecodeDatoms(bytes, values, &decoded);
  EXPECT_TRUE(SameDatoms(datoms, decoded));
}

TEST(PackedTest, DamageToCompressedObjectsIsNoticedOrDecodesToSomethingWhole) {
  const std::string intact = Packed().EncodeDatoms(IntegerDatoms(400));
  ASSERT_EQ(intact[2], 1) << "not compressed";
  for (size_t place = 2; place < intact.size(); ++place) {
    for (const unsigned char mask : {0x01, 0x80, 0xFF}) {
      std::string bytes = intact;
      bytes[place] = static_cast<char>(bytes[place] ^ mask);
      ValueArena values;
      std::vector<Datom> decoded;
      try {
        Packed().DecodeDatoms(bytes, values, &decoded);
      } catch (const CorruptionError&) {
      }
    }
  }
}

TEST(PackedTest, CountsBeyondTheBytesAreRefusedBeforeAnythingIsAllocated) {
  std::string bytes = {'p', 'd', 0};
  AppendVarint(uint64_t{1} << 60, &bytes);
  ValueArena values;
  std::vector<Datom> datoms;
  EXPECT_THROW(Packed().DecodeDatoms(bytes, values, &datoms), CorruptionError);
  EXPECT_EQ(datoms.capacity(), 0u);
}

TEST(PackedTest, AnAnnouncedSizeThatNoFrameCanHaveIsRefused) {
  std::string bytes = {'p', 'd', 1};
  AppendVarint(uint64_t{1} << 60, &bytes);
  bytes += "not a frame";
  ValueArena values;
  std::vector<Datom> datoms;
  EXPECT_THROW(Packed().DecodeDatoms(bytes, values, &datoms), CorruptionError);
}

TEST(IntegerColumnTest, EveryLayoutComesBackInAsManyBytesAsPlanned) {
  const std::vector<std::vector<uint64_t>> columns = {
      {0},
      {5, 5, 5, 5, 5, 5, 5, 5, 5, 5},
      {1, 2, 3, 200, 255},
      {1, 300, 2, 400, 65535},
      {1, 2, 3, 4, ~uint64_t{0}},
      {~uint64_t{0}, ~uint64_t{0} - 1, uint64_t{1} << 63},
      {1u << 24, 1u << 25, 3u << 24},
  };
  for (const auto& column : columns) {
    const ColumnPlan plan = PlanColumn(column);
    std::string bytes;
    AppendColumn(column, plan, 3, &bytes);
    EXPECT_EQ(bytes.size(), plan.bytes);
    ByteReader reader(bytes);
    std::vector<uint64_t> read(column.size());
    EXPECT_EQ(ReadColumn(reader, read), 3);
    EXPECT_EQ(read, column);
    reader.ExpectEnd();
  }
}

TEST(VarintTest, NumbersAboveSixtyFourBitsAreRefused) {
  const std::string too_long(10, static_cast<char>(0xFF));
  EXPECT_THROW(ByteReader(too_long + '\x01').Varint(), CorruptionError);
  std::string highest;
  AppendVarint(~uint64_t{0}, &highest);
  EXPECT_EQ(ByteReader(highest).Varint(), ~uint64_t{0});
  highest.back() = 2;
  EXPECT_THROW(ByteReader(highest).Varint(), CorruptionError);
}

}  // namespace
}  // namespace datombench

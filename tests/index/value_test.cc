#include "index/value.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "index/attributes.h"
#include "index/value_arena.h"

namespace datombench {
namespace {

std::string Text(const Value& value) {
  std::string text;
  AppendValueText(value, &text);
  return text;
}

TEST(ValueTest, DoublesReadAsJavaWritesThem) {
  EXPECT_EQ(Text(Value::Double(0.0)), "0.0");
  EXPECT_EQ(Text(Value::Double(-0.0)), "-0.0");
  EXPECT_EQ(Text(Value::Double(1)), "1.0");
  EXPECT_EQ(Text(Value::Double(100)), "100.0");
  EXPECT_EQ(Text(Value::Double(0.001)), "0.001");
  EXPECT_EQ(Text(Value::Double(0.0002)), "2.0E-4");
  EXPECT_EQ(Text(Value::Double(-1234567.5)), "-1234567.5");
  EXPECT_EQ(Text(Value::Double(1e7)), "1.0E7");
  EXPECT_EQ(Text(Value::Double(1.25e10)), "1.25E10");
  EXPECT_EQ(Text(Value::Double(std::numeric_limits<double>::infinity())), "Infinity");
}

TEST(ValueTest, TextsReadBackToTheSameValue) {
  ValueArena arena;
  const std::pair<ValueType, std::string> texts[] = {
      {ValueType::kLong, "-9223372036854775808"},
      {ValueType::kDouble, "6.02214076E23"},
      {ValueType::kBoolean, "true"},
      {ValueType::kInstant, "-485308800000"},
      {ValueType::kRef, "18446744073709551615"},
      {ValueType::kString, "a\\tb\\nc\\rd\\0e\\\\f"},
      {ValueType::kString, ""},
      {ValueType::kKeyword, ":release.type/album"},
      {ValueType::kKeyword, ":plain"},
      {ValueType::kUuid, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
      {ValueType::kBytes, "00ff10"},
  };
  for (const auto& [type, text] : texts) {
    ParsedValue parsed;
    ASSERT_TRUE(ParseValueText(type, text, &parsed)) << text;
    EXPECT_EQ(Text(arena.Parsed(parsed)), text);
  }
}

TEST(ValueTest, TextsOfAnotherTypeAreRefused) {
  const std::pair<ValueType, std::string> texts[] = {
      {ValueType::kLong, "12x"},
      {ValueType::kLong, ""},
      {ValueType::kLong, "1.5"},
      {ValueType::kDouble, "NaN"},
      {ValueType::kBoolean, "yes"},
      {ValueType::kRef, "-1"},
      {ValueType::kString, "tail\\"},
      {ValueType::kString, "\\x41"},
      {ValueType::kKeyword, "name"},
      {ValueType::kUuid, "f81d4fae"},
      {ValueType::kBytes, "0g"},
      {ValueType::kBytes, "abc"},
      {ValueType::kUuid, "f81d4faez7dec-11d0-a765-00a0c91e6bf6"},
  };
  for (const auto& [type, text] : texts) {
    ParsedValue parsed;
    EXPECT_FALSE(ParseValueText(type, text, &parsed)) << text;
  }
}

TEST(ValueTest, Utf16UnitsPutSurrogatesBeforeTheEndOfTheBasicPlane) {
  // Code points U+007A, U+0800, U+D7FF, U+E000, U+FFFD, U+1F600, U+10FFFF in UTF-8.
  const std::vector<std::string> by_code_point = {"z",
                                                  "\xE0\xA0\x80",
                                                  "\xED\x9F\xBF",
                                                  "\xEE\x80\x80",
                                                  "\xEF\xBF\xBD",
                                                  "\xF0\x9F\x98\x80",
                                                  "\xF4\x8F\xBF\xBF"};
  const std::vector<size_t> by_unit = {0, 1, 2, 5, 6, 3, 4};
  for (size_t i = 0; i < by_code_point.size(); ++i) {
    for (size_t j = 0; j < by_code_point.size(); ++j) {
      const auto sign = [](size_t x, size_t y) { return (x > y) - (x < y); };
      EXPECT_EQ(CompareOutOfLine(ValueType::kString, by_code_point[i], by_code_point[j],
                                 StringOrder::kCodePoint),
                sign(i, j));
      EXPECT_EQ(CompareOutOfLine(ValueType::kString, by_code_point[by_unit[i]],
                                 by_code_point[by_unit[j]], StringOrder::kUtf16Unit),
                sign(i, j));
    }
  }
}

TEST(ValueTest, UuidsOrderAsTwoSignedHalves) {
  ValueArena arena;
  const auto uuid = [&](const char* text) {
    ParsedValue parsed;
    EXPECT_TRUE(ParseValueText(ValueType::kUuid, text, &parsed));
    return arena.Parsed(parsed);
  };
  const Value ascending[] = {
      uuid("80000000-0000-0000-0000-000000000000"), uuid("ffffffff-ffff-ffff-8000-000000000000"),
      uuid("ffffffff-ffff-ffff-7fff-000000000000"), uuid("00000000-0000-0000-ffff-ffffffffffff"),
      uuid("00000000-0000-0000-0000-000000000000"), uuid("7fffffff-ffff-ffff-ffff-ffffffffffff")};
  for (size_t i = 0; i + 1 < std::size(ascending); ++i) {
    EXPECT_LT(CompareValues(ascending[i], ascending[i + 1], StringOrder::kCodePoint), 0) << i;
  }
}

TEST(ValueTest, BoundsLieOutsideAllValues) {
  EXPECT_LT(CompareValues(Value::Lowest(), Value::Long(INT64_MIN), StringOrder::kCodePoint), 0);
  EXPECT_GT(CompareValues(Value::Highest(), Value::Long(INT64_MAX), StringOrder::kCodePoint), 0);
}

TEST(AttributesTest, RanksFollowKeywordsNotIds) {
  Attributes attributes(StringOrder::kCodePoint);
  const AttributeId b = attributes.Intern(":b/a");
  const AttributeId plain = attributes.Intern(":zebra");
  const AttributeId a = attributes.Intern(":a/z");
  const AttributeId a_dash = attributes.Intern(":a-b/c");
  const uint32_t* ranks = attributes.ranks();
  EXPECT_LT(ranks[kLowestAttribute], ranks[plain]);
  EXPECT_LT(ranks[plain], ranks[a]);
  EXPECT_LT(ranks[a], ranks[a_dash]);
  EXPECT_LT(ranks[a_dash], ranks[b]);
  EXPECT_LT(ranks[b], ranks[kHighestAttribute]);
  EXPECT_EQ(attributes.Intern(":b/a"), b);
  EXPECT_EQ(attributes.Find(":nowhere"), kNoAttribute);
}

TEST(ValueArenaTest, InterningSharesAndCopiesDoNot) {
  ValueArena arena;
  const Value first = arena.Intern(ValueType::kString, "same");
  EXPECT_EQ(arena.Intern(ValueType::kString, "same").bits(), first.bits());
  EXPECT_NE(arena.Copy(ValueType::kString, "same").bits(), first.bits());
  EXPECT_EQ(first.AsBytes(), "same");
}

TEST(ValueArenaTest, ValuesStayWhereTheyAreWhileTheArenaGrows) {
  ValueArena arena;
  std::vector<Value> values;
  for (int i = 0; i < 20000; ++i)
    values.push_back(arena.Copy(ValueType::kString, std::to_string(i)));
  values.push_back(arena.Copy(ValueType::kString, std::string(1'000'000, 'x')));
  for (int i = 0; i < 20000; ++i) {
    ASSERT_EQ(values[static_cast<size_t>(i)].AsBytes(), std::to_string(i));
  }
  EXPECT_GE(arena.allocated_bytes(), 1'000'000u);
}

TEST(ValueArenaTest, AnArenaOfTheExpectedSizeAllocatesOnce) {
  ValueArena arena(ValueArena::StoredBytes(5) + ValueArena::StoredBytes(1));
  const size_t before = arena.allocated_bytes();
  arena.Copy(ValueType::kString, "hello");
  arena.Copy(ValueType::kString, "x");
  EXPECT_EQ(arena.allocated_bytes(), before);
}

}  // namespace
}  // namespace datombench

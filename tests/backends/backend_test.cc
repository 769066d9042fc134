#include "backends/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "backends/key_name.h"
#include "backends/registry.h"

namespace datombench {
namespace {

using testing::ElementsAre;
using namespace std::string_literals;

TEST(ObjectClassTest, EveryClassIsFoundByTheFirstByteOfAKey) {
  for (const ObjectClass object_class : kObjectClasses) {
    EXPECT_EQ(ObjectClassOf(std::string{static_cast<char>(object_class), '\0'}), object_class);
  }
}

TEST(ObjectClassTest, OtherBytesNameNoClass) {
  EXPECT_EQ(ObjectClassOf(""), std::nullopt);
  EXPECT_EQ(ObjectClassOf("x"), std::nullopt);
  EXPECT_EQ(ObjectClassOf("N"), std::nullopt);
  EXPECT_EQ(ObjectClassOf("\0n"s), std::nullopt);
}

TEST(ObjectClassTest, NamesAreTheOnesOfTheMetrics) {
  std::vector<std::string_view> names;
  names.reserve(kObjectClasses.size());
  for (const ObjectClass object_class : kObjectClasses) {
    names.push_back(ObjectClassName(object_class));
  }
  EXPECT_THAT(names, ElementsAre("node", "record", "log", "checkpoint", "snapshot"));
}

TEST(DurabilityTest, NamesAreParsedBack) {
  for (const Durability durability :
       {Durability::kVolatile, Durability::kProcess, Durability::kPower}) {
    EXPECT_EQ(ParseDurability(DurabilityName(durability)), durability);
  }
  EXPECT_EQ(ParseDurability("Power"), std::nullopt);
  EXPECT_EQ(ParseDurability(""), std::nullopt);
}

TEST(BatchTest, KeepsOperationsInOrder) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  batch.Put("n1", "one");
  batch.Delete("n2");
  batch.Put("r", "");
  ASSERT_EQ(batch.operations().size(), 3u);
  EXPECT_FALSE(batch.operations()[0].is_delete);
  EXPECT_EQ(batch.operations()[0].value, "one");
  EXPECT_TRUE(batch.operations()[1].is_delete);
  EXPECT_EQ(batch.operations()[1].key, "n2");
  EXPECT_EQ(batch.operations()[2].key, "r");
}

TEST(KeyNameTest, IsTheClassAndTheRestInHexadecimal) {
  EXPECT_EQ(KeyName("n\x00\xc0\xff\x0e"s), "n-00c0ff0e");
  EXPECT_EQ(KeyName("r"), "r-");
  EXPECT_EQ(DescribeObject("n\x01"), "node n-01");
}

TEST(KeyNameTest, IsParsedBack) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string key = {'s', static_cast<char>(byte), 'x'};
    EXPECT_EQ(ParseKeyName(KeyName(key)), key);
  }
  EXPECT_EQ(ParseKeyName("r-"), "r");
}

TEST(KeyNameTest, WhatIsNoKeysNameIsRefused) {
  for (const std::string_view name :
       {"", "n", "n-0", "x-00", "n_00", "n-0g", "n-00.tmp", "LOCK", "n-0A", "?-78"}) {
    EXPECT_EQ(ParseKeyName(name), std::nullopt) << name;
  }
  EXPECT_EQ(ParseKeyName("n-" + std::string(2 * kMaxKeyBytes, '0')), std::nullopt);
}

TEST(KeyNameTest, SortsAsKeysDo) {
  std::vector<std::string> keys = {"n", "n\x00"s, "n\x00\x01"s, "n\x01", "n\x7f", "n\x80", "n\xff"};
  ASSERT_TRUE(std::ranges::is_sorted(keys));
  EXPECT_TRUE(std::ranges::is_sorted(keys, {}, KeyName));
}

TEST(RegistryTest, FindsEveryBackendByItsName) {
  for (const BackendKind& kind : AllBackends()) {
    EXPECT_EQ(FindBackend(kind.name), &kind);
  }
  EXPECT_EQ(FindBackend("tape"), nullptr);
}

}  // namespace
}  // namespace datombench

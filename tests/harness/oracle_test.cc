#include "harness/oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/sha256.h"
#include "tests/harness/harness_fixture.h"

namespace datombench {
namespace {

using testing::HasSubstr;
using testing::Optional;

class OracleTest : public testing::Test {
 protected:
  OperationMaker make_;
};

TEST_F(OracleTest, FindsNoDifferenceWhereOnlyIdsOfAttributesAndIndexesDiffer) {
  const auto transactions = make_.Names({"Ivan", "Petr"});
  const Db x = DatabaseOf(transactions);
  const Db y = DatabaseOf(transactions, {}, {":z", ":name"}, "sorted_set");
  ASSERT_NE(x.lineage->attributes->Find(":name"), y.lineage->attributes->Find(":name"));
  EXPECT_EQ(FirstDifference(x, y), std::nullopt);
  EXPECT_EQ(FirstDifference(FingerprintOf(x), FingerprintOf(y)), std::nullopt);
}

TEST_F(OracleTest, NamesTheFirstDatomThatDiffers) {
  const Db x = DatabaseOf(make_.Names({"Ivan", "Petr"}));
  const Db y = DatabaseOf(make_.Names({"Ivan", "Oleg"}));
  EXPECT_THAT(FirstDifference(x, y), Optional(AllOf(HasSubstr("eavt: datom 4 is [11 :name Oleg"),
                                                    HasSubstr("expected [11 :name Petr"))));
  EXPECT_THAT(FirstDifference(FingerprintOf(x), FingerprintOf(y)), Optional(HasSubstr("eavt: ")));
}

TEST_F(OracleTest, NoticesASequenceThatEndsEarly) {
  const Db x = DatabaseOf(make_.Names({"Ivan", "Petr"}));
  Db y = x;
  const DatomOrder order = x.lineage->Order(IndexName::kAvet);
  y.index(IndexName::kAvet) = FindIndex("flat_index")->Empty(order, {});
  EXPECT_THAT(FirstDifference(x, y),
              Optional(HasSubstr("avet: datom 0 is nothing, the sequence ends")));
  EXPECT_THAT(FirstDifference(y, x), Optional(HasSubstr("expected nothing, the sequence ends")));
}

TEST_F(OracleTest, TellsHistoryThatDiffersWhereTheCurrentDatomsAreEqual) {
  auto direct = make_.Names({"Ivan"});
  auto detour = direct;
  direct.push_back({{make_.AddString(10, ":name", "Oleg")}, 3000});
  detour.push_back({{make_.AddString(10, ":name", "Oleg")}, 3000});
  detour[1].operations.push_back(make_.AddString(10, ":name", "Petr"));
  detour[1].operations.push_back(make_.AddString(10, ":name", "Ivan"));
  const Db x = DatabaseOf(direct);
  const Db y = DatabaseOf(detour);
  EXPECT_THAT(FirstDifference(x, y), Optional(HasSubstr("temporal-eavt: datom")));
  EXPECT_THAT(FirstDifference(FingerprintOf(x), FingerprintOf(y)),
              Optional(HasSubstr("temporal-eavt: ")));
}

TEST_F(OracleTest, MissesNoIndex) {
  const auto transactions = make_.Names({"Ivan"});
  const Db with = DatabaseOf(transactions);
  const Db without = DatabaseOf(transactions, {.keep_history = false});
  EXPECT_THAT(FirstDifference(with, without),
              Optional(HasSubstr("temporal-eavt: there is no such index, expected one")));
  EXPECT_THAT(FirstDifference(FingerprintOf(without), FingerprintOf(with)),
              Optional(HasSubstr("temporal-eavt: there is such an index, expected none")));
}

TEST_F(OracleTest, ComparesSchemaMaxTxAndMaxEid) {
  const Db x = DatabaseOf(make_.Names({"Ivan"}));
  Db y = x;
  y.max_tx += 1;
  EXPECT_THAT(FirstDifference(x, y), Optional(HasSubstr("max_tx is")));
  EXPECT_THAT(FirstDifference(FingerprintOf(x), FingerprintOf(y)), Optional(HasSubstr("max_tx")));
  y = x;
  y.max_eid += 1;
  EXPECT_THAT(FirstDifference(x, y), Optional(HasSubstr("max_eid is 11, expected 10")));
  EXPECT_THAT(FirstDifference(FingerprintOf(x), FingerprintOf(y)), Optional(HasSubstr("max_eid")));
  y = x;
  const AttributeId name = x.lineage->attributes->Find(":name");
  AttributeProperties properties = (*x.schema)[name];
  properties.no_history = true;
  y.schema = x.schema->With(name, properties);
  EXPECT_THAT(FirstDifference(x, y), Optional(HasSubstr("schema: :name is string one")));
  EXPECT_THAT(FirstDifference(FingerprintOf(x), FingerprintOf(y)), Optional(HasSubstr("schema")));
}

TEST(Sha256Test, GivesThePublishedDigests) {  // FIPS 180-2, appendix B
  Sha256 short_one;
  short_one.Update("a");
  short_one.Update("bc");
  EXPECT_EQ(short_one.Hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256().Hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace datombench

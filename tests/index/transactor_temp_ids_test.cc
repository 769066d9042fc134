// Temporary entity ids: new entities, upserts through identities, chains, contradictions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/transactor.h"
#include "tests/index/db_fixture.h"

namespace datombench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr EntityId kA = kFirstTempId;
constexpr EntityId kB = kFirstTempId + 7;
constexpr EntityId kC = kFirstTempId + 3;

class TransactorTempIdsTest : public ::testing::TestWithParam<DbOptions> {
 protected:
  void SetUp() override {
    t_.Declare(":age", "long");                                                   // entity 1000
    t_.Declare(":email", "string", {{":db/unique", ":db.unique/identity"}});      // 1001
    t_.Declare(":ssn", "long", {{":db/unique", ":db.unique/identity"}});          // 1002
    t_.Declare(":head-of", "ref", {{":db/unique", ":db.unique/identity"}});       // 1003
    t_.Declare(":serial", "long", {{":db/unique", ":db.unique/value"}});          // 1004
    t_.Declare(":friend", "ref", {{":db/cardinality", ":db.cardinality/many"}});  // 1005
  }
  Operation Add(EntityId e, std::string_view a, const Value& v) { return TestDb::Add(e, a, v); }
  Operation Email(EntityId e, const char* v) { return Add(e, ":email", t_.String(v)); }
  Operation Ssn(EntityId e, int64_t v) { return Add(e, ":ssn", Value::Long(v)); }
  Operation Age(EntityId e, int64_t v) { return Add(e, ":age", Value::Long(v)); }
  Operation HeadOf(EntityId e, EntityId v) { return Add(e, ":head-of", Value::Ref(v)); }
  Operation Friend(EntityId e, EntityId v) { return Add(e, ":friend", Value::Ref(v)); }
  // Entities and values of a transaction's deltas, without transactions and signs.
  std::vector<std::string> Facts(const std::vector<Operation>& operations) {
    std::vector<std::string> facts = t_.Deltas(t_.Transact(operations));
    for (std::string& fact : facts) fact.resize(fact.rfind(' '));
    return facts;
  }

  TestDb t_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(BothSemantics, TransactorTempIdsTest,
                         ::testing::Values(DbOptions{true, Semantics::kCurrent},
                                           DbOptions{false, Semantics::kDatahike6c1468fd}));

TEST_P(TransactorTempIdsTest, NewEntitiesGetAscendingIdsInOrderOfFirstAppearance) {
  EXPECT_THAT(Facts({Age(kB, 1), Friend(kB, kC), Age(kA, 2), Age(kC, 3)}),
              ElementsAre("1006 :age 1", "1006 :friend 1007", "1008 :age 2", "1007 :age 3"));
  EXPECT_EQ(t_.db.max_eid, 1008u);
}

TEST_P(TransactorTempIdsTest, NewIdsLieAboveEveryIdThatTheTransactionNames) {
  EXPECT_THAT(Facts({Age(kA, 1), Age(2000, 2), Friend(1, 3000)}),
              ElementsAre("3001 :age 1", "2000 :age 2", "1 :friend 3000"));
}

TEST_P(TransactorTempIdsTest, AnIdentityThatAnEntityHasNamesThatEntity) {
  t_.Transact({Email(5, "a@x")});
  EXPECT_THAT(Facts({Age(kA, 1), Friend(9, kA), Email(kA, "a@x")}),
              ::testing::IsSupersetOf({"5 :age 1", "9 :friend 5"}));
  EXPECT_EQ(t_.db.max_eid, 1005u);
}

TEST_P(TransactorTempIdsTest, AUniqueValueThatIsNoIdentityNamesNobody) {
  t_.Transact({Add(5, ":serial", Value::Long(1))});
  EXPECT_THAT(t_.Refusal({Add(kA, ":serial", Value::Long(1))}), HasSubstr(":serial is unique"));
}

TEST_P(TransactorTempIdsTest, OneResolvedTempIdMayResolveTheNext) {
  t_.Transact({Email(5, "a@x"), HeadOf(6, 5), HeadOf(7, 6)});
  // The chain stands in the order that needs the most passes.
  const auto facts = Facts({HeadOf(kC, kB), HeadOf(kB, kA), Email(kA, "a@x"), Age(kC, 70)});
  EXPECT_THAT(facts, ::testing::Contains("7 :age 70"));
  EXPECT_EQ(t_.db.max_eid, 1005u);
}

TEST_P(TransactorTempIdsTest, EqualIdentitiesWithinTheTransactionNameOneNewEntity) {
  const auto facts = Facts({Email(kA, "n@x"), Age(kA, 1), Email(kB, "n@x"), Ssn(kB, 9)});
  EXPECT_THAT(facts, ::testing::IsSupersetOf({"1006 :age 1", "1006 :ssn 9"}));
  EXPECT_EQ(t_.db.max_eid, 1006u);
}

TEST_P(TransactorTempIdsTest, EqualRefsToUnresolvedTempIdsNameOneNewEntity) {
  const EntityId d = kFirstTempId + 100;
  const auto facts = Facts(
      {HeadOf(kA, kC), HeadOf(kB, d), Email(kC, "n@x"), Email(d, "n@x"), Age(kA, 1), Ssn(kB, 2)});
  EXPECT_THAT(facts, ::testing::IsSupersetOf({"1006 :age 1", "1006 :ssn 2"}));
}

TEST_P(TransactorTempIdsTest, IdentitiesOfTwoEntitiesContradictEachOther) {
  t_.Transact({Email(5, "a@x"), Ssn(6, 1)});
  EXPECT_EQ(t_.Refusal({Email(kA, "a@x"), Ssn(kA, 1)}),
            "operation 1 ([:db/add temp-0 :ssn 1]): conflicting identities: this value belongs to "
            "entity 6, another one of the same temporary id to entity 5");
}

TEST_P(TransactorTempIdsTest, ContradictionsThroughUnitedTempIdsAreFound) {
  t_.Transact({Email(5, "a@x"), Email(6, "b@x")});
  EXPECT_THAT(t_.Refusal({Ssn(kA, 1), Ssn(kB, 1), Email(kA, "a@x"), Email(kB, "b@x")}),
              HasSubstr("conflicting identities"));
}

TEST_P(TransactorTempIdsTest, IdentitiesAreLookedUpInTheDatabaseBefore) {
  t_.Transact({Email(5, "a@x")});
  // Entity 5 gives its address away, but at the beginning it is its own.
  const auto facts = Facts({TestDb::Retract(5, ":email", t_.String("a@x")), Email(kA, "a@x")});
  EXPECT_THAT(facts, ElementsAre("5 :email a@x", "5 :email a@x"));
}

TEST_P(TransactorTempIdsTest, ATempIdWithoutDatomsIsRefused) {
  EXPECT_EQ(t_.Refusal({Friend(1, kB)}),
            "operation 0 ([:db/add 1 :friend temp-7]): no operation adds a datom to temp-7");
  EXPECT_THAT(t_.Refusal({TestDb::RetractEntity(kA)}), HasSubstr("adds a datom to temp-0"));
  EXPECT_THAT(t_.Refusal({TestDb::Retract(kA, ":age", Value::Long(1))}),
              HasSubstr("adds a datom to temp-0"));
}

TEST_P(TransactorTempIdsTest, AnUpsertedEntityMayLoseDatomsInTheSameTransaction) {
  t_.Transact({Email(5, "a@x"), Age(5, 1)});
  t_.Transact({Email(kA, "a@x"), TestDb::Retract(kA, ":age", Value::Long(1))});
  EXPECT_EQ(t_.User(IndexName::kEavt).size(), 1u);
}

}  // namespace
}  // namespace datombench

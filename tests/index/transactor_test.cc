// The rules of transactions under `current` semantics, and those that both semantics share.
#include "index/transactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/index/db_fixture.h"

namespace datombench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr DbOptions kWithHistory = {true, Semantics::kCurrent};
// Datoms that declare the attributes below.
constexpr uint64_t kDeclarations = 17;

constexpr DbOptions kWithoutHistory = {false, Semantics::kCurrent};

class TransactorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    t_.Declare(":age", "long", {{":db/index", "true"}});                          // t1
    t_.Declare(":tag", "string", {{":db/cardinality", ":db.cardinality/many"}});  // t2
    t_.Declare(":friend", "ref", {{":db/cardinality", ":db.cardinality/many"}});  // t3
    t_.Declare(":part", "ref",
               {{":db/cardinality", ":db.cardinality/many"}, {":db/isComponent", "true"}});  // t4
    t_.Declare(":pulse", "long", {{":db/index", "true"}, {":db/noHistory", "true"}});        // t5
  }
  Operation Age(EntityId e, int64_t v) { return TestDb::Add(e, ":age", Value::Long(v)); }
  Operation NoAge(EntityId e, int64_t v) { return TestDb::Retract(e, ":age", Value::Long(v)); }
  Operation Tag(EntityId e, const char* v) { return TestDb::Add(e, ":tag", t_.String(v)); }
  Operation NoTag(EntityId e, const char* v) { return TestDb::Retract(e, ":tag", t_.String(v)); }
  Operation Ref(EntityId e, const char* a, EntityId v) { return TestDb::Add(e, a, Value::Ref(v)); }

  TestDb t_{kWithHistory};
};

TEST_F(TransactorTest, AFirstValueBecomesCurrentAndHistory) {
  const TxReport report = t_.Transact({Age(1, 10)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :age 10 t6+"));
  for (const IndexName name : kIndexNames) {
    EXPECT_THAT(t_.User(name), ElementsAre("1 :age 10 t6+")) << IndexNameText(name);
  }
}

TEST_F(TransactorTest, AnotherValueReplacesTheCurrentOne) {
  t_.Transact({Age(1, 10)});
  const TxReport report = t_.Transact({Age(1, 11)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :age 10 t7-", "1 :age 11 t7+"));
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :age 11 t7+"));
  EXPECT_THAT(t_.User(IndexName::kAvet), ElementsAre("1 :age 11 t7+"));
  EXPECT_THAT(t_.User(IndexName::kTemporalAvet),
              ElementsAre("1 :age 10 t6+", "1 :age 10 t7-", "1 :age 11 t7+"));
}

TEST_F(TransactorTest, TheSameValueChangesNothing) {
  t_.Transact({Age(1, 10)});
  const TxReport report = t_.Transact({Age(1, 10)});
  EXPECT_THAT(t_.Deltas(report), IsEmpty());
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :age 10 t6+"));
}

TEST_F(TransactorTest, DeltasAreNeverNetted) {
  const TxReport report = t_.Transact({Age(1, 1), Age(1, 2), NoAge(1, 2), Age(1, 1)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :age 1 t6+", "1 :age 1 t6-", "1 :age 2 t6+",
                                             "1 :age 2 t6-", "1 :age 1 t6+"));
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt),
              ElementsAre("1 :age 1 t6-", "1 :age 1 t6+", "1 :age 2 t6-", "1 :age 2 t6+"));
}

TEST_F(TransactorTest, ManyValuesStandTogetherAndBecomeHistoryWhenRetracted) {
  t_.Transact({Tag(1, "b"), Tag(1, "a"), Tag(1, "b")});
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :tag a t6+", "1 :tag b t6+"));
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt), IsEmpty());
  const TxReport report = t_.Transact({NoTag(1, "b"), NoTag(1, "never")});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :tag b t7-"));
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :tag a t6+"));
  EXPECT_THAT(t_.User(IndexName::kTemporalAevt), ElementsAre("1 :tag b t6+", "1 :tag b t7-"));
}

TEST_F(TransactorTest, OnlyTheCurrentValueCanBeRetracted) {
  t_.Transact({Age(1, 10)});
  EXPECT_THAT(t_.Deltas(t_.Transact({NoAge(1, 9)})), IsEmpty());
  EXPECT_THAT(t_.Deltas(t_.Transact({NoAge(1, 10)})), ElementsAre("1 :age 10 t8-"));
  EXPECT_THAT(t_.User(IndexName::kEavt), IsEmpty());
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt), ElementsAre("1 :age 10 t6+", "1 :age 10 t8-"));
}

TEST_F(TransactorTest, AssertedAndRetractedInOneTransactionBothBecomeHistory) {
  t_.Transact({Tag(1, "a"), NoTag(1, "a")});
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt), ElementsAre("1 :tag a t6-", "1 :tag a t6+"));
}

TEST_F(TransactorTest, ANoHistoryAttributeNeverReachesHistory) {
  const auto pulse = [](int64_t v) { return TestDb::Add(1, ":pulse", Value::Long(v)); };
  t_.Transact({pulse(60)});
  const TxReport report = t_.Transact({pulse(61)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :pulse 60 t7-", "1 :pulse 61 t7+"));
  t_.Transact({TestDb::Retract(1, ":pulse", Value::Long(61))});
  EXPECT_THAT(t_.User(IndexName::kEavt), IsEmpty());
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt), IsEmpty());
  EXPECT_THAT(t_.User(IndexName::kTemporalAvet), IsEmpty());
}

TEST_F(TransactorTest, TheInstantComesFirstAndNeverReachesHistoryNorAvet) {
  const TxReport report = t_.Transact({Age(1, 10)});
  ASSERT_EQ(report.tx_data.size(), 2u);
  EXPECT_EQ(t_.Text(report.tx_data.front()), "536870918 :db/txInstant 1000000000000 t6+");
  EXPECT_EQ(t_.db.size(IndexName::kAevt),
            6 + kDeclarations + 1);  // instants, declarations, the age
  EXPECT_EQ(t_.db.size(IndexName::kTemporalEavt), kDeclarations + 1);
  EXPECT_EQ(t_.db.size(IndexName::kAvet), 5 + 1);  // idents, the age
}

TEST_F(TransactorTest, WithoutHistoryTheInstantIsStillWritten) {
  TestDb t(kWithoutHistory);
  const TxReport report = t.Transact({});
  EXPECT_THAT(t.Texts(report.tx_data), ElementsAre("536870913 :db/txInstant 1000000000000 t1+"));
  EXPECT_FALSE(t.db.has(IndexName::kTemporalEavt));
}

TEST_F(TransactorTest, FactsAboutTheTransactionAreAllowed) {
  const EntityId tx = t_.db.max_tx + 1;
  t_.Transact({Tag(tx, "import")});
  EXPECT_EQ(t_.db.max_eid, 1004u);
  EXPECT_EQ(t_.db.size(IndexName::kEavt), 6 + kDeclarations + 1);
}

TEST_F(TransactorTest, MaxEidIsTheHighestEntityEverAsserted) {
  t_.Transact({Age(5000, 1), Ref(1, ":friend", 9000)});
  t_.Transact({TestDb::RetractEntity(5000)});
  EXPECT_EQ(t_.db.max_eid, 5000u);
  EXPECT_EQ(t_.db.max_tx, kTx0 + 7);
}

TEST_F(TransactorTest, RetractEntityTakesItsDatomsThenRefsToItThenItsComponents) {
  t_.Transact({Age(1, 10), Tag(1, "a"), Ref(1, ":part", 3), Ref(1, ":part", 2), Age(2, 20),
               Age(3, 30), Ref(3, ":part", 4), Age(4, 40), Ref(7, ":friend", 1),
               Ref(6, ":friend", 1), Ref(7, ":friend", 3), Age(7, 70)});
  const TxReport report = t_.Transact({TestDb::RetractEntity(1)});
  EXPECT_THAT(t_.Deltas(report),
              ElementsAre("1 :age 10 t7-", "1 :part 2 t7-", "1 :part 3 t7-", "1 :tag a t7-",
                          "6 :friend 1 t7-", "7 :friend 1 t7-",  //
                          "2 :age 20 t7-",                       //
                          "3 :age 30 t7-", "3 :part 4 t7-", "7 :friend 3 t7-", "4 :age 40 t7-"));
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("7 :age 70 t6+"));
}

TEST_F(TransactorTest, RetractEntityEndsOnCyclesAndSelfReferences) {
  t_.Transact({Ref(1, ":part", 2), Ref(2, ":part", 1), Ref(2, ":part", 2), Ref(1, ":friend", 1)});
  t_.Transact({TestDb::RetractEntity(1)});
  EXPECT_THAT(t_.User(IndexName::kEavt), IsEmpty());
  EXPECT_THAT(t_.User(IndexName::kAvet), IsEmpty());
}

TEST_F(TransactorTest, RetractEntityFollowsALongChainOfComponents) {
  constexpr EntityId kLength = 20'000;
  std::vector<Operation> operations;
  for (EntityId e = 10'000; e < 10'000 + kLength; ++e) {
    operations.push_back(Ref(e, ":part", e + 1));
  }
  t_.Transact(operations);
  const TxReport report = t_.Transact({TestDb::RetractEntity(10'000)});
  EXPECT_EQ(report.tx_data.size(), 1 + kLength);
}

TEST_F(TransactorTest, RetractEntityOfWhatDoesNotExistDoesNothing) {
  EXPECT_THAT(t_.Deltas(t_.Transact({TestDb::RetractEntity(77)})), IsEmpty());
}

TEST_F(TransactorTest, RetractEntitySeesWhatTheTransactionDidBefore) {
  const TxReport report = t_.Transact({Age(1, 10), TestDb::RetractEntity(1), Age(1, 11)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :age 10 t6+", "1 :age 10 t6-", "1 :age 11 t6+"));
}

TEST_F(TransactorTest, HistoryWithoutAChangeStaysTheSameObject) {
  const TxReport report = t_.Transact({Tag(1, "a")});
  for (const IndexName name :
       {IndexName::kTemporalEavt, IndexName::kTemporalAevt, IndexName::kTemporalAvet}) {
    EXPECT_EQ(report.db_before.index(name), report.db_after.index(name)) << IndexNameText(name);
  }
  EXPECT_NE(report.db_before.index(IndexName::kEavt), report.db_after.index(IndexName::kEavt));
  EXPECT_EQ(report.db_before.index(IndexName::kAvet), report.db_after.index(IndexName::kAvet));
}

TEST_F(TransactorTest, StringsSortByCodePoint) {
  t_.Transact({Tag(1, "\U0001F600"), Tag(1, "\uFF5E")});
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :tag \uFF5E t6+", "1 :tag \U0001F600 t6+"));
}

TEST_F(TransactorTest, MinusZeroIsTheSameValueAsZero) {
  t_.Declare(":weight", "double");
  t_.Transact({TestDb::Add(1, ":weight", Value::Double(0.0))});
  const TxReport report = t_.Transact({TestDb::Add(1, ":weight", Value::Double(-0.0))});
  EXPECT_THAT(t_.Deltas(report), IsEmpty());
}

}  // namespace
}  // namespace datombench

// What the original does and `current` semantics don't: each quirk by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/transactor.h"
#include "tests/index/db_fixture.h"

namespace datombench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TransactorDatahikeTest : public ::testing::Test {
 protected:
  void SetUp() override { Declare(t_); }
  static void Declare(TestDb& t) {
    t.Declare(":age", "long", {{":db/index", "true"}});                          // t1
    t.Declare(":tag", "string", {{":db/cardinality", ":db.cardinality/many"}});  // t2
    t.Declare(":sane", "boolean");                                               // t3
  }
  static Operation Age(EntityId e, int64_t v) { return TestDb::Add(e, ":age", Value::Long(v)); }
  static Operation NoAge(EntityId e, int64_t v) {
    return TestDb::Retract(e, ":age", Value::Long(v));
  }
  static Operation Sane(EntityId e, bool v) { return TestDb::Add(e, ":sane", Value::Boolean(v)); }
  Operation Tag(EntityId e, const char* v) { return TestDb::Add(e, ":tag", t_.String(v)); }
  Operation NoTag(EntityId e, const char* v) { return TestDb::Retract(e, ":tag", t_.String(v)); }

  TestDb t_{{true, Semantics::kDatahike6c1468fd}};
};

TEST_F(TransactorDatahikeTest, WithoutHistoryNoInstantIsWritten) {
  TestDb t({false, Semantics::kDatahike6c1468fd});
  Declare(t);
  const TxReport report = t.Transact({Age(1, 10)});
  EXPECT_THAT(t.Texts(report.tx_data), ElementsAre("1 :age 10 t4+"));
}

TEST_F(TransactorDatahikeTest, WithoutHistoryAnEmptyTransactionChangesNoIndex) {
  TestDb t({false, Semantics::kDatahike6c1468fd});
  Declare(t);
  const TxReport report = t.Transact({});
  EXPECT_THAT(report.tx_data, IsEmpty());
  EXPECT_EQ(report.db_before.indexes, report.db_after.indexes);
  EXPECT_EQ(report.db_after.max_tx, report.db_before.max_tx + 1);
}

TEST_F(TransactorDatahikeTest, AnUpsertToTheSameValueMovesItsTransactionAndRecordsNothing) {
  t_.Transact({Age(1, 10)});
  const TxReport report = t_.Transact({Age(1, 10)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :age 10 t5+"));
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :age 10 t5+"));
  EXPECT_THAT(t_.User(IndexName::kAvet), ElementsAre("1 :age 10 t5+"));
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt), ElementsAre("1 :age 10 t4+"));
}

TEST_F(TransactorDatahikeTest, TheDeltasOfAnUpsertComeAssertionFirst) {
  t_.Transact({Age(1, 10)});
  const TxReport report = t_.Transact({Age(1, 11)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :age 11 t5+", "1 :age 10 t5-"));
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt),
              ElementsAre("1 :age 10 t4+", "1 :age 10 t5-", "1 :age 11 t5+"));
}

TEST_F(TransactorDatahikeTest, AnUpsertAfterAMoveDoesNotRecordTheMovedDatom) {
  t_.Transact({Age(1, 10)});
  t_.Transact({Age(1, 10)});
  t_.Transact({Age(1, 11)});
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt),
              ElementsAre("1 :age 10 t4+", "1 :age 10 t6-", "1 :age 11 t6+"));
}

TEST_F(TransactorDatahikeTest, ARetractionAfterAMoveRecordsTheMovedDatom) {
  t_.Transact({Age(1, 10)});
  t_.Transact({Age(1, 10)});
  t_.Transact({NoAge(1, 10), Age(1, 11)});
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt),
              ElementsAre("1 :age 10 t4+", "1 :age 10 t5+", "1 :age 10 t6-", "1 :age 11 t6+"));
}

TEST_F(TransactorDatahikeTest, AnUpsertWithinATransactionRecordsTheRetractionToo) {
  t_.Transact({Age(1, 10), Age(1, 11)});
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt),
              ElementsAre("1 :age 10 t4-", "1 :age 10 t4+", "1 :age 11 t4+"));
}

TEST_F(TransactorDatahikeTest, OfOneAssertedAndRetractedInATransactionOnlyTheAssertionRemains) {
  t_.Transact({Age(1, 10), NoAge(1, 10), Tag(1, "a"), NoTag(1, "a")});
  EXPECT_THAT(t_.User(IndexName::kEavt), IsEmpty());
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt), ElementsAre("1 :age 10 t4+", "1 :tag a t4+"));
}

TEST_F(TransactorDatahikeTest, OfOneRetractedAssertedAndRetractedTheSecondRetractionIsLost) {
  t_.Transact({Tag(1, "a")});
  const TxReport report = t_.Transact({NoTag(1, "a"), Tag(1, "a"), NoTag(1, "a")});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :tag a t5-", "1 :tag a t5+", "1 :tag a t5-"));
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt), ElementsAre("1 :tag a t4+", "1 :tag a t5-"));
}

TEST_F(TransactorDatahikeTest, AReplacedFalseLeavesNoTraceInTheHistory) {
  t_.Transact({Sane(1, false)});
  const TxReport report = t_.Transact({Sane(1, true)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :sane true t5+"));
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :sane true t5+"));
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt),
              ElementsAre("1 :sane false t4+", "1 :sane true t5+"));
}

TEST_F(TransactorDatahikeTest, AFalseAssertedAgainIsRecordedAgain) {
  t_.Transact({Sane(1, false)});
  const TxReport report = t_.Transact({Sane(1, false)});
  EXPECT_THAT(t_.Deltas(report), ElementsAre("1 :sane false t5+"));
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :sane false t5+"));
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt),
              ElementsAre("1 :sane false t4+", "1 :sane false t5+"));
}

TEST_F(TransactorDatahikeTest, AReplacedTrueIsRecordedAsEveryOtherValue) {
  t_.Transact({Sane(1, true)});
  t_.Transact({Sane(1, false)});
  EXPECT_THAT(t_.User(IndexName::kTemporalEavt),
              ElementsAre("1 :sane false t5+", "1 :sane true t4+", "1 :sane true t5-"));
}

TEST_F(TransactorDatahikeTest, ManyValuesAssertedAgainStayAsTheyAre) {
  t_.Transact({Tag(1, "a")});
  const TxReport report = t_.Transact({Tag(1, "a")});
  EXPECT_THAT(t_.Deltas(report), IsEmpty());
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :tag a t4+"));
}

TEST_F(TransactorDatahikeTest, StringsSortByUtf16Unit) {
  t_.Transact({Tag(1, "\U0001F600"), Tag(1, "\uFF5E")});
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :tag \U0001F600 t4+", "1 :tag \uFF5E t4+"));
}

}  // namespace
}  // namespace datombench

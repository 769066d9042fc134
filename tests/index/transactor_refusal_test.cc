// What transactions must not do, and what the refusal says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "index/transactor.h"
#include "tests/index/db_fixture.h"

namespace datombench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TransactorRefusalTest : public ::testing::TestWithParam<DbOptions> {
 protected:
  void SetUp() override {
    t_.Declare(":age", "long");
    t_.Declare(":name", "string");
    t_.Declare(":weight", "double");
    t_.Declare(":id", "uuid");
    t_.Declare(":friend", "ref");
    t_.Declare(":email", "string", {{":db/unique", ":db.unique/value"}});
    t_.Declare(":phones", "string",
               {{":db/unique", ":db.unique/value"}, {":db/cardinality", ":db.cardinality/many"}});
  }
  Operation Add(EntityId e, std::string_view a, const Value& v) { return TestDb::Add(e, a, v); }
  Operation Email(EntityId e, const char* v) { return Add(e, ":email", t_.String(v)); }

  TestDb t_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(BothSemantics, TransactorRefusalTest,
                         ::testing::Values(DbOptions{true, Semantics::kCurrent},
                                           DbOptions{true, Semantics::kDatahike6c1468fd}));

TEST_P(TransactorRefusalTest, AWrongValueTypeIsNamedWithTheOperation) {
  EXPECT_EQ(t_.Refusal({Add(1, ":age", Value::Long(1)), Add(17, ":age", t_.String("old"))}),
            "operation 1 ([:db/add 17 :age \"old\"]): expected a long, got a string");
  EXPECT_EQ(t_.Refusal({TestDb::Retract(1, ":friend", Value::Instant(3))}),
            "operation 0 ([:db/retract 1 :friend 3]): expected a ref, got an instant");
  EXPECT_THAT(t_.Refusal({Add(1, ":age", Value())}), HasSubstr("expected a long, got nothing"));
}

TEST_P(TransactorRefusalTest, ALongValueIsCutInTheMessage) {
  const std::string long_text(1000, 'x');
  const std::string refusal = t_.Refusal({Add(1, ":age", t_.String(long_text))});
  EXPECT_LT(refusal.size(), 200u);
  EXPECT_THAT(refusal, HasSubstr("xxx...\"]"));
}

TEST_P(TransactorRefusalTest, UndeclaredAttributesAreRefused) {
  EXPECT_EQ(t_.Refusal({Add(1, ":agee", Value::Long(1))}),
            "operation 0 ([:db/add 1 :agee 1]): :agee is not declared by an earlier transaction");
  EXPECT_THAT(t_.Refusal({TestDb::Retract(1, "", Value::Long(1))}), HasSubstr("without a name"));
}

TEST_P(TransactorRefusalTest, EntityIdsOutOfRangeAreRefused) {
  EXPECT_THAT(t_.Refusal({Add(0, ":age", Value::Long(1))}), HasSubstr("entity ids start at 1"));
  EXPECT_THAT(t_.Refusal({Add(1, ":friend", Value::Ref(0))}), HasSubstr("entity ids start at 1"));
  EXPECT_THAT(t_.Refusal({Add(kTx0, ":age", Value::Long(1))}),
              HasSubstr("entity ids end at 536870911; beyond, only the transaction's own id "
                        "536870920 may be used"));
  EXPECT_THAT(t_.Refusal({TestDb::RetractEntity(t_.db.max_tx)}), HasSubstr("entity ids end at"));
}

TEST_P(TransactorRefusalTest, NotANumberIsRefused) {
  const Value nan(ValueType::kDouble,
                  std::bit_cast<uint64_t>(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_THAT(t_.Refusal({Add(1, ":weight", nan)}), HasSubstr("NaN has no place in an order"));
}

TEST_P(TransactorRefusalTest, AUuidOfAnotherSizeIsRefused) {
  const char bytes[] = {3, 0, 0, 0, 'a', 'b', 'c'};
  alignas(4) char aligned[sizeof(bytes)];
  std::memcpy(aligned, bytes, sizeof(bytes));
  const Value uuid =
      Value::OutOfLine(ValueType::kUuid, reinterpret_cast<const OutOfLineBytes*>(aligned));
  EXPECT_THAT(t_.Refusal({Add(1, ":id", uuid)}), HasSubstr("a uuid has 16 bytes"));
}

TEST_P(TransactorRefusalTest, TheInstantIsNotSetByOperations) {
  const EntityId tx = t_.db.max_tx + 1;
  EXPECT_THAT(t_.Refusal({Add(tx, ":db/txInstant", Value::Instant(1))}),
              HasSubstr(":db/txInstant comes from the transaction's instant"));
  EXPECT_THAT(t_.Refusal({TestDb::RetractEntity(tx)}),
              HasSubstr(":db/txInstant can't be retracted"));
}

TEST_P(TransactorRefusalTest, AUniqueValueBelongsToOneEntity) {
  t_.Transact({Email(1, "a@x")});
  EXPECT_EQ(t_.Refusal({Email(2, "a@x")}),
            "operation 0 ([:db/add 2 :email \"a@x\"]): :email is unique and entity 1 has this "
            "value already");
  t_.Transact({Add(1, ":phones", t_.String("1")), Add(1, ":phones", t_.String("2"))});
  EXPECT_THAT(t_.Refusal({Add(2, ":phones", t_.String("2"))}), HasSubstr(":phones is unique"));
}

TEST_P(TransactorRefusalTest, AUniqueValueOfTheSameTransactionCountsToo) {
  EXPECT_THAT(t_.Refusal({Email(1, "a@x"), Email(2, "a@x")}), HasSubstr("entity 1 has this"));
}

TEST_P(TransactorRefusalTest, AUniqueValueRetractedEarlierInTheTransactionIsFree) {
  t_.Transact({Email(1, "a@x")});
  t_.Transact({TestDb::Retract(1, ":email", t_.String("a@x")), Email(2, "a@x")});
  t_.Transact({Email(2, "b@x"), Email(3, "a@x")});
  t_.Transact({TestDb::RetractEntity(3), Email(4, "a@x")});
  EXPECT_THAT(t_.User(IndexName::kAvet), ElementsAre("4 :email a@x t11+", "2 :email b@x t10+"));
}

TEST_P(TransactorRefusalTest, AnEntityMayKeepItsOwnUniqueValue) {
  t_.Transact({Email(1, "a@x")});
  EXPECT_EQ(t_.Refusal({Email(1, "a@x")}), "");
}

TEST_P(TransactorRefusalTest, ARefusedTransactionLeavesTheDatabaseAsItWas) {
  t_.Transact({Email(1, "a@x"), Add(1, ":age", Value::Long(3))});
  const Db before = t_.db;
  const std::vector<std::string> eavt = t_.User(IndexName::kEavt);
  const AttributeId end = before.lineage->attributes->end();
  EXPECT_NE(t_.Refusal({Add(1, ":age", Value::Long(4)), TestDb::RetractEntity(1),
                        Add(5, ":name", t_.String("new")), Add(5, ":age", Value())}),
            "");
  EXPECT_EQ(t_.User(IndexName::kEavt), eavt);
  EXPECT_EQ(t_.db.indexes, before.indexes);
  EXPECT_EQ(t_.db.lineage->attributes->end(), end);
  t_.Transact({Add(1, ":age", Value::Long(5))});
  EXPECT_TRUE(HoldSame(
      Replay(before, before.max_tx + 1,
             Transact(before, {{Add(1, ":age", Value::Long(5))}, 1'000'000'000'000}).tx_data),
      t_.db));
}

}  // namespace
}  // namespace datombench

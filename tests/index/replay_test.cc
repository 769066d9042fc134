// Named cases of replay; db_model_test.cc has the random ones.
#include "index/replay.h"

#include <gtest/gtest.h>

#include "tests/index/db_fixture.h"

namespace datombench {
namespace {

class ReplayTest : public ::testing::TestWithParam<DbOptions> {
 protected:
  // Transacts, and expects both replays of the deltas to give the same.
  void Transact(const std::vector<Operation>& operations) {
    const TxReport report = t_.Transact(operations);
    EXPECT_TRUE(HoldSame(Replay(report.db_before, report.db_after.max_tx, report.tx_data),
                         report.db_after));
    log_.insert(log_.end(), report.tx_data.begin(), report.tx_data.end());
    Sequences sequences;
    const Db empty = Db::Empty(t_.db.lineage);
    const auto schema = ReplayInBulk(*t_.db.lineage, empty.schema, log_, &sequences);
    EXPECT_TRUE(HoldSame(
        BuildDb(t_.db.lineage, schema, t_.db.max_tx, t_.db.max_eid, std::move(sequences)), t_.db));
  }
  Operation Keyword(EntityId e, std::string_view a, std::string_view v) {
    return TestDb::Add(e, a, t_.Keyword(v));
  }
  static Operation Age(int64_t v) { return TestDb::Add(1, ":age", Value::Long(v)); }
  static Operation NoAge(int64_t v) { return TestDb::Retract(1, ":age", Value::Long(v)); }
  static Operation Sane(bool v) { return TestDb::Add(1, ":sane", Value::Boolean(v)); }

  void DeclareAll() {
    Transact({Keyword(1000, ":db/ident", ":age"), Keyword(1000, ":db/valueType", ":db.type/long"),
              Keyword(1001, ":db/ident", ":sane"),
              Keyword(1001, ":db/valueType", ":db.type/boolean")});
  }

  TestDb t_{GetParam()};
  std::vector<Datom> log_;
};
INSTANTIATE_TEST_SUITE_P(EverySemantics, ReplayTest,
                         ::testing::Values(DbOptions{true, Semantics::kCurrent},
                                           DbOptions{false, Semantics::kCurrent},
                                           DbOptions{true, Semantics::kDatahike6c1468fd},
                                           DbOptions{false, Semantics::kDatahike6c1468fd}));

TEST_P(ReplayTest, AnUpsertAndARetractionWithAnAssertionAreToldApart) {
  DeclareAll();
  Transact({Age(1)});
  Transact({Age(1)});
  Transact({Age(2), Age(3)});
  Transact({NoAge(3), Age(4), NoAge(4), Age(5), Age(6)});
  Transact({Age(6), NoAge(6), Age(6)});
}

TEST_P(ReplayTest, FalseIsReplayedAsItWasTransacted) {
  DeclareAll();
  Transact({Sane(false)});
  Transact({Sane(false)});
  Transact({Sane(true), Sane(false), Sane(true)});
  Transact({Sane(false), Sane(false)});
  Transact({TestDb::Retract(1, ":sane", Value::Boolean(false))});
}

TEST_P(ReplayTest, AttributesDeclaredByTheDeltasAreDeclared) {
  DeclareAll();
  Transact({Age(1), Keyword(1002, ":db/ident", ":tag")});
  Transact({Keyword(1002, ":db/valueType", ":db.type/string"),
            Keyword(1002, ":db/cardinality", ":db.cardinality/many"),
            Keyword(1002, ":db/unique", ":db.unique/value")});
  Transact({TestDb::Add(1, ":tag", t_.String("b")), TestDb::Add(1, ":tag", t_.String("a"))});
  Transact({TestDb::Retract(1, ":tag", t_.String("b"))});
}

TEST_P(ReplayTest, ATransactionWithoutDeltasCounts) {
  const Db after = Replay(t_.db, kTx0 + 1, {});
  EXPECT_EQ(after.max_tx, kTx0 + 1);
  EXPECT_EQ(after.indexes, t_.db.indexes);
}

TEST_P(ReplayTest, BulkReplayOfNothingLeavesTheSequences) {
  DeclareAll();
  Transact({Age(1)});
  Sequences sequences{DatomsOf(t_.db, IndexName::kEavt), DatomsOf(t_.db, IndexName::kTemporalEavt)};
  const auto schema = ReplayInBulk(*t_.db.lineage, t_.db.schema, {}, &sequences);
  EXPECT_TRUE(HoldSame(
      BuildDb(t_.db.lineage, schema, t_.db.max_tx, t_.db.max_eid, std::move(sequences)), t_.db));
}

TEST_P(ReplayTest, AnEmptyDatabaseCanBeBuilt) {
  const Db empty = Db::Empty(t_.db.lineage);
  EXPECT_TRUE(HoldSame(BuildDb(t_.db.lineage, empty.schema, kTx0, 0, {}), empty));
}

}  // namespace
}  // namespace datombench

// A database that is given up for its successor: what is changed in place, and what is left when a
// transaction fails. And evaluation, which comes first: it must stay linear.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backends/error.h"
#include "index/node_cache.h"
#include "index/node_storage.h"
#include "tests/index/datom_factory.h"
#include "tests/index/db_fixture.h"
#include "tests/support/memory_node_storage.h"

namespace datombench {
namespace {

std::string KindName(const testing::TestParamInfo<const IndexKind*>& info) {
  return std::string(info.param->name());
}

Operation Email(EntityId e, int64_t v) { return TestDb::Add(e, ":email", Value::Long(v)); }
Operation NoEmail(EntityId e, int64_t v) { return TestDb::Retract(e, ":email", Value::Long(v)); }

class GivenUpTest : public testing::TestWithParam<const IndexKind*> {
 protected:
  static constexpr EntityId kEntities = 100;

  GivenUpTest() {
    t_.Declare(":email", "long", {{":db/unique", ":db.unique/value"}});
    std::vector<Operation> operations;
    for (EntityId e = 1; e <= kEntities; ++e) {
      operations.push_back(Email(e, static_cast<int64_t>(e)));
    }
    t_.Transact(operations);
  }

  static const Datom* RunOfLast(const Db& db, IndexName name) {
    return db.index(name)->SliceBackward(LowestDatom({}), HighestDatom({}))->Next().data();
  }
  // A transaction that changes every index; its own datom is the last one of EAVT.
  Transaction Next() { return {{Email(7, 1000 + ++last_email_)}, 1'000'000'000'000 + last_email_}; }

  // The same in indexes of its own.
  static Db TwinOf(const Db& db, ComparisonCounter* counter = nullptr) {
    Db twin = db;
    for (const IndexName name : kIndexNames) {
      twin.index(name) =
          GetParam()->FromSorted(DatomOrder(OrderOf(name), db.lineage->attributes, counter),
                                 db.lineage->index_options, DatomsOf(db, name));
    }
    return twin;
  }

  TestDb t_{{}, GetParam()->name()};
  int64_t last_email_ = 0;
};
INSTANTIATE_TEST_SUITE_P(AllIndexes, GivenUpTest, testing::ValuesIn(AllIndexes()), KindName);

TEST_P(GivenUpTest, TheReportHasNoFormerDatabase) {
  TxReport report = Transact(std::move(t_.db), Next());
  EXPECT_EQ(report.db_before.lineage, nullptr);
  for (const IndexName name : kIndexNames) EXPECT_FALSE(report.db_before.has(name));
  EXPECT_EQ(report.tx_data.size(), 3u);
}

// At times a node is full, or its memory is.
TEST_P(GivenUpTest, IndexesAreChangedWhereTheyLie) {
  int in_place = 0;
  for (int i = 0; i < 24; ++i) {
    const Datom* const before = RunOfLast(t_.db, IndexName::kEavt);
    t_.db = std::move(Transact(std::move(t_.db), Next()).db_after);
    in_place += RunOfLast(t_.db, IndexName::kEavt) == before ? 1 : 0;
  }
  EXPECT_GE(in_place, 8);
}

TEST_P(GivenUpTest, IndexesAreReplayedWhereTheyLie) {
  Db twin = TwinOf(t_.db);
  int in_place = 0;
  for (int i = 0; i < 24; ++i) {
    TxReport report = Transact(std::move(twin), Next());
    twin = std::move(report.db_after);
    const Datom* const before = RunOfLast(t_.db, IndexName::kEavt);
    t_.db = Replay(std::move(t_.db), twin.max_tx, report.tx_data);
    in_place += RunOfLast(t_.db, IndexName::kEavt) == before ? 1 : 0;
  }
  EXPECT_GE(in_place, 8);
  EXPECT_TRUE(HoldSame(t_.db, twin));
}

TEST_P(GivenUpTest, WhatSomebodyElseHasStaysAsItWas) {
  for (int i = 0; i < 24; ++i) {
    const Db kept = t_.db;
    const std::vector<Datom> datoms = DatomsOf(kept, IndexName::kEavt);
    const Datom* const before = RunOfLast(t_.db, IndexName::kEavt);
    t_.db = std::move(Transact(std::move(t_.db), Next()).db_after);
    EXPECT_NE(RunOfLast(t_.db, IndexName::kEavt), before);
    EXPECT_TRUE(SameDatoms(DatomsOf(kept, IndexName::kEavt), datoms));
  }
}

TEST_P(GivenUpTest, ARefusedTransactionLeavesTheDatabase) {
  const Db kept = t_.db;
  const std::vector<Operation> operations = {Email(1, 500), Email(2, 501), Email(3, 4)};
  EXPECT_THROW(Transact(std::move(t_.db), {operations, 1}), TransactionError);
  EXPECT_EQ(t_.db.indexes, kept.indexes);
  EXPECT_EQ(t_.db.schema, kept.schema);
  EXPECT_EQ(t_.db.lineage, kept.lineage);
  EXPECT_EQ(t_.db.max_tx, kept.max_tx);
}

// Evaluation passes over what the transaction retracted, but not again and again.
class EvaluationTest : public GivenUpTest {
 protected:
  static constexpr EntityId kMany = 3000;
  // Of seeks in index and overlay, and of edits of six indexes, but far from kMany.
  static constexpr uint64_t kMostOfAnOperation = 600;

  static uint64_t ComparisonsOf(const Db& db, const std::vector<Operation>& operations) {
    ComparisonCounter counter;
    Db counted = TwinOf(db, &counter);
    counter.is_on = true;
    Transact(std::move(counted), {operations, 1});
    return counter.comparisons;
  }
};
INSTANTIATE_TEST_SUITE_P(AllIndexes, EvaluationTest, testing::ValuesIn(AllIndexes()), KindName);

TEST_P(EvaluationTest, RetractingAnEntityWithManyDatomsAndRefsToItIsLinear) {
  t_.Declare(":friend", "ref", {{":db/cardinality", ":db.cardinality/many"}});
  const auto add = [](EntityId e, EntityId friend_of) {
    return TestDb::Add(e, ":friend", Value::Ref(friend_of));
  };
  std::vector<Operation> operations;
  for (EntityId e = 10'000; e < 10'000 + kMany; ++e) {
    operations.push_back(add(e, 5));
    operations.push_back(add(5, e));
  }
  t_.Transact(operations);
  // The second time it finds nothing.
  const std::vector<Operation> retractions(kMany, TestDb::RetractEntity(5));
  EXPECT_LE(ComparisonsOf(t_.db, retractions), 3 * kMany * kMostOfAnOperation);
}

TEST_P(EvaluationTest, RetractingUniqueValuesAndAssertingThemElsewhereIsLinear) {
  std::vector<Operation> assertions;
  for (EntityId e = 10'000; e < 10'000 + kMany; ++e) {
    assertions.push_back(Email(e, static_cast<int64_t>(e)));
  }
  t_.Transact(assertions);
  std::vector<Operation> operations;
  for (EntityId e = 10'000; e < 10'000 + kMany; ++e) {
    operations.push_back(NoEmail(e, static_cast<int64_t>(e)));
  }
  for (EntityId e = 10'000; e < 10'000 + kMany; ++e) {
    operations.push_back(Email(e + kMany, static_cast<int64_t>(e)));
  }
  EXPECT_LE(ComparisonsOf(t_.db, operations), 2 * kMany * kMostOfAnOperation);
}

// Nodes in a storage that may fail.
class GivenUpStoredTest : public testing::TestWithParam<const IndexKind*> {
 protected:
  GivenUpStoredTest() {
    t_.db = Db::Empty(std::make_shared<Lineage>(
        DbOptions(), *GetParam(),
        IndexOptions{.branching_factor = 8, .storage = &storage_, .cache = &cache_}));
    t_.Declare(":email", "long", {{":db/unique", ":db.unique/value"}});
    std::vector<Operation> operations;
    for (EntityId e = 1; e <= 500; ++e) operations.push_back(Email(e, static_cast<int64_t>(e)));
    t_.Transact(operations);
  }

  // The database as it is when connected: all of it in the storage.
  Db Connected() {
    Db connected = t_.db;
    for (const IndexName name : kIndexNames) {
      const StoredRoot root =
          dynamic_cast<const NodeAddressableIndex&>(*t_.db.index(name)).Store(storage_);
      StoredRoot reread =
          root.node ? StoredRoot(CopyOf(root.node->View())) : StoredRoot(root.address);
      connected.index(name) =
          GetParam()->Restore(t_.db.lineage->Order(name), t_.db.lineage->index_options,
                              std::move(reread), t_.db.size(name));
    }
    return connected;
  }

  MemoryNodeStorage storage_;
  NodeCache cache_{NodeCache::kUnlimited};
  TestDb t_{{}};
};

std::vector<const IndexKind*> NodeAddressableKinds() {
  std::vector<const IndexKind*> kinds;
  std::copy_if(AllIndexes().begin(), AllIndexes().end(), std::back_inserter(kinds),
               [](const IndexKind* kind) { return kind->is_node_addressable(); });
  return kinds;
}
INSTANTIATE_TEST_SUITE_P(AllNodeAddressable, GivenUpStoredTest,
                         testing::ValuesIn(NodeAddressableKinds()), KindName);

TEST_P(GivenUpStoredTest, AFailureLeavesTheDatabaseAsItWasOrNone) {
  std::vector<Operation> operations;
  for (const EntityId e : {3, 200, 450}) {
    operations.push_back(Email(e, 1000 + static_cast<int64_t>(e)));
  }
  const Transaction transaction{operations, 1};
  const Db after = Transact(t_.db, transaction).db_after;
  int as_it_was = 0;
  int gone = 0;
  for (uint64_t k = 1;; ++k) {
    Db db = Connected();
    storage_.FailRestore(k);
    try {
      EXPECT_TRUE(HoldSame(Transact(std::move(db), transaction).db_after, after));
      break;
    } catch (const StorageError&) {
      storage_.Heal();
      (db.lineage != nullptr ? as_it_was : gone)++;
      EXPECT_TRUE(db.lineage == nullptr || HoldSame(db, t_.db)) << "failure " << k;
      for (const IndexName name : kIndexNames) EXPECT_EQ(db.has(name), db.lineage != nullptr);
    }
  }
  EXPECT_GT(as_it_was, 0);
  EXPECT_GT(gone, 0);
}

}  // namespace
}  // namespace datombench

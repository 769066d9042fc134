#include "index/db.h"

#include <gtest/gtest.h>

namespace datombench {
namespace {

Db Empty(const DbOptions& options) {
  return Db::Empty(std::make_shared<Lineage>(options, *FindIndex("sorted_set"), IndexOptions{}));
}

TEST(DbTest, IndexesHaveNamesAndOrders) {
  EXPECT_EQ(IndexNameText(IndexName::kEavt), "eavt");
  EXPECT_EQ(IndexNameText(IndexName::kTemporalAvet), "temporal-avet");
  EXPECT_EQ(OrderOf(IndexName::kTemporalAevt), OrderKind::kAevt);
  EXPECT_FALSE(IsTemporal(IndexName::kAvet));
  EXPECT_TRUE(IsTemporal(IndexName::kTemporalEavt));
}

TEST(DbTest, SemanticsAreParsedByTheirNames) {
  for (const Semantics semantics : {Semantics::kCurrent, Semantics::kDatahike6c1468fd}) {
    EXPECT_EQ(ParseSemantics(SemanticsName(semantics)), semantics);
  }
  EXPECT_EQ(ParseSemantics("datahike"), std::nullopt);
}

TEST(DbTest, AnEmptyDatabaseHasSixEmptyIndexesAndTheBuiltinSchema) {
  const Db db = Empty({});
  for (const IndexName name : kIndexNames) {
    ASSERT_TRUE(db.has(name));
    EXPECT_EQ(db.size(name), 0u);
    EXPECT_EQ(db.index(name)->order().kind(), OrderOf(name));
  }
  EXPECT_EQ(db.max_tx, kTx0);
  EXPECT_EQ(db.max_eid, 0u);
  EXPECT_TRUE((*db.schema)[db.schema->builtin().ident].is_declared());
}

TEST(DbTest, WithoutHistoryThereAreThreeIndexes) {
  const Db db = Empty({.keep_history = false});
  for (const IndexName name : kIndexNames) {
    EXPECT_EQ(db.has(name), !IsTemporal(name));
    EXPECT_EQ(db.size(name), 0u);
  }
}

TEST(DbTest, TheOriginalComparesStringsByUtf16Unit) {
  EXPECT_EQ(Empty({}).lineage->attributes->strings(), StringOrder::kCodePoint);
  EXPECT_EQ(Empty({true, Semantics::kDatahike6c1468fd}).lineage->attributes->strings(),
            StringOrder::kUtf16Unit);
}

}  // namespace
}  // namespace datombench

// What versions share, counted: in nodes stored and in bytes held.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "index/node_cache.h"
#include "index/registry.h"
#include "tests/index/datom_factory.h"
#include "tests/support/memory_node_storage.h"

namespace datombench {
namespace {

class StructuralSharingTest
    : public testing::TestWithParam<std::tuple<const IndexKind*, uint32_t>> {
 protected:
  struct Shape {
    std::set<Address> addresses;
    uint64_t depth = 0;
  };

  uint32_t branching_factor() const { return std::get<1>(GetParam()); }

  IndexPtr Build(const std::vector<Datom>& datoms) {
    const IndexOptions options{
        .branching_factor = branching_factor(), .storage = &storage_, .cache = &cache_};
    return std::get<0>(GetParam())->FromSorted(order_, options, datoms);
  }
  static const NodeAddressableIndex& Nodes(const IndexPtr& index) {
    return dynamic_cast<const NodeAddressableIndex&>(*index);
  }
  void Store(const IndexPtr& index) { Nodes(index).Store(storage_); }
  static Shape ShapeOf(const IndexPtr& index) {
    Shape shape;
    Nodes(index).VisitAddresses([&](Address address, uint32_t level) {
      shape.addresses.insert(address);
      shape.depth = std::max<uint64_t>(shape.depth, level + 1);
    });
    return shape;
  }

  // A datom more; a new one, whatever the index holds.
  IndexPtr WithOneMore(const IndexPtr& index) {
    const auto transient = index->Transient();
    while (!transient->Insert(factory_.Random(random_))) {
    }
    return transient->Persist();
  }

  std::mt19937_64 random_{20260103};
  DatomFactory factory_;
  DatomOrder order_{OrderKind::kEavt, factory_.attributes()};
  MemoryNodeStorage storage_;
  NodeCache cache_{NodeCache::kUnlimited};
};

// How much an index without buffers shares can be said exactly.
class SortedSetSharingTest : public StructuralSharingTest {};

uint64_t CountCommon(const std::set<Address>& x, const std::set<Address>& y) {
  std::vector<Address> common;
  std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(common));
  return common.size();
}

TEST_P(SortedSetSharingTest, AnInsertionStoresOneNodeALevelAndSharesAllOthers) {
  // Nodes built in bulk have room, so that no insertion splits one.
  const IndexPtr first = Build(factory_.RandomSorted(random_, order_, 3000));
  Store(first);
  const Shape before = ShapeOf(first);
  ASSERT_GE(before.depth, 2u);
  EXPECT_EQ(storage_.stored(), before.addresses.size());
  for (int i = 0; i < 50; ++i) {
    const IndexPtr second = WithOneMore(first);
    EXPECT_EQ(Nodes(second).DirtyNodes(), before.depth);
    Store(second);
    const Shape after = ShapeOf(second);
    EXPECT_EQ(after.depth, before.depth);
    EXPECT_EQ(after.addresses.size(), before.addresses.size());
    EXPECT_EQ(CountCommon(before.addresses, after.addresses),
              before.addresses.size() - before.depth);
  }
  EXPECT_EQ(ShapeOf(first).addresses, before.addresses);
}

TEST_P(StructuralSharingTest, VersionsThatAreAllKeptStoreTheSumOfTheirChangesAndNoMore) {
  std::vector<IndexPtr> versions = {Build(factory_.RandomSorted(random_, order_, 500))};
  uint64_t dirty = Nodes(versions.back()).DirtyNodes();
  Store(versions.back());
  for (int transaction = 0; transaction < 60; ++transaction) {
    const auto transient = versions.back()->Transient();
    for (int i = 0; i < 10; ++i) {
      const Datom datom = factory_.Random(random_);
      const auto found = transient->Seek(datom);
      if (i % 3 == 0 && found) {
        ASSERT_TRUE(transient->Erase(*found));
      } else {
        transient->Insert(datom);
      }
    }
    versions.push_back(transient->Persist());
    dirty += Nodes(versions.back()).DirtyNodes();
    Store(versions.back());
    ASSERT_EQ(storage_.stored(), dirty) << "after transaction " << transaction;
  }
  // Every node that was stored belongs to a version: none was stored in vain.
  std::set<Address> all;
  for (const IndexPtr& version : versions) all.merge(ShapeOf(version).addresses);
  EXPECT_EQ(all.size(), storage_.stored());
  EXPECT_EQ(storage_.restored(), 0u);
}

TEST_P(SortedSetSharingTest, AVersionTakesTheBytesOfTheNodesThatItAloneHas) {
  IndexPtr first = Build(factory_.RandomSorted(random_, order_, 3000));
  Store(first);
  const uint64_t depth = ShapeOf(first).depth;
  const size_t alone = cache_.resident_bytes();
  ASSERT_GE(alone, 3000 * sizeof(Datom));
  // A slot has a key and a child, and a node a head and a little room.
  const size_t most_bytes = (depth + 1) * (branching_factor() + 16) * 64;
  IndexPtr second = WithOneMore(first);
  const size_t both = cache_.resident_bytes();
  EXPECT_GT(both, alone);
  EXPECT_LE(both - alone, most_bytes);
  first.reset();
  EXPECT_LT(cache_.resident_bytes(), both);
  EXPECT_GE(cache_.resident_bytes() + most_bytes, both);
  second.reset();
  EXPECT_EQ(cache_.resident_bytes(), 0u);
}

TEST_P(StructuralSharingTest, AVersionThatIsDroppedLeavesTheOthersWholeAndTheLastOneNothing) {
  const std::vector<Datom> datoms = factory_.RandomSorted(random_, order_, 800);
  IndexPtr first = Build(datoms);
  std::vector<IndexPtr> versions = {first};
  for (int i = 0; i < 40; ++i) versions.push_back(WithOneMore(versions.back()));
  IndexPtr newest = versions.back();
  const std::vector<Datom> last = Collect(*newest->All());
  ASSERT_EQ(last.size(), datoms.size() + 40);
  std::shuffle(versions.begin(), versions.end(), random_);
  versions.clear();
  EXPECT_TRUE(SameDatoms(*first->All(), datoms));
  EXPECT_TRUE(SameDatoms(*newest->All(), last));
  first.reset();
  EXPECT_TRUE(SameDatoms(*newest->All(), last));
  newest.reset();
  EXPECT_EQ(cache_.resident_bytes(), 0u);
}

// Where its datoms lie doesn't change with a version that is given up.
TEST_P(SortedSetSharingTest, AVersionThatIsGivenUpIsChangedWhereItLies) {
  IndexPtr index = Build(factory_.RandomSorted(random_, order_, 1000));
  const Datom last = Collect(*index->All()).back();
  const auto run_of_last = [&] {
    return index->SliceBackward(LowestDatom({}), HighestDatom({}))->Next().data();
  };
  TxId tx = last.tx();
  const auto insert = [&] {
    const auto transient = Index::TransientOf(std::move(index));
    ASSERT_TRUE(transient->Insert(last.WithTx(++tx, last.added())));
    index = transient->Persist();
  };
  // At times a node is full, or its memory is.
  int in_place = 0;
  for (int i = 0; i < 24; ++i) {
    const Datom* const before = run_of_last();
    const size_t bytes = cache_.resident_bytes();
    insert();
    in_place += run_of_last() == before && cache_.resident_bytes() == bytes ? 1 : 0;
  }
  EXPECT_GE(in_place, 8);
  // But if somebody else has it, never.
  for (int i = 0; i < 24; ++i) {
    const IndexPtr kept = index;
    const Datom* const before = run_of_last();
    insert();
    EXPECT_NE(run_of_last(), before);
  }
}

// What the older version alone kept alive goes with it, also from what is being changed.
TEST_P(StructuralSharingTest, AnOlderVersionMayGoWhileItsSuccessorIsChangedInPlace) {
  for (const bool is_persisted : {true, false}) {
    SCOPED_TRACE(is_persisted);
    IndexPtr oldest = Build(factory_.RandomSorted(random_, order_, 800));
    IndexPtr middle = WithOneMore(oldest);
    IndexPtr index = WithOneMore(middle);
    auto transient = Index::TransientOf(std::move(index));
    const auto insert = [&] {
      for (int i = 0; i < 40; ++i) transient->Insert(factory_.Random(random_));
    };
    insert();
    middle.reset();
    insert();
    const std::vector<Datom> before = Collect(*oldest->All());
    insert();
    EXPECT_TRUE(SameDatoms(*oldest->All(), before));
    oldest.reset();
    insert();
    if (is_persisted) {
      index = transient->Persist();
      EXPECT_EQ(Collect(*index->All()).size(), index->size());
    }
    transient.reset();
    index.reset();
    EXPECT_EQ(cache_.resident_bytes(), 0u);
  }
}

TEST_P(StructuralSharingTest, WhatIsStoredOfAVersionThatIsGivenUpStaysAsItWas) {
  const std::vector<Datom> datoms = factory_.RandomSorted(random_, order_, 800);
  IndexPtr index = Build(datoms);
  StoredRoot first = Nodes(index).Store(storage_);
  for (int i = 0; i < 40; ++i) {
    const auto transient = Index::TransientOf(std::move(index));
    for (int j = 0; j < 10; ++j) transient->Insert(factory_.Random(random_));
    index = transient->Persist();
    Store(index);
    EXPECT_EQ(Nodes(index).DirtyNodes(), 0u);
  }
  const std::vector<Datom> last = Collect(*index->All());
  StoredRoot root = Nodes(index).Store(storage_);
  index.reset();
  EXPECT_EQ(cache_.resident_bytes(), 0u);
  const IndexOptions options{
      .branching_factor = branching_factor(), .storage = &storage_, .cache = &cache_};
  const IndexKind& kind = *std::get<0>(GetParam());
  EXPECT_TRUE(
      SameDatoms(*kind.Restore(order_, options, std::move(first), datoms.size())->All(), datoms));
  EXPECT_TRUE(
      SameDatoms(*kind.Restore(order_, options, std::move(root), last.size())->All(), last));
}

std::vector<const IndexKind*> NodeAddressableKinds() {
  std::vector<const IndexKind*> kinds;
  std::copy_if(AllIndexes().begin(), AllIndexes().end(), std::back_inserter(kinds),
               [](const IndexKind* kind) { return kind->is_node_addressable(); });
  return kinds;
}

constexpr uint32_t kBranchingFactors[] = {4, 8, 64, 512};

std::string VariantName(
    const testing::TestParamInfo<std::tuple<const IndexKind*, uint32_t>>& variant) {
  return std::string(std::get<0>(variant.param)->name()) + "_" +
         std::to_string(std::get<1>(variant.param));
}

INSTANTIATE_TEST_SUITE_P(AllNodeAddressable, StructuralSharingTest,
                         testing::Combine(testing::ValuesIn(NodeAddressableKinds()),
                                          testing::ValuesIn(kBranchingFactors)),
                         VariantName);
INSTANTIATE_TEST_SUITE_P(SortedSet, SortedSetSharingTest,
                         testing::Combine(testing::Values(FindIndex("sorted_set")),
                                          testing::ValuesIn(kBranchingFactors)),
                         VariantName);

}  // namespace
}  // namespace datombench

// Nodes in chunks where it is delicate: siblings across chunks, restored late or evicted at once,
// after transients that were thrown away; and versions that go on several threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "backends/error.h"
#include "index/registry.h"
#include "tests/index/datom_factory.h"
#include "tests/support/memory_node_storage.h"

namespace datombench {
namespace {

constexpr uint64_t kEntities = 28'000;

Datom OfEntity(uint64_t e) {
  return {e, kFirstAttribute, Value::Long(static_cast<int64_t>(e)), kTx0 + 1, true};
}

std::vector<Datom> Collect(const Index& index) {
  std::vector<Datom> datoms;
  const auto cursor = index.All();
  for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
    datoms.insert(datoms.end(), run.begin(), run.end());
  }
  return datoms;
}

// Branching factor, bytes of the cache.
class DividedNodesTest : public testing::TestWithParam<std::tuple<uint32_t, size_t>> {
 protected:
  DividedNodesTest() : cache_(std::get<1>(GetParam())) {
    for (uint64_t e = 1; e <= kEntities; ++e) model_.insert(e);
  }

  IndexOptions Options() { return {std::get<0>(GetParam()), &storage_, &cache_}; }

  IndexPtr Built() {
    std::vector<Datom> datoms;
    for (const uint64_t e : model_) datoms.push_back(OfEntity(e));
    return kind_.FromSorted(order_, Options(), datoms);
  }

  IndexPtr StoredAndRestored(const IndexPtr& index) {
    StoredRoot root = dynamic_cast<const NodeAddressableIndex&>(*index).Store(storage_);
    return kind_.Restore(order_, Options(), std::move(root), index->size());
  }

  // Erases short runs of entities all over the index, so that single leaves fall below half, also
  // the first and the last of a chunk whose neighbour no edit has touched.
  void EraseRuns(TransientIndex* transient, std::set<uint64_t>* left) {
    const uint64_t length = std::get<0>(GetParam()) + 4;
    for (uint64_t runs = 4200 / length; runs > 0; --runs) {
      const uint64_t first = 1 + random_() % kEntities;
      for (uint64_t e = first; e < first + length; ++e) {
        EXPECT_EQ(transient->Erase(OfEntity(e)), left->erase(e) > 0) << e;
      }
    }
  }

  void ExpectModel(const Index& index) {
    const std::vector<Datom> datoms = Collect(index);
    ASSERT_EQ(datoms.size(), model_.size());
    EXPECT_TRUE(std::equal(datoms.begin(), datoms.end(), model_.begin(),
                           [](const Datom& d, uint64_t e) { return d.e() == e; }));
  }

  std::mt19937_64 random_{37};
  const IndexKind& kind_ = *FindIndex("sorted_set");
  const DatomOrder order_{OrderKind::kEavt, DatomFactory().attributes()};
  MemoryNodeStorage storage_;
  NodeCache cache_;
  std::set<uint64_t> model_;
};

TEST_P(DividedNodesTest, ErasuresAfterAnAbandonedTransientLeaveTheModel) {
  IndexPtr index = StoredAndRestored(Built());
  for (int round = 0; round < 6; ++round) {
    SCOPED_TRACE(round);
    std::set<uint64_t> abandoned = model_;
    auto thrown_away = index->Transient();
    EraseRuns(thrown_away.get(), &abandoned);
    if (round % 2 == 0) ExpectModel(*index);  // restores what the abandoned one left empty
    thrown_away.reset();
    auto transient = index->Transient();
    EraseRuns(transient.get(), &model_);
    index = transient->Persist();
    transient.reset();
    ExpectModel(*index);
    if (round % 3 == 2) index = StoredAndRestored(index);
  }
}

TEST_P(DividedNodesTest, AFailedRestoreLeavesTheFormerVersion) {
  const IndexPtr stored = Built();
  for (uint64_t k = 1; k <= 12; ++k) {
    SCOPED_TRACE(k);
    const IndexPtr index = StoredAndRestored(stored);
    storage_.FailRestore(k);
    std::set<uint64_t> left = model_;
    try {
      auto transient = index->Transient();
      EraseRuns(transient.get(), &left);
    } catch (const StorageError&) {
    }
    storage_.Heal();
    auto transient = index->Transient();
    const std::set<uint64_t> kept = model_;
    EraseRuns(transient.get(), &model_);
    const IndexPtr next = transient->Persist();
    ExpectModel(*next);
    model_ = kept;
    ExpectModel(*index);
  }
}

INSTANTIATE_TEST_SUITE_P(Caches, DividedNodesTest,
                         testing::Combine(testing::Values(130, 256),
                                          testing::Values(size_t{1}, size_t{100'000},
                                                          NodeCache::kUnlimited)),
                         [](const auto& tested) {
                           const size_t bytes = std::get<1>(tested.param);
                           return std::to_string(std::get<0>(tested.param)) + "_cache_" +
                                  (bytes == NodeCache::kUnlimited ? "unlimited"
                                                                  : std::to_string(bytes));
                         });

TEST(VersionsTest, NeighbouringVersionsGoOnThreadsBesideEachOther) {
  const IndexKind& kind = *FindIndex("sorted_set");
  const DatomOrder order(OrderKind::kEavt, DatomFactory().attributes());
  std::vector<Datom> datoms;
  for (uint64_t e = 2; e <= 4000; e += 2) datoms.push_back(OfEntity(e));
  for (int round = 0; round < 100; ++round) {
    std::vector<IndexPtr> versions{kind.FromSorted(order, {.branching_factor = 8}, datoms)};
    for (uint64_t i = 0; i < 3; ++i) {
      auto transient = versions.back()->Transient();
      for (uint64_t e = 1 + 2 * i; e < 4000; e += 200) transient->Insert(OfEntity(e));
      versions.push_back(transient->Persist());
    }
    std::vector<std::thread> threads;
    for (IndexPtr& version : versions) {
      threads.emplace_back([dropped = std::move(version)]() mutable { dropped.reset(); });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace datombench

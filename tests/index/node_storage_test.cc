// The second level of the index API: nodes stored and restored one by one, with exact counts of
// both, and a node cache that stays within its bound.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "index/node_cache.h"
#include "index/registry.h"
#include "tests/index/datom_factory.h"
#include "tests/index/map_storage.h"

namespace datombench {
namespace {

class NodeStorageTest : public testing::TestWithParam<std::tuple<const IndexKind*, uint32_t>> {
 protected:
  const IndexKind& kind() const { return *std::get<0>(GetParam()); }

  IndexOptions Options(NodeCache& cache) {
    return {.branching_factor = std::get<1>(GetParam()), .storage = &storage_, .cache = &cache};
  }
  IndexPtr Build(const std::vector<Datom>& datoms, NodeCache& cache) {
    return kind().FromSorted(order_, Options(cache), datoms);
  }
  // From what Store returned, as a strategy has read it from its record: values of its own.
  IndexPtr Restore(const StoredRoot& root, NodeCache& cache, uint64_t size) {
    StoredRoot reread =
        root.node ? StoredRoot(CopyOf(root.node->View())) : StoredRoot(root.address);
    return kind().Restore(order_, Options(cache), std::move(reread), size);
  }
  StoredRoot Store(const IndexPtr& index) { return Nodes(index).Store(storage_); }
  static const NodeAddressableIndex& Nodes(const IndexPtr& index) {
    return dynamic_cast<const NodeAddressableIndex&>(*index);
  }
  std::vector<Datom> RandomDatoms(size_t size) {
    return factory_.RandomSorted(random_, order_, size);
  }

  std::mt19937_64 random_{20260102};
  DatomFactory factory_;
  DatomOrder order_{OrderKind::kAvet, factory_.attributes()};
  MapStorage storage_;
  NodeCache unlimited_{NodeCache::kUnlimited};
};

TEST_P(NodeStorageTest, ARestoredIndexHoldsTheSameDatoms) {
  const std::vector<Datom> datoms = RandomDatoms(2000);
  const IndexPtr index = Build(datoms, unlimited_);
  const StoredRoot root = Store(index);
  const IndexPtr restored = Restore(root, unlimited_, index->size());
  EXPECT_EQ(restored->size(), datoms.size());
  EXPECT_TRUE(SameDatoms(*restored->All(), datoms));
}

TEST_P(NodeStorageTest, RestoringReadsNothingAndAPointReadOneNodeALevel) {
  const std::vector<Datom> datoms = RandomDatoms(3000);
  const StoredRoot root = Store(Build(datoms, unlimited_));
  const IndexPtr restored = Restore(root, unlimited_, datoms.size());
  EXPECT_EQ(storage_.restored, 0u);
  restored->Seek(datoms[1500]);
  uint64_t levels = 1;
  for (size_t nodes = datoms.size(); nodes > std::get<1>(GetParam()); ++levels) {
    nodes = nodes / (std::get<1>(GetParam()) / 2);
  }
  EXPECT_LE(storage_.restored, levels + 1);
  const uint64_t after_first = storage_.restored;
  restored->Seek(datoms[1500]);
  EXPECT_EQ(storage_.restored, after_first);
}

TEST_P(NodeStorageTest, ANodeIsStoredOnceAndASecondStoreWritesNothing) {
  const IndexPtr index = Build(RandomDatoms(2000), unlimited_);
  const uint64_t dirty = Nodes(index).DirtyNodes();
  const StoredRoot root = Store(index);
  EXPECT_EQ(storage_.size(), dirty);
  EXPECT_EQ(Nodes(index).DirtyNodes(), 0u);
  EXPECT_EQ(Store(index).address, root.address);
  EXPECT_EQ(storage_.size(), dirty);
}

TEST_P(NodeStorageTest, AChangeDirtiesThePathAndSharesTheRest) {
  const std::vector<Datom> datoms = RandomDatoms(4000);
  IndexPtr index = Build(datoms, unlimited_);
  Store(index);
  uint64_t depth = 0;
  Nodes(index).VisitAddresses(
      [&](Address, uint32_t level) { depth = std::max<uint64_t>(depth, level + 1); });
  auto transient = index->Transient();
  Datom datom = factory_.Random(random_);
  while (!transient->Insert(datom)) datom = factory_.Random(random_);
  const IndexPtr changed = transient->Persist();
  // One path, and at most one split a level. A root in the record may have taken note, no more.
  if (!kind().keeps_root_in_record()) {
    EXPECT_GE(Nodes(changed).DirtyNodes(), depth);
  }
  EXPECT_LE(Nodes(changed).DirtyNodes(), 2 * depth + 1);
  EXPECT_EQ(Nodes(index).DirtyNodes(), 0u);

  std::set<Address> before;
  Nodes(index).VisitAddresses([&](Address address, uint32_t) { before.insert(address); });
  Store(changed);
  std::set<Address> shared;
  Nodes(changed).VisitAddresses([&](Address address, uint32_t) {
    if (before.contains(address)) shared.insert(address);
  });
  EXPECT_GE(shared.size() + 2 * depth, before.size());
}

TEST_P(NodeStorageTest, EditsOnARestoredIndexMatchTheModelThroughManyStores) {
  std::set<Datom, std::function<bool(const Datom&, const Datom&)>> model(
      [this](const Datom& x, const Datom& y) { return order_.Compare(x, y) < 0; });
  NodeCache cache(64 * 1024);
  IndexPtr index = Build({}, cache);
  for (int round = 0; round < 80; ++round) {
    auto transient = index->Transient();
    for (int i = 0; i < 40; ++i) {
      const Datom datom = factory_.Random(random_);
      const auto near = model.lower_bound(datom);
      if ((i + round / 10) % 2 == 0 && near != model.end()) {
        ASSERT_TRUE(transient->Erase(*near));
        model.erase(near);
      } else {
        ASSERT_EQ(transient->Insert(datom), model.insert(datom).second);
      }
    }
    index = transient->Persist();
    const StoredRoot root = Store(index);
    if (round % 7 == 0) index = Restore(root, cache, model.size());
    ASSERT_TRUE(SameDatoms(*index->All(), {model.begin(), model.end()})) << "round " << round;
  }
}

TEST_P(NodeStorageTest, ABoundedCacheStaysNearItsBoundWhileAllIsRead) {
  const std::vector<Datom> datoms = RandomDatoms(4000);
  const StoredRoot root = Store(Build(datoms, unlimited_));
  // A path and a leaf are always held, whatever the bound, and a root that the record keeps.
  const size_t root_bytes = root.node.has_value() ? root.node->keys.size() * sizeof(Datom) : 0;
  const size_t slack =
      std::max({storage_.largest_node_bytes, root_bytes, std::get<1>(GetParam()) * sizeof(Datom)}) *
      6;
  const size_t limit = datoms.size() * sizeof(Datom) / 10 + slack;
  NodeCache cache(limit);
  const IndexPtr restored = Restore(root, cache, datoms.size());
  size_t peak = 0;
  for (int pass = 0; pass < 3; ++pass) {
    std::vector<Datom> seen;
    const auto cursor = restored->All();
    for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
      for (const Datom& d : run) {
        if (IsOutOfLine(d.v().type())) {
          EXPECT_FALSE(d.v().AsBytes().empty());
        }
      }
      peak = std::max(peak, cache.resident_bytes());
    }
  }
  EXPECT_LE(peak, limit + slack);
  if (storage_.size() > 0 && limit < datoms.size() * sizeof(Datom)) {
    EXPECT_GT(cache.evicted_bytes(), 0u);
  }
  EXPECT_TRUE(SameDatoms(*restored->All(), datoms));
}

TEST_P(NodeStorageTest, AFoundDatomsValueOutlivesTheEvictionOfItsNode) {
  const std::vector<Datom> datoms = RandomDatoms(2000);
  const StoredRoot root = Store(Build(datoms, unlimited_));
  NodeCache cache(1);  // everything that is read is evicted at once
  const IndexPtr restored = Restore(root, cache, datoms.size());
  const std::optional<Found> found = restored->Seek(datoms[700]);
  const std::optional<Found> found_in_transient = restored->Transient()->Seek(datoms[900]);
  EXPECT_TRUE(SameDatoms(*restored->All(), datoms));
  ASSERT_TRUE(found.has_value() && found_in_transient.has_value());
  EXPECT_TRUE(SameDatom(*found, datoms[700]));
  EXPECT_TRUE(SameDatom(*found_in_transient, datoms[900]));
}

TEST_P(NodeStorageTest, DirtyNodesAreNeverEvicted) {
  NodeCache cache(1);
  const std::vector<Datom> datoms = RandomDatoms(1500);
  IndexPtr index = Build({}, cache);
  auto transient = index->Transient();
  for (const Datom& datom : datoms) transient->Insert(datom);
  index = transient->Persist();
  cache.Trim();
  EXPECT_TRUE(SameDatoms(*index->All(), datoms));
  EXPECT_EQ(storage_.restored, 0u);
}

TEST_P(NodeStorageTest, BytesOfNodesGoWhenTheLastVersionGoes) {
  {
    const IndexPtr index = Build(RandomDatoms(1000), unlimited_);
    const StoredRoot root = Store(index);
    const IndexPtr restored = Restore(root, unlimited_, 1000);
    Collect(*restored->All());
    EXPECT_GT(unlimited_.resident_bytes(), 2 * 1000 * sizeof(Datom));
  }
  EXPECT_EQ(unlimited_.resident_bytes(), 0u);
}

TEST_P(NodeStorageTest, AFailedStoreMayBeRepeated) {
  const std::vector<Datom> datoms = RandomDatoms(1000);
  const IndexPtr index = Build(datoms, unlimited_);
  const uint64_t dirty = Nodes(index).DirtyNodes();
  for (uint64_t n = 0; n < dirty; ++n) {
    storage_.stores_until_failure = 1;
    try {
      Store(index);
      break;
    } catch (const std::runtime_error&) {
      EXPECT_EQ(Nodes(index).DirtyNodes(), dirty - n - 1);
    }
  }
  storage_.stores_until_failure = UINT64_MAX;
  const StoredRoot root = Store(index);
  EXPECT_EQ(storage_.size(), dirty);
  const IndexPtr restored = Restore(root, unlimited_, datoms.size());
  EXPECT_TRUE(SameDatoms(*restored->All(), datoms));
}

TEST_P(NodeStorageTest, AChangeThatCantReadANodeLeavesTheVersionsThatThereAre) {
  const std::vector<Datom> datoms = RandomDatoms(1500);
  const StoredRoot root = Store(Build(datoms, unlimited_));
  uint64_t failures = 0;
  for (uint64_t reads = 0; reads < 40; ++reads) {
    const IndexPtr index = Restore(root, unlimited_, datoms.size());
    storage_.restores_until_failure = storage_.restored + reads;
    try {
      auto transient = index->Transient();
      for (size_t i = 0; i < datoms.size(); i += 3) transient->Erase(datoms[i]);
    } catch (const std::runtime_error&) {
      ++failures;
    }
    storage_.restores_until_failure = UINT64_MAX;
    ASSERT_TRUE(SameDatoms(*index->All(), datoms)) << reads;
  }
  EXPECT_TRUE(failures > 0 || storage_.size() <= 1);
}

TEST_P(NodeStorageTest, ReadersOfOldVersionsGoOnBesideOneWriterAndEvictions) {
  NodeCache cache(48 * 1024);
  const std::vector<Datom> datoms = RandomDatoms(1500);
  const IndexPtr first = Build(datoms, cache);
  Store(first);
  std::atomic<bool> is_done{false};
  std::atomic<int> failures{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      while (!is_done) failures += SameDatoms(*first->All(), datoms) ? 0 : 1;
    });
  }
  IndexPtr index = first;
  for (int round = 0; round < 40; ++round) {
    auto transient = index->Transient();
    for (int i = 0; i < 20; ++i) {
      transient->Insert(factory_.Random(random_));
      transient->Erase(datoms[random_() % datoms.size()]);
    }
    index = transient->Persist();
    Store(index);
  }
  is_done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(failures, 0);
}

std::vector<const IndexKind*> NodeAddressableKinds() {
  std::vector<const IndexKind*> kinds;
  for (const IndexKind* kind : AllIndexes()) {
    if (kind->is_node_addressable()) kinds.push_back(kind);
  }
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(AllNodeAddressable, NodeStorageTest,
                         testing::Combine(testing::ValuesIn(NodeAddressableKinds()),
                                          testing::Values(4, 8, 32, 64, 128, 512)),
                         [](const auto& variant) {
                           return std::string(std::get<0>(variant.param)->name()) + "_" +
                                  std::to_string(std::get<1>(variant.param));
                         });

}  // namespace
}  // namespace datombench

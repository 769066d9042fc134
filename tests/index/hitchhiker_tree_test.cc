// What is the hitchhiker tree's own: its sizes, what waits where, and that newer operations win.
#include "index/hitchhiker_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <vector>

#include "index/hitchhiker_lineage.h"
#include "tests/index/datom_factory.h"
#include "tests/index/map_storage.h"

namespace datombench {
namespace {

constexpr IndexEdit::Kind kInsert = IndexEdit::Kind::kInsert;
constexpr IndexEdit::Kind kErase = IndexEdit::Kind::kErase;

TEST(HitchhikerShapeTest, TheDefaultIsWhatDatahikeConfigures) {
  const HitchhikerShape shape(HitchhikerTreeKind().default_branching_factor());
  EXPECT_EQ(shape.least_children, 17u);
  EXPECT_EQ(shape.most_children(), 33u);
  EXPECT_EQ(shape.least_datoms, 300u);
  EXPECT_EQ(shape.most_datoms(), 599u);
  EXPECT_EQ(shape.most_operations, 283u);
}

TEST(HitchhikerShapeTest, NodesGrowWithTheSquareOfTheBranchingFactor) {
  EXPECT_EQ(HitchhikerShape(4).least_datoms, 16u);
  EXPECT_EQ(HitchhikerShape(4).most_operations, 12u);
  EXPECT_EQ(HitchhikerShape(8).least_datoms, 66u);
  EXPECT_EQ(HitchhikerShape(65536).least_datoms, size_t{300} * 65536 * 65536 / 289);
}

class HitchhikerTreeTest : public testing::Test {
 protected:
  using Model = std::set<Datom, std::function<bool(const Datom&, const Datom&)>>;

  IndexOptions Options(uint32_t branching_factor) {
    return {.branching_factor = branching_factor, .storage = &storage_, .cache = &cache_};
  }
  IndexPtr Build(const std::vector<Datom>& datoms, uint32_t branching_factor) {
    return HitchhikerTreeKind().FromSorted(order_, Options(branching_factor), datoms);
  }
  static const NodeAddressableIndex& Nodes(const IndexPtr& index) {
    return dynamic_cast<const NodeAddressableIndex&>(*index);
  }
  // The same, stored and opened anew: none of its nodes but the root is in memory.
  IndexPtr Reopened(const IndexPtr& index, uint32_t branching_factor) {
    const StoredRoot root = Nodes(index).Store(storage_);
    return HitchhikerTreeKind().Restore(order_, Options(branching_factor),
                                        StoredRoot(CopyOf(root.node->View())), index->size());
  }
  static IndexPtr After(const IndexPtr& index, const std::vector<IndexEdit>& edits) {
    auto transient = index->Transient();
    transient->Apply(edits);
    return transient->Persist();
  }
  static Datom Number(EntityId e, int64_t v, TxId tx = kTx0 + 1) {
    return {e, kFirstAttribute, Value::Long(v), tx, true};
  }
  static std::vector<Datom> Numbers(size_t count) {
    std::vector<Datom> datoms;
    for (size_t i = 0; i < count; ++i) datoms.push_back(Number(2 * i + 1, 7));
    return datoms;
  }
  Model EmptyModel() const {
    return Model([this](const Datom& x, const Datom& y) { return order_.Compare(x, y) < 0; });
  }

  // Inserts of single datoms and erases of runs, done to `*model` as well.
  std::vector<IndexEdit> RandomEdits(std::mt19937_64& random, int inserts, int erases,
                                     Model* model) {
    std::vector<IndexEdit> edits;
    for (int i = 0; i < inserts; ++i) {
      const Datom datom = factory_.Random(random);
      if (model->insert(datom).second) edits.push_back({kInsert, datom});
    }
    while (erases > 0) {
      auto near = model->lower_bound(factory_.Random(random));
      if (model->empty() || near == model->end()) break;
      for (uint64_t run = 1 + random() % 60; run > 0 && near != model->end(); --run, --erases) {
        edits.push_back({kErase, *near});
        near = model->erase(near);
      }
    }
    return edits;
  }

  // What must hold of `node` and of all below it, whose datoms lie above `floor` and not above
  // `bound` (null: no such limit).
  void ExpectWhole(const NodeContents& node, const HitchhikerShape& shape, const Datom* floor,
                   const Datom* bound) const {
    const auto lies_here = [&](const Datom& d) {
      return (floor == nullptr || order_.Compare(d, *floor) > 0) &&
             (bound == nullptr || order_.Compare(d, *bound) <= 0);
    };
    // The last key of a branch says nothing.
    const size_t telling = node.keys.size() - (node.level > 0 ? 1 : 0);
    for (size_t i = 1; i < telling; ++i) {
      ASSERT_LT(order_.Compare(node.keys[i - 1], node.keys[i]), 0);
    }
    if (node.level == 0) {
      ASSERT_LE(node.keys.size(), shape.most_datoms());
      for (const Datom& d : node.keys) ASSERT_TRUE(lies_here(d));
      return;
    }
    ASSERT_LE(node.children.size(), shape.most_children());
    ASSERT_LE(node.buffer.size(), 2 * shape.most_operations);
    for (size_t i = 0; i < node.buffer.size(); ++i) {
      ASSERT_TRUE(lies_here(node.buffer[i].datom));
      ASSERT_TRUE(i == 0 || order_.Compare(node.buffer[i - 1].datom, node.buffer[i].datom) < 0);
    }
    for (size_t i = 0; i < node.children.size(); ++i) {
      const NodeContents& child = storage_.nodes().at(node.children[i]);
      ASSERT_EQ(child.level + 1, node.level);
      ExpectWhole(child, shape, i > 0 ? &node.keys[i - 1] : floor,
                  i + 1 < node.children.size() ? &node.keys[i] : bound);
    }
  }

  DatomFactory factory_;
  DatomOrder order_{OrderKind::kAvet, factory_.attributes()};
  MapStorage storage_;
  NodeCache cache_{NodeCache::kUnlimited};
};

TEST_F(HitchhikerTreeTest, ASmallChangeReadsAndStoresNoNode) {
  const IndexPtr index = Reopened(Build(Numbers(50'000), 17), 17);
  const size_t stored = storage_.size();
  ASSERT_GT(stored, 100u);
  std::vector<IndexEdit> edits;
  for (EntityId e = 2; edits.size() < 283; e += 340) edits.push_back({kInsert, Number(e, 7)});
  const IndexPtr changed = After(index, edits);
  EXPECT_EQ(changed->size(), 50'283u);
  EXPECT_EQ(storage_.restored, 0u);
  EXPECT_EQ(Nodes(changed).DirtyNodes(), 0u);
  Nodes(changed).Store(storage_);
  EXPECT_EQ(storage_.size(), stored);
}

TEST_F(HitchhikerTreeTest, TheOperationAfterAFullBufferIsPassedOnWithAllOfIt) {
  const IndexPtr index = Reopened(Build(Numbers(50'000), 17), 17);
  std::vector<IndexEdit> edits;
  for (EntityId e = 2; edits.size() < 284; e += 340) edits.push_back({kInsert, Number(e, 7)});
  const IndexPtr changed = After(index, edits);
  const StoredRoot root = Nodes(changed).Store(storage_);
  EXPECT_TRUE(root.node->buffer.empty());
  // Each child of the root got some; none of theirs did.
  EXPECT_EQ(storage_.restored, root.node->children.size());
}

TEST_F(HitchhikerTreeTest, InsertAndEraseLookNoFurtherThanABufferThatKnows) {
  const IndexPtr index = Reopened(Build(Numbers(50'000), 17), 17);
  const IndexPtr changed = After(index, {{kInsert, Number(500, 7)}, {kErase, Number(501, 7)}});
  auto transient = changed->Transient();
  EXPECT_FALSE(transient->Insert(Number(500, 7)));
  EXPECT_FALSE(transient->Erase(Number(501, 7)));
  EXPECT_EQ(storage_.restored, 0u);
  EXPECT_FALSE(transient->Insert(Number(601, 7)));
  EXPECT_EQ(storage_.restored, 2u);
}

// The original applies what waits in one buffer in the order of the keys.
TEST_F(HitchhikerTreeTest, OfTwoUpdatesThatWaitTheLaterOneWins) {
  const IndexPtr index = Build(Numbers(5'000), 17);
  const IndexPtr changed = After(index, {{kErase, Number(77, 7)},
                                         {kInsert, Number(77, 9, kTx0 + 2)},
                                         {kErase, Number(77, 9, kTx0 + 2)},
                                         {kInsert, Number(77, 3, kTx0 + 3)}});
  EXPECT_EQ(changed->size(), index->size());
  size_t values = 0;
  const auto cursor = changed->All();
  for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
    for (const Datom& d : run) {
      if (d.e() != 77) continue;
      ++values;
      EXPECT_EQ(d.v().AsLong(), 3);
    }
  }
  EXPECT_EQ(values, 1u);
}

// The original looks for the old entry only where the new one belongs.
TEST_F(HitchhikerTreeTest, AnUpdateErasesTheOldEntryWhereverItLies) {
  std::vector<Datom> datoms;
  for (int64_t v = 0; v < 5'000; ++v) datoms.push_back(Number(static_cast<EntityId>(v + 1), v));
  IndexPtr index = Build(datoms, 17);
  for (int64_t v = 0; v < 5'000; ++v) {
    const auto e = static_cast<EntityId>(v + 1);
    index = After(index, {{kErase, Number(e, v)}, {kInsert, Number(e, 4'999 - v, kTx0 + 2)}});
  }
  std::vector<Datom> expected;
  for (int64_t v = 0; v < 5'000; ++v) {
    expected.push_back(Number(static_cast<EntityId>(5'000 - v), v, kTx0 + 2));
  }
  EXPECT_TRUE(SameDatoms(*index->All(), expected));
}

TEST_F(HitchhikerTreeTest, ADatomThatComesAndGoesLeavesNothing) {
  const IndexPtr index = Reopened(Build(Numbers(50'000), 17), 17);
  std::vector<IndexEdit> edits;
  for (int i = 0; i < 1'000; ++i) {
    edits.push_back({kInsert, Number(100, i)});
    edits.push_back({kErase, Number(100, i)});
  }
  const IndexPtr changed = After(index, edits);
  EXPECT_EQ(changed->size(), index->size());
  EXPECT_EQ(Nodes(changed).DirtyNodes(), 0u);
  EXPECT_TRUE(Nodes(changed).Store(storage_).node->buffer.empty());
}

TEST_F(HitchhikerTreeTest, ASeekPassesLeavesWhoseDatomsAreAllErasedByOperationsThatWait) {
  const std::vector<Datom> datoms = Numbers(120);
  const IndexPtr index = Build(datoms, 4);
  // So many that whole leaves are erased, some at once and some by what waits.
  for (size_t begin = 0; begin + 40 <= datoms.size(); begin += 7) {
    std::vector<IndexEdit> edits;
    for (size_t i = begin; i < begin + 40; ++i) edits.push_back({kErase, datoms[i]});
    const IndexPtr changed = After(index, edits);
    for (size_t i = begin; i < begin + 40; ++i) {
      const auto found = changed->Seek(datoms[i]);
      ASSERT_EQ(found.has_value(), begin + 40 < datoms.size());
      if (found) {
        ASSERT_TRUE(SameDatom(*found, datoms[begin + 40]));
      }
    }
  }
}

// Edits come in runs of neighbours too, so that all of a leaf goes at once, and the tree is opened
// anew now and then, so that values lie in arenas of single nodes.
TEST_F(HitchhikerTreeTest, EveryNodeOfEveryVersionIsWhole) {
  for (const uint32_t branching_factor : {4u, 5u, 8u}) {
    const HitchhikerShape shape(branching_factor);
    std::mt19937_64 random(20261123 + branching_factor);
    SCOPED_TRACE(branching_factor);
    Model model = EmptyModel();
    IndexPtr index = Build({}, branching_factor);
    for (int round = 0; round < 300; ++round) {
      // Grows, shrinks to next to nothing, grows again.
      const bool grows = round % 100 < 60;
      index = After(index, RandomEdits(random, grows ? 200 : 20, grows ? 90 : 220, &model));
      const StoredRoot root = Nodes(index).Store(storage_);
      ASSERT_NO_FATAL_FAILURE(ExpectWhole(*root.node, shape, nullptr, nullptr)) << round;
      ASSERT_EQ(index->size(), model.size());
      ASSERT_TRUE(SameDatoms(*index->All(), {model.begin(), model.end()})) << round;
      if (round % 5 == 4) index = Reopened(index, branching_factor);
    }
  }
}

// Leaves and branches must not stay small for ever, or small commits would write many.
TEST_F(HitchhikerTreeTest, NodesStayHalfFullOnAverage) {
  const HitchhikerShape shape(8);
  std::mt19937_64 random(5);
  std::vector<Datom> datoms = Numbers(20'000);
  IndexPtr index = Build(datoms, 8);
  std::shuffle(datoms.begin(), datoms.end(), random);
  std::vector<IndexEdit> edits;
  for (size_t i = 0; i < 18'000; ++i) edits.push_back({kErase, datoms[i]});
  index = After(index, edits);
  Nodes(index).Store(storage_);
  size_t leaves = 0;
  Nodes(index).VisitAddresses([&](Address, uint32_t level) { leaves += level == 0 ? 1 : 0; });
  EXPECT_LE(leaves, 2 * 2'000 / shape.least_datoms);
}

TEST_F(HitchhikerTreeTest, TheTreeFollowsFromTheEditsHoweverTheyAreBatched) {
  std::mt19937_64 random(9);
  const std::vector<Datom> datoms = factory_.RandomSorted(random, order_, 2'000);
  std::vector<IndexEdit> edits;
  for (const Datom& d : datoms) edits.push_back({kInsert, d});
  std::shuffle(edits.begin(), edits.end(), random);
  const auto stored_nodes = [&](size_t batch) {
    auto transient = Build({}, 4)->Transient();
    for (size_t i = 0; i < edits.size(); i += batch) {
      transient->Apply(std::span(edits).subspan(i, std::min(batch, edits.size() - i)));
    }
    const IndexPtr index = transient->Persist();
    std::vector<size_t> sizes;
    MapStorage storage;
    const StoredRoot root = Nodes(index).Store(storage);
    for (const auto& [address, node] : storage.nodes()) {
      sizes.insert(sizes.end(), {node.level, node.keys.size(), node.buffer.size()});
    }
    sizes.push_back(root.node->buffer.size());
    return sizes;
  };
  const auto expected = stored_nodes(1);
  EXPECT_GT(expected.size(), 3 * 60u);
  for (const size_t batch : {7, 100, 2'000}) EXPECT_EQ(stored_nodes(batch), expected) << batch;
}

TEST_F(HitchhikerTreeTest, VersionsShareWhatNoFlushTouched) {
  const IndexPtr index = Build(Numbers(100'000), 17);
  Nodes(index).Store(storage_);
  const size_t bytes = index->MemoryBytes();
  std::vector<IndexPtr> versions = {index};
  for (EntityId e = 2; versions.size() <= 100; e += 1'000) {
    versions.push_back(After(versions.back(), {{kInsert, Number(e, 7)}}));
  }
  // All but the roots are the nodes that were stored with the first version.
  for (const IndexPtr& version : versions) EXPECT_EQ(Nodes(version).DirtyNodes(), 0u);
  EXPECT_LT(versions.back()->MemoryBytes(), bytes + 40'000);
}

}  // namespace
}  // namespace datombench

// A batch of edits leaves the very tree that the edits leave one by one, so that a transaction
// dirties the nodes that it dirties in the original.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "index/registry.h"
#include "tests/index/datom_factory.h"
#include "tests/support/memory_node_storage.h"

namespace datombench {
namespace {

// How a batch's edits lie: all over the index, or close together, and how many of ten erase.
struct BatchShape {
  uint32_t branching_factor;
  uint64_t entities;
  int erasures_of_ten;
};

void PrintTo(const BatchShape& shape, std::ostream* out) {
  *out << "branching factor " << shape.branching_factor << ", " << shape.entities << " entities, "
       << shape.erasures_of_ten << " of 10 erase";
}

class BatchTest : public testing::TestWithParam<BatchShape> {
 protected:
  static constexpr uint64_t kEntities = 20'000;
  struct Less {
    bool operator()(const Datom& x, const Datom& y) const { return x.e() < y.e(); }
  };

  BatchTest() : order_(OrderKind::kEavt, DatomFactory().attributes()) {
    options_ = {GetParam().branching_factor, &storage_, &cache_};
  }

  static Datom OfEntity(uint64_t e) {
    return {e, kFirstAttribute, Value::Long(static_cast<int64_t>(e)), kTx0 + 1, true};
  }

  // `count` edits that each take effect, among the entities from `first` on.
  std::vector<IndexEdit> RandomEdits(size_t count, uint64_t first) {
    std::vector<IndexEdit> edits;
    while (edits.size() < count) {
      const Datom datom = OfEntity(1 + (first + random_() % GetParam().entities) % kEntities);
      const bool erases = static_cast<int>(random_() % 10) < GetParam().erasures_of_ten;
      if (erases ? contents_.erase(datom) > 0 : contents_.insert(datom).second) {
        edits.push_back({erases ? IndexEdit::Kind::kErase : IndexEdit::Kind::kInsert, datom});
      }
      // Nothing is left to do of one kind.
      if (++tries_ % (8 * count) == 0) break;
    }
    return edits;
  }

  static void ApplyOneByOne(const std::vector<IndexEdit>& edits, TransientIndex* transient) {
    for (const IndexEdit& edit : edits) {
      ASSERT_TRUE(edit.kind == IndexEdit::Kind::kInsert ? transient->Insert(edit.datom)
                                                        : transient->Erase(edit.datom));
    }
  }

  void CompareTrees() {
    for (uint64_t e = 1; e <= kEntities; e += 2) contents_.insert(OfEntity(e));
    const IndexKind& kind = *FindIndex("sorted_set");
    IndexPtr by_batch =
        kind.FromSorted(order_, options_, std::vector<Datom>(contents_.begin(), contents_.end()));
    IndexPtr one_by_one = by_batch;
    // The same with each version given up for the next one; nothing else may have it.
    IndexPtr by_batch_in_place = by_batch->Transient()->Persist();
    IndexPtr one_by_one_in_place = by_batch->Transient()->Persist();
    const auto stored = [&](const IndexPtr& index) {
      return dynamic_cast<const NodeAddressableIndex&>(*index).Store(storage_);
    };
    stored(by_batch);
    stored(by_batch_in_place);
    stored(one_by_one_in_place);
    for (const size_t count : {1, 3, 10, 40, 150, 700, 2500, 40, 3, 10'000, 150, 10}) {
      const std::vector<IndexEdit> edits = RandomEdits(count, random_());
      auto batch = by_batch->Transient();
      batch->Apply(edits);
      by_batch = batch->Persist();
      auto single = one_by_one->Transient();
      ApplyOneByOne(edits, single.get());
      one_by_one = single->Persist();
      batch = Index::TransientOf(std::move(by_batch_in_place));
      batch->Apply(edits);
      by_batch_in_place = batch->Persist();
      single = Index::TransientOf(std::move(one_by_one_in_place));
      ApplyOneByOne(edits, single.get());
      one_by_one_in_place = single->Persist();
      size_t before = storage_.stored();
      const StoredRoot expected = stored(one_by_one);
      const size_t dirty = storage_.stored() - before;
      for (const IndexPtr& other : {by_batch, by_batch_in_place, one_by_one_in_place}) {
        before = storage_.stored();
        const StoredRoot left = stored(other);
        EXPECT_EQ(storage_.stored() - before, dirty) << count << " edits: dirty nodes";
        ASSERT_TRUE(storage_.IsSameTree(left, expected)) << count << " edits";
        ASSERT_EQ(other->size(), contents_.size());
      }
    }
  }

  std::mt19937_64 random_;
  const DatomOrder order_;
  MemoryNodeStorage storage_;
  NodeCache cache_{NodeCache::kUnlimited};
  IndexOptions options_;
  std::set<Datom, Less> contents_;
  size_t tries_ = 0;
};

TEST_P(BatchTest, LeavesTheTreeOfTheEditsOneByOne) {
  for (const uint64_t seed : {29, 30, 31, 32}) {
    SCOPED_TRACE(seed);
    random_.seed(seed);
    contents_.clear();
    ASSERT_NO_FATAL_FAILURE(CompareTrees());
  }
}

std::vector<BatchShape> AllShapes() {
  std::vector<BatchShape> shapes;
  for (const uint32_t branching_factor : {4, 8, 32, 64, 128, 130, 512}) {
    for (const uint64_t entities : {uint64_t{600}, uint64_t{20'000}}) {
      for (const int erasures : {0, 3, 7, 10}) {
        shapes.push_back({branching_factor, entities, erasures});
      }
    }
  }
  return shapes;
}

INSTANTIATE_TEST_SUITE_P(Shapes, BatchTest, testing::ValuesIn(AllShapes()),
                         [](const testing::TestParamInfo<BatchShape>& tested) {
                           const BatchShape& shape = tested.param;
                           return std::to_string(shape.branching_factor) + "_" +
                                  std::to_string(shape.entities) + "_entities_" +
                                  std::to_string(shape.erasures_of_ten) + "_of_ten_erase";
                         });

}  // namespace
}  // namespace datombench

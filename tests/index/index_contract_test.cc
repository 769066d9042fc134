// What every index must do, checked against std::set, over all kinds and over branching factors
// that force splits, joins and borrows.
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "index/registry.h"
#include "tests/index/datom_factory.h"

namespace datombench {
namespace {

struct Variant {
  const IndexKind* kind;
  uint32_t branching_factor;
  OrderKind order;
};

std::vector<Variant> AllVariants() {
  std::vector<Variant> variants;
  for (const IndexKind* kind : AllIndexes()) {
    for (const uint32_t branching_factor : {4, 8, 32, 64, 128, 512}) {
      if (!kind->has_branching_factor() && branching_factor != 512) continue;
      for (const OrderKind order : {OrderKind::kEavt, OrderKind::kAevt, OrderKind::kAvet}) {
        variants.push_back({kind, branching_factor, order});
      }
    }
  }
  return variants;
}

std::string VariantName(const testing::TestParamInfo<Variant>& info) {
  constexpr const char* kOrders[] = {"eavt", "aevt", "avet"};
  return std::string(info.param.kind->name()) + "_" + std::to_string(info.param.branching_factor) +
         "_" + kOrders[static_cast<int>(info.param.order)];
}

void PrintTo(const Variant& variant, std::ostream* out) {
  *out << variant.kind->name() << ", branching factor " << variant.branching_factor;
}

class IndexContractTest : public testing::TestWithParam<Variant> {
 protected:
  using Model = std::set<Datom, std::function<bool(const Datom&, const Datom&)>>;

  IndexContractTest() : order_(GetParam().order, factory_.attributes()), model_(EmptyModel()) {
    options_.branching_factor = GetParam().branching_factor;
  }

  Model EmptyModel() const {
    return Model([this](const Datom& x, const Datom& y) { return order_.Compare(x, y) < 0; });
  }
  IndexPtr Empty() const { return GetParam().kind->Empty(order_, options_); }
  IndexPtr FromSorted(const std::vector<Datom>& datoms) const {
    return GetParam().kind->FromSorted(order_, options_, datoms);
  }

  void ExpectEqual(const Index& index, const Model& model) const {
    ASSERT_EQ(index.size(), model.size());
    ExpectRange(index, LowestDatom({}), HighestDatom({}), model);
  }

  void ExpectRange(const Index& index, const Datom& from, const Datom& to,
                   const Model& model) const {
    std::vector<Datom> expected;
    for (auto it = model.lower_bound(from); it != model.end() && order_.Compare(*it, to) <= 0;
         ++it) {
      expected.push_back(*it);
    }
    EXPECT_TRUE(SameDatoms(Collect(*index.Slice(from, to)), expected));
    std::vector<Datom> backward = CollectBackward(*index.SliceBackward(from, to));
    std::reverse(backward.begin(), backward.end());
    EXPECT_TRUE(SameDatoms(backward, expected));
  }

  // As many edits, half of which erase; the model has them made.
  std::vector<IndexEdit> RandomEdits(std::mt19937_64& random, size_t count) {
    std::vector<IndexEdit> edits;
    for (; count > 0; --count) {
      const Datom datom = factory_.Random(random);
      const auto near = model_.lower_bound(datom);
      if (random() % 2 == 0 && near != model_.end()) {
        edits.push_back({IndexEdit::Kind::kErase, *near});
        model_.erase(near);
      } else if (model_.insert(datom).second) {
        edits.push_back({IndexEdit::Kind::kInsert, datom});
      }
    }
    return edits;
  }

  DatomFactory factory_;
  DatomOrder order_;
  IndexOptions options_;
  Model model_;
};

TEST_P(IndexContractTest, AnEmptyIndexHasNothing) {
  const IndexPtr index = Empty();
  EXPECT_EQ(index->size(), 0u);
  EXPECT_TRUE(index->All()->Next().empty());
  EXPECT_TRUE(index->SliceBackward(LowestDatom({}), HighestDatom({}))->Next().empty());
  EXPECT_FALSE(index->Seek(LowestDatom({})).has_value());
}

TEST_P(IndexContractTest, RandomEditsLeaveWhatTheModelLeaves) {
  std::mt19937_64 random(20260101);
  IndexPtr index = Empty();
  for (int round = 0; round < 60; ++round) {
    auto transient = index->Transient();
    const bool grows = round % 20 < 12;
    for (int i = 0; i < 50; ++i) {
      const Datom datom = factory_.Random(random);
      if (random() % 10 < (grows ? 7u : 2u)) {
        ASSERT_EQ(transient->Insert(datom), model_.insert(datom).second);
      } else if (!model_.empty()) {
        auto victim = model_.lower_bound(datom);
        if (victim == model_.end()) victim = model_.begin();
        const Datom doomed = *victim;
        model_.erase(victim);
        ASSERT_TRUE(transient->Erase(doomed));
        ASSERT_FALSE(transient->Erase(doomed));
      }
      ASSERT_EQ(transient->size(), model_.size());
    }
    index = transient->Persist();
    ExpectEqual(*index, model_);
  }
}

TEST_P(IndexContractTest, ErasingEverythingLeavesAnEmptyIndexThatGrowsAgain) {
  std::mt19937_64 random(7);
  std::vector<Datom> datoms = factory_.RandomSorted(random, order_, 300);
  IndexPtr index = FromSorted(datoms);
  std::shuffle(datoms.begin(), datoms.end(), random);
  auto transient = index->Transient();
  for (const Datom& datom : datoms) ASSERT_TRUE(transient->Erase(datom));
  index = transient->Persist();
  EXPECT_EQ(index->size(), 0u);
  EXPECT_TRUE(index->All()->Next().empty());
  transient = index->Transient();
  for (const Datom& datom : datoms) ASSERT_TRUE(transient->Insert(datom));
  model_.insert(datoms.begin(), datoms.end());
  ExpectEqual(*transient->Persist(), model_);
}

TEST_P(IndexContractTest, BulkBuildHoldsWhatItWasGivenAtEverySize) {
  std::mt19937_64 random(11);
  for (size_t size = 0; size < 70; ++size) {
    const std::vector<Datom> datoms = factory_.RandomSorted(random, order_, size);
    Model model = EmptyModel();
    model.insert(datoms.begin(), datoms.end());
    ExpectEqual(*FromSorted(datoms), model);
  }
  const std::vector<Datom> many = factory_.RandomSorted(random, order_, 3000);
  model_.insert(many.begin(), many.end());
  ExpectEqual(*FromSorted(many), model_);
}

TEST_P(IndexContractTest, SlicesAndSeeksAgreeWithTheModelOnBoundsInAndOutside) {
  std::mt19937_64 random(13);
  const std::vector<Datom> datoms = factory_.RandomSorted(random, order_, 700);
  model_.insert(datoms.begin(), datoms.end());
  const IndexPtr index = FromSorted(datoms);
  for (int i = 0; i < 300; ++i) {
    const Datom from = i % 2 == 0 ? datoms[random() % datoms.size()] : factory_.Random(random);
    const Datom to = i % 3 == 0 ? datoms[random() % datoms.size()] : factory_.Random(random);
    ExpectRange(*index, from, to, model_);
    const auto expected = model_.lower_bound(from);
    const std::optional<Datom> found = index->Seek(from);
    ASSERT_EQ(found.has_value(), expected != model_.end());
    if (found) {
      EXPECT_EQ(order_.Compare(*found, *expected), 0);
    }
  }
}

TEST_P(IndexContractTest, OldVersionsStayAsTheyWere) {
  std::mt19937_64 random(17);
  std::vector<std::pair<IndexPtr, Model>> versions;
  IndexPtr index = Empty();
  for (int round = 0; round < 40; ++round) {
    auto transient = index->Transient();
    for (int i = 0; i < 30; ++i) {
      const Datom datom = factory_.Random(random);
      const auto near = model_.lower_bound(datom);
      if (i % 3 == 0 && near != model_.end()) {
        transient->Erase(*near);
        model_.erase(near);
      } else {
        transient->Insert(datom);
        model_.insert(datom);
      }
    }
    index = transient->Persist();
    versions.emplace_back(index, model_);
  }
  for (const auto& [version, model] : versions) ExpectEqual(*version, model);
}

// Some versions are kept, at times by a second owner, and all others given up.
TEST_P(IndexContractTest, AVersionThatIsGivenUpTakesNothingFromThoseThatAreKept) {
  std::mt19937_64 random(37);
  std::deque<std::pair<IndexPtr, Model>> kept;
  const std::vector<Datom> datoms = factory_.RandomSorted(random, order_, 200);
  model_.insert(datoms.begin(), datoms.end());
  IndexPtr index = FromSorted(datoms);
  for (int round = 0; round < 120; ++round) {
    if (random() % 4 == 0) kept.emplace_back(index, model_);
    if (kept.size() > 5) kept.erase(kept.begin() + static_cast<ptrdiff_t>(random() % 5));
    const bool is_abandoned = random() % 8 == 0;
    const IndexPtr spare = is_abandoned ? index->Transient()->Persist() : nullptr;
    auto transient = Index::TransientOf(std::move(index));
    const Model before = model_;
    const std::vector<IndexEdit> edits = RandomEdits(random, 1 + random() % 30);
    if (random() % 2 == 0) {
      transient->Apply(edits);
    } else {
      for (const auto& [kind, datom] : edits) {
        ASSERT_TRUE(kind == IndexEdit::Kind::kInsert ? transient->Insert(datom)
                                                     : transient->Erase(datom));
      }
    }
    ASSERT_EQ(transient->size(), model_.size());
    index = is_abandoned ? spare : transient->Persist();
    if (is_abandoned) model_ = before;
    transient.reset();
    ASSERT_NO_FATAL_FAILURE(ExpectEqual(*index, model_)) << round;
    for (const auto& [version, model] : kept) ExpectEqual(*version, model);
  }
}

TEST_P(IndexContractTest, ATransientOfWhatOthersHaveLeavesItToThem) {
  std::mt19937_64 random(41);
  const std::vector<Datom> datoms = factory_.RandomSorted(random, order_, 300);
  model_.insert(datoms.begin(), datoms.end());
  const IndexPtr index = FromSorted(datoms);
  const auto transient = Index::TransientOf(index);
  for (const Datom& datom : datoms) ASSERT_TRUE(transient->Erase(datom));
  ExpectEqual(*index, model_);
}

TEST_P(IndexContractTest, ABatchLeavesWhatTheEditsOneByOneLeave) {
  std::mt19937_64 random(19);
  const std::vector<Datom> datoms = factory_.RandomSorted(random, order_, 500);
  const IndexPtr index = FromSorted(datoms);
  model_.insert(datoms.begin(), datoms.end());
  std::vector<IndexEdit> edits;
  while (edits.size() < 400) {
    // Datoms of the index and new ones, and some of both again: every edit takes effect.
    const Datom datom = random() % 3 == 0 ? datoms[random() % datoms.size()]
                        : edits.size() > 1 && random() % 3 == 0
                            ? edits[random() % edits.size()].datom
                            : factory_.Random(random);
    if (model_.erase(datom) > 0) {
      edits.push_back({IndexEdit::Kind::kErase, datom});
    } else {
      model_.insert(datom);
      edits.push_back({IndexEdit::Kind::kInsert, datom});
    }
  }
  auto batch = index->Transient();
  batch->Apply(edits);
  EXPECT_EQ(batch->size(), model_.size());
  auto one_by_one = index->Transient();
  for (const IndexEdit& edit : edits) {
    edit.kind == IndexEdit::Kind::kInsert ? one_by_one->Insert(edit.datom)
                                          : one_by_one->Erase(edit.datom);
  }
  const IndexPtr left = batch->Persist();
  EXPECT_TRUE(SameDatoms(Collect(*left->All()), Collect(*one_by_one->Persist()->All())));
  ExpectEqual(*left, model_);
}

TEST_P(IndexContractTest, MemoryIsAtLeastTheDatomsAndNotManyTimesThat) {
  std::mt19937_64 random(23);
  const std::vector<Datom> datoms = factory_.RandomSorted(random, order_, 5000);
  const size_t bytes = FromSorted(datoms)->MemoryBytes();
  EXPECT_GE(bytes, datoms.size() * sizeof(Datom));
  EXPECT_LE(bytes, datoms.size() * sizeof(Datom) * 3);
}

INSTANTIATE_TEST_SUITE_P(AllIndexes, IndexContractTest, testing::ValuesIn(AllVariants()),
                         VariantName);

}  // namespace
}  // namespace datombench

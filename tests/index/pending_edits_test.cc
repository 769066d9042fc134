// Edits that are pending, against a std::set that has them made.
#include "index/pending_edits.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "index/registry.h"
#include "tests/index/datom_factory.h"

namespace datombench {
namespace {

class PendingEditsTest : public testing::TestWithParam<OrderKind> {
 protected:
  using Model = std::set<Datom, std::function<bool(const Datom&, const Datom&)>>;

  void Start(size_t size) {
    const std::vector<Datom> datoms = factory_.RandomSorted(random_, order_, size);
    base_ = FindIndex("sorted_set")->FromSorted(order_, {.branching_factor = 8}, datoms);
    edits_ = PendingEdits(*base_);
    model_ = Model([this](const Datom& x, const Datom& y) { return order_.Compare(x, y) < 0; });
    model_.insert(datoms.begin(), datoms.end());
    erased_.clear();
  }

  void Insert(const Datom& d) {
    if (model_.insert(d).second) edits_.Add(IndexEdit::Kind::kInsert, d);
  }
  void Erase(Model::const_iterator place) {
    erased_.push_back(*place);
    edits_.Add(IndexEdit::Kind::kErase, *place);
    model_.erase(place);
  }
  // Neighbours, so that runs of erased datoms come up.
  void EraseRun(size_t length) {
    auto place = model_.lower_bound(factory_.Random(random_));
    for (; length > 0 && place != model_.end(); --length) Erase(place++);
  }
  void EditAtRandom() {
    switch (random_() % 4) {
      case 0:
        return EraseRun(1 + random_() % 12);
      case 1:
        // What was there comes back.
        if (!erased_.empty()) Insert(erased_[random_() % erased_.size()]);
        return;
      default:
        return Insert(factory_.Random(random_));
    }
  }

  void ExpectSeek(const Datom& from) {
    const auto found = edits_.Seek(from);
    const auto expected = model_.lower_bound(from);
    ASSERT_EQ(found.has_value(), expected != model_.end());
    EXPECT_TRUE(!found || SameDatom(*found, *expected));
  }
  void ExpectAll() {
    Datom from = LowestDatom({});
    for (const Datom& expected : model_) {
      const auto found = edits_.Seek(from);
      ASSERT_TRUE(found.has_value());
      ASSERT_TRUE(SameDatom(*found, expected));
      from = found->Successor();
    }
    EXPECT_FALSE(edits_.Seek(from).has_value());
  }
  bool BaseHas(const Datom& d) const {
    const auto found = base_->Seek(d);
    return found && SameDatom(*found, d);
  }

  std::mt19937_64 random_{20260117};
  DatomFactory factory_;
  ComparisonCounter counter_;
  DatomOrder order_{GetParam(), factory_.attributes(), &counter_};
  IndexPtr base_;
  PendingEdits edits_;
  Model model_;
  std::vector<Datom> erased_;
};

TEST_P(PendingEditsTest, WithoutEditsSeeksFindWhatTheBaseHas) {
  Start(200);
  ExpectAll();
  EXPECT_TRUE(edits_.empty());
}

TEST_P(PendingEditsTest, RandomEditsAndSeeksFindWhatTheModelHas) {
  for (const size_t size : {0, 5, 60, 1000}) {
    for (int round = 0; round < 8; ++round) {
      SCOPED_TRACE(testing::Message() << "size " << size << ", round " << round);
      Start(size);
      for (int step = 0; step < 400; ++step) {
        // At times many edits come between two seeks.
        if (random_() % 3 != 0 || round % 2 == 0) EditAtRandom();
        if (random_() % 8 == 0) {
          ASSERT_NO_FATAL_FAILURE(ExpectSeek(factory_.Random(random_)));
        }
        if (random_() % 8 == 0 && !erased_.empty()) {
          ASSERT_NO_FATAL_FAILURE(ExpectSeek(erased_[random_() % erased_.size()]));
        }
      }
      ASSERT_NO_FATAL_FAILURE(ExpectAll());
    }
  }
}

TEST_P(PendingEditsTest, ContainsSaysWhatTheModelHas) {
  Start(300);
  for (int step = 0; step < 1000; ++step) {
    EditAtRandom();
    const Datom d = erased_.empty() || step % 2 == 0 ? factory_.Random(random_)
                                                     : erased_[random_() % erased_.size()];
    ASSERT_EQ(edits_.Contains(d), model_.contains(d)) << "step " << step;
    ASSERT_TRUE(BaseHas(d) || edits_.Inserts(d) == model_.contains(d)) << "step " << step;
  }
}

TEST_P(PendingEditsTest, TheEditsInOrderMakeTheIndexThatSeeksSaw) {
  Start(300);
  for (int step = 0; step < 500; ++step) EditAtRandom();
  ASSERT_NO_FATAL_FAILURE(ExpectAll());
  const auto transient = base_->Transient();
  transient->Apply(edits_.edits());
  EXPECT_TRUE(SameDatoms(Collect(*transient->Persist()->All()),
                         std::vector<Datom>(model_.begin(), model_.end())));
}

TEST_P(PendingEditsTest, ErasedDatomsArePassedOverOnceHoweverOftenTheyAreSought) {
  constexpr size_t kSize = 1500;
  Start(kSize);
  std::vector<Datom> datoms(model_.begin(), model_.end());
  std::shuffle(datoms.begin(), datoms.end(), random_);
  // A seek goes through the levels of the tree, and the overlay, a few times.
  constexpr uint64_t kMostOfASeek = 150;
  counter_.is_on = true;
  for (const Datom& d : datoms) edits_.Add(IndexEdit::Kind::kErase, d);
  for (const Datom& from : datoms) EXPECT_FALSE(edits_.Seek(from).has_value());
  EXPECT_LE(counter_.comparisons, kSize * kMostOfASeek);
}

std::string OrderName(const testing::TestParamInfo<OrderKind>& info) {
  constexpr const char* kOrders[] = {"eavt", "aevt", "avet"};
  return kOrders[static_cast<int>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(AllOrders, PendingEditsTest,
                         testing::Values(OrderKind::kEavt, OrderKind::kAevt, OrderKind::kAvet),
                         OrderName);

}  // namespace
}  // namespace datombench

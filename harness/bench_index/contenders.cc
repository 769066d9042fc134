#include <absl/container/btree_set.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "harness/bench_index/contender.h"
#include "index/index.h"
#include "index/registry.h"

namespace datombench {
namespace {

// `x < y` in EAVT order, the one order that is measured; counts where the order does.
class Less {
 public:
  explicit Less(const DatomOrder& order)
      : counter_(order.counter()), compare_(order.attributes()) {}
  bool operator()(const Datom& x, const Datom& y) const {
    if (counter_->is_on) [[unlikely]]
      ++counter_->comparisons;
    return compare_.IsLess(x, y);
  }

 private:
  ComparisonCounter* counter_;
  Comparer<OrderKind::kEavt> compare_;
};

// std::set and absl::btree_set: changed in place, no former version is kept.
template <typename Set>
class MutableSet final : public Contender {
 public:
  explicit MutableSet(const DatomOrder& order) : order_(order), set_(Less(order_)) {}

  void BulkBuild(std::span<const Datom> datoms) override {
    set_.clear();
    for (const Datom& datom : datoms) set_.insert(set_.end(), datom);
  }
  void Insert(std::span<const Datom> datoms) override {
    for (const Datom& datom : datoms) set_.insert(datom);
  }
  uint64_t CountFound(std::span<const Datom> datoms) const override {
    return static_cast<uint64_t>(
        std::count_if(datoms.begin(), datoms.end(),
                      [this](const Datom& d) { return set_.find(d) != set_.end(); }));
  }
  uint64_t Scan() const override {
    uint64_t sum = 0;
    for (const Datom& datom : set_) sum += datom.e();
    return sum;
  }
  uint64_t size() const override { return set_.size(); }

 private:
  const DatomOrder order_;
  Set set_;
};

// The floor of reading: one array, searched by halving.
class SortedVector final : public Contender {
 public:
  explicit SortedVector(const DatomOrder& order) : order_(order), less_(order_) {}

  void BulkBuild(std::span<const Datom> datoms) override {
    datoms_ = std::vector<Datom>();
    datoms_.assign(datoms.begin(), datoms.end());
  }
  void Insert(std::span<const Datom>) override {}
  uint64_t CountFound(std::span<const Datom> datoms) const override {
    return static_cast<uint64_t>(
        std::count_if(datoms.begin(), datoms.end(), [this](const Datom& d) {
          const auto found = std::lower_bound(datoms_.begin(), datoms_.end(), d, less_);
          return found != datoms_.end() && !less_(d, *found);
        }));
  }
  uint64_t Scan() const override {
    uint64_t sum = 0;
    for (const Datom& datom : datoms_) sum += datom.e();
    return sum;
  }
  uint64_t size() const override { return datoms_.size(); }

 private:
  const DatomOrder order_;
  const Less less_;
  std::vector<Datom> datoms_;
};

// An index of this project, through the interface that strategies use.
class PersistentIndex final : public Contender {
 public:
  // `branching_factor` 0 is the kind's default.
  PersistentIndex(std::string_view kind, uint32_t branching_factor, const DatomOrder& order)
      : order_(order),
        kind_(*FindIndex(kind)),
        options_{.branching_factor = kind_.BranchingFactorOrDefault(branching_factor)} {
    index_ = kind_.Empty(order_, options_);
  }

  void BulkBuild(std::span<const Datom> datoms) override {
    index_ = nullptr;
    index_ = kind_.FromSorted(order_, options_, datoms);
  }
  void Insert(std::span<const Datom> datoms) override {
    std::vector<IndexEdit> edits;
    edits.reserve(datoms.size());
    for (const Datom& datom : datoms) edits.push_back({IndexEdit::Kind::kInsert, datom});
    const auto transient = Index::TransientOf(std::move(index_));
    transient->Apply(edits);
    index_ = transient->Persist();
  }
  void InsertBesideReader(std::span<const Datom> datoms) override {
    const IndexPtr former = index_;
    Insert(datoms);
  }
  void InsertAndKeep(std::span<const Datom> datoms) override {
    kept_.push_back(index_);
    Insert(datoms);
  }
  void ForgetKept() override { kept_.clear(); }
  uint64_t CountFound(std::span<const Datom> datoms) const override {
    return static_cast<uint64_t>(
        std::count_if(datoms.begin(), datoms.end(), [this](const Datom& d) {
          const auto found = index_->Seek(d);
          return found.has_value() && found->e() == d.e() && found->a() == d.a() &&
                 found->tx() == d.tx();
        }));
  }
  uint64_t Scan() const override {
    uint64_t sum = 0;
    const auto cursor = index_->All();
    for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
      for (const Datom& datom : run) sum += datom.e();
    }
    return sum;
  }
  uint64_t size() const override { return index_->size(); }

 private:
  const DatomOrder order_;
  const IndexKind& kind_;
  const IndexOptions options_;
  IndexPtr index_;
  std::vector<IndexPtr> kept_;
};

constexpr uint64_t kAnySize = std::numeric_limits<uint64_t>::max();

template <typename Set>
std::unique_ptr<Contender> MakeMutableSet(const DatomOrder& order) {
  return std::make_unique<MutableSet<Set>>(order);
}

template <uint32_t kBranchingFactor>
std::unique_ptr<Contender> MakeSortedSet(const DatomOrder& order) {
  return std::make_unique<PersistentIndex>("sorted_set", kBranchingFactor, order);
}

}  // namespace

std::span<const ContenderKind> AllContenders() {
  static const std::array<ContenderKind, 9> kinds = {{
      {"sorted_set_32", true, true, kAnySize, MakeSortedSet<32>},
      {"sorted_set_64", true, true, kAnySize, MakeSortedSet<64>},
      {"sorted_set_128", true, true, kAnySize, MakeSortedSet<128>},
      {"sorted_set_512", true, true, kAnySize, MakeSortedSet<512>},
      {"hitchhiker_tree", true, true, kAnySize,
       [](const DatomOrder& order) -> std::unique_ptr<Contender> {
         return std::make_unique<PersistentIndex>("hitchhiker_tree", 0, order);
       }},
      {"flat_index", true, true, 1'000'000,
       [](const DatomOrder& order) -> std::unique_ptr<Contender> {
         return std::make_unique<PersistentIndex>("flat_index", 0, order);
       }},
      {"absl_btree_set", true, false, kAnySize, MakeMutableSet<absl::btree_set<Datom, Less>>},
      {"std_set", true, false, kAnySize, MakeMutableSet<std::set<Datom, Less>>},
      {"sorted_vector", false, false, kAnySize,
       [](const DatomOrder& order) -> std::unique_ptr<Contender> {
         return std::make_unique<SortedVector>(order);
       }},
  }};
  return kinds;
}

}  // namespace datombench

// ReplayInBulk: the deltas of many transactions applied to sequences, one (e a) after the other.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "index/datom_order.h"
#include "index/datom_sort.h"
#include "index/db_writer.h"
#include "index/declaration.h"
#include "index/replay.h"

namespace datombench {
namespace {

using Datoms = std::span<const Datom>;

// std::stable_sort, without its allocation where there is little to sort, as there mostly is.
template <typename Item, typename Less>
void StableSort(std::vector<Item>* items, const Less& less) {
  constexpr size_t kFewItems = 16;
  if (items->size() > kFewItems) return std::stable_sort(items->begin(), items->end(), less);
  for (size_t i = 1; i < items->size(); ++i) {
    const auto end = items->begin() + static_cast<std::ptrdiff_t>(i);
    std::rotate(std::upper_bound(items->begin(), end, *end, less), end, end + 1);
  }
}

std::shared_ptr<const Schema> SchemaAfter(const Lineage& lineage,
                                          const std::shared_ptr<const Schema>& schema,
                                          Datoms deltas, Datoms current) {
  const BuiltinAttributes& builtin = schema->builtin();
  std::map<EntityId, Declaration> by_entity;
  for (const Datom& delta : deltas) {
    if (!IsDeclaring(builtin, delta.a())) continue;
    const auto [entry, is_new] = by_entity.try_emplace(delta.e(), builtin);
    Declaration& declaration = entry->second;
    if (is_new) {
      auto d = std::partition_point(current.begin(), current.end(),
                                    [&](const Datom& x) { return x.e() < delta.e(); });
      for (; d != current.end() && d->e() == delta.e(); ++d) {
        if (IsDeclaring(builtin, d->a())) declaration.Assert(*d);
      }
    }
    if (delta.added()) {
      declaration.Assert(delta);
    } else {
      declaration.Retract(delta);
    }
  }
  std::vector<Declaration> declarations;
  for (auto& [e, declaration] : by_entity) declarations.push_back(declaration);
  return Declare(schema, declarations, *lineage.attributes);
}

// Takes from the front of a sequence in EAVT order.
class Front {
 public:
  explicit Front(Datoms datoms) : rest_(datoms) {}

  // Everything before the first datom for which `is_before` is false. Looks twice as far with
  // every step: near in a dense merge, far in a sparse one.
  template <typename IsBefore>
  Datoms TakeWhile(const IsBefore& is_before) {
    size_t low = 0;
    size_t high = 1;
    while (high <= rest_.size() && is_before(rest_[high - 1])) {
      low = high;
      high *= 2;
    }
    const auto begin = rest_.begin() + static_cast<std::ptrdiff_t>(low);
    const auto end = rest_.begin() + static_cast<std::ptrdiff_t>(std::min(high, rest_.size()));
    const auto taken =
        static_cast<size_t>(std::partition_point(begin, end, is_before) - rest_.begin());
    const Datoms front = rest_.first(taken);
    rest_ = rest_.subspan(taken);
    return front;
  }

 private:
  Datoms rest_;
};

class BulkReplay {
 public:
  BulkReplay(const Lineage& lineage, const Schema& schema)
      : schema_(schema),
        keeps_history_(lineage.options.keep_history),
        is_original_(lineage.options.semantics == Semantics::kDatahike6c1468fd),
        ranks_(lineage.attributes->ranks()),
        strings_(lineage.attributes->strings()),
        compare_(*lineage.attributes) {}

  // REQUIRES: `deltas` is sorted by entity and attribute, and chronological within.
  void Run(Datoms deltas, Sequences* sequences) {
    current_.reserve(sequences->current.size() + deltas.size());
    temporal_.reserve(sequences->temporal.size() + (keeps_history_ ? deltas.size() : 0));
    Front current(sequences->current);
    Front temporal(sequences->temporal);
    for (Front groups(deltas); !deltas.empty();) {
      const Datom& first = deltas.front();
      const Datoms group = groups.TakeWhile(
          [&](const Datom& d) { return d.e() == first.e() && d.a() == first.a(); });
      deltas = deltas.subspan(group.size());
      Append(current.TakeWhile([&](const Datom& d) { return ComparePlace(d, first) < 0; }),
             &current_);
      Append(temporal.TakeWhile([&](const Datom& d) { return ComparePlace(d, first) < 0; }),
             &temporal_);
      const auto is_here = [&](const Datom& d) { return ComparePlace(d, first) == 0; };
      ReplayGroup(group, current.TakeWhile(is_here));
      MergeHistory(temporal.TakeWhile(is_here));
    }
    const auto everything = [](const Datom&) { return true; };
    Append(current.TakeWhile(everything), &current_);
    Append(temporal.TakeWhile(everything), &temporal_);
    sequences->current = std::move(current_);
    sequences->temporal = std::move(temporal_);
  }

 private:
  // One datom on its way into the history.
  struct HistoryInsert {
    Datom datom;
    // Stays out where a datom that differs only in `added` is there.
    bool once_a_transaction;
  };

  static void Append(Datoms datoms, std::vector<Datom>* out) {
    out->insert(out->end(), datoms.begin(), datoms.end());
  }

  int ComparePlace(const Datom& x, const Datom& y) const {
    if (x.e() != y.e()) return x.e() < y.e() ? -1 : 1;
    if (x.a() == y.a()) return 0;
    return ranks_[x.a()] < ranks_[y.a()] ? -1 : 1;
  }

  int CompareValue(const Datom& x, const Datom& y) const {
    return CompareValues(x.v(), y.v(), strings_);
  }

  // All deltas of one (e a), and what is current there.
  void ReplayGroup(Datoms group, Datoms before) {
    const AttributeId a = group.front().a();
    group_keeps_history_ = keeps_history_ && schema_.KeepsHistory(a);
    if (schema_[a].cardinality == Cardinality::kOne) {
      std::optional<Datom> current;
      if (!before.empty()) current = before.front();
      for (const Datom& delta : group) ReplayOne(delta, &current);
      if (current) current_.push_back(*current);
      return;
    }
    by_value_.assign(group.begin(), group.end());
    StableSort(&by_value_, [&](const Datom& x, const Datom& y) { return CompareValue(x, y) < 0; });
    ReplayMany(by_value_, before);
  }

  void ReplayOne(const Datom& delta, std::optional<Datom>* current) {
    const bool is_same = *current && CompareValue(**current, delta) == 0;
    if (delta.added()) {
      // The original gives a value that is asserted again a new transaction and records nothing,
      // except of `false`, which counts as no value.
      const bool is_recorded = !is_same || IsFalse(delta);
      *current = delta;
      if (is_recorded) Record(delta, false);
    } else if (is_same) {
      RecordRetraction(**current, delta, is_original_);
      current->reset();
    } else {
      Record(delta, false);  // what the upsert just before replaced
    }
  }

  // REQUIRES: `deltas` is sorted by value.
  void ReplayMany(Datoms deltas, Datoms before) {
    Front current(before);
    while (!deltas.empty()) {
      const Datom& first = deltas.front();
      Append(current.TakeWhile([&](const Datom& d) { return CompareValue(d, first) < 0; }),
             &current_);
      const Datoms same =
          current.TakeWhile([&](const Datom& d) { return CompareValue(d, first) == 0; });
      std::optional<Datom> one;
      if (!same.empty()) one = same.front();
      const size_t count = static_cast<size_t>(
          std::find_if(deltas.begin(), deltas.end(),
                       [&](const Datom& d) { return CompareValue(d, first) != 0; }) -
          deltas.begin());
      for (const Datom& delta : deltas.first(count)) {
        if (!delta.added() && one) RecordRetraction(*one, delta, true);
        one = delta.added() ? std::optional(delta) : std::nullopt;
      }
      if (one) current_.push_back(*one);
      deltas = deltas.subspan(count);
    }
    Append(current.TakeWhile([](const Datom&) { return true; }), &current_);
  }

  void RecordRetraction(const Datom& retracted, const Datom& delta, bool is_assertion_recorded) {
    if (is_assertion_recorded) Record(retracted, is_original_);
    Record(delta, is_original_);
  }

  void Record(const Datom& d, bool once_a_transaction) {
    if (group_keeps_history_) history_.push_back({d, once_a_transaction});
  }

  // Merges what was recorded of one (e a) with the history that is there.
  void MergeHistory(Datoms before) {
    // Whether an insert takes effect depends only on earlier ones of the same value and
    // transaction.
    StableSort(&history_, [&](const HistoryInsert& x, const HistoryInsert& y) {
      const int c = CompareValue(x.datom, y.datom);
      return c != 0 ? c < 0 : x.datom.tx() < y.datom.tx();
    });
    Front front(before);
    for (size_t i = 0; i < history_.size();) {
      const Datom retraction = history_[i].datom.WithTx(history_[i].datom.tx(), false);
      const Datom assertion = retraction.WithTx(retraction.tx(), true);
      Append(front.TakeWhile([&](const Datom& d) { return compare_(d, retraction) < 0; }),
             &temporal_);
      std::array<std::optional<Datom>, 2> there;  // the retraction, the assertion
      for (const Datom& d :
           front.TakeWhile([&](const Datom& x) { return compare_(x, assertion) <= 0; })) {
        there[d.added() ? 1 : 0] = d;
      }
      for (; i < history_.size() && history_[i].datom.tx() == retraction.tx() &&
             CompareValue(history_[i].datom, retraction) == 0;
           ++i) {
        const Datom& d = history_[i].datom;
        const bool is_there =
            there[d.added() ? 1 : 0] || (history_[i].once_a_transaction && (there[0] || there[1]));
        if (!is_there) there[d.added() ? 1 : 0] = d;
      }
      for (const auto& d : there) {
        if (d) temporal_.push_back(*d);
      }
    }
    Append(front.TakeWhile([](const Datom&) { return true; }), &temporal_);
    history_.clear();
  }

  const Schema& schema_;
  const bool keeps_history_;
  const bool is_original_;
  const uint32_t* ranks_;
  const StringOrder strings_;
  const Comparer<OrderKind::kEavt> compare_;
  std::vector<Datom> current_;
  std::vector<Datom> temporal_;
  bool group_keeps_history_ = false;    // of the (e a) at hand
  std::vector<Datom> by_value_;         // its deltas
  std::vector<HistoryInsert> history_;  // what it adds to the history, in the order of the deltas
};

}  // namespace

std::shared_ptr<const Schema> ReplayInBulk(const Lineage& lineage,
                                           const std::shared_ptr<const Schema>& schema,
                                           std::span<const Datom> deltas, Sequences* sequences) {
  auto after = SchemaAfter(lineage, schema, deltas, sequences->current);
  if (deltas.empty()) return after;
  std::vector<Datom> sorted(deltas.begin(), deltas.end());
  SortByEntityAndAttribute(*lineage.attributes, &sorted);
  BulkReplay(lineage, *after).Run(sorted, sequences);
  return after;
}

}  // namespace datombench

// The orders in which datoms are indexed: EAVT, AEVT, AVET.
#ifndef DATOMBENCH_INDEX_DATOM_ORDER_H_
#define DATOMBENCH_INDEX_DATOM_ORDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "index/attributes.h"
#include "index/datom.h"

namespace datombench {

enum class OrderKind : uint8_t { kEavt, kAevt, kAvet };

// Compares two datoms whole: the components in the order that `kKind` names, then the transaction,
// and a retraction before an assertion. Templates take it inline; DatomOrder is the same chosen at
// run time.
template <OrderKind kKind>
class Comparer {
 public:
  explicit Comparer(const Attributes& attributes)
      : ranks_(attributes.ranks()), strings_(attributes.strings()) {}

  int operator()(const Datom& x, const Datom& y) const {
    int c = 0;
    if constexpr (kKind == OrderKind::kEavt) {
      if ((c = CompareE(x, y)) != 0) return c;
      if ((c = CompareA(x, y)) != 0) return c;
      if ((c = CompareV(x, y)) != 0) return c;
    } else if constexpr (kKind == OrderKind::kAevt) {
      if ((c = CompareA(x, y)) != 0) return c;
      if ((c = CompareE(x, y)) != 0) return c;
      if ((c = CompareV(x, y)) != 0) return c;
    } else {
      if ((c = CompareA(x, y)) != 0) return c;
      if ((c = CompareV(x, y)) != 0) return c;
      if ((c = CompareE(x, y)) != 0) return c;
    }
    return Sign(x.tx_and_added(), y.tx_and_added());
  }

  // The same as (*this)(x, y) < 0; quick where the first component decides.
  bool IsLess(const Datom& x, const Datom& y) const {
    if constexpr (kKind == OrderKind::kEavt) {
      if (x.e() != y.e()) [[likely]]
        return x.e() < y.e();
    } else {
      if (x.a() != y.a()) return ranks_[x.a()] < ranks_[y.a()];
      if constexpr (kKind == OrderKind::kAevt) {
        if (x.e() != y.e()) [[likely]]
          return x.e() < y.e();
      }
    }
    return (*this)(x, y) < 0;
  }

 private:
  static int Sign(uint64_t x, uint64_t y) { return (x > y) - (x < y); }
  static int CompareE(const Datom& x, const Datom& y) { return Sign(x.e(), y.e()); }
  int CompareA(const Datom& x, const Datom& y) const {
    return x.a() == y.a() ? 0 : Sign(ranks_[x.a()], ranks_[y.a()]);
  }
  int CompareV(const Datom& x, const Datom& y) const {
    return CompareValues(x.v(), y.v(), strings_);
  }

  const uint32_t* ranks_;
  StringOrder strings_;
};

// The leading components of a pattern; what comes after the first one left out must be left out
// too, in the order that the pattern is used with.
struct DatomPattern {
  std::optional<EntityId> e;
  std::optional<AttributeId> a;
  std::optional<Value> v;
};
// The bounds of all datoms that match: below or equal, and above or equal, to each of them in any
// order.
Datom LowestDatom(const DatomPattern& pattern);
Datom HighestDatom(const DatomPattern& pattern);

// Counts comparisons while it is on.
struct ComparisonCounter {
  bool is_on = false;
  uint64_t comparisons = 0;
};

// Any order, counting what it compares: for measurements of how much an index compares, never
// timed.
class CountingComparer {
 public:
  CountingComparer(OrderKind kind, const Attributes& attributes, uint64_t* comparisons)
      : kind_(kind), attributes_(attributes), comparisons_(comparisons) {}

  int operator()(const Datom& x, const Datom& y) const {
    ++*comparisons_;
    switch (kind_) {
      case OrderKind::kEavt:
        return Comparer<OrderKind::kEavt>(attributes_)(x, y);
      case OrderKind::kAevt:
        return Comparer<OrderKind::kAevt>(attributes_)(x, y);
      case OrderKind::kAvet:
        break;
    }
    return Comparer<OrderKind::kAvet>(attributes_)(x, y);
  }
  bool IsLess(const Datom& x, const Datom& y) const { return (*this)(x, y) < 0; }

 private:
  const OrderKind kind_;
  const Attributes& attributes_;
  uint64_t* const comparisons_;
};

// An order chosen at run time; shares the attributes whose idents it compares.
class DatomOrder {
 public:
  // `counter`, if any, must outlive the order, its copies and the indexes made with them, and is
  // for one thread.
  DatomOrder(OrderKind kind, std::shared_ptr<const Attributes> attributes,
             ComparisonCounter* counter = nullptr)
      : kind_(kind), attributes_(std::move(attributes)), counter_(counter) {}

  OrderKind kind() const { return kind_; }
  const Attributes& attributes() const { return *attributes_; }
  ComparisonCounter* counter() const { return counter_; }
  bool counts() const { return counter_ != nullptr && counter_->is_on; }

  // Calls `visitor(Comparer<...>)`, so that loops over datoms are compiled once per order.
  template <typename Visitor>
  decltype(auto) Visit(Visitor&& visitor) const {
    if (counts()) [[unlikely]] {
      return visitor(CountingComparer(kind_, *attributes_, &counter_->comparisons));
    }
    switch (kind_) {
      case OrderKind::kEavt:
        return visitor(Comparer<OrderKind::kEavt>(*attributes_));
      case OrderKind::kAevt:
        return visitor(Comparer<OrderKind::kAevt>(*attributes_));
      case OrderKind::kAvet:
        break;
    }
    return visitor(Comparer<OrderKind::kAvet>(*attributes_));
  }

  int Compare(const Datom& x, const Datom& y) const {
    return Visit([&](const auto& compare) { return compare(x, y); });
  }

 private:
  OrderKind kind_;
  std::shared_ptr<const Attributes> attributes_;
  ComparisonCounter* counter_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_DATOM_ORDER_H_

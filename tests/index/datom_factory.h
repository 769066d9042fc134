// Random datoms of every value type, few enough distinct ones that they collide.
#ifndef DATOMBENCH_TESTS_INDEX_DATOM_FACTORY_H_
#define DATOMBENCH_TESTS_INDEX_DATOM_FACTORY_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "index/datom_order.h"
#include "index/index.h"
#include "index/registry.h"
#include "index/value_arena.h"

namespace datombench {

// Names, not addresses, in the names of parameterised tests.
inline void PrintTo(const IndexKind* kind, std::ostream* out) { *out << kind->name(); }

class DatomFactory {
 public:
  DatomFactory() : attributes_(std::make_shared<Attributes>(StringOrder::kCodePoint)) {
    // Not in the order of their idents, so that ids and ranks differ.
    for (const char* ident :
         {":zebra/stripes", ":name", ":animal/legs", ":animal/name", ":b/c", ":weight"}) {
      attributes_->Intern(ident);
    }
  }

  std::shared_ptr<const Attributes> attributes() const { return attributes_; }

  Datom Random(std::mt19937_64& random) {
    const auto a = static_cast<AttributeId>(kFirstAttribute + random() % 6);
    return {1 + random() % 40, a, RandomValue(a, random), kTx0 + 1 + random() % 20,
            random() % 4 != 0};
  }

  // `size` distinct datoms, ascending.
  std::vector<Datom> RandomSorted(std::mt19937_64& random, const DatomOrder& order, size_t size) {
    std::vector<Datom> datoms;
    const auto before = [&](const Datom& x, const Datom& y) { return order.Compare(x, y) < 0; };
    const auto same = [&](const Datom& x, const Datom& y) { return order.Compare(x, y) == 0; };
    while (datoms.size() < size) {
      while (datoms.size() < size + 10) datoms.push_back(Random(random));
      std::sort(datoms.begin(), datoms.end(), before);
      datoms.erase(std::unique(datoms.begin(), datoms.end(), same), datoms.end());
    }
    std::shuffle(datoms.begin(), datoms.end(), random);
    datoms.resize(size);
    std::sort(datoms.begin(), datoms.end(), before);
    return datoms;
  }

 private:
  Value RandomValue(AttributeId a, std::mt19937_64& random) {
    const int64_t n = static_cast<int64_t>(random() % 50) - 25;
    switch (a - kFirstAttribute) {
      case 0:
        return Value::Long(n);
      case 1:
        return values_.Intern(ValueType::kString, "name " + std::to_string(n));
      case 2:
        return Value::Double(static_cast<double>(n) / 4);
      case 3:
        return values_.Intern(ValueType::kKeyword, KeywordBytes(":animal/" + std::to_string(n)));
      case 4:
        return Value::Boolean(n > 0);
      default:
        return values_.Intern(ValueType::kUuid, std::string(15, 'u') + static_cast<char>(n * 5));
    }
  }

  std::shared_ptr<Attributes> attributes_;
  ValueArena values_;
};

inline std::vector<Datom> Collect(Cursor& cursor) {
  std::vector<Datom> datoms;
  for (auto run = cursor.Next(); !run.empty(); run = cursor.Next()) {
    datoms.insert(datoms.end(), run.begin(), run.end());
  }
  return datoms;
}

inline std::vector<Datom> CollectBackward(Cursor& cursor) {
  std::vector<Datom> datoms;
  for (auto run = cursor.Next(); !run.empty(); run = cursor.Next()) {
    datoms.insert(datoms.end(), run.rbegin(), run.rend());
  }
  return datoms;
}

// Whether two datoms are the same fact, values by content.
inline bool SameDatom(const Datom& x, const Datom& y) {
  return x.e() == y.e() && x.a() == y.a() && x.tx_and_added() == y.tx_and_added() &&
         CompareValues(x.v(), y.v(), StringOrder::kCodePoint) == 0;
}

inline bool SameDatoms(const std::vector<Datom>& x, const std::vector<Datom>& y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), SameDatom);
}

// The same run by run: beside a bounded node cache a run's values live until the next one.
inline bool SameDatoms(Cursor& cursor, const std::vector<Datom>& expected) {
  auto next = expected.begin();
  for (auto run = cursor.Next(); !run.empty(); run = cursor.Next()) {
    if (static_cast<size_t>(expected.end() - next) < run.size()) return false;
    if (!std::equal(run.begin(), run.end(), next, SameDatom)) return false;
    next += static_cast<ptrdiff_t>(run.size());
  }
  return next == expected.end();
}

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_INDEX_DATOM_FACTORY_H_

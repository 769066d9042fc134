// Sorting by digits against sorting by comparing: every value type, few and many datoms.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <random>

#include "index/datom_order.h"
#include "index/datom_sort.h"
#include "index/value_arena.h"

namespace datombench {
namespace {

struct Case {
  StringOrder strings;
  size_t datoms;
  uint64_t distinct;  // values of a type and entities
};

class ReplayDatomSortTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    schema_ = Schema::Builtin(attributes_);
    for (int i = 0; i < 18; ++i) {
      // Ids and idents in opposite orders; every second attribute belongs into AVET.
      const AttributeId a = attributes_.Intern(fmt::format(":z{}/a", 99 - i));
      const auto type = static_cast<ValueType>(1 + i % 9);
      schema_ = schema_->With(a, {.value_type = type, .index = i % 2 == 0});
    }
  }

  Value RandomValue(ValueType type) {
    const uint64_t i = random_() % GetParam().distinct;
    // Far apart, both signs, all digits in use.
    const uint64_t spread = i * 0x9E3779B97F4A7C15;
    switch (type) {
      case ValueType::kLong:
      case ValueType::kInstant:
        return {type, i == 0 ? uint64_t{1} << 63 : spread};
      case ValueType::kDouble: {
        constexpr double kAwkward[] = {0.0, -0.0, std::numeric_limits<double>::infinity(),
                                       -std::numeric_limits<double>::infinity(), -5e-324};
        if (i < std::size(kAwkward)) return Value::Double(kAwkward[i]);
        return Value::Double(static_cast<double>(static_cast<int64_t>(spread)) * 1e-9);
      }
      case ValueType::kBoolean:
        return Value::Boolean(i % 2 == 0);
      case ValueType::kRef:
        return Value::Ref(1 + i);
      case ValueType::kUuid:
        return values_.Intern(type, fmt::format("{:08x}{:08x}", spread >> 32, i)
                                        .replace(0, 1, 1, static_cast<char>(spread >> 56)));
      case ValueType::kKeyword:
        return values_.Intern(type, KeywordBytes(fmt::format(":n{}/{}", i % 3, Text(i))));
      default:
        return values_.Intern(type, Text(i));
    }
  }

  // Common beginnings longer than a key, prefixes of each other, characters of every length.
  static std::string Text(uint64_t i) {
    static const char* const kBeginnings[] = {"",       "a",          "same beginning ",
                                              "\uFF5E", "\U0001F600", "\u00E9"};
    return kBeginnings[i % std::size(kBeginnings)] + std::string(i % 11, 'b') +
           std::to_string(i / 66);
  }

  // Distinct ones, in the order that `kind` gives by comparing.
  std::vector<Datom> Sorted(OrderKind kind, std::vector<Datom> datoms) {
    const DatomOrder order(kind, std::shared_ptr<const Attributes>(&attributes_, [](auto*) {}));
    std::sort(datoms.begin(), datoms.end(),
              [&](const Datom& x, const Datom& y) { return order.Compare(x, y) < 0; });
    datoms.erase(
        std::unique(datoms.begin(), datoms.end(),
                    [&](const Datom& x, const Datom& y) { return order.Compare(x, y) == 0; }),
        datoms.end());
    return datoms;
  }

  Datom RandomDatom() {
    const auto a = static_cast<AttributeId>(schema_->builtin().tx_instant + 1 + random_() % 18);
    // Entities of the user and of transactions, far apart.
    const EntityId e = 1 + random_() % GetParam().distinct + (random_() % 5 == 0 ? kTx0 : 0);
    return {e, a, RandomValue((*schema_)[a].value_type), kTx0 + random_() % 50, random_() % 2 == 0};
  }

  std::vector<Datom> RandomDatoms() {
    std::vector<Datom> datoms;
    while (datoms.size() < GetParam().datoms) datoms.push_back(RandomDatom());
    return datoms;
  }

  static bool AreSame(const std::vector<Datom>& x, const std::vector<Datom>& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const Datom& p, const Datom& q) {
      return p.e() == q.e() && p.a() == q.a() && p.v().bits() == q.v().bits() &&
             p.tx_and_added() == q.tx_and_added();
    });
  }

  std::mt19937_64 random_{20261122};
  Attributes attributes_{GetParam().strings};
  std::shared_ptr<const Schema> schema_;
  ValueArena values_;
};
INSTANTIATE_TEST_SUITE_P(FewAndMany, ReplayDatomSortTest,
                         ::testing::Values(Case{StringOrder::kCodePoint, 0, 3},
                                           Case{StringOrder::kCodePoint, 1, 3},
                                           Case{StringOrder::kCodePoint, 300, 40},
                                           Case{StringOrder::kCodePoint, 40000, 9},
                                           Case{StringOrder::kUtf16Unit, 500, 7},
                                           Case{StringOrder::kCodePoint, 40000, 3000},
                                           Case{StringOrder::kUtf16Unit, 40000, 3000}));

TEST_P(ReplayDatomSortTest, AevtIsWhatComparingGives) {
  const auto eavt = Sorted(OrderKind::kEavt, RandomDatoms());
  EXPECT_TRUE(AreSame(InAevtOrder(attributes_, eavt), Sorted(OrderKind::kAevt, eavt)));
}

TEST_P(ReplayDatomSortTest, AvetIsWhatComparingGives) {
  const auto eavt = Sorted(OrderKind::kEavt, RandomDatoms());
  const auto avet = InAvetOrder(attributes_, *schema_, InAevtOrder(attributes_, eavt));
  std::vector<Datom> members = eavt;
  std::erase_if(members, [&](const Datom& d) { return !schema_->IsInAvet(d.a()); });
  EXPECT_TRUE(AreSame(avet, Sorted(OrderKind::kAvet, members)));
}

TEST_P(ReplayDatomSortTest, ByEntityAndAttributeEqualOnesKeepTheirOrder) {
  std::vector<Datom> datoms = RandomDatoms();
  std::vector<Datom> expected = datoms;
  const uint32_t* ranks = attributes_.ranks();
  std::stable_sort(expected.begin(), expected.end(), [&](const Datom& x, const Datom& y) {
    return x.e() != y.e() ? x.e() < y.e() : ranks[x.a()] < ranks[y.a()];
  });
  SortByEntityAndAttribute(attributes_, &datoms);
  EXPECT_TRUE(AreSame(datoms, expected));
}

}  // namespace
}  // namespace datombench

#include "tests/fuzz/universe.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace datombench {
namespace {

struct AttributeEntry {
  const char* ident;
  ValueType type;
};
// The first kKnownAtFirst have every type.
constexpr AttributeEntry kAttributes[] = {
    {":zebra/stripes", ValueType::kLong},
    {":name", ValueType::kString},
    {":animal/legs", ValueType::kDouble},
    {":animal/name", ValueType::kKeyword},
    {":b/c", ValueType::kBoolean},
    {":weight", ValueType::kUuid},
    {":a", ValueType::kRef},
    {":b", ValueType::kInstant},
    {":b.c/d", ValueType::kBytes},
    {":B/c", ValueType::kString},
    {":b/c\xF0\x9F\x98\x80", ValueType::kLong},  // U+1F600: before U+FFFD in UTF-16 units
    {":b/c\xEF\xBF\xBD", ValueType::kString},    // U+FFFD
    {":animal/n", ValueType::kString},
    {":animal", ValueType::kRef},
    {":a.a/a", ValueType::kDouble},
    {":zz/zz", ValueType::kKeyword},
};
constexpr uint32_t kKnownAtFirst = 10;

constexpr uint32_t kHighestRank = std::numeric_limits<uint32_t>::max();

// Where short strings are compared by a prefix of 8 or 16 bytes, these differ in front of its end,
// at it, behind it, or in length alone.
std::vector<std::string> Texts() {
  std::vector<std::string> texts;
  for (const std::string_view head :
       {"", "a", "name 12", "name 123", "name 1234", "a longer prefix"}) {
    for (const std::string_view tail : {"", "a", "b", "z", "aa", "ab", "\xC3\xA9", "\xEF\xBF\xBD",
                                        "\xF0\x9F\x98\x80", "a rather long end of it"}) {
      texts.push_back(std::string(head).append(tail));
    }
  }
  return texts;
}

std::vector<std::string> Keywords() {
  std::vector<std::string> keywords;
  for (const std::string_view space : {"", "a", "ab", "animal", "animals.of", "\xF0\x9F\x98\x80"}) {
    for (const std::string_view name : {"a", "b", "ab", "name", "name-of", "\xEF\xBF\xBD"}) {
      keywords.push_back(std::string(space).append(1, '\0').append(name));
    }
  }
  return keywords;
}

std::vector<std::string> Bytes() {
  std::vector<std::string> all;
  for (const std::string& head :
       {std::string(), std::string(1, '\0'), std::string(8, '\0'), std::string("\xFF\x7F\x80")}) {
    for (const std::string& tail :
         {std::string(), std::string(1, '\0'), std::string("\x01"), std::string("\x7F"),
          std::string("\x80"), std::string("\xFF\xFF")}) {
      all.push_back(head + tail);
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<std::string> Uuids() {
  std::vector<std::string> uuids;
  for (const char first : {'\x00', '\x7F', '\x80', '\xFF'}) {
    for (const char second : {'\x00', '\x01', '\x7F', '\x80', '\xFF'}) {
      for (const char last : {'\x00', '\x80'}) {
        std::string uuid(16, '\0');
        uuid[0] = first;
        uuid[8] = second;
        uuid[15] = last;
        uuids.push_back(std::move(uuid));
      }
    }
  }
  return uuids;
}

std::vector<uint64_t> Longs() {
  std::vector<uint64_t> longs;
  for (int64_t n = -20; n <= 20; ++n) longs.push_back(static_cast<uint64_t>(n));
  for (const int bit : {7, 8, 15, 16, 31, 32, 52, 53, 62, 63}) {
    longs.push_back(uint64_t{1} << bit);
    longs.push_back((uint64_t{1} << bit) - 1);
    longs.push_back(uint64_t{0} - (uint64_t{1} << bit));
  }
  std::sort(longs.begin(), longs.end());
  longs.erase(std::unique(longs.begin(), longs.end()), longs.end());
  return longs;
}

std::vector<uint64_t> Doubles() {
  using Limits = std::numeric_limits<double>;
  std::vector<double> doubles = {0.0};
  for (int n = 1; n <= 12; ++n) doubles.push_back(n / 4.0);
  for (const double v : {1.0 + Limits::epsilon(), Limits::denorm_min(), Limits::min(),
                         Limits::max(), Limits::infinity(), 9007199254740993.0, 0.1, 1e-300}) {
    doubles.push_back(v);
  }
  std::vector<uint64_t> bits;
  for (const double v : doubles) {
    bits.push_back(std::bit_cast<uint64_t>(v));
    bits.push_back(std::bit_cast<uint64_t>(-v));
  }
  return bits;
}

template <typename Order>
std::vector<uint32_t> RanksOf(size_t size, const Order& order) {
  std::vector<uint32_t> ascending(size);
  std::iota(ascending.begin(), ascending.end(), 0u);
  std::stable_sort(ascending.begin(), ascending.end(),
                   [&](uint32_t x, uint32_t y) { return order(x, y) < 0; });
  std::vector<uint32_t> ranks(size);
  uint32_t rank = 0;
  for (size_t i = 0; i < size; ++i) {
    if (i == 0 || order(ascending[i - 1], ascending[i]) != 0) ++rank;
    ranks[ascending[i]] = rank;
  }
  return ranks;
}

std::vector<uint32_t> AttributeRanks(StringOrder strings) {
  return RanksOf(std::size(kAttributes), [&](uint32_t x, uint32_t y) {
    return CompareModelIdents(kAttributes[x].ident, kAttributes[y].ident, strings);
  });
}

}  // namespace

Fact LowestFact() { return {}; }

Fact HighestFact() {
  Fact highest;
  highest.e = std::numeric_limits<EntityId>::max();
  highest.a = kHighestAttribute;
  highest.attribute_rank = kHighestRank;
  highest.type = ValueType::kHighest;
  highest.tx = kMaxTx;
  highest.added = true;
  return highest;
}

bool FactOrder::operator()(const Fact& x, const Fact& y) const {
  const auto e = [](const Fact& f) { return f.e; };
  const auto a = [](const Fact& f) { return f.attribute_rank; };
  const auto v = [](const Fact& f) { return std::pair(f.type, f.value_rank); };
  const auto t = [](const Fact& f) { return std::pair(f.tx, f.added); };
  switch (kind_) {
    case OrderKind::kEavt:
      return std::tuple(e(x), a(x), v(x), t(x)) < std::tuple(e(y), a(y), v(y), t(y));
    case OrderKind::kAevt:
      return std::tuple(a(x), e(x), v(x), t(x)) < std::tuple(a(y), e(y), v(y), t(y));
    case OrderKind::kAvet:
      break;
  }
  return std::tuple(a(x), v(x), e(x), t(x)) < std::tuple(a(y), v(y), e(y), t(y));
}

Universe::Universe(OrderKind order, StringOrder strings, Input& input)
    : order_(order),
      attributes_(std::make_shared<Attributes>(strings)),
      attribute_ranks_(AttributeRanks(strings)),
      known_attributes_(0),
      values_(CommonValues(strings)) {
  while (known_attributes_ < kKnownAtFirst) AddAttribute();
  for (size_t i = input.Below(4); i > 0; --i) ReadValue(strings, input);
}

void Universe::AddAttribute() {
  if (known_attributes_ == std::size(kAttributes)) return;
  attributes_->Intern(kAttributes[known_attributes_].ident);
  ++known_attributes_;
}

const Universe::Values& Universe::CommonValues(StringOrder strings) {
  const auto make = [](StringOrder order) {
    Values values;
    const auto add = [&](ValueType type, const auto& contents) {
      for (const auto& content : contents) {
        ModelValue value{type, 0, {}};
        if constexpr (std::is_integral_v<std::decay_t<decltype(content)>>) {
          value.bits = content;
        } else {
          value.bytes = content;
        }
        values[static_cast<size_t>(type)].values.push_back(std::move(value));
      }
      Rank(order, &values[static_cast<size_t>(type)]);
    };
    add(ValueType::kLong, Longs());
    add(ValueType::kDouble, Doubles());
    add(ValueType::kBoolean, std::vector<uint64_t>{0, 1});
    add(ValueType::kInstant, Longs());
    add(ValueType::kRef, Longs());
    add(ValueType::kString, Texts());
    add(ValueType::kKeyword, Keywords());
    add(ValueType::kUuid, Uuids());
    add(ValueType::kBytes, Bytes());
    return values;
  };
  static const Values by_code_point = make(StringOrder::kCodePoint);
  static const Values by_utf16_unit = make(StringOrder::kUtf16Unit);
  return strings == StringOrder::kCodePoint ? by_code_point : by_utf16_unit;
}

void Universe::Rank(StringOrder strings, RankedValues* values) {
  values->ranks = RanksOf(values->values.size(), [&](uint32_t x, uint32_t y) {
    return CompareModelValues(values->values[x], values->values[y], strings);
  });
}

// A value of the input's own choice.
void Universe::ReadValue(StringOrder strings, Input& input) {
  constexpr ValueType kTypesRead[] = {ValueType::kLong, ValueType::kDouble, ValueType::kString,
                                      ValueType::kBytes, ValueType::kUuid};
  ModelValue value{kTypesRead[input.Below(std::size(kTypesRead))], 0, {}};
  switch (value.type) {
    case ValueType::kString:
      for (size_t i = input.Below(24); i > 0; --i) {
        value.bytes += std::string_view("abcdefghijklmnop \t/:\x7F\x01").substr(input.Below(22), 1);
      }
      break;
    case ValueType::kBytes:
      for (size_t i = input.Below(24); i > 0; --i) value.bytes += static_cast<char>(input.Byte());
      break;
    case ValueType::kUuid:
      for (int i = 0; i < 16; ++i) value.bytes += static_cast<char>(input.Byte());
      break;
    default:
      value.bits = input.Word();
      if (value.type == ValueType::kDouble && std::isnan(std::bit_cast<double>(value.bits))) return;
  }
  RankedValues& ranked = values_[static_cast<size_t>(value.type)];
  // The front, where small numbers find it.
  ranked.values.insert(ranked.values.begin(), std::move(value));
  Rank(strings, &ranked);
}

Fact Universe::MakeFact(uint32_t e, uint32_t attribute, uint32_t value, uint32_t tx) const {
  constexpr EntityId kFarEntities[] = {kTx0 - 1, kTx0 + 1, uint64_t{1} << 32, uint64_t{1} << 63};
  const uint32_t i = attribute % known_attributes_;
  Fact fact;
  fact.e = e % 256 >= 252 ? kFarEntities[e % 4] : 1 + e;
  fact.a = kFirstAttribute + i;
  fact.attribute_rank = attribute_ranks_[i];
  fact.type = kAttributes[i].type;
  fact.value = value % static_cast<uint32_t>(values(fact.type).values.size());
  fact.value_rank = values(fact.type).ranks[fact.value];
  fact.tx = kTx0 + 1 + tx / 2;
  fact.added = tx % 2 == 0;
  return fact;
}

Fact Universe::ReadBound(Input& input) const {
  const size_t kind = input.Below(10);
  if (kind == 1 || kind == 2) return ReadPattern(input, /*is_lowest=*/kind == 1);
  Fact bound = ReadFact(input);
  switch (kind) {
    case 3:
      bound.type = ValueType::kLowest;
      break;
    case 4:
      bound.type = ValueType::kHighest;
      break;
    case 5:
      bound.a = kLowestAttribute;
      bound.attribute_rank = 0;
      break;
    case 6:
      bound.a = kHighestAttribute;
      bound.attribute_rank = kHighestRank;
      break;
    case 7:
      bound.tx = 0;
      break;
    case 8:
      bound.tx = kMaxTx;
      break;
    case 9: {
      // Of another type, as only bounds can have it.
      const Fact other = ReadFact(input);
      bound.type = other.type;
      bound.value = other.value;
      bound.value_rank = other.value_rank;
      break;
    }
    default:
      break;
  }
  if (bound.type == ValueType::kLowest || bound.type == ValueType::kHighest) {
    bound.value = bound.value_rank = 0;
  }
  return bound;
}

// The first or last datom of all that agree in a few leading components.
Fact Universe::ReadPattern(Input& input, bool is_lowest) const {
  const size_t components = input.Below(4);
  const Fact fact = ReadFact(input);
  Fact bound = is_lowest ? LowestFact() : HighestFact();
  constexpr const char* kLeading[] = {"eav", "aev", "ave"};
  for (size_t i = 0; i < components; ++i) {
    switch (kLeading[static_cast<size_t>(order_.kind())][i]) {
      case 'e':
        bound.e = fact.e;
        break;
      case 'a':
        bound.a = fact.a;
        bound.attribute_rank = fact.attribute_rank;
        break;
      default:
        bound.type = fact.type;
        bound.value = fact.value;
        bound.value_rank = fact.value_rank;
    }
  }
  return bound;
}

Datom Universe::ToDatom(const Fact& fact, ValueArena* arena) const {
  Value value(fact.type, 0);
  if (fact.type != ValueType::kLowest && fact.type != ValueType::kHighest) {
    const ModelValue& content = values(fact.type).values[fact.value];
    // Equal values may share their bytes or not.
    value = !IsOutOfLine(fact.type) ? Value(fact.type, content.bits)
            : fact.e % 2 == 0       ? arena->Intern(fact.type, content.bytes)
                                    : arena->Copy(fact.type, content.bytes);
  }
  return {fact.e, fact.a, value, fact.tx, fact.added};
}

bool Universe::IsSame(const Datom& datom, const Fact& fact) const {
  if (datom.e() != fact.e || datom.a() != fact.a || datom.v().type() != fact.type ||
      datom.tx() != fact.tx || datom.added() != fact.added) {
    return false;
  }
  const ModelValue& content = values(fact.type).values[fact.value];
  return IsOutOfLine(fact.type) ? datom.v().AsBytes() == content.bytes
                                : datom.v().bits() == content.bits;
}

}  // namespace datombench

#include "index/datom_sort.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <numeric>
#include <string_view>
#include <utility>

namespace datombench {
namespace {

constexpr int kDigitBits = 11;
constexpr size_t kDigits = size_t{1} << kDigitBits;
// Below this many items comparing them is quicker than clearing the counters.
constexpr size_t kFewItems = 512;
// So many are inserted one by one.
constexpr size_t kVeryFewItems = 16;

// One stable pass by the digit of `key` at `shift`.
template <typename Item, typename Key>
void CountingPass(std::span<const Item> from, Item* to, int shift, const Key& key) {
  const auto digit = [&](const Item& item) { return (key(item) >> shift) & (kDigits - 1); };
  std::array<size_t, kDigits> starts{};
  for (const Item& item : from) ++starts[digit(item)];
  size_t sum = 0;
  for (size_t& start : starts) sum += std::exchange(start, sum);
  for (const Item& item : from) to[starts[digit(item)]++] = item;
}

// Stable, ascending by the 64-bit number key(item); passes over digits that all items share.
template <typename Item, typename Key>
void SortByKey(std::vector<Item>* items, const Key& key) {
  if (items->size() < kFewItems) {
    std::stable_sort(items->begin(), items->end(),
                     [&](const Item& x, const Item& y) { return key(x) < key(y); });
    return;
  }
  uint64_t differing_bits = 0;
  for (const Item& item : *items) differing_bits |= key(item) ^ key(items->front());
  std::vector<Item> other(items->size());
  for (int shift = 0; shift < std::numeric_limits<uint64_t>::digits; shift += kDigitBits) {
    if (((differing_bits >> shift) & (kDigits - 1)) == 0) continue;
    CountingPass(std::span<const Item>(*items), other.data(), shift, key);
    items->swap(other);
  }
}

constexpr uint64_t kSignBit = uint64_t{1} << 63;

// The first eight bytes as a big-endian number, zeros where there are fewer; bytes of strings in
// UTF-16 order are mapped so that the order of numbers is the order of the strings' beginnings.
uint64_t Prefix(std::string_view bytes, bool is_utf16) {
  uint64_t prefix = 0;
  for (size_t i = 0; i < sizeof(prefix); ++i) {
    uint64_t byte = i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
    // Lead bytes: 0xF0 to 0xF4 begin characters beyond the basic plane, whose surrogates sort
    // before what begins with 0xEE and 0xEF.
    if (is_utf16 && byte >= 0xEE && byte <= 0xF4) byte = byte >= 0xF0 ? byte - 2 : byte + 5;
    prefix = prefix << 8 | byte;
  }
  return prefix;
}

// A number that ascends with the values of one type; equal for different values only where the
// type is out of line.
uint64_t KeyOf(const Value& v, StringOrder strings) {
  switch (v.type()) {
    case ValueType::kLong:
    case ValueType::kInstant:
      return v.bits() ^ kSignBit;
    case ValueType::kDouble: {
      const uint64_t bits = std::bit_cast<uint64_t>(v.AsDouble() + 0.0);  // -0.0 becomes 0.0
      return (bits & kSignBit) != 0 ? ~bits : bits ^ kSignBit;
    }
    case ValueType::kUuid:
      return Prefix(v.AsBytes(), false) ^ kSignBit;
    case ValueType::kBytes:
      return Prefix(v.AsBytes(), false);
    case ValueType::kString:
    case ValueType::kKeyword:
      return Prefix(v.AsBytes(), strings == StringOrder::kUtf16Unit);
    default:
      return v.bits();
  }
}

// Appends the datoms of one attribute, which ascend by entity, by value. Entities and transactions
// stay ascending where the value is the same.
class SorterByValue {
 public:
  explicit SorterByValue(StringOrder strings) : strings_(strings) {}

  void Append(std::span<const Datom> run, std::vector<Datom>* out) {
    entries_.clear();
    entries_.reserve(run.size());
    for (const Datom& d : run) entries_.push_back({KeyOf(d.v(), strings_), &d});
    SortByKey(&entries_, [](const Entry& entry) { return entry.key; });
    if (IsOutOfLine(run.front().v().type())) SortEqualKeys();
    for (const Entry& entry : entries_) out->push_back(*entry.datom);
  }

 private:
  struct Entry {
    uint64_t key;
    const Datom* datom;
  };

  void SortEqualKeys() {
    const auto less = [&](const Entry& x, const Entry& y) {
      return CompareValues(x.datom->v(), y.datom->v(), strings_) < 0;
    };
    for (auto begin = entries_.begin(); begin != entries_.end();) {
      const auto end = std::find_if(begin + 1, entries_.end(),
                                    [&](const Entry& entry) { return entry.key != begin->key; });
      if (end - begin > 1) std::stable_sort(begin, end, less);
      begin = end;
    }
  }

  const StringOrder strings_;
  std::vector<Entry> entries_;
};

struct NumberedKey {
  uint64_t key;
  uint32_t number;
};

// A number that doesn't descend in `order`.
uint64_t LeadingKey(const DatomOrder& order, const Datom& d) {
  constexpr int kRankBits = 20;
  constexpr uint64_t kRest = (uint64_t{1} << (64 - kRankBits)) - 1;
  if (order.kind() == OrderKind::kEavt) return d.e();
  const uint64_t rank = order.attributes().ranks()[d.a()];
  if (rank >> kRankBits != 0) return std::numeric_limits<uint64_t>::max();
  const uint64_t rest = order.kind() == OrderKind::kAevt
                            ? std::min(d.e(), kRest)
                            : KeyOf(d.v(), order.attributes().strings()) >> kRankBits;
  return rank << (64 - kRankBits) | rest;
}

}  // namespace

void SortByEntityAndAttribute(const Attributes& attributes, std::vector<Datom>* datoms) {
  const uint32_t* ranks = attributes.ranks();
  SortByKey(datoms, [&](const Datom& d) -> uint64_t { return ranks[d.a()]; });
  SortByKey(datoms, [](const Datom& d) { return d.e(); });
}

std::vector<Datom> InAevtOrder(const Attributes& attributes, std::span<const Datom> eavt) {
  const uint32_t* ranks = attributes.ranks();
  std::vector<Datom> aevt(eavt.begin(), eavt.end());
  SortByKey(&aevt, [&](const Datom& d) -> uint64_t { return ranks[d.a()]; });
  return aevt;
}

std::vector<Datom> InAvetOrder(const Attributes& attributes, const Schema& schema,
                               std::span<const Datom> aevt) {
  std::vector<Datom> avet;
  SorterByValue sorter(attributes.strings());
  while (!aevt.empty()) {
    const AttributeId a = aevt.front().a();
    const auto end = std::partition_point(aevt.begin(), aevt.end(), [&](const Datom& d) {
      return attributes.ranks()[d.a()] <= attributes.ranks()[a];
    });
    const auto run = aevt.first(static_cast<size_t>(end - aevt.begin()));
    if (schema.IsInAvet(a)) sorter.Append(run, &avet);
    aevt = aevt.subspan(run.size());
  }
  return avet;
}

void SortEdits(const DatomOrder& order, std::span<const IndexEdit> edits,
               std::vector<uint32_t>* sorted) {
  sorted->resize(edits.size());
  std::iota(sorted->begin(), sorted->end(), 0);
  order.Visit([&](const auto& compare) {
    const auto less = [&](uint32_t x, uint32_t y) {
      return compare.IsLess(edits[x].datom, edits[y].datom);
    };
    if (edits.size() <= kVeryFewItems) {
      for (uint32_t i = 1; i < edits.size(); ++i) {
        uint32_t place = i;
        for (; place > 0 && less(i, (*sorted)[place - 1]); --place) {
          (*sorted)[place] = (*sorted)[place - 1];
        }
        (*sorted)[place] = i;
      }
      return;
    }
    if (edits.size() < kFewItems) {
      // Numbers make it stable.
      std::sort(sorted->begin(), sorted->end(), [&](uint32_t x, uint32_t y) {
        const int c = compare(edits[x].datom, edits[y].datom);
        return c != 0 ? c < 0 : x < y;
      });
      return;
    }
    if (std::is_sorted(sorted->begin(), sorted->end(), less)) return;
    std::vector<NumberedKey> keys(edits.size());
    for (uint32_t i = 0; i < keys.size(); ++i) {
      keys[i] = {LeadingKey(order, edits[i].datom), i};
    }
    SortByKey(&keys, [](const NumberedKey& item) { return item.key; });
    for (size_t i = 0; i < keys.size(); ++i) (*sorted)[i] = keys[i].number;
    for (size_t begin = 0; begin < keys.size();) {
      size_t end = begin + 1;
      while (end < keys.size() && keys[end].key == keys[begin].key) ++end;
      if (end - begin > 1) {
        const auto at = sorted->begin();
        std::stable_sort(at + static_cast<ptrdiff_t>(begin), at + static_cast<ptrdiff_t>(end),
                         less);
      }
      begin = end;
    }
  });
}

}  // namespace datombench

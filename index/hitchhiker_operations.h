// Searching and merging what ascends: datoms, and buffers of operations on them.
#ifndef DATOMBENCH_INDEX_HITCHHIKER_OPERATIONS_H_
#define DATOMBENCH_INDEX_HITCHHIKER_OPERATIONS_H_

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>
#include <vector>

#include "index/datom.h"
#include "index/index.h"

namespace datombench {

inline const Datom& DatomOf(const Datom& datom) { return datom; }
inline const Datom& DatomOf(const IndexEdit& operation) { return operation.datom; }

// The place of the first item for which `is_before(datom)` is false, items.size() if there is none.
// REQUIRES: it is monotonic.
template <typename Item, typename IsBefore>
size_t PartitionPlace(std::span<const Item> items, const IsBefore& is_before) {
  const auto found = std::partition_point(
      items.begin(), items.end(), [&](const Item& item) { return is_before(DatomOf(item)); });
  return static_cast<size_t>(found - items.begin());
}

// The place of the first item not below `bound`, and of the first above it.
template <typename Items, typename Compare>
size_t LowerPlace(const Items& items, const Datom& bound, const Compare& compare) {
  return PartitionPlace(std::span(std::as_const(items)),
                        [&](const Datom& d) { return compare(d, bound) < 0; });
}
template <typename Items, typename Compare>
size_t UpperPlace(const Items& items, const Datom& bound, const Compare& compare) {
  return PartitionPlace(std::span(std::as_const(items)),
                        [&](const Datom& d) { return compare(d, bound) <= 0; });
}

// The child that `datom` lies below. `bounds` are the keys of a branch.
template <typename Compare>
size_t ChildPlace(std::span<const Datom> bounds, const Datom& datom, const Compare& compare) {
  assert(!bounds.empty());
  return LowerPlace(bounds.first(bounds.size() - 1), datom, compare);
}

// LowerPlace from `begin` on; looks twice as far with every step, so that a merge with few items
// skips many cheaply.
template <typename Item, typename Compare>
size_t LowerPlaceFrom(std::span<const Item> items, size_t begin, const Datom& bound,
                      const Compare& compare) {
  size_t low = begin;
  size_t step = 1;
  while (low + step <= items.size() && compare(DatomOf(items[low + step - 1]), bound) < 0) {
    low += step;
    step *= 2;
  }
  const size_t end = std::min(low + step - 1, items.size());
  return low + LowerPlace(items.subspan(low, end - low), bound, compare);
}

// Two operations on one datom, both of which take effect, leave it as it was: neither is needed.
// Where one didn't, the newer is what counts.
inline bool Cancel(const IndexEdit& older, const IndexEdit& newer) {
  assert(older.kind != newer.kind);
  return older.kind != newer.kind;
}

// Puts a newer operation into a buffer.
template <typename Compare>
void InsertOperation(const IndexEdit& newer, const Compare& compare,
                     std::vector<IndexEdit>* buffer) {
  const size_t place = LowerPlace(*buffer, newer.datom, compare);
  const auto at = buffer->begin() + static_cast<std::ptrdiff_t>(place);
  if (at == buffer->end() || compare(at->datom, newer.datom) != 0) {
    buffer->insert(at, newer);
  } else if (Cancel(*at, newer)) {
    buffer->erase(at);
  }
}

// The operations of two buffers as one.
template <typename Compare>
std::vector<IndexEdit> MergeOperations(std::span<const IndexEdit> older,
                                       std::span<const IndexEdit> newer, const Compare& compare) {
  std::vector<IndexEdit> merged;
  merged.reserve(older.size() + newer.size());
  const auto append_older = [&](size_t begin, size_t end) {
    const auto part = older.subspan(begin, end - begin);
    merged.insert(merged.end(), part.begin(), part.end());
  };
  size_t done = 0;
  for (const IndexEdit& operation : newer) {
    const size_t place = LowerPlaceFrom(older, done, operation.datom, compare);
    append_older(done, place);
    done = place;
    if (place == older.size() || compare(older[place].datom, operation.datom) != 0) {
      merged.push_back(operation);
    } else {
      ++done;
      if (!Cancel(older[place], operation)) merged.push_back(operation);
    }
  }
  append_older(done, older.size());
  return merged;
}

// Appends `datoms` after `operations` to `*result`.
template <typename Compare>
void ApplyOperations(std::span<const Datom> datoms, std::span<const IndexEdit> operations,
                     const Compare& compare, std::vector<Datom>* result) {
  const auto append = [&](size_t begin, size_t end) {
    const auto part = datoms.subspan(begin, end - begin);
    result->insert(result->end(), part.begin(), part.end());
  };
  size_t done = 0;
  for (const IndexEdit& operation : operations) {
    const size_t place = LowerPlaceFrom(datoms, done, operation.datom, compare);
    append(done, place);
    done = place;
    const bool is_there = place < datoms.size() && compare(datoms[place], operation.datom) == 0;
    assert(is_there == (operation.kind == IndexEdit::Kind::kErase));
    if (is_there) ++done;
    if (operation.kind == IndexEdit::Kind::kInsert) result->push_back(operation.datom);
  }
  append(done, datoms.size());
}

// Applies one operation in place.
template <typename Compare>
void ApplyOperation(const IndexEdit& operation, const Compare& compare,
                    std::vector<Datom>* datoms) {
  const size_t place = LowerPlace(*datoms, operation.datom, compare);
  const auto at = datoms->begin() + static_cast<std::ptrdiff_t>(place);
  const bool is_there = at != datoms->end() && compare(*at, operation.datom) == 0;
  assert(is_there == (operation.kind == IndexEdit::Kind::kErase));
  if (is_there && operation.kind == IndexEdit::Kind::kErase) {
    datoms->erase(at);
  } else if (!is_there && operation.kind == IndexEdit::Kind::kInsert) {
    datoms->insert(at, operation.datom);
  }
}

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_HITCHHIKER_OPERATIONS_H_

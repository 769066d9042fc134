#include "strategies/op_log.h"

#include <algorithm>
#include <cassert>

namespace datombench {
namespace {

// What a small flush leaves reserved for the next; a large one gives its memory back.
constexpr size_t kKeptDatoms = 4096;

// Makes room for `more` items, growing by half and not by two: what is recorded may be most of what
// a strategy holds.
template <typename T>
void Grow(std::vector<T>* items, size_t more) {
  const size_t needed = items->size() + more;
  if (needed > items->capacity()) {
    items->reserve(std::max(needed, items->capacity() + items->capacity() / 2));
  }
}

template <typename T>
void Empty(std::vector<T>* items) {
  if (items->capacity() > kKeptDatoms) {
    *items = std::vector<T>();
  } else {
    items->clear();
  }
}

}  // namespace

void OpLog::Append(const TxReport& report) {
  assert(empty() || transactions_.back().tx < report.db_after.max_tx);
  Grow(&transactions_, 1);
  Grow(&deltas_, report.tx_data.size());
  transactions_.push_back({report.db_after.max_tx, report.db_after.max_eid,
                           static_cast<uint32_t>(report.tx_data.size())});
  deltas_.insert(deltas_.end(), report.tx_data.begin(), report.tx_data.end());
}

void OpLog::Clear() {
  Empty(&transactions_);
  Empty(&deltas_);
}

size_t OpLog::MemoryBytes() const {
  return transactions_.capacity() * sizeof(LogSegment::Transaction) +
         deltas_.capacity() * sizeof(Datom);
}

}  // namespace datombench

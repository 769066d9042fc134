#include "harness/bench_index/stage.h"

#include <malloc.h>

#include <algorithm>
#include <cassert>

namespace datombench {
namespace {

constexpr size_t kLoadTransaction = 10'000;

}  // namespace

uint64_t Stage::HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

// Enough to time, few enough that the contender stays about as large as its row says.
uint64_t Stage::DatomsToInsert(uint64_t datoms, size_t transaction) {
  return std::max<uint64_t>(std::min<uint64_t>(50'000, datoms / 20), transaction);
}

const DataSet& Stage::Data(const Setting& setting) {
  if (!data_for_ || data_for_->datoms != setting.datoms ||
      data_for_->is_mixed != setting.is_mixed) {
    live_.reset();
    live_for_.reset();
    data_.reset();
    // For the rows that insert, each a second time to count, and to keep versions.
    const uint64_t added = 6 * DatomsToInsert(setting.datoms, kLoadTransaction);
    data_ =
        setting.is_mixed ? MixedData(setting.datoms, added) : IntegerData(setting.datoms, added);
    data_for_ = setting;
  }
  return *data_;
}

Contender& Stage::Live(const Setting& setting) {
  const DataSet& data = Data(setting);
  const bool has_enough =
      taken_ + 2 * DatomsToInsert(setting.datoms, kLoadTransaction) <= data.added.size();
  const bool is_small_enough =
      live_for_ == setting && live_->size() <= setting.datoms + setting.datoms / 20;
  if (is_small_enough && has_enough) return *live_;
  live_.reset();
  const uint64_t heap_before = HeapBytes();
  live_ = setting.contender->make(data.Order(&counter_));
  live_for_ = setting;
  taken_ = 0;
  if (!setting.contender->inserts) {
    live_->BulkBuild(data.sorted);
  } else {
    const std::span<const Datom> all = data.shuffled;
    for (size_t begin = 0; begin < all.size(); begin += kLoadTransaction) {
      live_->Insert(all.subspan(begin, std::min(kLoadTransaction, all.size() - begin)));
    }
  }
  live_bytes_ = HeapBytes() - heap_before;
  return *live_;
}

std::span<const Datom> Stage::NewDatoms(size_t count) {
  assert(taken_ + count <= data_->added.size());
  const auto datoms = std::span<const Datom>(data_->added).subspan(taken_, count);
  taken_ += count;
  return datoms;
}

}  // namespace datombench

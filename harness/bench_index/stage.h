// The Stage of bench_index: the data set and the contender that rows which follow each other share.
#ifndef DATOMBENCH_HARNESS_BENCH_INDEX_STAGE_H_
#define DATOMBENCH_HARNESS_BENCH_INDEX_STAGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "harness/bench_index/contender.h"
#include "harness/bench_index/data_set.h"

namespace datombench {

struct Setting {
  const ContenderKind* contender;
  uint64_t datoms;
  bool is_mixed;
  friend bool operator==(const Setting&, const Setting&) = default;
};

// Thread safety: one thread.
class Stage {
 public:
  // What setting a contender up takes most, so rows of one setting follow each other.
  const DataSet& Data(const Setting& setting);

  // A contender with the data set in it, built as a live index is: in random order where it can be
  // inserted into. Grown by no more than a twentieth by what NewDatoms gave out.
  Contender& Live(const Setting& setting);
  // Heap bytes that the contender took when it was built.
  uint64_t live_bytes() const { return live_bytes_; }

  // The next `count` datoms that Live doesn't have, in random order.
  // REQUIRES: Live was called, and its contender takes them all.
  std::span<const Datom> NewDatoms(size_t count);

  ComparisonCounter& counter() { return counter_; }

  // Bytes of the heap in use, as the allocator says.
  static uint64_t HeapBytes();

  // Datoms that one row inserts, `transaction` at a time.
  static uint64_t DatomsToInsert(uint64_t datoms, size_t transaction);

 private:
  ComparisonCounter counter_;
  std::optional<Setting> data_for_;
  std::optional<DataSet> data_;
  std::optional<Setting> live_for_;
  std::unique_ptr<Contender> live_;
  uint64_t live_bytes_ = 0;
  size_t taken_ = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_BENCH_INDEX_STAGE_H_

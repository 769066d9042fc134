// What the writer and the reader of packed runs of datoms have in common.
#ifndef DATOMBENCH_STRATEGIES_CODEC_DATOM_COLUMNS_H_
#define DATOMBENCH_STRATEGIES_CODEC_DATOM_COLUMNS_H_

#include <cstdint>

#include "index/datom.h"

namespace datombench {

// Columns are at most this long, so that a block's lie in the first-level cache.
inline constexpr size_t kBlockDatoms = 1024;

// Transforms: how the numbers of a column were made.
inline constexpr uint8_t kPlain = 0;
inline constexpr uint8_t kZigzagDelta = 0;       // of e and t
inline constexpr uint8_t kAscendingDelta = 1;    // of e and t: never below the one before
inline constexpr uint8_t kWithAdded = 2;         // of t, a bit beside them: t is tx_and_added
inline constexpr uint8_t kDeltaOfAttribute = 1;  // of values: against the attribute's last one

// A value's column.
enum class ValueColumn : uint8_t { kInteger, kDouble, kOutOfLine };
constexpr ValueColumn ColumnOf(ValueType type) {
  if (type == ValueType::kDouble) return ValueColumn::kDouble;
  return IsOutOfLine(type) ? ValueColumn::kOutOfLine : ValueColumn::kInteger;
}

// Of out-of-line values: the same as the attribute's last one, or 1 + the bytes that both begin
// with. The limit bounds what a few stored bytes can unfold to.
inline constexpr uint64_t kSameValue = 0;
inline constexpr size_t kMostSharedBytes = 255;

// An attribute and the type of its values, and the last value met of it.
struct DictionaryEntry {
  AttributeId a;
  ValueType type;
  ValueColumn column;
  uint64_t previous_bits = 0;  // 0: none yet

  DictionaryEntry(AttributeId attribute, ValueType value_type)
      : a(attribute), type(value_type), column(ColumnOf(value_type)) {}
};

// Doubles keep what varies least, sign and exponent, in their highest bytes; varints drop zeros
// there.
constexpr uint64_t SwappedBytes(uint64_t bits) { return __builtin_bswap64(bits); }

// What precedes a run's first datom.
inline constexpr uint64_t kFirstPreviousT = kTx0 << 1 | 1;

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_DATOM_COLUMNS_H_

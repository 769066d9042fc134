// A column of unsigned numbers, stored in whichever of three layouts is smallest.
//
// docs/formats.md draws them. How many numbers there are is known from elsewhere.
#ifndef DATOMBENCH_STRATEGIES_CODEC_INTEGER_COLUMN_H_
#define DATOMBENCH_STRATEGIES_CODEC_INTEGER_COLUMN_H_

#include <cstdint>
#include <span>
#include <string>

#include "strategies/codec/bytes.h"

namespace datombench {

// The layout that suits a column, and the bytes that it will take.
struct ColumnPlan {
  uint8_t layout;
  size_t bytes;
};
ColumnPlan PlanColumn(std::span<const uint64_t> values);

// How the numbers were made of what they stand for; kept with the column, in its first byte's upper
// half. What each transform means is its user's business.
inline constexpr uint8_t kTransforms = 16;

// REQUIRES: `plan` is PlanColumn(values); transform < kTransforms.
void AppendColumn(std::span<const uint64_t> values, const ColumnPlan& plan, uint8_t transform,
                  std::string* bytes);
inline void AppendColumn(std::span<const uint64_t> values, std::string* bytes) {
  AppendColumn(values, PlanColumn(values), 0, bytes);
}

// Fills all of `values`; returns the transform. Throws CorruptionError.
uint8_t ReadColumn(ByteReader& reader, std::span<uint64_t> values);

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_INTEGER_COLUMN_H_

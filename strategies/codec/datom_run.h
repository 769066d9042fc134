// Runs of datoms in the `packed` form: blocks of columns, delta and varint coded.
//
// docs/formats.md draws the layout.
#ifndef DATOMBENCH_STRATEGIES_CODEC_DATOM_RUN_H_
#define DATOMBENCH_STRATEGIES_CODEC_DATOM_RUN_H_

#include <span>
#include <string>
#include <vector>

#include "index/datom.h"
#include "index/value_arena.h"
#include "strategies/codec/bytes.h"

namespace datombench {

// Returns the bytes that ReadDatomRun will take of an arena under Placement::kCopy.
size_t AppendDatomRun(std::span<const Datom> datoms, std::string* bytes);

// What becomes of out-of-line values that are read.
enum class Placement : uint8_t {
  kIntern,  // equal ones share their bytes, throughout the arena
  kCopy,    // only equal neighbours of one attribute do: cheap, for an arena of few values
};

// Reads what AppendDatomRun wrote and appends it to `*datoms`. Throws CorruptionError.
void ReadDatomRun(ByteReader& reader, Placement placement, ValueArena& values,
                  std::vector<Datom>* datoms);

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_DATOM_RUN_H_

// The two bytes that every encoded object starts with: which codec wrote it, and what it is.
//
// So a store opened with the wrong codec is told from a damaged one, and an object that turns up in
// another's place isn't decoded as what it is not.
#ifndef DATOMBENCH_STRATEGIES_CODEC_OBJECT_HEADER_H_
#define DATOMBENCH_STRATEGIES_CODEC_OBJECT_HEADER_H_

#include <string>
#include <string_view>

namespace datombench {

enum class CodecTag : char { kPacked = 'p', kBoost = 'b' };
enum class ObjectKind : char { kNode = 'n', kRecord = 'r', kDatoms = 'd', kLogSegment = 'l' };

void AppendObjectHeader(CodecTag codec, ObjectKind kind, std::string* bytes);

// What follows the header. Throws StorageError if another codec wrote `bytes`, CorruptionError if
// they are no object of this kind.
std::string_view SkipObjectHeader(CodecTag codec, ObjectKind kind, std::string_view bytes);

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_OBJECT_HEADER_H_

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
enum class ObjectKind : char {
  kNode = 'n',
  kBufferingNode = 'b',  // a branch and the edits that it has still to pass on
  kRecord = 'r',
  kRecordWithRoots = 'R',  // a record and nodes that are roots of indexes
  kDatoms = 'd',
  kLogSegment = 'l'
};

void AppendObjectHeader(CodecTag codec, ObjectKind kind, std::string* bytes);

// `other` if that is what `bytes` say they are, else `kind`.
inline ObjectKind KindOf(std::string_view bytes, ObjectKind kind, ObjectKind other) {
  return bytes.size() > 1 && bytes[1] == static_cast<char>(other) ? other : kind;
}

// What follows the header. Throws StorageError if another codec wrote `bytes`, CorruptionError if
// they are no object of this kind.
std::string_view SkipObjectHeader(CodecTag codec, ObjectKind kind, std::string_view bytes);

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_OBJECT_HEADER_H_

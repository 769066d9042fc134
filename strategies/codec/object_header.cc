#include "strategies/codec/object_header.h"

#include <fmt/format.h>

#include "backends/error.h"

namespace datombench {
namespace {

// nullptr for a byte that names no codec.
const char* CodecName(char tag) {
  switch (static_cast<CodecTag>(tag)) {
    case CodecTag::kPacked:
      return "packed";
    case CodecTag::kBoost:
      return "boost";
  }
  return nullptr;
}

const char* KindName(char kind) {
  switch (static_cast<ObjectKind>(kind)) {
    case ObjectKind::kNode:
      return "a node";
    case ObjectKind::kBufferingNode:
      return "a node with a buffer";
    case ObjectKind::kRecord:
      return "a record";
    case ObjectKind::kRecordWithRoots:
      return "a record with roots";
    case ObjectKind::kDatoms:
      return "a run of datoms";
    case ObjectKind::kLogSegment:
      return "a log segment";
  }
  return "unknown";
}

}  // namespace

void AppendObjectHeader(CodecTag codec, ObjectKind kind, std::string* bytes) {
  bytes->push_back(static_cast<char>(codec));
  bytes->push_back(static_cast<char>(kind));
}

std::string_view SkipObjectHeader(CodecTag codec, ObjectKind kind, std::string_view bytes) {
  if (bytes.size() < 2) {
    throw CorruptionError(fmt::format("object of {} bytes, expected a header of 2", bytes.size()));
  }
  if (bytes[0] != static_cast<char>(codec)) {
    if (const char* found = CodecName(bytes[0])) {
      throw StorageError(fmt::format("written with codec {}, opened with {}", found,
                                     CodecName(static_cast<char>(codec))));
    }
    throw CorruptionError(fmt::format("byte 0 is {:#04x}, which names no codec",
                                      static_cast<unsigned char>(bytes[0])));
  }
  if (bytes[1] != static_cast<char>(kind)) {
    throw CorruptionError(fmt::format("object is {} ({:#04x}), expected {}", KindName(bytes[1]),
                                      static_cast<unsigned char>(bytes[1]),
                                      KindName(static_cast<char>(kind))));
  }
  return bytes.substr(2);
}

}  // namespace datombench

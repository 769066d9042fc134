#include "backends/frame.h"

#include <fmt/core.h>
#include <libdeflate.h>

#include <cassert>

#include "backends/backend.h"
#include "backends/error.h"
#include "backends/key_name.h"

namespace datombench {
namespace {

constexpr std::string_view kMagic = "datom";
constexpr size_t kVersionOffset = 5;
constexpr size_t kClassOffset = 7;
constexpr size_t kLengthOffset = 8;
constexpr size_t kChecksumOffset = 16;
static_assert(kMagic.size() == kVersionOffset);
static_assert(kChecksumOffset + sizeof(uint32_t) == kFrameHeaderBytes);

void AppendLittleEndian(uint64_t value, size_t bytes, std::string& out) {
  for (size_t i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8 * i));
  }
}

uint64_t ReadLittleEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    value |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return value;
}

// All of the header before its checksum.
std::string HeaderOf(std::string_view key, size_t payload_bytes) {
  std::string header(kMagic);
  AppendLittleEndian(kStoreVersion, 2, header);
  header += key.front();
  AppendLittleEndian(payload_bytes, 8, header);
  return header;
}

uint32_t Checksum(std::string_view key, std::string_view header, std::string_view payload) {
  uint32_t checksum = 0;
  for (const std::string_view part : {key, header, payload}) {
    // libdeflate takes a null pointer, which an empty view may hold, for a new beginning.
    if (!part.empty()) {
      checksum = libdeflate_crc32(checksum, part.data(), part.size());
    }
  }
  return checksum;
}

std::string Describe(ObjectClass object_class) {
  return std::string(ObjectClassName(object_class));
}

[[noreturn]] void ThrowCorrupt(std::string_view key, const std::string& what) {
  throw CorruptionError(fmt::format("{}: {}", DescribeObject(key), what));
}

// A frame of another version may be laid out in any way; one of ours with a damaged version field
// passes its checksum once the field is mended.
void CheckVersion(std::string_view key, std::string_view framed) {
  const uint64_t version = ReadLittleEndian(framed.substr(kVersionOffset, 2));
  if (version == kStoreVersion) {
    return;
  }
  const std::string_view payload = framed.substr(kFrameHeaderBytes);
  const uint64_t stored = ReadLittleEndian(framed.substr(kChecksumOffset, 4));
  if (Checksum(key, HeaderOf(key, payload.size()), payload) == stored) {
    ThrowCorrupt(key, fmt::format("bytes 5-6: the version, {}, is damaged", version));
  }
  throw StorageError(fmt::format("{}: store version {}, this program reads version {}",
                                 DescribeObject(key), version, kStoreVersion));
}

void CheckClass(std::string_view key, std::string_view framed) {
  if (framed[kClassOffset] == key.front()) {
    return;
  }
  const std::optional<ObjectClass> found = ObjectClassOf(framed.substr(kClassOffset));
  ThrowCorrupt(key, fmt::format("byte 7: holds {}, expected a {}",
                                found ? "a " + Describe(*found) : "an object of no class",
                                Describe(static_cast<ObjectClass>(key.front()))));
}

}  // namespace

std::string Frame(std::string_view key, std::string_view payload) {
  assert(ObjectClassOf(key));
  const std::string header = HeaderOf(key, payload.size());
  std::string framed;
  framed.reserve(kFrameHeaderBytes + payload.size());
  framed += header;
  AppendLittleEndian(Checksum(key, header, payload), 4, framed);
  framed += payload;
  return framed;
}

std::string_view Unframe(std::string_view key, std::string_view framed) {
  if (!ObjectClassOf(key)) {
    ThrowCorrupt(key, "its key is of no class");
  }
  if (framed.size() < kFrameHeaderBytes) {
    ThrowCorrupt(key, fmt::format("ends at byte {}, within its header of {} bytes", framed.size(),
                                  kFrameHeaderBytes));
  }
  if (!framed.starts_with(kMagic)) {
    ThrowCorrupt(key, "bytes 0-4: no stored object begins so");
  }
  CheckVersion(key, framed);
  CheckClass(key, framed);
  const std::string_view payload = framed.substr(kFrameHeaderBytes);
  const uint64_t length = ReadLittleEndian(framed.substr(kLengthOffset, 8));
  if (length != payload.size()) {
    ThrowCorrupt(key, fmt::format("bytes 8-15: the header announces {} bytes, {} follow", length,
                                  payload.size()));
  }
  const uint64_t stored = ReadLittleEndian(framed.substr(kChecksumOffset, 4));
  const uint32_t computed = Checksum(key, framed.substr(0, kChecksumOffset), payload);
  if (computed != stored) {
    ThrowCorrupt(key, fmt::format("bytes 16-19: the checksum is {:08x}, key and bytes give {:08x}",
                                  stored, computed));
  }
  return payload;
}

}  // namespace datombench

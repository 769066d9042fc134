// Writing and reading LEB128 numbers and strings of bytes; the reader trusts nothing it reads.
#ifndef DATOMBENCH_STRATEGIES_CODEC_BYTES_H_
#define DATOMBENCH_STRATEGIES_CODEC_BYTES_H_

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "backends/error.h"

namespace datombench {

inline constexpr size_t kMaxVarintBytes = 10;

constexpr size_t VarintBytes(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

// Signed numbers with small magnitude become small unsigned ones, and back.
constexpr uint64_t Zigzag(uint64_t value) { return (value << 1) ^ (0 - (value >> 63)); }
constexpr uint64_t Unzigzag(uint64_t value) { return (value >> 1) ^ (0 - (value & 1)); }

// Writes `value` at `out`, which has room for kMaxVarintBytes; returns the end.
inline char* WriteVarint(uint64_t value, char* out) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

inline void AppendVarint(uint64_t value, std::string* bytes) {
  char buffer[kMaxVarintBytes];
  bytes->append(buffer, static_cast<size_t>(WriteVarint(value, buffer) - buffer));
}

inline void AppendString(std::string_view text, std::string* bytes) {
  AppendVarint(text.size(), bytes);
  bytes->append(text);
}

// Reads on from where it stands; every member throws CorruptionError at bytes that it can't take.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes)
      : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  size_t remaining() const { return static_cast<size_t>(end_ - next_); }

  uint8_t Byte() {
    if (next_ == end_) Torn();
    return static_cast<uint8_t>(*next_++);
  }

  uint64_t Varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint64_t byte = Byte();
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) {
        if (shift == 63 && byte > 1) break;
        return value;
      }
    }
    throw CorruptionError("number of more than 64 bits");
  }

  // A number of things of which each takes at least `least_bytes` bytes of what remains.
  size_t Count(size_t least_bytes) {
    const uint64_t count = Varint();
    if (count > remaining() / least_bytes) {
      throw CorruptionError("more items announced than the object has bytes for");
    }
    return static_cast<size_t>(count);
  }

  std::string_view Bytes(size_t size) {
    if (size > remaining()) Torn();
    const std::string_view bytes(next_, size);
    next_ += size;
    return bytes;
  }

  std::string_view String() {
    const size_t size = Count(1);
    return Bytes(size);
  }

  // REQUIRES: size <= remaining().
  void Skip(size_t size) { next_ += size; }
  const char* next() const { return next_; }

  void ExpectEnd() const {
    if (next_ != end_) throw CorruptionError("bytes left over at the end of the object");
  }

 private:
  [[noreturn]] static void Torn() { throw CorruptionError("object ends too early"); }

  const char* next_;
  const char* end_;
};

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_BYTES_H_

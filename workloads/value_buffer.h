// A ValueBuffer owns the bytes of one transaction's values and is emptied for the next.
#ifndef DATOMBENCH_WORKLOADS_VALUE_BUFFER_H_
#define DATOMBENCH_WORKLOADS_VALUE_BUFFER_H_

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "index/value.h"

namespace datombench {

// What a ValueArena is to a database, without sharing equal values and with Clear(), which keeps
// the memory: once it has grown to the largest transaction, nothing is allocated.
//
// Thread safety: one thread.
class ValueBuffer {
 public:
  // Values made so far are no longer valid.
  void Clear() {
    chunk_ = 0;
    used_bytes_ = 0;
  }

  // A value whose bytes are a copy of `bytes`, valid until Clear.
  // REQUIRES: `type` is out of line, `bytes` in the form of value.h and below 4 GiB.
  Value Copy(ValueType type, std::string_view bytes) {
    assert(bytes.size() <= UINT32_MAX);
    auto* place = new (Reserve(sizeof(OutOfLineBytes) + bytes.size()))
        OutOfLineBytes{static_cast<uint32_t>(bytes.size())};
    if (!bytes.empty()) std::memcpy(place + 1, bytes.data(), bytes.size());
    return Value::OutOfLine(type, place);
  }

  Value Parsed(const ParsedValue& value) {
    return IsOutOfLine(value.type) ? Copy(value.type, value.bytes) : Value(value.type, value.bits);
  }

 private:
  static constexpr size_t kChunkBytes = 64 * 1024;

  struct Chunk {
    std::unique_ptr<std::byte[]> bytes;
    size_t size;
  };

  void* Reserve(size_t bytes) {
    constexpr size_t kAlignment = alignof(OutOfLineBytes);
    bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    while (chunk_ < chunks_.size() && chunks_[chunk_].size - used_bytes_ < bytes) {
      ++chunk_;
      used_bytes_ = 0;
    }
    if (chunk_ == chunks_.size()) {
      const size_t size = std::max(bytes, kChunkBytes);
      chunks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    }
    void* place = chunks_[chunk_].bytes.get() + used_bytes_;
    used_bytes_ += bytes;
    return place;
  }

  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;       // the one being filled
  size_t used_bytes_ = 0;  // of it
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_VALUE_BUFFER_H_

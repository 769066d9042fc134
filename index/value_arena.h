// A ValueArena owns the bytes of out-of-line values; they live as long as it does and never move.
#ifndef DATOMBENCH_INDEX_VALUE_ARENA_H_
#define DATOMBENCH_INDEX_VALUE_ARENA_H_

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "index/value.h"

namespace datombench {

// Thread safety: one writer; values already made may be read from any thread.
class ValueArena {
 public:
  ValueArena() = default;
  // Makes the first chunk exactly `expected_bytes` long: a decoded node knows its size.
  explicit ValueArena(size_t expected_bytes);
  ValueArena(const ValueArena&) = delete;
  ValueArena& operator=(const ValueArena&) = delete;

  // A value whose bytes are a copy of `bytes`. Throws std::bad_alloc.
  // REQUIRES: `type` is out of line, `bytes` in the form of value.h and below 4 GiB; a uuid has 16.
  Value Copy(ValueType type, std::string_view bytes);

  // As Copy, but equal bytes asked for through Intern share one copy.
  Value Intern(ValueType type, std::string_view bytes);

  // `value` itself if it is in line, else an interned copy of it.
  Value Adopt(const Value& value) {
    return IsOutOfLine(value.type()) ? Intern(value.type(), value.AsBytes()) : value;
  }

  Value Parsed(const ParsedValue& value) {
    return IsOutOfLine(value.type) ? Intern(value.type, value.bytes)
                                   : Value(value.type, value.bits);
  }

  // Bytes of chunks, and of the table that Intern keeps.
  size_t allocated_bytes() const {
    return allocated_bytes_ + interned_.size() * kBytesPerInterned +
           interned_.bucket_count() * sizeof(void*);
  }

  // What a value of `value_bytes` bytes takes in an arena.
  static size_t StoredBytes(size_t value_bytes);

 private:
  // A node of the hash table: link, pointer, cached hash, and the allocator's header.
  static constexpr size_t kBytesPerInterned = 32;

  struct BytesHash {
    using is_transparent = void;
    size_t operator()(std::string_view bytes) const { return std::hash<std::string_view>()(bytes); }
    size_t operator()(const OutOfLineBytes* bytes) const { return (*this)(bytes->view()); }
  };
  struct BytesEqual {
    using is_transparent = void;
    static std::string_view View(std::string_view bytes) { return bytes; }
    static std::string_view View(const OutOfLineBytes* bytes) { return bytes->view(); }
    bool operator()(const auto& x, const auto& y) const { return View(x) == View(y); }
  };

  const OutOfLineBytes* Place(std::string_view bytes);

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* free_begin_ = nullptr;
  std::byte* free_end_ = nullptr;
  size_t allocated_bytes_ = 0;
  std::unordered_set<const OutOfLineBytes*, BytesHash, BytesEqual> interned_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_VALUE_ARENA_H_

#include "index/value_arena.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace datombench {
namespace {

constexpr size_t kFirstChunkBytes = 1024;
constexpr size_t kLargestChunkBytes = 256 * 1024;
constexpr size_t kAlignment = alignof(OutOfLineBytes);

}  // namespace

ValueArena::ValueArena(size_t expected_bytes) {
  if (expected_bytes == 0) return;
  chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(expected_bytes));
  free_begin_ = chunks_.back().get();
  free_end_ = free_begin_ + expected_bytes;
  allocated_bytes_ = expected_bytes;
}

const OutOfLineBytes* ValueArena::Place(std::string_view bytes) {
  const size_t needed = StoredBytes(bytes.size());
  if (static_cast<size_t>(free_end_ - free_begin_) < needed) {
    // Chunks grow with the arena, so a small arena stays small and a large one allocates rarely.
    const size_t chunk =
        std::max(needed, std::clamp(allocated_bytes_, kFirstChunkBytes, kLargestChunkBytes));
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(chunk));
    free_begin_ = chunks_.back().get();
    free_end_ = free_begin_ + chunk;
    allocated_bytes_ += chunk;
  }
  auto* placed = new (free_begin_) OutOfLineBytes{static_cast<uint32_t>(bytes.size())};
  // An empty view may have no address, which memcpy doesn't take.
  if (!bytes.empty()) std::memcpy(placed + 1, bytes.data(), bytes.size());
  free_begin_ += needed;
  return placed;
}

size_t ValueArena::StoredBytes(size_t value_bytes) {
  return (sizeof(OutOfLineBytes) + value_bytes + kAlignment - 1) / kAlignment * kAlignment;
}

Value ValueArena::Copy(ValueType type, std::string_view bytes) {
  assert(bytes.size() <= UINT32_MAX);
  return Value::OutOfLine(type, Place(bytes));
}

Value ValueArena::Intern(ValueType type, std::string_view bytes) {
  const auto found = interned_.find(bytes);
  if (found != interned_.end()) return Value::OutOfLine(type, *found);
  const OutOfLineBytes* placed = Place(bytes);
  interned_.insert(placed);
  return Value::OutOfLine(type, placed);
}

}  // namespace datombench

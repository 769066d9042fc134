#include "index/hitchhiker_node.h"

#include <algorithm>

namespace datombench {
namespace {

// A node whose values came from more decoded nodes than this copies them into one arena of its own,
// so that it never keeps the bytes of many nodes alive for a few values.
constexpr size_t kMostArenas = 8;

Datom WithValueIn(ValueArena& arena, const Datom& d) {
  return {d.e(), d.a(), arena.Adopt(d.v()), d.tx(), d.added()};
}

}  // namespace

void HitchhikerNode::KeepValuesOf(const HitchhikerNode& other) {
  for (const auto& arena : other.values) {
    if (std::find(values.begin(), values.end(), arena) == values.end()) values.push_back(arena);
  }
  if (values.size() <= kMostArenas) return;
  auto own = std::make_unique<ValueArena>();
  for (Datom& key : keys) key = WithValueIn(*own, key);
  for (IndexEdit& operation : buffer) operation.datom = WithValueIn(*own, operation.datom);
  values.clear();
  KeepValues(std::move(own));
}

void HitchhikerNode::KeepValues(std::unique_ptr<ValueArena> arena) {
  if (arena == nullptr || arena->allocated_bytes() == 0) return;
  const size_t bytes = arena->allocated_bytes();
  NodeCache* const counting = cache;
  values.emplace_back(arena.release(), [counting, bytes](const ValueArena* released) {
    delete released;
    if (counting != nullptr) counting->Shrank(bytes);
  });
  if (counting != nullptr) counting->Grew(bytes);
}

void HitchhikerNode::Recount() {
  const size_t bytes = Bytes();
  if (cache != nullptr && bytes > counted_bytes) cache->Grew(bytes - counted_bytes);
  if (cache != nullptr && bytes < counted_bytes) cache->Shrank(counted_bytes - bytes);
  counted_bytes = bytes;
}

}  // namespace datombench

// A sequence of datoms stored in chunks of a bounded size.
#ifndef DATOMBENCH_STRATEGIES_DATOM_CHUNKS_H_
#define DATOMBENCH_STRATEGIES_DATOM_CHUNKS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "backends/backend.h"
#include "index/index.h"
#include "index/value_arena.h"
#include "strategies/codec/codec.h"

namespace datombench {

// Chunks lie under `key_prefix` and their number from 0 on, in four bytes.
std::string ChunkKey(const std::string& key_prefix, uint64_t chunk);

// Adds the keys of the first `chunks` chunks.
void AddChunkKeys(const std::string& key_prefix, uint64_t chunks,
                  std::set<std::string, std::less<>>* keys);

struct WrittenChunks {
  uint64_t chunks = 0;
  uint64_t bytes = 0;  // encoded
};

// Writes what `index` holds, chunk by chunk, without waiting for it to be durable; a chunk is of
// `chunk_bytes` at most, counting 32 bytes a datom and the bytes of its out-of-line value, or of
// one datom. Beside a chunk and its encoding nothing is held. REQUIRES: the index evicts no nodes.
WrittenChunks WriteChunks(const Index& index, const std::string& key_prefix, size_t chunk_bytes,
                          const Codec& codec, Backend& backend);

// Reads `chunks` chunks into `*datoms`, values interned in `values`; returns their encoded bytes.
// Throws CorruptionError, also where an attribute isn't below `attributes_end`.
uint64_t ReadChunks(Backend& backend, const Codec& codec, const std::string& key_prefix,
                    uint64_t chunks, AttributeId attributes_end, ValueArena& values,
                    std::vector<Datom>* datoms);

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_DATOM_CHUNKS_H_

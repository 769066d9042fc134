#include "strategies/datom_chunks.h"

#include <span>

#include "strategies/store.h"

namespace datombench {
namespace {

size_t MemoryBytes(const Datom& datom) {
  const Value v = datom.v();
  return sizeof(Datom) + (IsOutOfLine(v.type()) ? v.AsBytes().size() : 0);
}

class ChunkWriter {
 public:
  ChunkWriter(const std::string& key_prefix, size_t chunk_bytes, const Codec& codec,
              Backend& backend)
      : key_prefix_(key_prefix), chunk_bytes_(chunk_bytes), codec_(codec), backend_(backend) {}

  void Add(const Datom& datom) {
    const size_t bytes = MemoryBytes(datom);
    if (held_bytes_ + bytes > chunk_bytes_) WriteHeld();
    held_.push_back(datom);
    held_bytes_ += bytes;
  }

  WrittenChunks Finish() {
    WriteHeld();
    return written_;
  }

 private:
  void WriteHeld() {
    if (held_.empty()) return;
    std::string encoded = codec_.EncodeDatoms(held_);
    written_.bytes += encoded.size();
    Batch batch;
    batch.Put(ChunkKey(key_prefix_, written_.chunks), std::move(encoded));
    backend_.Write(batch, Durability::kVolatile);
    ++written_.chunks;
    held_.clear();
    held_bytes_ = 0;
  }

  const std::string& key_prefix_;
  const size_t chunk_bytes_;
  const Codec& codec_;
  Backend& backend_;
  std::vector<Datom> held_;
  size_t held_bytes_ = 0;
  WrittenChunks written_;
};

}  // namespace

std::string ChunkKey(const std::string& key_prefix, uint64_t chunk) {
  return key_prefix + BigEndian(chunk, sizeof(uint32_t));
}

void AddChunkKeys(const std::string& key_prefix, uint64_t chunks,
                  std::set<std::string, std::less<>>* keys) {
  for (uint64_t chunk = 0; chunk < chunks; ++chunk) keys->insert(ChunkKey(key_prefix, chunk));
}

WrittenChunks WriteChunks(const Index& index, const std::string& key_prefix, size_t chunk_bytes,
                          const Codec& codec, Backend& backend) {
  ChunkWriter writer(key_prefix, chunk_bytes, codec, backend);
  const auto cursor = index.All();
  for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
    for (const Datom& datom : run) writer.Add(datom);
  }
  return writer.Finish();
}

uint64_t ReadChunks(Backend& backend, const Codec& codec, const std::string& key_prefix,
                    uint64_t chunks, AttributeId attributes_end, ValueArena& values,
                    std::vector<Datom>* datoms) {
  uint64_t bytes = 0;
  for (uint64_t chunk = 0; chunk < chunks; ++chunk) {
    const std::string key = ChunkKey(key_prefix, chunk);
    const std::string encoded = GetPresent(backend, key);
    DecodeObject(key, [&] {
      const size_t before = datoms->size();
      codec.DecodeDatoms(encoded, values, datoms);
      CheckAttributes(std::span(*datoms).subspan(before), attributes_end);
    });
    bytes += encoded.size();
  }
  return bytes;
}

}  // namespace datombench

#include "strategies/codec/compression.h"

#include <zstd.h>

#include <memory>
#include <new>

#include "backends/error.h"
#include "strategies/codec/bytes.h"

namespace datombench {
namespace {

// Stored: they never change.
constexpr uint8_t kStored = 0;
constexpr uint8_t kZstd = 1;

// Measured on six real traces, bodies of 512-datom nodes and of 65,536-datom chunks: level 1 takes
// 30 to 65 % off (nodes: 5.3 to 12 bytes a datom become 2.9 to 7.2; git histories, EAVT), for 25 to
// 30 ns a datom to compress and 4 to 10 to decompress. Bodies of 45 datoms (about 400 bytes) lose
// 20 to 25 % for 80 and 30 ns: not worth it.
constexpr int kLevel = 1;
constexpr size_t kLeastBytes = 512;
// zstd's format can't shrink bytes further than this, nearly; so what is announced can be bounded.
constexpr uint64_t kMostExpansion = 40'000;

// Whether the compressed form is worth decompressing.
bool Pays(size_t body_bytes, size_t compressed_bytes) {
  return compressed_bytes < body_bytes - body_bytes / 8;
}

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// Making a context costs more than a small body does, so each thread keeps one. It is scratch
// space: nothing of one body is left for the next.
ZSTD_CCtx* CompressionContext() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  if (context == nullptr) throw std::bad_alloc();
  return context.get();
}

ZSTD_DCtx* DecompressionContext() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  if (context == nullptr) throw std::bad_alloc();
  return context.get();
}

}  // namespace

void AppendBody(std::string_view body, std::string* bytes) {
  if (body.size() >= kLeastBytes) {
    const size_t begin = bytes->size();
    bytes->push_back(static_cast<char>(kZstd));
    AppendVarint(body.size(), bytes);
    const size_t frame = bytes->size();
    bytes->resize(frame + ZSTD_compressBound(body.size()));
    const size_t compressed =
        ZSTD_compressCCtx(CompressionContext(), bytes->data() + frame, bytes->size() - frame,
                          body.data(), body.size(), kLevel);
    if (ZSTD_isError(compressed) == 0 && Pays(body.size(), compressed)) {
      bytes->resize(frame + compressed);
      bytes->shrink_to_fit();
      return;
    }
    bytes->resize(begin);
  }
  bytes->push_back(static_cast<char>(kStored));
  bytes->append(body);
}

std::string_view ReadBody(std::string_view bytes, std::string* buffer) {
  ByteReader reader(bytes);
  const uint8_t form = reader.Byte();
  if (form == kStored) return reader.Bytes(reader.remaining());
  if (form != kZstd) throw CorruptionError("unknown form of a body");
  const uint64_t body_bytes = reader.Varint();
  const std::string_view frame = reader.Bytes(reader.remaining());
  if (body_bytes / kMostExpansion > frame.size() ||
      ZSTD_getFrameContentSize(frame.data(), frame.size()) != body_bytes) {
    throw CorruptionError("a compressed body announces another size than it has");
  }
  buffer->resize(static_cast<size_t>(body_bytes));
  const size_t result = ZSTD_decompressDCtx(DecompressionContext(), buffer->data(), buffer->size(),
                                            frame.data(), frame.size());
  if (ZSTD_isError(result) != 0 || result != body_bytes) {
    throw CorruptionError("a compressed body can't be decompressed");
  }
  return *buffer;
}

}  // namespace datombench

// The frame around every stored object: what it is, of which version, how long, and a checksum.
//
// Laid out in docs/formats.md ("The frame"): a header of kFrameHeaderBytes, then the payload.
#ifndef DATOMBENCH_BACKENDS_FRAME_H_
#define DATOMBENCH_BACKENDS_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace datombench {

// Of every stored format: the frame's own and those of the payloads.
inline constexpr uint16_t kStoreVersion = 1;
inline constexpr size_t kFrameHeaderBytes = 20;

// `payload` behind its header. The checksum covers `key` too, so that an object that is found under
// another key is noticed. REQUIRES: ObjectClassOf(key).
std::string Frame(std::string_view key, std::string_view payload);

// The payload, a view into `framed`. Throws CorruptionError, which names the object and the place
// in it, unless `framed` is what Frame(key, payload) made; StorageError if another version of this
// program made it.
std::string_view Unframe(std::string_view key, std::string_view framed);

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_FRAME_H_

// A body of bytes, compressed where that pays, behind a byte that says whether it is.
#ifndef DATOMBENCH_STRATEGIES_CODEC_COMPRESSION_H_
#define DATOMBENCH_STRATEGIES_CODEC_COMPRESSION_H_

#include <string>
#include <string_view>

namespace datombench {

void AppendBody(std::string_view body, std::string* bytes);

// The body that `bytes` hold: a view of them where they aren't compressed, of `*buffer` else.
// Throws CorruptionError.
std::string_view ReadBody(std::string_view bytes, std::string* buffer);

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_COMPRESSION_H_

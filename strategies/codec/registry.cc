#include <algorithm>
#include <array>

#include "strategies/codec/codec.h"

namespace datombench {

const Codec& Packed();  // packed.cc
const Codec& Boost();   // boost.cc

std::span<const Codec* const> AllCodecs() {
  static const std::array<const Codec*, 2> codecs = {&Packed(), &Boost()};
  return codecs;
}

const Codec* FindCodec(std::string_view name) {
  const auto codecs = AllCodecs();
  const auto found = std::find_if(codecs.begin(), codecs.end(),
                                  [&](const Codec* codec) { return codec->name() == name; });
  return found == codecs.end() ? nullptr : *found;
}

}  // namespace datombench

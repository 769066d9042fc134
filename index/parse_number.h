// Reading a text that is one number.
#ifndef DATOMBENCH_INDEX_PARSE_NUMBER_H_
#define DATOMBENCH_INDEX_PARSE_NUMBER_H_

#include <charconv>
#include <string_view>
#include <system_error>

namespace datombench {

// Reads all of `text` as one number, in decimal, as std::from_chars does: no blanks, no plus sign.
// False where it is none or out of range; `*number` may have changed then.
template <typename Number>
bool ParseNumber(std::string_view text, Number* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_PARSE_NUMBER_H_

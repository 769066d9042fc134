// Input reads a fuzzer's bytes as decisions; past the end every decision is 0.
#ifndef DATOMBENCH_TESTS_FUZZ_INPUT_H_
#define DATOMBENCH_TESTS_FUZZ_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

namespace datombench {

class Input {
 public:
  explicit Input(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool is_at_end() const { return bytes_.empty(); }

  uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  // Below `end`, which is at least 1.
  size_t Below(size_t end) { return (end <= 256 ? Byte() : Byte() << 8 | Byte()) % end; }
  uint64_t Word() {
    uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word = word << 8 | Byte();
    return word;
  }

 private:
  std::span<const uint8_t> bytes_;
};

// An index did not do what its contract says.
class Mismatch : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

inline void Require(bool holds, const std::string& otherwise) {
  if (!holds) throw Mismatch(otherwise);
}

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_FUZZ_INPUT_H_

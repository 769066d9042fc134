// Small files under /proc and /sys, read without touching the heap.
#ifndef DATOMBENCH_HARNESS_METERS_PROC_FILE_H_
#define DATOMBENCH_HARNESS_METERS_PROC_FILE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace datombench {

class ProcFile {
 public:
  // Reads the file; at most its first 8 KiB. It is empty where there is none.
  explicit ProcFile(const char* path);

  std::string_view text() const { return {buffer_.data(), size_}; }
  // The number after `key` at the start of a line: Number("VmHWM:").
  std::optional<uint64_t> Number(std::string_view key) const;

 private:
  std::array<char, 8192> buffer_;
  size_t size_ = 0;
};

// Takes the next number off the front of `text`, blanks before it included; nullopt where what
// follows is none.
std::optional<uint64_t> TakeNumber(std::string_view& text);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_METERS_PROC_FILE_H_

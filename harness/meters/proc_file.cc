#include "harness/meters/proc_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>

namespace datombench {

ProcFile::ProcFile(const char* path) {
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  while (size_ < buffer_.size()) {
    const ssize_t got = read(descriptor, buffer_.data() + size_, buffer_.size() - size_);
    if (got <= 0) break;
    size_ += static_cast<size_t>(got);
  }
  close(descriptor);
}

std::optional<uint64_t> ProcFile::Number(std::string_view key) const {
  std::string_view rest = text();
  while (!rest.empty()) {
    if (rest.starts_with(key)) {
      rest.remove_prefix(key.size());
      return TakeNumber(rest);
    }
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<uint64_t> TakeNumber(std::string_view& text) {
  const size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start);
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

}  // namespace datombench

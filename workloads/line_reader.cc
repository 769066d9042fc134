#include "workloads/line_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "workloads/workload.h"

namespace datombench {
namespace {

constexpr size_t kFirstBufferBytes = 256 * 1024;
constexpr size_t kMaxLineBytes = 256 * 1024 * 1024;
constexpr size_t kQuotedBytes = 40;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The length of the code point at the beginning of `text`, 0 if there is none. The Unicode
// standard, table 3-7.
size_t CodePointBytes(std::string_view text) {
  const auto at = [&](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto is_within = [](unsigned byte, unsigned lowest, unsigned highest) {
    return byte >= lowest && byte <= highest;
  };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (is_within(first, 0xC2, 0xDF)) return is_within(at(1), 0x80, 0xBF) ? 2 : 0;
  if (is_within(first, 0xE0, 0xEF)) {
    const bool second = is_within(at(1), first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && is_within(at(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (is_within(first, 0xF0, 0xF4)) {
    const bool second = is_within(at(1), first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && is_within(at(2), 0x80, 0xBF) && is_within(at(3), 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

InputFile Open(const std::filesystem::path& path) {
  try {
    return InputFile(path);
  } catch (const InputFileError& error) {
    throw WorkloadError(fmt::format("{}: {}", path.string(), error.what()));
  }
}

}  // namespace

std::string Quoted(std::string_view text) {
  const bool is_cut = text.size() > kQuotedBytes;
  if (is_cut) {
    size_t end = kQuotedBytes;
    while (end > 0 && IsContinuation(text[end])) --end;
    text = text.substr(0, end);
  }
  std::string quoted = "\"";
  while (!text.empty()) {
    const size_t bytes = CodePointBytes(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (bytes == 0 || first < 0x20 || first == 0x7F) {
      fmt::format_to(std::back_inserter(quoted), "\\x{:02X}", first);
    } else {
      quoted.append(text.substr(0, bytes));
    }
    text.remove_prefix(std::max<size_t>(1, bytes));
  }
  return quoted.append(is_cut ? "...\"" : "\"");
}

size_t Utf8PrefixBytes(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  size_t at = 0;
  while (at < text.size()) {
    uint64_t word = 0;
    if (text.size() - at >= sizeof(word)) {
      std::memcpy(&word, text.data() + at, sizeof(word));
      if ((word & kHighBits) == 0) {
        at += sizeof(word);
        continue;
      }
    }
    const size_t bytes = CodePointBytes(text.substr(at));
    if (bytes == 0) return at;
    at += bytes;
  }
  return at;
}

LineReader::LineReader(const std::filesystem::path& path)
    : path_(path), buffer_(kFirstBufferBytes), file_(Open(path)) {}

bool LineReader::Next(std::string_view* line) {
  size_t searched = 0;
  for (;;) {
    const char* from = buffer_.data() + begin_;
    const size_t left = end_ - begin_;
    const void* found =
        left > searched ? std::memchr(from + searched, '\n', left - searched) : nullptr;
    if (found != nullptr) {
      *line = {from, static_cast<size_t>(static_cast<const char*>(found) - from)};
      begin_ += line->size() + 1;
      read_bytes_ += line->size() + 1;
      ++line_;
      RequireUtf8(*line);
      return true;
    }
    searched = left;
    if (Refill()) continue;
    if (left == 0) return false;
    ++line_;
    Fail(fmt::format("expected a line that ends in LF, got the end of the file after {}",
                     Quoted({buffer_.data() + begin_, left})));
  }
}

bool LineReader::Refill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) {
    if (end_ > kMaxLineBytes) {
      ++line_;
      Fail(fmt::format("expected a line of at most {} bytes, got a longer one", kMaxLineBytes));
    }
    buffer_.resize(buffer_.size() * 2);
  }
  try {
    const size_t bytes = file_.Read(std::span(buffer_).subspan(end_));
    end_ += bytes;
    return bytes > 0;
  } catch (const InputFileError& error) {
    ++line_;
    Fail(error.what());
  }
}

void LineReader::RequireUtf8(std::string_view line) const {
  const size_t prefix = Utf8PrefixBytes(line);
  if (prefix == line.size()) return;
  const auto field =
      1 + std::count(line.begin(), line.begin() + static_cast<ptrdiff_t>(prefix), '\t');
  Fail(fmt::format("field {}: expected UTF-8, got the byte 0x{:02X} at byte {} of the line", field,
                   static_cast<unsigned char>(line[prefix]), prefix + 1));
}

void LineReader::Fail(std::string_view message) const {
  throw WorkloadError(fmt::format("{}:{}: {}", path_.string(), line_, message));
}

void LineReader::FailField(int field, std::string_view name, std::string_view expected,
                           std::string_view got) const {
  Fail(fmt::format("field {} ({}): expected {}, got {}", field, name, expected, Quoted(got)));
}

}  // namespace datombench

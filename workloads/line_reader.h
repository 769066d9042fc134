// A LineReader hands out the lines of a text file and says where an error is.
#ifndef DATOMBENCH_WORKLOADS_LINE_READER_H_
#define DATOMBENCH_WORKLOADS_LINE_READER_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/input_file.h"

namespace datombench {

// `text` for an error message: in double quotes, cut to about 40 bytes, on one line whatever it
// holds.
std::string Quoted(std::string_view text);

// How many bytes of `text` are UTF-8 from its beginning: all of them where it is.
size_t Utf8PrefixBytes(std::string_view text);

// Lines end in LF; files may be zstd (input_file.h). All failures are WorkloadErrors that begin
// with FILE:LINE.
//
// Thread safety: one thread.
class LineReader {
 public:
  // Throws WorkloadError if the file can't be opened.
  explicit LineReader(const std::filesystem::path& path);

  // The next line, without its LF, valid until the next call. Returns false at the end of the file.
  // Throws WorkloadError where a line is longer than 256 MiB, isn't UTF-8, isn't ended by LF, or
  // the bytes can't be had.
  bool Next(std::string_view* line);

  // Throws a WorkloadError about the line last read.
  [[noreturn]] void Fail(std::string_view message) const;
  // FILE:LINE: field N (NAME): expected E, got "G". `field` counts from 1.
  [[noreturn]] void FailField(int field, std::string_view name, std::string_view expected,
                              std::string_view got) const;

  const std::filesystem::path& path() const { return path_; }
  uint64_t line() const { return line_; }              // the number of the line last read, from 1
  uint64_t read_bytes() const { return read_bytes_; }  // of the lines read, decompressed

 private:
  // Moves what is left to the front and reads more behind it. Returns false at the end of the file.
  bool Refill();
  void RequireUtf8(std::string_view line) const;

  const std::filesystem::path path_;
  uint64_t line_ = 0;
  uint64_t read_bytes_ = 0;
  std::vector<char> buffer_;
  size_t begin_ = 0;  // of what is left of the buffer
  size_t end_ = 0;
  InputFile file_;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_LINE_READER_H_

// An InputFile reads a file's bytes in order, decompressing them where the content is zstd.
#ifndef DATOMBENCH_WORKLOADS_INPUT_FILE_H_
#define DATOMBENCH_WORKLOADS_INPUT_FILE_H_

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>

namespace datombench {

// What is wrong with the bytes of a file, without saying where.
class InputFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The content decides, not the name. Memory: one zstd window of at most 128 MiB.
//
// Thread safety: one thread.
class InputFile {
 public:
  // Throws InputFileError if the file can't be opened.
  explicit InputFile(const std::filesystem::path& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Fills `buffer` from its beginning; returns how many bytes, 0 at the end only. Throws
  // InputFileError if the file can't be read, its zstd stream is torn or damaged or needs a larger
  // window.
  size_t Read(std::span<char> buffer);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_INPUT_FILE_H_

// An OutputFile writes a file's bytes in order, compressing them where its name ends in .zst.
#ifndef DATOMBENCH_WORKLOADS_OUTPUT_FILE_H_
#define DATOMBENCH_WORKLOADS_OUTPUT_FILE_H_

#include <filesystem>
#include <memory>
#include <string_view>

namespace datombench {

// The bytes go to PATH.partial, which becomes PATH when the file is finished and is removed
// otherwise: PATH is complete or not there.
//
// Thread safety: one thread. All methods throw WorkloadError, in one line, where the file can't be
// written.
class OutputFile {
 public:
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void Write(std::string_view bytes);
  // REQUIRES: called at most once, last.
  void Finish();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_OUTPUT_FILE_H_

#include "workloads/output_file.h"

#include <fmt/format.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <system_error>
#include <vector>

#include "workloads/workload.h"

namespace datombench {
namespace {

// A trace is written once and read often; a long window lets a retraction find its old value.
constexpr int kCompressionLevel = 19;
constexpr int kWindowLog = 27;

}  // namespace

class OutputFile::Implementation {
 public:
  explicit Implementation(const std::filesystem::path& path)
      : path_(path), partial_(path.string() + ".partial") {
    if (path.extension() == ".zst") StartCompression();
    file_.reset(std::fopen(partial_.c_str(), "wbe"));
    if (file_ == nullptr) Fail("can't be created");
  }

  ~Implementation() {
    if (is_finished_) return;
    file_.reset();
    std::error_code ignored;
    std::filesystem::remove(partial_, ignored);
  }

  void Write(std::string_view bytes) {
    if (stream_ == nullptr) {
      WriteRaw(bytes);
    } else {
      Compress(bytes, ZSTD_e_continue);
    }
  }

  void Finish() {
    if (stream_ != nullptr) Compress({}, ZSTD_e_end);
    if (std::fclose(file_.release()) != 0) Fail("can't be written");
    std::error_code error;
    std::filesystem::rename(partial_, path_, error);
    if (error) {
      throw WorkloadError(
          fmt::format("{}: can't be put in place: {}", path_.string(), error.message()));
    }
    is_finished_ = true;
  }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct FreeStream {
    void operator()(ZSTD_CCtx* stream) const { ZSTD_freeCCtx(stream); }
  };

  void StartCompression() {
    stream_.reset(ZSTD_createCCtx());
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, kCompressionLevel);
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_windowLog, kWindowLog);
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_enableLongDistanceMatching, 1);
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_checksumFlag, 1);
    compressed_.resize(ZSTD_CStreamOutSize());
  }

  void Compress(std::string_view bytes, ZSTD_EndDirective directive) {
    ZSTD_inBuffer input = {bytes.data(), bytes.size(), 0};
    size_t left = 0;
    do {
      ZSTD_outBuffer output = {compressed_.data(), compressed_.size(), 0};
      left = ZSTD_compressStream2(stream_.get(), &output, &input, directive);
      if (ZSTD_isError(left)) {
        throw WorkloadError(
            fmt::format("{}: can't be compressed: {}", partial_.string(), ZSTD_getErrorName(left)));
      }
      WriteRaw({compressed_.data(), output.pos});
    } while (directive == ZSTD_e_end ? left != 0 : input.pos < input.size);
  }

  void WriteRaw(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
      Fail("can't be written");
    }
  }

  [[noreturn]] void Fail(std::string_view what) const {
    throw WorkloadError(fmt::format("{}: {}: {}", partial_.string(), what, std::strerror(errno)));
  }

  const std::filesystem::path path_;
  const std::filesystem::path partial_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::unique_ptr<ZSTD_CCtx, FreeStream> stream_;
  std::vector<char> compressed_;
  bool is_finished_ = false;
};

OutputFile::OutputFile(const std::filesystem::path& path)
    : implementation_(std::make_unique<Implementation>(path)) {}
OutputFile::~OutputFile() = default;

void OutputFile::Write(std::string_view bytes) { implementation_->Write(bytes); }
void OutputFile::Finish() { implementation_->Finish(); }

}  // namespace datombench

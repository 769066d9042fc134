#include "workloads/input_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <vector>

namespace datombench {
namespace {

constexpr int kMaxWindowLog = 27;  // 128 MiB, what `zstd --long=27` writes
constexpr size_t kCompressedBufferBytes = 128 * 1024;

bool IsZstd(std::span<const char> begin) {
  if (begin.size() < 4) return false;
  uint32_t magic = 0;
  for (size_t i = 4; i > 0; --i) magic = magic << 8 | static_cast<unsigned char>(begin[i - 1]);
  return magic == ZSTD_MAGICNUMBER ||
         (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

std::string ErrorText() { return std::strerror(errno); }

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw InputFileError(fmt::format("can't be opened: {}", ErrorText()));
    struct stat status = {};
    if (::fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) {
      ::close(descriptor_);
      throw InputFileError("expected a file, got a directory");
    }
  }
  ~Descriptor() { ::close(descriptor_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  // Less than asked for only at the end of the file.
  size_t Read(std::span<char> buffer) {
    size_t done = 0;
    while (done < buffer.size()) {
      const ssize_t got = ::read(descriptor_, buffer.data() + done, buffer.size() - done);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw InputFileError(fmt::format("can't be read: {}", ErrorText()));
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

 private:
  const int descriptor_;
};

}  // namespace

class InputFile::Implementation {
 public:
  explicit Implementation(const std::filesystem::path& path)
      : file_(path), raw_(kCompressedBufferBytes) {
    Refill();
    if (!IsZstd({raw_.data(), input_.size})) return;
    stream_.reset(ZSTD_createDStream());
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kMaxWindowLog);
  }

  size_t Read(std::span<char> buffer) {
    return stream_ == nullptr ? ReadPlain(buffer) : ReadCompressed(buffer);
  }

 private:
  void Refill() { input_ = {raw_.data(), file_.Read(raw_), 0}; }

  size_t ReadPlain(std::span<char> buffer) {
    if (input_.pos == input_.size) return file_.Read(buffer);
    const size_t bytes = std::min(buffer.size(), input_.size - input_.pos);
    std::memcpy(buffer.data(), raw_.data() + input_.pos, bytes);
    input_.pos += bytes;
    return bytes;
  }

  // What was decompressed before a failure is handed out first, so that the failure is met at its
  // place.
  size_t ReadCompressed(std::span<char> buffer) {
    ZSTD_outBuffer output = {buffer.data(), buffer.size(), 0};
    while (output.pos < output.size && failure_.empty()) {
      if (input_.pos == input_.size) Refill();
      const bool at_end = input_.size == 0;
      if (at_end && frame_is_complete_) break;
      const size_t before = output.pos;
      const size_t hint = ZSTD_decompressStream(stream_.get(), &output, &input_);
      if (ZSTD_isError(hint)) {
        failure_ = Describe(hint);
      } else if (at_end && hint != 0 && output.pos == before) {
        failure_ = "expected the rest of a zstd stream, got the end of the file";
      }
      frame_is_complete_ = hint == 0;
    }
    if (output.pos == 0 && !failure_.empty()) throw InputFileError(failure_);
    return output.pos;
  }

  static std::string Describe(size_t code) {
    if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge) {
      return "expected a zstd window of at most 128 MiB (zstd --long=27), got a larger one";
    }
    return fmt::format("expected a sound zstd stream, got damage: {}", ZSTD_getErrorName(code));
  }

  struct FreeStream {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };

  Descriptor file_;
  std::vector<char> raw_;
  ZSTD_inBuffer input_ = {nullptr, 0, 0};
  std::unique_ptr<ZSTD_DStream, FreeStream> stream_;
  bool frame_is_complete_ = true;
  std::string failure_;  // of the stream; final
};

InputFile::InputFile(const std::filesystem::path& path)
    : implementation_(std::make_unique<Implementation>(path)) {}
InputFile::~InputFile() = default;

size_t InputFile::Read(std::span<char> buffer) { return implementation_->Read(buffer); }

}  // namespace datombench

// A FileSystem that hands every call on; wrappers override what they care about.
#ifndef DATOMBENCH_TESTS_SUPPORT_FORWARDING_FILE_SYSTEM_H_
#define DATOMBENCH_TESTS_SUPPORT_FORWARDING_FILE_SYSTEM_H_

#include <memory>
#include <string>
#include <vector>

#include "backends/file_system.h"

namespace datombench {

class ForwardingFileSystem : public FileSystem {
 public:
  using path = std::filesystem::path;

  // `target` must outlive this.
  explicit ForwardingFileSystem(FileSystem& target) : target_(target) {}

  std::unique_ptr<WritableFile> NewWritableFile(const path& file) override {
    return target_.NewWritableFile(file);
  }
  std::unique_ptr<WritableFile> NewAppendableFile(const path& file) override {
    return target_.NewAppendableFile(file);
  }
  std::unique_ptr<ReadableFile> OpenForReading(const path& file) override {
    return target_.OpenForReading(file);
  }
  std::vector<std::string> List(const path& directory) override { return target_.List(directory); }
  bool Exists(const path& file) override { return target_.Exists(file); }
  uint64_t Size(const path& file) override { return target_.Size(file); }
  void CreateDirectory(const path& directory) override { target_.CreateDirectory(directory); }
  void RemoveDirectory(const path& directory) override { target_.RemoveDirectory(directory); }
  void Rename(const path& from, const path& to) override { target_.Rename(from, to); }
  bool Remove(const path& file) override { return target_.Remove(file); }
  void SyncDirectory(const path& directory) override { target_.SyncDirectory(directory); }
  std::unique_ptr<FileLock> Lock(const path& file) override { return target_.Lock(file); }

 protected:
  FileSystem& target() { return target_; }

 private:
  FileSystem& target_;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_FORWARDING_FILE_SYSTEM_H_

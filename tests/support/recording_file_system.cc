#include "tests/support/recording_file_system.h"

#include <algorithm>
#include <utility>

namespace datombench {
namespace {

using Kind = FileOperation::Kind;

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kCreate:
      return "create";
    case Kind::kOpenForAppending:
      return "open-for-appending";
    case Kind::kAppend:
      return "append";
    case Kind::kSync:
      return "sync";
    case Kind::kClose:
      return "close";
    case Kind::kOpenForReading:
      return "open-for-reading";
    case Kind::kRead:
      return "read";
    case Kind::kList:
      return "list";
    case Kind::kExists:
      return "exists";
    case Kind::kSize:
      return "size";
    case Kind::kCreateDirectory:
      return "create-directory";
    case Kind::kRemoveDirectory:
      return "remove-directory";
    case Kind::kRename:
      return "rename";
    case Kind::kRemove:
      return "remove";
    case Kind::kSyncDirectory:
      return "sync-directory";
    case Kind::kLock:
      return "lock";
  }
  return "";
}

}  // namespace

std::string FileOperation::ToString() const {
  std::string text(KindName(kind));
  text += ' ';
  text += path.filename().string();
  if (!destination.empty()) {
    text += ' ';
    text += destination.filename().string();
  }
  return text;
}

class RecordingFileSystem::RecordedWritableFile : public WritableFile {
 public:
  RecordedWritableFile(RecordingFileSystem& owner, path file, uint64_t number,
                       std::unique_ptr<WritableFile> target)
      : owner_(owner), path_(std::move(file)), number_(number), target_(std::move(target)) {}

  void Append(std::string_view bytes) override {
    const std::optional<int> error =
        owner_.RecordOrFail({Kind::kAppend, path_, {}, number_, std::string(bytes)});
    if (error) {
      target_->Append(bytes.substr(0, bytes.size() / 2));
      throw FileError(path_, "write", *error);
    }
    target_->Append(bytes);
  }

  void Sync() override { owner_.Record({Kind::kSync, path_, {}, number_, {}}); }

  void Close() override {
    owner_.Record({Kind::kClose, path_, {}, number_, {}});
    target_->Close();
  }

 private:
  RecordingFileSystem& owner_;
  const path path_;
  const uint64_t number_;
  const std::unique_ptr<WritableFile> target_;
};

class RecordingFileSystem::RecordedReadableFile : public ReadableFile {
 public:
  RecordedReadableFile(RecordingFileSystem& owner, path file, uint64_t number,
                       std::unique_ptr<ReadableFile> target)
      : owner_(owner), path_(std::move(file)), number_(number), target_(std::move(target)) {}

  size_t Read(uint64_t offset, std::span<char> buffer) const override {
    owner_.Record({Kind::kRead, path_, {}, number_, {}});
    return target_->Read(offset, buffer);
  }

  uint64_t Size() const override {
    owner_.Record({Kind::kSize, path_, {}, number_, {}});
    return target_->Size();
  }

 private:
  RecordingFileSystem& owner_;
  const path path_;
  const uint64_t number_;
  const std::unique_ptr<ReadableFile> target_;
};

std::vector<FileOperation> RecordingFileSystem::operations() const {
  const std::scoped_lock lock(mutex_);
  return operations_;
}

void RecordingFileSystem::Clear() {
  const std::scoped_lock lock(mutex_);
  operations_.clear();
}

size_t RecordingFileSystem::Count(FileOperation::Kind kind) const {
  const std::scoped_lock lock(mutex_);
  return static_cast<size_t>(std::ranges::count(operations_, kind, &FileOperation::kind));
}

size_t RecordingFileSystem::SyncCount() const {
  return Count(Kind::kSync) + Count(Kind::kSyncDirectory);
}

void RecordingFileSystem::FailAt(uint64_t n, int error_number, Failing failing) {
  const std::scoped_lock lock(mutex_);
  calls_until_failure_ = n;
  error_number_ = error_number;
  failing_ = failing;
  failed_.reset();
}

std::optional<FileOperation> RecordingFileSystem::failed() const {
  const std::scoped_lock lock(mutex_);
  return failed_;
}

std::optional<int> RecordingFileSystem::RecordOrFail(FileOperation operation) {
  const std::scoped_lock lock(mutex_);
  operations_.push_back(std::move(operation));
  if (!calls_until_failure_) {
    return std::nullopt;
  }
  if (*calls_until_failure_ > 0) {
    --*calls_until_failure_;
    return std::nullopt;
  }
  if (failing_ == Failing::kOnce) {
    calls_until_failure_.reset();
  }
  if (!failed_) {
    failed_ = operations_.back();
  }
  return error_number_;
}

void RecordingFileSystem::Record(FileOperation operation) {
  const path where = operation.path;
  const std::string_view what = KindName(operation.kind);
  if (const std::optional<int> error = RecordOrFail(std::move(operation))) {
    throw FileError(where, what, *error);
  }
}

uint64_t RecordingFileSystem::NewFileNumber() {
  const std::scoped_lock lock(mutex_);
  return ++files_;
}

std::unique_ptr<WritableFile> RecordingFileSystem::NewWritableFile(const path& file) {
  const uint64_t number = NewFileNumber();
  Record({Kind::kCreate, file, {}, number, {}});
  return std::make_unique<RecordedWritableFile>(*this, file, number,
                                                target().NewWritableFile(file));
}

std::unique_ptr<WritableFile> RecordingFileSystem::NewAppendableFile(const path& file) {
  const uint64_t number = NewFileNumber();
  Record({Kind::kOpenForAppending, file, {}, number, {}});
  return std::make_unique<RecordedWritableFile>(*this, file, number,
                                                target().NewAppendableFile(file));
}

std::unique_ptr<ReadableFile> RecordingFileSystem::OpenForReading(const path& file) {
  const uint64_t number = NewFileNumber();
  Record({Kind::kOpenForReading, file, {}, number, {}});
  std::unique_ptr<ReadableFile> opened = target().OpenForReading(file);
  if (opened == nullptr) {
    return nullptr;
  }
  return std::make_unique<RecordedReadableFile>(*this, file, number, std::move(opened));
}

std::vector<std::string> RecordingFileSystem::List(const path& directory) {
  Record({Kind::kList, directory, {}, 0, {}});
  return target().List(directory);
}

bool RecordingFileSystem::Exists(const path& file) {
  Record({Kind::kExists, file, {}, 0, {}});
  return target().Exists(file);
}

uint64_t RecordingFileSystem::Size(const path& file) {
  Record({Kind::kSize, file, {}, 0, {}});
  return target().Size(file);
}

void RecordingFileSystem::CreateDirectory(const path& directory) {
  Record({Kind::kCreateDirectory, directory, {}, 0, {}});
  target().CreateDirectory(directory);
}

void RecordingFileSystem::RemoveDirectory(const path& directory) {
  Record({Kind::kRemoveDirectory, directory, {}, 0, {}});
  target().RemoveDirectory(directory);
}

void RecordingFileSystem::Rename(const path& from, const path& to) {
  Record({Kind::kRename, from, to, 0, {}});
  target().Rename(from, to);
}

bool RecordingFileSystem::Remove(const path& file) {
  Record({Kind::kRemove, file, {}, 0, {}});
  return target().Remove(file);
}

void RecordingFileSystem::SyncDirectory(const path& directory) {
  Record({Kind::kSyncDirectory, directory, {}, 0, {}});
}

std::unique_ptr<FileLock> RecordingFileSystem::Lock(const path& file) {
  Record({Kind::kLock, file, {}, 0, {}});
  return target().Lock(file);
}

}  // namespace datombench

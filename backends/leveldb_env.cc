#include "backends/leveldb_env.h"

#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

namespace datombench {
namespace {

using leveldb::Slice;
using leveldb::Status;

// A table block or two: enough for LevelDB's many small appends to become few writes.
constexpr size_t kBufferBytes = size_t{64} * 1024;

bool IsLog(std::string_view path) { return path.ends_with(".log"); }
bool IsTable(std::string_view path) { return path.ends_with(".ldb") || path.ends_with(".sst"); }

// What `action` returns; IOError for whatever it throws.
template <typename Action>
Status Guard(const std::string& path, Action action) {
  try {
    return action();
  } catch (const std::exception& error) {
    return Status::IOError(error.what());
  } catch (...) {
    return Status::IOError(path, "unknown error");
  }
}

class SequentialFile : public leveldb::SequentialFile {
 public:
  SequentialFile(std::string path, std::unique_ptr<ReadableFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  Status Read(size_t size, Slice* result, char* scratch) override {
    return Guard(path_, [&] {
      *result = Slice(scratch, file_->Read(offset_, {scratch, size}));
      offset_ += result->size();
      return Status::OK();
    });
  }

  Status Skip(uint64_t size) override {
    offset_ += size;
    return Status::OK();
  }

 private:
  const std::string path_;
  const std::unique_ptr<ReadableFile> file_;
  uint64_t offset_ = 0;
};

class RandomAccessFile : public leveldb::RandomAccessFile {
 public:
  RandomAccessFile(std::string path, std::unique_ptr<ReadableFile> file)
      : path_(std::move(path)), file_(std::move(file)) {}

  Status Read(uint64_t offset, size_t size, Slice* result, char* scratch) const override {
    return Guard(path_, [&] {
      *result = Slice(scratch, file_->Read(offset, {scratch, size}));
      return Status::OK();
    });
  }

 private:
  const std::string path_;
  const std::unique_ptr<ReadableFile> file_;
};

class NoLock : public leveldb::FileLock {};

}  // namespace

class LevelDbEnv::File final : public leveldb::WritableFile {
 public:
  File(LevelDbEnv& env, std::string path, std::unique_ptr<datombench::WritableFile> file)
      : env_(env), path_(std::move(path)), file_(std::move(file)) {}

  // LevelDB deletes a full log without closing it, and hears nothing of what happens here: the
  // fence tells the backend.
  ~File() override { Close(); }

  Status Append(const Slice& data) override {
    return Try([&] {
      if (buffer_.size() + data.size() > kBufferBytes) {
        FlushBuffer();
      }
      if (data.size() > kBufferBytes) {
        file_->Append({data.data(), data.size()});
        is_unsynced_ = true;
      } else {
        buffer_.append(data.data(), data.size());
      }
    });
  }

  Status Flush() override {
    return Try([&] { FlushBuffer(); });
  }

  Status Sync() override {
    if (Status fence = env_.fence(); !fence.ok()) {
      return fence;
    }
    const Status status = Try([&] {
      FlushBuffer();
      file_->Sync();
      CountSync();
      is_unsynced_ = false;
      if (!is_entry_synced_) {
        env_.file_system_.SyncDirectory(std::filesystem::path(path_).parent_path());
        CountSync();
        is_entry_synced_ = true;
      }
    });
    return status.ok() ? status : env_.Fence(status);
  }

  Status Close() override {
    if (file_ == nullptr) {
      return status_;
    }
    Status status = Flush();
    if (status.ok() && is_unsynced_) {
      status = Sync();
    }
    if (status.ok()) {
      status = Try([&] { file_->Close(); });
    }
    file_.reset();
    return status;
  }

 private:
  // Runs `action` unless an earlier one failed: what reached the file is then unknown, and nothing
  // may follow it.
  template <typename Action>
  Status Try(Action action) {
    if (status_.ok()) {
      status_ = Guard(path_, [&] {
        action();
        return Status::OK();
      });
    }
    return status_;
  }

  void FlushBuffer() {
    if (!buffer_.empty()) {
      file_->Append(buffer_);
      buffer_.clear();
      is_unsynced_ = true;
    }
  }

  void CountSync() {
    if (IsLog(path_)) {
      ++env_.log_syncs_;
    }
  }

  LevelDbEnv& env_;
  const std::string path_;
  std::unique_ptr<datombench::WritableFile> file_;  // null once closed
  std::string buffer_;
  Status status_;  // of the first call that failed
  bool is_unsynced_ = false;
  bool is_entry_synced_ = false;
};

LevelDbEnv::LevelDbEnv(FileSystem& file_system)
    : EnvWrapper(leveldb::Env::Default()), file_system_(file_system) {}

Status LevelDbEnv::fence() const {
  const std::scoped_lock lock(mutex_);
  return fence_;
}

Status LevelDbEnv::Fence(Status status) {
  const std::scoped_lock lock(mutex_);
  if (fence_.ok()) {
    fence_ = status;
  }
  return status;
}

Status LevelDbEnv::NewSequentialFile(const std::string& path, leveldb::SequentialFile** result) {
  *result = nullptr;
  return Guard(path, [&] {
    std::unique_ptr<ReadableFile> file = file_system_.OpenForReading(path);
    if (file == nullptr) {
      return Status::NotFound(path, "no such file");
    }
    *result = new SequentialFile(path, std::move(file));
    return Status::OK();
  });
}

Status LevelDbEnv::NewRandomAccessFile(const std::string& path,
                                       leveldb::RandomAccessFile** result) {
  *result = nullptr;
  return Guard(path, [&] {
    std::unique_ptr<ReadableFile> file = file_system_.OpenForReading(path);
    if (file == nullptr) {
      // LevelDB passes NotFound on to whoever reads, who takes it for "no such key".
      return IsTable(path) ? Status::IOError(path, "table is missing")
                           : Status::NotFound(path, "no such file");
    }
    *result = new RandomAccessFile(path, std::move(file));
    return Status::OK();
  });
}

Status LevelDbEnv::NewFile(const std::string& path, bool is_appending,
                           leveldb::WritableFile** result) {
  *result = nullptr;
  if (Status fence_status = fence(); !fence_status.ok()) {
    return fence_status;
  }
  return Guard(path, [&] {
    *result = new File(
        *this, path,
        is_appending ? file_system_.NewAppendableFile(path) : file_system_.NewWritableFile(path));
    return Status::OK();
  });
}

Status LevelDbEnv::NewWritableFile(const std::string& path, leveldb::WritableFile** result) {
  return NewFile(path, /*is_appending=*/false, result);
}

Status LevelDbEnv::NewAppendableFile(const std::string& path, leveldb::WritableFile** result) {
  return NewFile(path, /*is_appending=*/true, result);
}

bool LevelDbEnv::FileExists(const std::string& path) {
  try {
    return file_system_.Exists(path);
  } catch (...) {
    return true;
  }
}

Status LevelDbEnv::GetChildren(const std::string& directory, std::vector<std::string>* result) {
  result->clear();
  return Guard(directory, [&] {
    *result = file_system_.List(directory);
    return Status::OK();
  });
}

Status LevelDbEnv::RemoveFile(const std::string& path) {
  if (Status fence_status = fence(); !fence_status.ok()) {
    return fence_status;
  }
  return Guard(path, [&] {
    return file_system_.Remove(path) ? Status::OK() : Status::NotFound(path, "no such file");
  });
}

Status LevelDbEnv::CreateDir(const std::string& path) {
  return Guard(path, [&] {
    file_system_.CreateDirectory(path);
    return Status::OK();
  });
}

Status LevelDbEnv::RemoveDir(const std::string& path) {
  return Guard(path, [&] {
    file_system_.RemoveDirectory(path);
    return Status::OK();
  });
}

Status LevelDbEnv::GetFileSize(const std::string& path, uint64_t* size_bytes) {
  return Guard(path, [&] {
    *size_bytes = file_system_.Size(path);
    return Status::OK();
  });
}

Status LevelDbEnv::RenameFile(const std::string& from, const std::string& to) {
  if (Status fence_status = fence(); !fence_status.ok()) {
    return fence_status;
  }
  const Status status = Guard(from, [&] {
    file_system_.Rename(from, to);
    file_system_.SyncDirectory(std::filesystem::path(to).parent_path());
    return Status::OK();
  });
  // LevelDB answers an error by removing the MANIFEST that CURRENT may name by now: the fence keeps
  // it.
  return status.ok() ? status : Fence(status);
}

Status LevelDbEnv::LockFile(const std::string& path, leveldb::FileLock** lock) {
  *lock = nullptr;
  return Guard(path, [&] {
    *lock = new NoLock;
    return Status::OK();
  });
}

Status LevelDbEnv::UnlockFile(leveldb::FileLock* lock) {
  delete lock;
  return Status::OK();
}

Status LevelDbEnv::NewLogger(const std::string& path, leveldb::Logger** result) {
  *result = nullptr;
  return Status::NotSupported(path, "no log of messages is kept");
}

}  // namespace datombench

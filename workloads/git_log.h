// A GitLog reads the first-parent history of a repository: commits and the files that each changed.
#ifndef DATOMBENCH_WORKLOADS_GIT_LOG_H_
#define DATOMBENCH_WORKLOADS_GIT_LOG_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "workloads/git_process.h"

namespace datombench {

struct GitFileChange {
  std::string path;  // any bytes but NUL
  bool is_deleted = false;
  int64_t mode = 0;             // octal digits read as a decimal number: 100644
  std::string blob;             // object id of the content
  std::optional<int64_t> size;  // bytes of the content; none for submodules and absent objects
};

struct GitCommit {
  std::string id;
  int64_t parents = 0;
  std::string author;            // the address: whoever keeps it must not show it
  int64_t authored_seconds = 0;  // since 1970
  int64_t committed_seconds = 0;
  int64_t message_bytes = 0;           // without line ends before and behind it
  std::vector<GitFileChange> changes;  // against the first parent, in the order of the tree
};

// Thread safety: one thread. Throws WorkloadError, in one line.
class GitLog {
 public:
  // Throws where `repository` isn't one, has no commit, or is a shallow clone.
  explicit GitLog(const std::filesystem::path& repository);

  uint64_t commits() const { return commits_; }  // on the first-parent line
  const std::string& head() const { return head_; }

  // The next commit, oldest first. Returns false after the last.
  bool Next(GitCommit* commit);

 private:
  void ReadObject(GitCommit* commit);
  void ReadChanges(GitCommit* commit);
  void ReadSizes(std::vector<GitFileChange>& changes);
  [[noreturn]] void FailOutput(const std::string& part) const;

  const std::filesystem::path repository_;
  const std::string head_;
  const uint64_t commits_;
  GitProcess log_;
  GitProcess objects_;
  GitProcess sizes_;
  std::string part_;  // of the log, to be read next
  bool has_part_ = false;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_GIT_LOG_H_

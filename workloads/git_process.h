// A GitProcess is one run of the git program on a repository, its streams connected to ours.
#ifndef DATOMBENCH_WORKLOADS_GIT_PROCESS_H_
#define DATOMBENCH_WORKLOADS_GIT_PROCESS_H_

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace datombench {

// Started without a shell, so that any path is safe, and without the variables by which an
// environment points git at another repository. All failures are WorkloadErrors of one line.
//
// Thread safety: one thread.
class GitProcess {
 public:
  // Runs `git -C REPOSITORY ARGUMENTS...`. Throws if there is no git.
  GitProcess(const std::filesystem::path& repository, const std::vector<std::string>& arguments);
  ~GitProcess();  // ends the process if it still runs
  GitProcess(const GitProcess&) = delete;
  GitProcess& operator=(const GitProcess&) = delete;

  // To its standard input. Whoever writes more than 32 KiB without reading risks that both sides
  // wait for each other.
  void Write(std::string_view bytes);

  // Up to the next `delimiter` of its standard output, without it. Returns false at the end of the
  // output. Throws where the output ends amid a part.
  bool ReadUntil(char delimiter, std::string* part);
  // Exactly so many bytes. Throws where there are fewer.
  void ReadBytes(size_t count, std::string* bytes);

  // Closes its input, reads the rest of its output and waits for it: its exit status.
  int Wait();
  // What it wrote to standard error, its first line. REQUIRES: Wait was called.
  std::string ErrorLine() const;
  // Waits, and throws with git's own words if it failed.
  void RequireSuccess();

 private:
  bool Fill();

  const std::filesystem::path repository_;
  const std::string command_;  // for messages
  pid_t pid_ = -1;
  int channel_ = -1;  // its input and output
  struct CloseFile {
    void operator()(FILE* file) const;
  };
  std::unique_ptr<FILE, CloseFile> errors_;
  std::string buffer_;
  size_t begin_ = 0;  // of what is unread in buffer_
  int status_ = 0;
};

// The whole output of one short command, without its last line end. `*status` is its exit status.
std::string GitOutput(const std::filesystem::path& repository,
                      const std::vector<std::string>& arguments, int* status);

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_GIT_PROCESS_H_

#include "workloads/git_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "workloads/workload.h"

namespace datombench {
namespace {

constexpr size_t kReadBytes = 64 * 1024;

[[noreturn]] void FailWithErrno(std::string_view what) {
  throw WorkloadError(fmt::format("git: {}: {}", what, std::strerror(errno)));
}

// GIT_DIR and its kind would override the repository that was asked for; configuration stays,
// because it says which repositories are trusted.
std::vector<std::string> Environment() {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const bool is_kept = !text.starts_with("GIT_") || text.starts_with("GIT_CONFIG") ||
                         text.starts_with("GIT_EXEC_PATH=");
    if (is_kept && !text.starts_with("LC_ALL=")) environment.emplace_back(text);
  }
  environment.emplace_back("LC_ALL=C");
  environment.emplace_back("GIT_TERMINAL_PROMPT=0");
  // A partial clone must not download what the import only wants to measure.
  environment.emplace_back("GIT_NO_LAZY_FETCH=1");
  environment.emplace_back("GIT_NO_REPLACE_OBJECTS=1");
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void Duplicate(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

void GitProcess::CloseFile::operator()(FILE* file) const { std::fclose(file); }

GitProcess::GitProcess(const std::filesystem::path& repository,
                       const std::vector<std::string>& arguments)
    : repository_(repository), command_(arguments.front()), errors_(std::tmpfile()) {
  if (errors_ == nullptr) FailWithErrno("no temporary file");
  std::vector<std::string> words = {"git", "-C", repository.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = Environment();
  // A socket, because writing to one whose reader has gone can be told not to raise a signal.
  std::array<int, 2> ends;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    FailWithErrno("no channel");
  }
  FileActions actions;
  actions.Duplicate(ends[1], STDIN_FILENO);
  actions.Duplicate(ends[1], STDOUT_FILENO);
  actions.Duplicate(::fileno(errors_.get()), STDERR_FILENO);
  const int error = ::posix_spawnp(&pid_, "git", actions.get(), nullptr, Pointers(words).data(),
                                   Pointers(variables).data());
  ::close(ends[1]);
  channel_ = ends[0];
  if (error == 0) return;
  pid_ = -1;
  ::close(channel_);
  throw WorkloadError(error == ENOENT
                          ? "git: expected the git program on the PATH, found none; install git"
                          : fmt::format("git: can't be started: {}", std::strerror(error)));
}

GitProcess::~GitProcess() {
  ::close(channel_);
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

void GitProcess::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(channel_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      RequireSuccess();
      FailWithErrno(fmt::format("{} takes no input", command_));
    }
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool GitProcess::Fill() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const size_t left = buffer_.size();
  buffer_.resize(left + kReadBytes);
  for (;;) {
    const ssize_t got = ::read(channel_, buffer_.data() + left, kReadBytes);
    if (got < 0 && errno == EINTR) continue;
    // A process that ends with input unread resets the connection.
    const bool is_end = got == 0 || (got < 0 && errno == ECONNRESET);
    if (got < 0 && !is_end) FailWithErrno(fmt::format("{} can't be read", command_));
    buffer_.resize(left + (is_end ? 0 : static_cast<size_t>(got)));
    return !is_end;
  }
}

bool GitProcess::ReadUntil(char delimiter, std::string* part) {
  size_t searched = 0;
  for (;;) {
    const size_t end = buffer_.find(delimiter, begin_ + searched);
    if (end != std::string::npos) {
      part->assign(buffer_, begin_, end - begin_);
      begin_ = end + 1;
      return true;
    }
    searched = buffer_.size() - begin_;
    if (Fill()) continue;
    if (buffer_.empty()) return false;
    RequireSuccess();
    throw WorkloadError(fmt::format("git {}: expected more output, got its end", command_));
  }
}

void GitProcess::ReadBytes(size_t count, std::string* bytes) {
  while (buffer_.size() - begin_ < count) {
    if (Fill()) continue;
    RequireSuccess();
    throw WorkloadError(fmt::format("git {}: expected more output, got its end", command_));
  }
  bytes->assign(buffer_, begin_, count);
  begin_ += count;
}

int GitProcess::Wait() {
  if (pid_ < 0) return status_;
  ::shutdown(channel_, SHUT_WR);
  do {
    buffer_.clear();
    begin_ = 0;
  } while (Fill());
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

std::string GitProcess::ErrorLine() const {
  std::array<char, 1024> line{};
  std::rewind(errors_.get());
  if (std::fgets(line.data(), line.size(), errors_.get()) == nullptr) return {};
  std::string_view text = line.data();
  return std::string(text.substr(0, text.find('\n')));
}

void GitProcess::RequireSuccess() {
  if (Wait() == 0) return;
  const std::string error = ErrorLine();
  throw WorkloadError(fmt::format("git {} in {}: {}", command_, repository_.string(),
                                  error.empty() ? fmt::format("exit status {}", status_) : error));
}

std::string GitOutput(const std::filesystem::path& repository,
                      const std::vector<std::string>& arguments, int* status) {
  GitProcess git(repository, arguments);
  std::string output;
  for (std::string line; git.ReadUntil('\n', &line);) {
    if (!output.empty()) output += '\n';
    output += line;
  }
  *status = git.Wait();
  return output;
}

}  // namespace datombench

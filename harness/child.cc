#include "harness/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace datombench {
namespace {

constexpr timespec kTickInterval = {0, 200'000'000};

[[noreturn]] void Throw(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

// posix_spawn's two attribute objects, released whatever happens.
class SpawnAttributes {
 public:
  SpawnAttributes(const std::filesystem::path& errors, const sigset_t& former) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, errors.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&files_, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &former);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnAttributes() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;

  const posix_spawn_file_actions_t* files() const { return &files_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

// The end of `pid` if it has ended.
bool Reap(pid_t pid, ChildEnd* end, int flags) {
  int status = 0;
  pid_t reaped;
  do {
    reaped = waitpid(pid, &status, flags);
  } while (reaped < 0 && errno == EINTR);
  if (reaped != pid) return false;
  if (WIFSIGNALED(status)) {
    end->signal = WTERMSIG(status);
  } else {
    end->exit_status = WEXITSTATUS(status);
  }
  return true;
}

// Whether this process was told to stop and hasn't taken notice yet.
bool TakeStopSignal() {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  const timespec no_wait = {0, 0};
  return sigtimedwait(&stops, nullptr, &no_wait) > 0;
}

std::string LastLine(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace

ChildRunner::ChildRunner() {
  sigemptyset(&held_);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&held_, signal);
  pthread_sigmask(SIG_BLOCK, &held_, &former_);
}

ChildRunner::~ChildRunner() {
  // SIGCHLD of a child that was reaped already concerns nobody any more.
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  const timespec no_wait = {0, 0};
  while (sigtimedwait(&children, nullptr, &no_wait) == SIGCHLD) {
  }
  pthread_sigmask(SIG_SETMASK, &former_, nullptr);
}

ChildEnd ChildRunner::Run(const std::filesystem::path& program,
                          const std::vector<std::string>& arguments,
                          const std::filesystem::path& errors, const std::function<void()>& tick) {
  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const SpawnAttributes spawn(errors, former_);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, program.c_str(), spawn.files(), spawn.attributes(), argv.data(), environ);
  if (error != 0) Throw(error, "can't start " + program.string());

  ChildEnd end;
  while (!Reap(pid, &end, WNOHANG)) {
    const int signal = sigtimedwait(&held_, nullptr, &kTickInterval);
    if (signal == SIGINT || signal == SIGTERM) {
      kill(pid, SIGKILL);
      Reap(pid, &end, 0);
      end.interrupted = true;
      break;
    }
    tick();
  }
  // A terminal's interruption goes to the child as well, whose end may be seen first.
  if (!end.interrupted) end.interrupted = TakeStopSignal();
  return end;
}

void DieWithParent() {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before the request: then this process belongs to another already.
  if (getppid() != parent) _exit(2);
}

std::string DescribeEnd(const ChildEnd& end, const std::filesystem::path& errors) {
  if (end.interrupted) return "interrupted";
  std::string last = LastLine(errors);
  if (end.signal != 0) {
    std::string text =
        fmt::format("the process was killed by signal {} ({})", end.signal, strsignal(end.signal));
    if (end.signal == SIGKILL) text += ", which is what the system does when memory runs out";
    if (!last.empty()) text += "; its last line: " + last;
    return text;
  }
  if (last.empty()) return fmt::format("the process ended with status {}", end.exit_status);
  return last;
}

}  // namespace datombench

// One child process at a time: started, waited for, killed with its parent's interruption.
#ifndef DATOMBENCH_HARNESS_CHILD_H_
#define DATOMBENCH_HARNESS_CHILD_H_

#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace datombench {

// How a child ended.
struct ChildEnd {
  int exit_status = 0;       // meaningless where `signal` is set
  int signal = 0;            // the signal that killed it, 0 if it exited
  bool interrupted = false;  // the parent was told to stop; the child was killed
  bool succeeded() const { return exit_status == 0 && signal == 0 && !interrupted; }
};

// While it lives, SIGINT, SIGTERM and SIGCHLD are held back from this thread and taken up by Run
// alone, so that no handler and no global is needed. What is pending at the end is delivered then,
// but for SIGCHLD.
//
// Thread safety: one thread, and no other thread of the process may take these signals.
class ChildRunner {
 public:
  ChildRunner();
  ~ChildRunner();
  ChildRunner(const ChildRunner&) = delete;
  ChildRunner& operator=(const ChildRunner&) = delete;

  // Runs `program` with `arguments`, its standard error in the file `errors` (emptied before), its
  // standard output there too, and returns when it has ended. Calls `tick` about five times a
  // second meanwhile. Throws std::system_error if it can't be started.
  ChildEnd Run(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const std::filesystem::path& errors, const std::function<void()>& tick);

 private:
  sigset_t held_;
  sigset_t former_;
};

// Asks the system to kill this process when its parent dies. A child calls it first.
void DieWithParent();

// One line that says how a child ended, from its end and what it left in `errors`: its own last
// line where it exited, the signal's name where it was killed (and, for SIGKILL, the likely cause).
std::string DescribeEnd(const ChildEnd& end, const std::filesystem::path& errors);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_CHILD_H_

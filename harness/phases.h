// The phases of a cell as a child process runs them: a job says which, Google Benchmark times them.
#ifndef DATOMBENCH_HARNESS_PHASES_H_
#define DATOMBENCH_HARNESS_PHASES_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "harness/cell.h"
#include "harness/input_error.h"

namespace datombench {

// What one process does. It travels as JSON, in a file.
struct PhaseJob {
  enum class Role : uint8_t {
    kWriter,      // load, transact, close; then, on a backend that isn't persistent, all the rest
    kColdReader,  // connect, first_read, with nothing of the store in the page cache
    kWarmReader,  // the same with all of it there
  };
  Role role = Role::kWriter;
  Cell cell;
  std::filesystem::path store;  // its folder (store.h); made by the writer
  std::filesystem::path rows;   // where Google Benchmark's JSON goes
  uint64_t seed = 1;            // picks what first_read reads
  bool scans = true;            // readers: whether to go on with scan and verify
  uint32_t warm_connects = 1;   // writers on a backend that isn't persistent: how many
  std::vector<std::filesystem::path> trace_folders;
  std::optional<std::filesystem::path> commit_log;  // writers: a row a flush
};

void WriteJob(const std::filesystem::path& path, const PhaseJob& job);
PhaseJob ReadJob(const std::filesystem::path& path);  // throws InputError

// What `datombench phase JOB` does (a subcommand for the runner, hidden from users): runs the
// phases and writes their rows. A phase that fails leaves its message in its row and on stderr,
// ends the job, and makes it kFailed. The process dies with its parent. Throws InputError.
ExitStatus RunPhaseJob(const std::filesystem::path& path);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_PHASES_H_

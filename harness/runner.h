// The runner is the parent: it spawns a process a phase group of each cell and gathers their rows.
#ifndef DATOMBENCH_HARNESS_RUNNER_H_
#define DATOMBENCH_HARNESS_RUNNER_H_

#include <filesystem>
#include <iosfwd>

#include "harness/input_error.h"
#include "harness/run_options.h"

namespace datombench {

// Throws InputError unless `out` is an empty folder that can be written to, or none yet where one
// can be made (then it is made).
void PrepareOutputFolder(const std::filesystem::path& out);

// The program that is running: what children are started from.
std::filesystem::path ThisProgram();

// Runs every cell as often as asked, each repetition in a store of its own under options.out, and
// writes options.out/results.json, whole after every cell. A cell that fails (its oracle disagrees,
// its process dies, the disk is full) doesn't stop the others: it is named at the end and the
// status is kFailed. An interruption (SIGINT, SIGTERM) kills the child, keeps what was measured and
// gives kFailed.
//
// `program` is started with `phase JOB` for each process of a cell (phases.h). Progress, failures
// and the closing sentence go to `progress`. Throws InputError (the output folder), StorageError
// (results can't be written).
ExitStatus Run(const RunOptions& options, const std::filesystem::path& program,
               std::ostream& progress);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_RUNNER_H_

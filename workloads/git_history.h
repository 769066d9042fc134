// Turns the first-parent history of a local git repository into a trace.
#ifndef DATOMBENCH_WORKLOADS_GIT_HISTORY_H_
#define DATOMBENCH_WORKLOADS_GIT_HISTORY_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "workloads/trace_stats.h"
#include "workloads/trace_writer.h"

namespace datombench {

struct GitImportOptions {
  std::filesystem::path repository;  // a work tree or a bare repository
  std::filesystem::path out = ".";   // the folder to write to; made if it isn't there
  std::string name;                  // of the trace; empty: git- and the repository's folder name
  bool compressed = true;            // NAME.dtl.zst, else NAME.dtl
  // Called after every commit, with the number of commits done and their number in all.
  std::function<void(uint64_t done, uint64_t total)> progress;
};

struct GitImport {
  TracePaths paths;
  TraceStatistics statistics;
};

// One transaction for each commit on the first-parent line that ends in HEAD, oldest first, against
// its first parent. A path is an entity, again the same if it comes back; an author is an entity
// with a pseudonym; a commit is an entity. Names, addresses and messages are not kept. The same
// history gives the same trace. Throws WorkloadError, in one line, where there is no such
// repository, no commit in it, the clone is shallow, git is missing, or the trace is there already.
GitImport ImportGitHistory(const GitImportOptions& options);

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_GIT_HISTORY_H_

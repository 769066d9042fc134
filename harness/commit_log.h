// The commit log of one cell: what each flush wrote, as CSV, one row a flush.
#ifndef DATOMBENCH_HARNESS_COMMIT_LOG_H_
#define DATOMBENCH_HARNESS_COMMIT_LOG_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "backends/metered_backend.h"
#include "harness/writer.h"
#include "index/db.h"

namespace datombench {

// One row. The schema transaction's flush is the first; a flush that wrote nothing has its row too.
struct CommitRow {
  uint64_t commit = 0;  // from 0
  uint64_t transactions = 0;
  uint64_t datoms = 0;  // effective deltas
  IoCounters io;
  uint64_t wall_us = 0;                             // Commit::wall_ns, rounded
  std::array<uint64_t, kIndexCount> nodes{};        // written
  std::array<uint64_t, kIndexCount> datoms_held{};  // 0 where there is no such index
};

// Numbers the commits of a cell and takes the backend's counters apart between them.
// Thread safety: one thread.
class CommitCounter {
 public:
  // Counts from now on. `metered` must outlive it.
  explicit CommitCounter(const MeteredBackend& metered)
      : metered_(metered), counted_(metered.counters()) {}
  CommitRow Count(const Commit& commit, const Db& db);

 private:
  const MeteredBackend& metered_;
  IoCounters counted_;
  uint64_t commits_ = 0;
};

// `commit,transactions,datoms,puts_node,...`, without line end.
std::string_view CommitLogHeader();
std::string CommitLogLine(const CommitRow& row);

// Thread safety: one thread.
class CommitLog {
 public:
  // Replaces the file. Throws InputError if it can't be written.
  explicit CommitLog(std::filesystem::path path);
  // Throws StorageError where the disk is full.
  void Append(const CommitRow& row);
  void Close();

 private:
  void Check();

  const std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_COMMIT_LOG_H_

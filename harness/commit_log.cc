#include "harness/commit_log.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "backends/error.h"
#include "harness/input_error.h"

namespace datombench {

CommitRow CommitCounter::Count(const Commit& commit, const Db& db) {
  CommitRow row;
  row.commit = commits_++;
  row.transactions = commit.transactions;
  row.datoms = commit.deltas;
  const IoCounters now = metered_.counters();
  row.io = now - counted_;
  counted_ = now;
  row.wall_us = (commit.wall_ns() + 500) / 1000;
  row.nodes = commit.report.nodes;
  for (const IndexName index : kIndexNames) {
    row.datoms_held[static_cast<size_t>(index)] = db.size(index);
  }
  return row;
}

std::string_view CommitLogHeader() {
  return "commit,transactions,datoms,puts_node,puts_record,puts_log,puts_checkpoint,puts_snapshot,"
         "bytes_node,bytes_record,bytes_log,bytes_checkpoint,bytes_snapshot,deletes,syncs,wall_us,"
         "nodes_eavt,nodes_aevt,nodes_avet,nodes_teavt,nodes_taevt,nodes_tavet,"
         "n_eavt,n_aevt,n_avet,n_teavt,n_taevt,n_tavet";
}

std::string CommitLogLine(const CommitRow& row) {
  std::string line = fmt::format("{},{},{}", row.commit, row.transactions, row.datoms);
  const auto append = [&line](uint64_t value) {
    fmt::format_to(std::back_inserter(line), ",{}", value);
  };
  // kObjectClasses is in the header's order: node, record, log, checkpoint, snapshot.
  for (const ObjectClass object_class : kObjectClasses) append(row.io.of(object_class).puts);
  for (const ObjectClass object_class : kObjectClasses) append(row.io.of(object_class).put_bytes);
  append(row.io.Total().deletes);
  append(row.io.syncs);
  append(row.wall_us);
  for (const uint64_t nodes : row.nodes) append(nodes);
  for (const uint64_t datoms : row.datoms_held) append(datoms);
  return line;
}

CommitLog::CommitLog(std::filesystem::path path) : path_(std::move(path)), file_(path_) {
  if (!file_) throw InputError(fmt::format("can't write the commit log {}", path_.string()));
  file_ << CommitLogHeader() << "\n";
}

void CommitLog::Append(const CommitRow& row) {
  file_ << CommitLogLine(row) << "\n";
  Check();
}

void CommitLog::Close() {
  file_.close();
  Check();
}

void CommitLog::Check() {
  if (!file_) {
    throw StorageError(
        fmt::format("can't write the commit log {}: is the disk full?", path_.string()));
  }
}

}  // namespace datombench

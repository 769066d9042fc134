// The timed phases of whoever writes a store: load, transact, close.
#ifndef DATOMBENCH_HARNESS_WRITER_PHASES_H_
#define DATOMBENCH_HARNESS_WRITER_PHASES_H_

#include <filesystem>
#include <memory>
#include <optional>

#include "harness/commit_log.h"
#include "harness/description.h"
#include "harness/phase_benchmarks.h"
#include "harness/phases.h"
#include "harness/store.h"
#include "harness/writer.h"
#include "strategies/strategy.h"
#include "workloads/workload.h"

namespace datombench {

// Called in the order of the members; each gives its row, nullopt where the cell has no such phase,
// or throws. Thread safety: one thread.
class WriterPhases {
 public:
  explicit WriterPhases(const PhaseJob& job);
  ~WriterPhases();

  // Opens the store and the workload first, which isn't timed.
  std::optional<PhaseRow> Load();
  std::optional<PhaseRow> Transact();

  // Leaves the description of what was written beside it, then times quiesce and, where the backend
  // is persistent, closing. Where it is not, store() and db() stay.
  PhaseRow Close();

  Store& store() { return *store_; }
  const Db& db() const { return writer_->db(); }
  const StoreDescription& description() const { return description_; }

 private:
  void Open();
  PhaseRow Run(Phase phase, uint64_t last, uint64_t interval);
  void Observe(const Commit& commit, const Db& db);
  void Describe();

  const PhaseJob& job_;
  const std::filesystem::path data_;
  StoreDescription description_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Strategy> strategy_;
  std::unique_ptr<Workload> workload_;
  std::unique_ptr<Writer> writer_;  // holds versions of the database: gone before the strategy
  std::optional<CommitLog> commit_log_;
  std::optional<CommitCounter> commit_counter_;
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_WRITER_PHASES_H_

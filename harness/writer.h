// A Writer drives a workload's transactions through a database and a strategy, flushing at given
// points: what the phases load and transact time, and what the commit log and the fidelity test
// look at.
#ifndef DATOMBENCH_HARNESS_WRITER_H_
#define DATOMBENCH_HARNESS_WRITER_H_

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "index/db.h"
#include "strategies/strategy.h"
#include "workloads/workload.h"

namespace datombench {

// One flush and the transactions that it made durable. A commit's time is what its caller waits
// for: Transact and Append of each of its transactions, and the flush.
struct Commit {
  uint64_t transactions = 0;
  uint64_t deltas = 0;       // effective ones: what tx_data holds
  uint64_t transact_ns = 0;  // Transact and Append, all its transactions
  uint64_t flush_ns = 0;     // Flush alone
  FlushReport report;

  uint64_t wall_ns() const { return transact_ns + flush_ns; }
};

// The sum over consecutive commits. Making one makes room for latencies, so that it is done before
// the heap is looked at.
struct Stretch {
  Stretch();

  uint64_t transactions = 0;
  uint64_t deltas = 0;
  uint64_t user_bytes = 0;  // UserBytes() of each transaction
  uint64_t transact_ns = 0;
  uint64_t flush_ns = 0;
  // CPU time that this thread spent on what isn't timed: making transactions, counting, observing.
  uint64_t untimed_cpu_ns = 0;
  std::array<uint64_t, kIndexCount> nodes{};  // written, by index
  std::vector<uint64_t> commit_ns;            // of each commit, in order
  std::vector<uint64_t> commit_flush_ns;      // of each commit's flush

  uint64_t wall_ns() const { return transact_ns + flush_ns; }
};

// What a user handed over: the deltas of one transaction in the `packed` encoding, alone, sorted as
// they took effect. The denominator of write amplification, the same for every strategy, codec and
// flush interval.
uint64_t UserBytes(std::span<const Datom> deltas);

// Keeps one transaction at a time. Thread safety: one thread. What the constructor is given must
// outlive it.
class Writer {
 public:
  // Called after each commit, outside of what is timed.
  using Observer = std::function<void(const Commit& commit, const Db& db)>;

  // `db` is what strategy.Connect() gave.
  Writer(Strategy& strategy, Workload& workload, Db db, Observer observer = {});

  static constexpr uint64_t kToTheEnd = std::numeric_limits<uint64_t>::max();

  // Transacts until `last` transactions have been done since the beginning (or to the workload's
  // end) and flushes after every `interval` of them (0: not before the end) and after the last. The
  // workload's first, which declares the schema, is flushed on its own whatever the interval is.
  // Adds what it did to `stretch`. Throws WorkloadError, TransactionError, StorageError.
  void Run(uint64_t last, uint64_t interval, Stretch& stretch);

  // Whether the workload has another transaction.
  bool HasMore();
  const Db& db() const { return db_; }

 private:
  void CheckEffects(uint64_t deltas) const;
  void TransactNext(Stretch& stretch);
  void Flush(Stretch& stretch);

  Strategy& strategy_;
  Workload& workload_;
  Db db_;
  const Observer observer_;
  const Transaction* next_ = nullptr;  // made, not yet transacted
  bool ended_ = false;
  uint64_t transactions_done_ = 0;
  Commit pending_;  // transacted, not yet flushed
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_WRITER_H_

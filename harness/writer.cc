#include "harness/writer.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "index/transactor.h"

namespace datombench {
namespace {

// Room for this many latencies is made before a stretch begins, and more between commits.
constexpr size_t kExpectedCommits = size_t{1} << 12;

class Stopwatch {
 public:
  uint64_t ElapsedNs() const {
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                     std::chrono::steady_clock::now() - start_)
                                     .count());
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

uint64_t ThreadCpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// Adds the CPU time of a scope to a sum.
class UntimedScope {
 public:
  explicit UntimedScope(Stretch& stretch) : stretch_(stretch), start_ns_(ThreadCpuNs()) {}
  ~UntimedScope() { stretch_.untimed_cpu_ns += ThreadCpuNs() - start_ns_; }
  UntimedScope(const UntimedScope&) = delete;
  UntimedScope& operator=(const UntimedScope&) = delete;

 private:
  Stretch& stretch_;
  const uint64_t start_ns_;
};

// Appending to `values` won't allocate while a clock runs.
void MakeRoom(std::vector<uint64_t>& values) {
  if (values.size() == values.capacity()) {
    values.reserve(std::max(kExpectedCommits, 2 * values.size()));
  }
}

}  // namespace

uint64_t UserBytes(std::span<const Datom> deltas) {
  if (deltas.empty()) return 0;
  return FindCodec("packed")->EncodeDatoms(deltas).size();
}

Writer::Writer(Strategy& strategy, Workload& workload, Db db, Observer observer)
    : strategy_(strategy),
      workload_(workload),
      db_(std::move(db)),
      observer_(std::move(observer)) {}

bool Writer::HasMore() {
  if (next_ == nullptr && !ended_) {
    next_ = workload_.Next();
    ended_ = next_ == nullptr;
  }
  return next_ != nullptr;
}

Stretch::Stretch() {
  MakeRoom(commit_ns);
  MakeRoom(commit_flush_ns);
}

void Writer::Run(uint64_t last, uint64_t interval, Stretch& stretch) {
  while (transactions_done_ < last) {
    bool has_more;
    {
      const UntimedScope untimed(stretch);
      has_more = HasMore();
    }
    if (!has_more) break;
    TransactNext(stretch);
    const bool is_schema = transactions_done_ == 1;
    if (is_schema || pending_.transactions == interval) Flush(stretch);
  }
  if (pending_.transactions > 0) Flush(stretch);
}

void Writer::TransactNext(Stretch& stretch) {
  const Stopwatch stopwatch;
  // No other version is kept, so the transaction may change this one where it lies.
  TxReport report = Transact(std::move(db_), *next_);
  strategy_.Append(report);
  db_ = std::move(report.db_after);
  pending_.transact_ns += stopwatch.ElapsedNs();

  const UntimedScope untimed(stretch);
  CheckEffects(report.tx_data.size());
  next_ = nullptr;
  ++transactions_done_;
  ++pending_.transactions;
  pending_.deltas += report.tx_data.size();
  stretch.user_bytes += UserBytes(report.tx_data);
}

// A trace says what took effect; another number of deltas means that it isn't the log of any
// database.
void Writer::CheckEffects(uint64_t deltas) const {
  // The original's rules differ in what they report: an old `false` leaves without a delta.
  if (db_.lineage->options.semantics != Semantics::kCurrent) return;
  const std::optional<uint64_t> expected = workload_.expected_deltas();
  if (!expected || deltas == *expected + 1) return;
  throw WorkloadError(fmt::format(
      "{}: expected the {} lines of the transaction that ends here to be its effects, got {} "
      "effects: "
      "a line retracts what isn't there, asserts what is, or gives a second value to what has one",
      workload_.place(), *expected + 1, deltas));
}

void Writer::Flush(Stretch& stretch) {
  const Stopwatch stopwatch;
  pending_.report = strategy_.Flush(db_);
  pending_.flush_ns = stopwatch.ElapsedNs();

  const UntimedScope untimed(stretch);
  stretch.transactions += pending_.transactions;
  stretch.deltas += pending_.deltas;
  stretch.transact_ns += pending_.transact_ns;
  stretch.flush_ns += pending_.flush_ns;
  for (size_t i = 0; i < kIndexCount; ++i) stretch.nodes[i] += pending_.report.nodes[i];
  MakeRoom(stretch.commit_ns);
  MakeRoom(stretch.commit_flush_ns);
  stretch.commit_ns.push_back(pending_.wall_ns());
  stretch.commit_flush_ns.push_back(pending_.flush_ns);
  if (observer_) observer_(pending_, db_);
  pending_ = Commit();
}

}  // namespace datombench

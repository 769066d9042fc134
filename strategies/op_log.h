// An OpLog keeps the operations of transactions that are not flushed yet.
#ifndef DATOMBENCH_STRATEGIES_OP_LOG_H_
#define DATOMBENCH_STRATEGIES_OP_LOG_H_

#include <cstddef>
#include <span>
#include <vector>

#include "index/db.h"
#include "strategies/codec/codec.h"

namespace datombench {

// 32 bytes a datom; out-of-line values stay in the database's arena. Thread safety: one thread.
class OpLog {
 public:
  void Append(const TxReport& report);
  void Clear();

  bool empty() const { return transactions_.empty(); }
  std::span<const LogSegment::Transaction> transactions() const { return transactions_; }
  std::span<const Datom> deltas() const { return deltas_; }
  // Of heap: reserved, not only used.
  size_t MemoryBytes() const;

 private:
  std::vector<LogSegment::Transaction> transactions_;
  std::vector<Datom> deltas_;
};

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_OP_LOG_H_

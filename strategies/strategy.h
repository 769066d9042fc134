// A Strategy makes the versions of one database durable: what is written of it, and when.
#ifndef DATOMBENCH_STRATEGIES_STRATEGY_H_
#define DATOMBENCH_STRATEGIES_STRATEGY_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/backend.h"
#include "index/db.h"
#include "strategies/codec/codec.h"

namespace datombench {

struct StrategyOptions {
  DbOptions db;
  const IndexKind* index = nullptr;
  uint32_t branching_factor = 0;  // 0: the index kind's default
  // Of nodes in memory, where the strategy loads nodes on demand.
  size_t cache_bytes = NodeCache::kUnlimited;
  const Codec* codec = nullptr;
  Durability durability = Durability::kPower;  // of every flush
  // The strategy's own options by name, each declared in its StrategyKind.
  std::map<std::string, std::string> extra;
};

// What one flush wrote, beyond what a metering backend counts.
struct FlushReport {
  std::array<uint64_t, kIndexCount> nodes{};  // nodes written, by index
};

// The promise that all strategies keep: when Flush returns, the database it was given survives what
// options.durability names, and Connect gives it, or one flushed later, back: all six indexes,
// schema, max_tx and max_eid. What was appended but not flushed may be lost, as a whole.
//
// Thread safety: one thread. The backend must outlive the strategy, and the strategy every Db it
// connected.
class Strategy {
 public:
  virtual ~Strategy() = default;

  // The database as of the last flush. Where the store is empty, an empty database, and its record
  // is written: so a store that has lost its record is told from a new one. Called once, first.
  // Throws StorageError where the store was written with other options (which, and what it has),
  // CorruptionError where objects are damaged or missing.
  virtual Db Connect() = 0;

  // Takes note of one transaction on the database connected to or its successors, in order. Writes
  // nothing.
  virtual void Append(const TxReport& report) = 0;

  // Makes `db`, the result of the last transaction appended, durable. Without transactions since
  // the last flush A and B write their record and nothing else, C nothing at all. Throws
  // StorageError; then the store gives back the former flush or this one, every Db stays readable,
  // and a further Flush includes what this one didn't make durable, or throws: A must once a write
  // of nodes has failed, because in memory they have addresses that hold nothing in the store.
  virtual FlushReport Flush(const Db& db) = 0;

  // Heap bytes that the strategy keeps beside the database: recorded operations, node storage,
  // buffers.
  virtual size_t MemoryBytes() const = 0;
};

struct StrategyKind {
  struct Option {
    std::string_view name;
    std::string_view default_value;
    std::string_view summary;
  };
  std::string_view name;    // as in a cell's name
  std::string_view letter;  // the ADR's option, "A", "B", "C"
  std::string_view summary;
  std::vector<Option> options;
  bool needs_node_addressable_index;
  // Throws StorageError if the strategy can't work with these options (an index without nodes, a
  // durability that the backend doesn't have, an unknown or malformed extra option), in one line.
  std::unique_ptr<Strategy> (*make)(Backend& backend, const StrategyOptions& options);
};

std::span<const StrategyKind> AllStrategies();
const StrategyKind* FindStrategy(std::string_view name);  // nullptr if there is none

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_STRATEGY_H_

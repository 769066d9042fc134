// What a trace holds, counted: for `trace info` and for the NAME.stats.json beside a trace.
#ifndef DATOMBENCH_WORKLOADS_TRACE_STATS_H_
#define DATOMBENCH_WORKLOADS_TRACE_STATS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "workloads/trace.h"
#include "workloads/trace_writer.h"

namespace datombench {

struct TraceStatistics {
  struct AttributeCounts {
    uint64_t adds = 0;
    uint64_t retracts = 0;
    uint64_t live() const { return adds - retracts; }
  };
  // Datoms a transaction, its `:db/txInstant` among them.
  struct TransactionSizes {
    double mean = 0;
    uint64_t p10 = 0, p50 = 0, p90 = 0, p99 = 0, max = 0;
  };
  static constexpr std::array<uint64_t, 5> kWindows = {1, 10, 100, 1000, 10000};

  std::string name;
  uint64_t compressed_bytes = 0;  // of the file as it lies there
  uint64_t raw_bytes = 0;         // decompressed
  uint64_t transactions = 0;
  int64_t first_instant = 0, last_instant = 0;  // milliseconds since 1970
  uint64_t distinct_instants = 0;
  uint64_t datoms = 0;  // lines
  uint64_t asserts = 0;
  uint64_t retracts = 0;
  uint64_t live_datoms = 0;
  uint64_t entities_ever = 0;  // transactions aren't counted as entities
  uint64_t entities_live = 0;
  uint64_t attributes = 0;
  uint64_t value_bytes = 0;  // of the values' texts
  TransactionSizes tx_size;
  uint64_t replaced = 0;    // retractions that a new value of cardinality one brought about
  uint64_t reasserted = 0;  // assertions of datoms that were retracted before
  // Lines that cancel out when so many transactions are netted against the current index (windows
  // aligned to their length); the last entry nets the whole log.
  std::array<uint64_t, kWindows.size() + 1> cancelled{};
  uint64_t entity_datoms = 0;  // lines about entities, not transactions
  uint64_t hot_datoms = 0;     // of them, those about the hottest hundredth of the entities
  uint64_t live_refs = 0;
  uint64_t dangling_refs = 0;  // live, to entities without a live datom
  std::map<std::string, AttributeCounts> by_attribute;

  // The text of NAME.stats.json.
  std::string Json() const;
};

// Reads the trace to its end. Beyond what the reader checks, throws a WorkloadError where a
// retraction names a datom that isn't there or an assertion one that is. Memory: about 100 bytes
// for each datom that was ever asserted. (Datoms are told apart by a 64-bit hash: in ten million,
// two are taken for one with a probability of 1 in 300,000.)
TraceStatistics ReadTraceStatistics(const std::filesystem::path& path);

// The same, of the trace at paths.log, written to paths.stats.
TraceStatistics WriteTraceStatistics(const TracePaths& paths);

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_TRACE_STATS_H_

// The table of metrics: what each number is called and what it means. JSON, docs/metrics.md, plots
// and checks read this table; nothing else defines a metric.
#ifndef DATOMBENCH_HARNESS_METRICS_H_
#define DATOMBENCH_HARNESS_METRICS_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "backends/backend.h"
#include "index/db.h"

namespace datombench {

// The timed stretches of a cell, in the order in which they come; each gives one row.
enum class Phase : uint8_t {
  kLoad,           // writer: transactions up to Workload::load_transactions, with their flushes
  kTransact,       // writer: the transactions after, or all where nothing is loaded first
  kClose,          // writer: quiesce, then close strategy and backend
  kConnectCold,    // reader, nothing cached: until the database can take a transaction
  kFirstReadCold,  // the same reader: the first point read
  kScanCold,       // the same reader: all datoms of all indexes
  kConnectWarm,    // reader, files in the page cache
  kFirstReadWarm,
  kScanWarm,
  kVerify,  // reader: the six sequences against those that the writer held
};
inline constexpr std::initializer_list<Phase> kPhases = {
    Phase::kLoad,          Phase::kTransact, Phase::kClose,       Phase::kConnectCold,
    Phase::kFirstReadCold, Phase::kScanCold, Phase::kConnectWarm, Phase::kFirstReadWarm,
    Phase::kScanWarm,      Phase::kVerify};
// "load", "transact", "close", "connect_cold", "first_read_cold", ...: as in `.../phase:load`.
std::string_view PhaseName(Phase phase);

// A set of phases.
class Phases {
 public:
  constexpr Phases(std::initializer_list<Phase> phases) {
    for (const Phase phase : phases) bits_ |= Bit(phase);
  }
  constexpr bool Contains(Phase phase) const { return (bits_ & Bit(phase)) != 0; }

 private:
  static constexpr uint16_t Bit(Phase phase) {
    return static_cast<uint16_t>(1u << static_cast<unsigned>(phase));
  }
  uint16_t bits_ = 0;
};

enum class Better : uint8_t { kLower, kHigher, kNeither };
std::string_view BetterName(Better better);  // "lower", "higher", "neither"

struct Metric {
  // Ends with its unit: `_seconds`, `_ms`, `_bytes`, `_per_second`, or is a count.
  std::string name;
  std::string_view unit;  // "s", "ms", "bytes", "1/s", "ratio", "" for a count
  Better better;
  bool is_exact;           // the same at every run with the same seed, so that a change is a change
  std::string_view group;  // "time", "io_logical", "io_physical", "amplification", "ram", "disk",
                           // "connect", "work"
  Phases phases;           // where it can occur
  std::string definition;  // one sentence
};

// In the order in which they are documented.
std::span<const Metric> AllMetrics();
const Metric* FindMetric(std::string_view name);  // nullptr if there is none

// The names of the metrics that come in families: "node_put_bytes", "eavt_nodes".
enum class IoCount : uint8_t { kPuts, kPutBytes, kGets, kGetBytes, kDeletes };
std::string IoMetric(ObjectClass object_class, IoCount count);
std::string NodesMetric(IndexName index);   // nodes written of an index
std::string DatomsMetric(IndexName index);  // datoms held by an index

// What was measured in one phase. A metric that is not applicable is absent; it is never 0.
class Measurements {
 public:
  explicit Measurements(Phase phase) : phase_(phase) {}

  // REQUIRES: the table has the metric, for this phase, and the value is finite.
  void Set(std::string_view metric, double value);
  // The same, for integers below 2^53.
  void SetCount(std::string_view metric, uint64_t value) {
    Set(metric, static_cast<double>(value));
  }

  std::optional<double> Get(std::string_view metric) const;
  const std::map<std::string, double, std::less<>>& values() const { return values_; }

 private:
  Phase phase_;
  std::map<std::string, double, std::less<>> values_;
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_METRICS_H_

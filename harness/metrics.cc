#include "harness/metrics.h"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <cmath>
#include <unordered_map>
#include <vector>

namespace datombench {
namespace {

using enum Phase;

constexpr std::array<std::string_view, 10> kPhaseNames = {
    "load",      "transact",     "close",           "connect_cold", "first_read_cold",
    "scan_cold", "connect_warm", "first_read_warm", "scan_warm",    "verify"};

constexpr Phases kChanges = {kLoad, kTransact};
constexpr Phases kWriter = {kLoad, kTransact, kClose};
constexpr Phases kConnects = {kConnectCold, kConnectWarm};
constexpr Phases kFirstReads = {kFirstReadCold, kFirstReadWarm};
constexpr Phases kScans = {kScanCold, kScanWarm};
constexpr Phases kEverywhere(kPhases);

// The text form of an index's name in a metric's name: no hyphens, as in the commit log's columns.
std::string IndexPrefix(IndexName index) {
  static constexpr std::array<std::string_view, kIndexCount> kPrefixes = {
      "eavt", "aevt", "avet", "teavt", "taevt", "tavet"};
  return std::string(kPrefixes[static_cast<size_t>(index)]);
}

std::string_view IoSuffix(IoCount count) {
  switch (count) {
    case IoCount::kPuts:
      return "puts";
    case IoCount::kPutBytes:
      return "put_bytes";
    case IoCount::kGets:
      return "gets";
    case IoCount::kGetBytes:
      return "get_bytes";
    case IoCount::kDeletes:
      return "deletes";
  }
  assert(false);
  return "";
}

std::string IoDefinition(std::string_view what, IoCount count) {
  switch (count) {
    case IoCount::kPuts:
      return fmt::format("Objects{} put into the backend.", what);
    case IoCount::kPutBytes:
      return fmt::format(
          "Bytes of keys and values of objects{} put into the backend, frames included.", what);
    case IoCount::kGets:
      return fmt::format(
          "Objects{} asked of the backend by key, found or not, and objects that scans read.",
          what);
    case IoCount::kGetBytes:
      return fmt::format(
          "Bytes of keys and values of objects{} that the backend gave back, by key or in a scan.",
          what);
    case IoCount::kDeletes:
      return fmt::format("Objects{} deleted from the backend.", what);
  }
  assert(false);
  return "";
}

using enum Better;
constexpr bool kExact = true;
constexpr bool kMeasured = false;

void AddTime(std::vector<Metric>& table) {
  const auto add = [&table](std::string name, std::string_view unit, Better better, Phases phases,
                            std::string definition) {
    table.push_back(
        {std::move(name), unit, better, kMeasured, "time", phases, std::move(definition)});
  };
  add("wall_seconds", "s", kLower, kEverywhere,
      "Elapsed time of the phase by the steady clock, the making of transactions left out (load, "
      "transact); the row's real_time.");
  add("cpu_seconds", "s", kLower, kEverywhere,
      "CPU time, user and system, of all threads of the process during the phase, less the making "
      "of transactions (load, transact).");
  add("others_cpu_seconds", "s", kNeither, kEverywhere,
      "CPU time that the rest of the machine used during the phase, steal included (/proc/stat "
      "less the process's own, in ticks of 10 ms): where it is large, distrust the row's times.");
  add("transact_seconds", "s", kLower, kChanges,
      "The part of wall_seconds spent applying transactions to the database in memory and noting "
      "them with the strategy.");
  add("flush_seconds", "s", kLower, kChanges, "The part of wall_seconds spent in flushes.");
  add("transactions_per_second", "1/s", kHigher, kChanges, "transactions / wall_seconds.");
  add("datoms_per_second", "1/s", kHigher, {kLoad, kTransact, kScanCold, kScanWarm},
      "Effective deltas (load, transact) or datoms read (scan) / wall_seconds.");
  for (const auto& [name, which] :
       {std::pair("commit_p50_ms", "the median"), std::pair("commit_p90_ms", "the 90th percentile"),
        std::pair("commit_p99_ms", "the 99th percentile"),
        std::pair("commit_p999_ms", "the 99.9th percentile"),
        std::pair("commit_max_ms", "the longest")}) {
    add(name, "ms", kLower, kChanges,
        fmt::format("Service time of a commit, {} (nearest rank): from handing over the first "
                    "transaction of a flush until that flush has returned, one in flight.",
                    which));
  }
}

void AddWork(std::vector<Metric>& table) {
  const auto add = [&table](std::string name, Phases phases, std::string definition) {
    table.push_back({std::move(name), "", kNeither, kExact, "work", phases, std::move(definition)});
  };
  add("transactions", kChanges, "Transactions applied.");
  add("deltas", kChanges, "Effective deltas that the transactions made, implicit retractions in.");
  add("flushes", kChanges, "Flushes, empty ones included.");
  add("datoms", {kScanCold, kScanWarm, kVerify}, "Datoms read, over all indexes.");
  for (const IndexName index : kIndexNames) {
    add(DatomsMetric(index), {kLoad, kTransact, kVerify},
        fmt::format("Datoms that {} holds at the phase's end.", IndexNameText(index)));
  }
}

void AddLogicalIo(std::vector<Metric>& table) {
  const auto add = [&table](std::string name, std::string_view unit, Phases phases,
                            std::string definition) {
    table.push_back(
        {std::move(name), unit, kLower, kExact, "io_logical", phases, std::move(definition)});
  };
  static constexpr std::array kCounts = {IoCount::kPuts, IoCount::kPutBytes, IoCount::kGets,
                                         IoCount::kGetBytes, IoCount::kDeletes};
  const auto is_bytes = [](IoCount count) {
    return count == IoCount::kPutBytes || count == IoCount::kGetBytes;
  };
  for (const IoCount count : kCounts) {
    add(std::string(IoSuffix(count)), is_bytes(count) ? "bytes" : "", kEverywhere,
        IoDefinition("", count));
  }
  add("scans", "", kEverywhere, "Scans of the backend by prefix, with or without values.");
  add("syncs", "", kEverywhere, "Syncs that the caller of the backend waited for.");
  add("io_units", "", kEverywhere,
      "Sum of ceil(bytes / 64 KiB) over all puts and gets, plus syncs: what a store that charges "
      "by the request would count.");
  for (const ObjectClass object_class : kObjectClasses) {
    for (const IoCount count : kCounts) {
      add(IoMetric(object_class, count), is_bytes(count) ? "bytes" : "", kEverywhere,
          IoDefinition(fmt::format(" of class {}", ObjectClassName(object_class)), count));
    }
  }
  for (const IndexName index : kIndexNames) {
    add(NodesMetric(index), "", kChanges,
        fmt::format("Nodes of {} written by flushes.", IndexNameText(index)));
  }
}

void AddPhysicalIo(std::vector<Metric>& table) {
  const auto add = [&table](std::string name, Phases phases, std::string definition) {
    table.push_back({std::move(name), "bytes", kLower, kMeasured, "io_physical", phases,
                     std::move(definition)});
  };
  add("syscall_read_bytes", kEverywhere,
      "Bytes that the process got from read calls (rchar of /proc/self/io); blind to mapped files, "
      "as LevelDB's tables are.");
  add("syscall_write_bytes", kEverywhere,
      "Bytes that the process gave to write calls (wchar of /proc/self/io), background threads "
      "included.");
  add("storage_read_bytes", kEverywhere,
      "Bytes that the process made the kernel fetch from storage (read_bytes of /proc/self/io), "
      "page faults included.");
  add("storage_write_bytes", kEverywhere,
      "Bytes of pages that the process made dirty (write_bytes of /proc/self/io); over-counts "
      "overwrites of large folios.");
  add("device_read_bytes", kEverywhere,
      "Sectors read from the block device under the store, times 512, whoever asked for them.");
  add("device_write_bytes", kEverywhere,
      "Sectors written to the block device under the store, times 512, whoever asked for them.");
}

void AddAmplification(std::vector<Metric>& table) {
  const auto add = [&table](std::string name, std::string_view unit, Better better, bool is_exact,
                            Phases phases, std::string definition) {
    table.push_back(
        {std::move(name), unit, better, is_exact, "amplification", phases, std::move(definition)});
  };
  add("user_bytes", "bytes", kNeither, kExact, kChanges,
      "What the client changed: the effective deltas of each transaction in the packed encoding, "
      "without frames, whatever the cell's codec and flush interval.");
  add("write_amplification", "ratio", kLower, kExact, kChanges, "put_bytes / user_bytes.");
  add("live_bytes", "bytes", kNeither, kExact, {kClose},
      "What the database holds, once: EAVT and temporal EAVT in the packed encoding, in runs of "
      "65,536 datoms, without frames, whatever the cell's codec.");
  add("space_amplification", "ratio", kLower, kMeasured, {kClose},
      "disk_apparent_bytes after quiesce / live_bytes.");
}

void AddRam(std::vector<Metric>& table) {
  const auto add = [&table](std::string name, std::string_view unit, Phases phases,
                            std::string definition) {
    table.push_back(
        {std::move(name), unit, kLower, kMeasured, "ram", phases, std::move(definition)});
  };
  add("heap_live_bytes", "bytes", kEverywhere,
      "Bytes on C++'s heap at the phase's end above those at its start; may be negative. Rounded "
      "up as malloc does; C libraries' own malloc isn't seen.");
  add("heap_peak_bytes", "bytes", kEverywhere,
      "The most bytes on C++'s heap during the phase, above those at its start.");
  add("heap_allocations", "", kEverywhere, "Calls of operator new during the phase.");
  add("rss_peak_bytes", "bytes", kEverywhere,
      "The most memory resident since the process began (VmHWM); a process per writer and per "
      "reader keeps it apart.");
  add("index_bytes", "bytes", {kLoad, kTransact, kConnectCold, kConnectWarm, kScanCold, kScanWarm},
      "Heap bytes of the indexes' nodes in memory at the phase's end, as the indexes count them.");
  add("strategy_bytes", "bytes",
      {kLoad, kTransact, kConnectCold, kConnectWarm, kScanCold, kScanWarm},
      "Heap bytes that the strategy keeps beside the database at the phase's end, as it counts "
      "them: recorded operations, buffers.");
}

void AddDisk(std::vector<Metric>& table) {
  const auto add = [&table](std::string name, std::string_view unit, const std::string& what) {
    table.push_back({std::move(name), unit, kLower, kMeasured, "disk", kWriter,
                     what + " in the store's directory: after the last flush (load, transact), or "
                            "after quiesce (close)."});
  };
  add("disk_apparent_bytes", "bytes", "Lengths of the files");
  add("disk_allocated_bytes", "bytes", "Bytes of blocks allocated to the files (st_blocks)");
  add("disk_files", "", "Regular files");
}

void AddConnect(std::vector<Metric>& table) {
  const auto add = [&table](std::string name, std::string_view unit, Better better, Phases phases,
                            std::string definition) {
    table.push_back(
        {std::move(name), unit, better, kMeasured, "connect", phases, std::move(definition)});
  };
  add("engine_open_seconds", "s", kLower, kConnects,
      "The part of connecting spent opening the backend, before the strategy asks it for "
      "anything.");
  add("connect_to_usable_seconds", "s", kLower, kConnects,
      "From the start of connecting until the database can take a transaction.");
  add("connect_to_first_read_seconds", "s", kLower, kFirstReads,
      "From the start of connecting until the first point read has answered.");
  add("connect_to_all_read_seconds", "s", kLower, kScans,
      "From the start of connecting until every datom of every index has been read.");
  add("cold_proven", "", kNeither, {kConnectCold, kFirstReadCold, kScanCold},
      "1 where mincore showed that no page of the store's files was in memory before connecting; "
      "0: cold as best effort.");
  add("resident_bytes", "bytes", kNeither, {kConnectCold, kFirstReadCold, kScanCold},
      "Bytes of the store's files that were in memory all the same before a cold connect.");
}

std::vector<Metric> MakeTable() {
  std::vector<Metric> table;
  AddTime(table);
  AddWork(table);
  AddLogicalIo(table);
  AddPhysicalIo(table);
  AddAmplification(table);
  AddRam(table);
  AddDisk(table);
  AddConnect(table);
  return table;
}

const std::vector<Metric>& Table() {
  static const std::vector<Metric> table = MakeTable();
  return table;
}

}  // namespace

std::string_view PhaseName(Phase phase) { return kPhaseNames[static_cast<size_t>(phase)]; }

std::span<const Metric> AllMetrics() { return Table(); }

const Metric* FindMetric(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const Metric*> map;
    for (const Metric& metric : Table()) map.emplace(metric.name, &metric);
    return map;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

std::string_view BetterName(Better better) {
  switch (better) {
    case Better::kLower:
      return "lower";
    case Better::kHigher:
      return "higher";
    case Better::kNeither:
      return "neither";
  }
  assert(false);
  return "";
}

std::string IoMetric(ObjectClass object_class, IoCount count) {
  return fmt::format("{}_{}", ObjectClassName(object_class), IoSuffix(count));
}

std::string NodesMetric(IndexName index) { return IndexPrefix(index) + "_nodes"; }
std::string DatomsMetric(IndexName index) { return IndexPrefix(index) + "_datoms"; }

void Measurements::Set(std::string_view metric, double value) {
  [[maybe_unused]] const Metric* const entry = FindMetric(metric);
  assert(entry != nullptr && "the table of metrics has no such metric");
  assert(entry->phases.Contains(phase_) && "the metric does not apply to this phase");
  assert(std::isfinite(value));
  values_.insert_or_assign(std::string(metric), value);
}

std::optional<double> Measurements::Get(std::string_view metric) const {
  const auto found = values_.find(metric);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

}  // namespace datombench

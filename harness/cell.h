// A Cell is one point of the comparison, known by its name:
// `strategy/index/backend/workload[/datoms:N][/key:value...]`, as in
// `op_log_replay/sorted_set/leveldb/small_tx/datoms:1000000/history:off` or
// `dirty_node_tree/sorted_set/file/trace:git-git/flush:100`.
#ifndef DATOMBENCH_HARNESS_CELL_H_
#define DATOMBENCH_HARNESS_CELL_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backends/registry.h"
#include "index/db.h"
#include "index/registry.h"
#include "strategies/strategy.h"
#include "workloads/workload.h"

namespace datombench {

// What bounds the nodes in memory: `unlimited`, a number of bytes, or `10%` of what all nodes of
// the loaded database take. A share is applied by the processes that connect to the loaded store,
// which know that size; the writer, which doesn't yet, has no limit then.
struct CacheLimit {
  enum class Kind : uint8_t { kUnlimited, kBytes, kPercent };
  Kind kind = Kind::kUnlimited;
  uint64_t value = 0;  // bytes or percent; 0 where unlimited

  // The limit for a database whose nodes take `all_nodes_bytes`.
  size_t Bytes(size_t all_nodes_bytes) const;
  friend bool operator==(const CacheLimit&, const CacheLimit&) = default;
};

// Delays put in front of a backend; all 0: none.
struct BackendDelays {
  uint64_t get_us = 0;                      // each get
  uint64_t put_us = 0;                      // each put or delete
  uint64_t sync_us = 0;                     // each sync
  uint64_t bandwidth_bytes_per_second = 0;  // each way; 0: unlimited

  bool any() const { return *this != BackendDelays{}; }
  friend bool operator==(const BackendDelays&, const BackendDelays&) = default;
};

// A cell's parameters, each set: as named or to its default. The pointers are into the registries.
struct Cell {
  const StrategyKind* strategy = nullptr;
  const IndexKind* index = nullptr;
  const BackendKind* backend = nullptr;
  const WorkloadKind* workload = nullptr;

  uint64_t datoms = 0;  // live user datoms; 0 where it is no parameter of the workload
  DbOptions db;         // history, semantics
  const Codec* codec = nullptr;
  uint32_t branching_factor = 0;  // of the index; 0 where it has none
  CacheLimit cache;
  Durability tier = Durability::kVolatile;  // of every flush
  uint64_t flush = 1;                       // transactions a flush
  // The same while loading (Workload::load_transactions); 0: one at the end.
  uint64_t load_flush = 0;
  uint64_t seed = 1;
  BackendDelays delays;

  // By name, every parameter that the WorkloadKind declares ("trace" -> "git-git") ...
  std::map<std::string, std::string> workload_parameters;
  // ... and every option that the StrategyKind declares.
  std::map<std::string, std::string> strategy_options;

  friend bool operator==(const Cell&, const Cell&) = default;
};

// A cell's name may say where its trace lies: .../trace:/data/my.dtl.zst/flush:10. This takes the
// path out, so that names stay the same wherever a trace lies: it leaves trace:my and gives the
// folder. nullopt, and the name as it was, where it has no such path.
std::optional<std::filesystem::path> TakeTraceFolder(std::string* name);

// Reads a name in any order of its parameters. Throws InputError, one line: what is wrong and the
// nearest names there are, or why the combination can't work (a strategy that stores nodes on an
// index without any, a tier that the backend doesn't have, a parameter without effect).
Cell ParseCell(std::string_view name);

// The name in canonical order without what is default, but always with the size (`datoms`): what
// rows are called.
std::string CellName(const Cell& cell);
// The name in canonical order with every parameter.
std::string FullCellName(const Cell& cell);

// What the cell's WorkloadKind makes its workload from. Traces are looked up in `trace_folders`.
WorkloadParameters MakeWorkloadParameters(const Cell& cell,
                                          const std::vector<std::filesystem::path>& trace_folders);

// What `list --parameters` shows.
struct ParameterDescription {
  std::string owner;  // "every cell", or the strategy or workload that has it
  std::string name;
  std::string default_value;
  std::string values;  // what it may be; "" where the owner checks it
  std::string summary;
};
std::vector<ParameterDescription> AllParameters();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_CELL_H_

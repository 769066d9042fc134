// A Workload is a finite, seeded sequence of transactions: the same seed gives the same bytes.
#ifndef DATOMBENCH_WORKLOADS_WORKLOAD_H_
#define DATOMBENCH_WORKLOADS_WORKLOAD_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "index/transactor.h"

namespace datombench {

// Thread safety: one thread.
class Workload {
 public:
  virtual ~Workload() = default;

  // The next transaction, or nullptr at the end; the first declares the schema. It and what it
  // borrows stay valid until the next call. Throws WorkloadError on malformed input.
  virtual const Transaction* Next() = 0;

  // The transactions, the schema's among them, that make up the load before measured small commits
  // begin; nullopt where the whole workload is one stretch. Phases `load` and `transact` are cut
  // here.
  virtual std::optional<uint64_t> load_transactions() const { return std::nullopt; }

  // How many deltas, the instant's apart, the last transaction comes to in a database that takes it
  // as it was meant: real data say so, and another number shows that they contradict themselves.
  // nullopt where the workload doesn't know.
  virtual std::optional<uint64_t> expected_deltas() const { return std::nullopt; }
  // Where the last transaction comes from, for messages: "FILE:LINE".
  virtual std::string place() const { return ""; }
};

// The input is malformed: file, line, field, and what was expected, in one line.
class WorkloadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a cell's name says about its workload. Every workload reads the parameters that it declares
// and no others.
struct WorkloadParameters {
  uint64_t seed = 1;
  uint64_t datoms = 0;  // live user datoms asked for; 0: the workload's default
  std::map<std::string, std::string> extra;          // the others, by name: {"trace", "git-git"}
  std::vector<std::filesystem::path> trace_folders;  // where a trace's name is looked up
};

// One entry of the catalogue.
struct WorkloadKind {
  struct Parameter {
    std::string_view name;
    std::string_view default_value;
    std::string_view summary;
  };
  std::string_view name;  // as in a cell's name
  std::string_view summary;
  std::vector<Parameter> parameters;
  uint64_t default_datoms;  // 0 where `datoms` is no parameter of it
  std::unique_ptr<Workload> (*make)(const WorkloadParameters& parameters);  // throws WorkloadError
};

std::span<const WorkloadKind> AllWorkloads();
const WorkloadKind* FindWorkload(std::string_view name);  // nullptr if there is none

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_WORKLOAD_H_

#include "harness/runner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "backends/error.h"
#include "backends/file_system.h"
#include "harness/child.h"
#include "harness/phases.h"
#include "harness/progress.h"
#include "harness/result.h"
#include "harness/sha256.h"
#include "harness/verdict.h"
#include "workloads/trace_lookup.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

struct FailedCell {
  std::string name;
  std::string message;
};

// What stops a cell; its message is one line.
class CellFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// What stops the run.
class Interrupted : public std::exception {};

std::string_view RoleText(PhaseJob::Role role) {
  switch (role) {
    case PhaseJob::Role::kWriter:
      return "writing";
    case PhaseJob::Role::kColdReader:
      return "reading, cold";
    case PhaseJob::Role::kWarmReader:
      break;
  }
  return "reading, warm";
}

Json ReadRows(const fs::path& path) {
  std::ifstream file(path);
  try {
    return Json::parse(file);
  } catch (const Json::exception&) {
    throw CellFailure(fmt::format("its rows in {} are torn", path.string()));
  }
}

// One repetition of one cell: its processes, one after the other, in a folder of its own.
class CellRun {
 public:
  CellRun(const RunOptions& options, const fs::path& program, const Cell& cell, fs::path folder,
          ChildRunner& children, Progress& progress)
      : options_(options),
        program_(program),
        cell_(cell),
        folder_(std::move(folder)),
        children_(children),
        progress_(progress) {}

  // The rows of all processes. The commit log is kept of one repetition. Throws CellFailure,
  // Interrupted, StorageError.
  std::vector<Json> Run(uint64_t seed, bool keeps_commit_log) {
    fs::create_directories(folder_);
    std::vector<Json> outputs;
    PhaseJob job;
    job.cell = cell_;
    job.store = folder_;
    job.seed = seed;
    job.trace_folders = options_.trace_folders;
    if (keeps_commit_log) job.commit_log = options_.commit_log;
    job.warm_connects = options_.connects;
    outputs.push_back(RunJob(job));
    if (!cell_.backend->is_persistent) return outputs;
    for (const auto role : {PhaseJob::Role::kColdReader, PhaseJob::Role::kWarmReader}) {
      for (uint32_t i = 0; i < options_.connects; ++i) {
        job.role = role;
        job.seed = seed + i;
        job.scans = i == 0;
        outputs.push_back(RunJob(job));
      }
    }
    return outputs;
  }

 private:
  Json RunJob(PhaseJob& job) {
    progress_.SetPhase(RoleText(job.role));
    job.rows = folder_ / "rows.json";
    const fs::path job_file = folder_ / "job.json";
    const fs::path errors = folder_ / "errors.txt";
    fs::remove(job.rows);
    WriteJob(job_file, job);
    const ChildEnd end =
        children_.Run(program_, {"phase", job_file.string()}, errors, [this] { progress_.Tick(); });
    if (end.interrupted) throw Interrupted();
    if (!end.succeeded()) {
      throw CellFailure(fmt::format("{}: {}", RoleText(job.role), DescribeEnd(end, errors)));
    }
    return ReadRows(job.rows);
  }

  const RunOptions& options_;
  const fs::path& program_;
  const Cell& cell_;
  const fs::path folder_;
  ChildRunner& children_;
  Progress& progress_;
};

// What lies behind the names of the traces that the cells read.
std::map<std::string, std::string> HashTraces(const RunOptions& options) {
  std::map<std::string, std::string> hashes;
  for (const SuiteCell& entry : options.cells) {
    const auto trace = entry.cell.workload_parameters.find("trace");
    if (trace == entry.cell.workload_parameters.end() || hashes.contains(trace->second)) continue;
    const auto bytes = ReadFile(RealFileSystem(), FindTrace(trace->second, options.trace_folders));
    Sha256 hash;
    hash.Update(bytes.value_or(""));
    hashes[trace->second] = hash.Hex();
  }
  return hashes;
}

// The whole run: its results so far, and what failed.
class SuiteRun {
 public:
  SuiteRun(const RunOptions& options, const fs::path& program, std::ostream& progress)
      : options_(options),
        program_(program),
        out_(progress),
        progress_(progress, StyleOfStandardError(), Weights(options)),
        results_(MakeContext(options)),
        traces_(HashTraces(options)) {}

  ExitStatus Run() {
    WriteResults();  // a full or read-only disk is found before the first cell
    was_interrupted_ = !RunAllCells();
    WriteResults();
    return Conclude();
  }

 private:
  static std::vector<double> Weights(const RunOptions& options) {
    std::vector<double> weights;
    for (uint32_t repetition = 0; repetition < options.repetitions; ++repetition) {
      for (const SuiteCell& cell : options.cells) {
        weights.push_back(cell.estimated_seconds.value_or(0));
      }
    }
    return weights;
  }

  // Repetitions outermost, so that what drifts on the machine hits all cells alike. False where it
  // was interrupted.
  bool RunAllCells() {
    ChildRunner children;
    try {
      for (uint32_t repetition = 0; repetition < options_.repetitions; ++repetition) {
        for (const SuiteCell& cell : options_.cells) RunCell(cell.cell, repetition, children);
      }
    } catch (const Interrupted&) {
      return false;
    }
    return true;
  }

  void RunCell(const Cell& cell, uint32_t repetition, ChildRunner& children) {
    const std::string name = CellName(cell);
    const fs::path folder = options_.out / "stores" / fmt::format("{:04}", ++cells_started_);
    progress_.StartStep(name);
    try {
      CellRun run(options_, program_, cell, folder, children, progress_);
      const uint64_t seed = options_.seed + uint64_t{repetition} * options_.connects;
      for (const Json& output : run.Run(seed, repetition == 0)) results_.Add(output, name);
      progress_.FinishStep();
    } catch (const Interrupted&) {
      RemoveStore(folder);
      throw;
    } catch (const std::runtime_error& failure) {  // CellFailure; StorageError: a full disk
      failed_.push_back({name, failure.what()});
      progress_.FailStep(failure.what());
    }
    RemoveStore(folder);
    WriteResults();
  }

  void RemoveStore(const fs::path& folder) {
    if (options_.keep_stores) return;
    std::error_code ignored;  // what can't be removed is seen by the user and spoils no figure
    fs::remove_all(folder, ignored);
    fs::remove(folder.parent_path(), ignored);  // only if it is empty
  }

  void WriteResults() {
    Json result = results_.Finish();
    Json& planned = result["context"]["planned_cells"];
    planned = Json::array();
    for (const SuiteCell& cell : options_.cells) planned.push_back(CellName(cell.cell));
    if (was_interrupted_) result["context"]["interrupted"] = true;
    for (const auto& [name, hash] : traces_) result["context"]["traces"][name] = hash;
    if (!failed_.empty()) {
      Json& failures = result["context"]["failed_cells"];
      for (const FailedCell& cell : failed_) failures[cell.name] = cell.message;
    }
    WriteResult(options_.out / kResultFileName, result);
  }

  ExitStatus Conclude() {
    std::vector<Cell> cells;
    for (const SuiteCell& cell : options_.cells) cells.push_back(cell.cell);
    if (const auto sentence = ClosingSentence(cells, results_.Finish())) out_ << *sentence << "\n";
    if (!failed_.empty()) {
      out_ << fmt::format("{} of {} runs failed:\n", failed_.size(), cells_started_);
      for (const FailedCell& cell : failed_) {
        out_ << fmt::format("  {}: {}\n", cell.name, cell.message);
      }
    }
    if (was_interrupted_) out_ << "interrupted: the results hold what was finished\n";
    out_ << std::flush;
    return failed_.empty() && !was_interrupted_ ? ExitStatus::kFine : ExitStatus::kFailed;
  }

  const RunOptions& options_;
  const fs::path& program_;
  std::ostream& out_;
  Progress progress_;
  ResultCollector results_;
  const std::map<std::string, std::string> traces_;  // SHA-256 by name
  std::vector<FailedCell> failed_;
  bool was_interrupted_ = false;
  uint32_t cells_started_ = 0;
};

}  // namespace

void PrepareOutputFolder(const fs::path& out) {
  std::error_code error;
  if (fs::exists(out, error) && !fs::is_directory(out, error)) {
    throw InputError(fmt::format("{} is a file: --out wants a folder, empty or new", out.string()));
  }
  fs::create_directories(out, error);
  if (error) {
    throw InputError(fmt::format("can't make the output folder {}: {}; choose another with --out",
                                 out.string(), error.message()));
  }
  const bool is_empty = fs::is_empty(out, error);
  if (error) {
    throw InputError(
        fmt::format("can't read the output folder {}: {}", out.string(), error.message()));
  }
  if (!is_empty) {
    throw InputError(fmt::format(
        "the output folder {} is not empty: empty it or choose another with --out", out.string()));
  }
  if (access(out.c_str(), W_OK | X_OK) != 0) {
    throw InputError(fmt::format("can't write into the output folder {}: {}", out.string(),
                                 std::generic_category().message(errno)));
  }
}

fs::path ThisProgram() { return fs::read_symlink("/proc/self/exe"); }

ExitStatus Run(const RunOptions& options, const fs::path& program, std::ostream& progress) {
  PrepareOutputFolder(options.out);
  return SuiteRun(options, program, progress).Run();
}

}  // namespace datombench

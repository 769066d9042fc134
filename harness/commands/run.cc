#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <system_error>

#include "harness/build_info.h"
#include "harness/commands/commands.h"
#include "harness/result.h"
#include "harness/runner.h"
#include "harness/store.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kDefaultSeed = 1;

// As typed.
struct RunArguments {
  std::optional<std::string> suite;
  std::optional<std::string> filter;
  std::vector<std::string> cells;
  std::optional<uint32_t> repetitions;
  std::optional<uint32_t> connects;
  uint64_t seed = kDefaultSeed;
  std::optional<std::string> out;
  std::vector<std::string> trace_folders;
  std::optional<std::string> commit_log;
  bool keep_stores = false;
  bool dry_run = false;
};

// A fresh folder under out/, of the day and the commit, numbered where there is one already.
fs::path FreshOutputFolder() {
  const std::string name =
      fmt::format("{:%Y-%m-%d}-{}", fmt::localtime(std::time(nullptr)), ThisBuild().commit);
  fs::path folder = fs::path("out") / name;
  for (int count = 2; fs::exists(folder); ++count) {
    folder = fs::path("out") / fmt::format("{}.{}", name, count);
  }
  return folder;
}

// The suite (quick, where neither suite nor cells are named), then the cells named; filtered.
void SelectCells(const RunArguments& arguments, RunOptions& options) {
  if (arguments.suite || arguments.cells.empty()) {
    const Suite suite = LoadSuite(arguments.suite.value_or("quick"));
    options.suite_name = suite.name;
    options.suite_hash = suite.hash;
    options.repetitions = suite.repetitions;
    options.connects = suite.connects;
    options.cells = suite.cells;
  }
  options.trace_folders = TraceFolders(arguments.trace_folders);
  for (std::string name : arguments.cells) {
    if (auto folder = TakeTraceFolder(&name)) {
      // Before the folders named for all cells: this cell's own is meant.
      options.trace_folders.insert(options.trace_folders.begin(), *std::move(folder));
    }
    options.cells.push_back({ParseCell(name), {}});
  }
  if (arguments.filter) {
    options.cells = FilterCells(options.cells, *arguments.filter);
    if (options.cells.empty()) {
      throw InputError(
          fmt::format("--filter '{}' matches no cell: see `datombench list`", *arguments.filter));
    }
  }
  std::set<std::string> seen;
  for (SuiteCell& entry : options.cells) {
    if (entry.cell.seed == kDefaultSeed) entry.cell.seed = arguments.seed;
    if (!seen.insert(FullCellName(entry.cell)).second) {
      throw InputError(fmt::format(
          "cell '{}' is named twice: use --repetitions; two traces of one name need two runs",
          CellName(entry.cell)));
    }
  }
}

// A workload or strategy that can't be made (no such trace, an option of another form) is found
// before the first cell runs, not after an hour.
void CheckCells(const RunOptions& options) {
  for (const SuiteCell& entry : options.cells) {
    const Cell& cell = entry.cell;
    try {
      cell.workload->make(MakeWorkloadParameters(cell, options.trace_folders));
      CheckStrategyOptions(cell);
    } catch (const WorkloadError& error) {
      throw InputError(fmt::format("cell '{}': {}", CellName(cell), error.what()));
    } catch (const StorageError& error) {
      throw InputError(fmt::format("cell '{}': {}", CellName(cell), error.what()));
    }
  }
}

RunOptions MakeRunOptions(const RunArguments& arguments) {
  RunOptions options;
  SelectCells(arguments, options);
  if (arguments.repetitions) options.repetitions = *arguments.repetitions;
  if (arguments.connects) options.connects = *arguments.connects;
  options.seed = arguments.seed;
  options.keep_stores = arguments.keep_stores;
  options.out = arguments.out ? fs::path(*arguments.out) : FreshOutputFolder();
  if (arguments.commit_log) {
    if (options.cells.size() != 1 || options.repetitions != 1) {
      throw CLI::ValidationError(
          "--commit-log", fmt::format("is of one repetition of one cell, not of {} of {} cells",
                                      options.repetitions, options.cells.size()));
    }
    options.commit_log = *arguments.commit_log;
  }
  CheckCells(options);
  return options;
}

void RunCells(const RunArguments& arguments, CommandContext& context) {
  const RunOptions options = MakeRunOptions(arguments);
  if (arguments.dry_run) {
    context.out << CellsText(options.cells);
    return;
  }
  context.status = Run(options, ThisProgram(), context.progress);
  context.out << (options.out / kResultFileName).string() << "\n";
}

}  // namespace

void AddRunCommand(CLI::App& app, CommandContext& context) {
  const auto arguments = std::make_shared<RunArguments>();
  CLI::App* const command = app.add_subcommand("run", "Runs cells and writes their results");
  command->add_option("CELL", arguments->cells,
                      "Cells by name; without any and without --suite, the suite quick");
  command->add_option("--suite", arguments->suite, "A suite's name or a file");
  command->add_option("--filter", arguments->filter,
                      "Only cells whose name this regular expression is found in");
  command
      ->add_option("--repetitions", arguments->repetitions,
                   "Of each cell, each in a fresh store; default: the suite's, or 1")
      ->check(CLI::Range(1, 1'000'000));
  command
      ->add_option("--connects", arguments->connects,
                   "To each loaded store, cold and warm; default: the suite's, or 10")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--seed", arguments->seed, "Of every cell that names no other; default: 1")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--out", arguments->out,
                      "The folder for the results, empty or new; default: out/DATE-COMMIT");
  command->add_option("--trace-dir", arguments->trace_folders,
                      "Where traces are looked up by name, before the shipped ones; repeatable");
  command->add_option("--commit-log", arguments->commit_log,
                      "A CSV file with a row a flush, for one cell");
  command->add_flag("--keep-stores", arguments->keep_stores,
                    "Leave the stores under OUT/stores, for `datombench verify`");
  command->add_flag("--dry-run", arguments->dry_run, "Only say which cells would run");
  command->callback([arguments, &context] { RunCells(*arguments, context); });
}

std::vector<fs::path> TraceFolders(const std::vector<std::string>& given) {
  std::vector<fs::path> folders(given.begin(), given.end());
  for (const fs::path& folder : folders) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
      throw InputError(fmt::format("--trace-dir {}: no such folder", folder.string()));
    }
  }
  return folders;
}

}  // namespace datombench

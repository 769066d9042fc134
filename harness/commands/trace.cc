#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include "harness/commands/commands.h"
#include "workloads/git_history.h"
#include "workloads/trace_lookup.h"
#include "workloads/trace_recording.h"
#include "workloads/trace_stats.h"

namespace datombench {
namespace {

struct ImportArguments {
  std::string repository;
  std::string out = ".";
  std::string name;
  bool plain = false;
};

struct GenerateArguments {
  std::string workload;
  std::string out = ".";
  std::string name;
  bool plain = false;
};

struct InfoArguments {
  std::string trace;
  std::vector<std::string> trace_folders;
};

void ImportGit(const ImportArguments& arguments, CommandContext& context) {
  GitImportOptions options;
  options.repository = arguments.repository;
  options.out = arguments.out;
  options.name = arguments.name;
  options.compressed = !arguments.plain;
  options.progress = [&context](uint64_t done, uint64_t total) {
    // About twenty lines, whatever the history's length.
    const uint64_t step = total / 20 + 1;
    if (done % step == 0 || done == total) {
      context.progress << fmt::format("{} of {} commits", done, total) << std::endl;
    }
  };
  const GitImport import = ImportGitHistory(options);
  context.progress << fmt::format("{} transactions, {} datoms, {} of them live",
                                  import.statistics.transactions, import.statistics.datoms,
                                  import.statistics.live_datoms)
                   << std::endl;
  context.out << import.paths.log.string() << "\n";
}

void AddImport(CLI::App& trace, CommandContext& context) {
  CLI::App* const import = trace.add_subcommand("import", "Turns real data into a trace");
  import->require_subcommand(1);
  const auto arguments = std::make_shared<ImportArguments>();
  CLI::App* const git = import->add_subcommand(
      "git", "The first-parent history of a local git repository, authors as pseudonyms");
  git->add_option("REPO", arguments->repository, "A work tree or a bare repository")->required();
  git->add_option("--out", arguments->out, "The folder to write to; default: this one");
  git->add_option("--name", arguments->name, "Of the trace; default: git-FOLDER");
  git->add_flag("--plain", arguments->plain, "Don't compress");
  git->callback([arguments, &context] { ImportGit(*arguments, context); });
}

// The workload's part of a cell's name, the rest filled in with what goes with any workload.
Cell CellOfWorkload(const std::string& workload) {
  const auto strategies = AllStrategies();
  const auto strategy =
      std::find_if(strategies.begin(), strategies.end(),
                   [](const StrategyKind& kind) { return !kind.needs_node_addressable_index; });
  assert(strategy != strategies.end());
  return ParseCell(fmt::format("{}/{}/{}/{}", strategy->name, AllIndexes().front()->name(),
                               AllBackends().front().name, workload));
}

void Generate(const GenerateArguments& arguments, CommandContext& context) {
  const Cell cell = CellOfWorkload(arguments.workload);
  const std::string name =
      arguments.name.empty() ? std::string(cell.workload->name) : arguments.name;
  if (name.find('/') != std::string::npos) {
    throw InputError(fmt::format("--name {}: the name of a trace has no '/'", name));
  }
  std::filesystem::create_directories(arguments.out);
  const TracePaths paths(arguments.out, name, !arguments.plain);
  const auto workload = cell.workload->make(MakeWorkloadParameters(cell, {}));
  const TraceStatistics statistics =
      RecordTrace(*workload, paths, name, {"source workload " + arguments.workload});
  context.progress << fmt::format("{} transactions, {} datoms, {} of them live",
                                  statistics.transactions, statistics.datoms,
                                  statistics.live_datoms)
                   << std::endl;
  context.out << paths.log.string() << "\n";
}

void AddGenerate(CLI::App& trace, CommandContext& context) {
  const auto arguments = std::make_shared<GenerateArguments>();
  CLI::App* const generate =
      trace.add_subcommand("generate", "Records what a workload does as a trace");
  generate
      ->add_option("WORKLOAD", arguments->workload,
                   "As in a cell's name: small_tx/datoms:10000/tx:100/seed:7")
      ->required();
  generate->add_option("--out", arguments->out, "The folder to write to; default: this one");
  generate->add_option("--name", arguments->name, "Of the trace; default: the workload's");
  generate->add_flag("--plain", arguments->plain, "Don't compress");
  generate->callback([arguments, &context] { Generate(*arguments, context); });
}

void AddInfo(CLI::App& trace, CommandContext& context) {
  const auto arguments = std::make_shared<InfoArguments>();
  CLI::App* const info =
      trace.add_subcommand("info", "Checks a trace and prints what it holds, as JSON");
  info->add_option("TRACE", arguments->trace, "A path, or the name of a trace")->required();
  info->add_option("--trace-dir", arguments->trace_folders,
                   "Where it is looked up by name, before the shipped ones; repeatable");
  info->callback([arguments, &context] {
    const auto path = FindTrace(arguments->trace, TraceFolders(arguments->trace_folders));
    context.out << ReadTraceStatistics(path).Json();
  });
}

}  // namespace

void AddTraceCommand(CLI::App& app, CommandContext& context) {
  CLI::App* const trace =
      app.add_subcommand("trace", "Real data in, workloads out, and what is in a trace");
  trace->require_subcommand(1);
  AddImport(*trace, context);
  AddGenerate(*trace, context);
  AddInfo(*trace, context);
}

}  // namespace datombench

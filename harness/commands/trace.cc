#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <string>

#include "harness/commands/commands.h"
#include "workloads/git_history.h"
#include "workloads/trace_lookup.h"
#include "workloads/trace_stats.h"

namespace datombench {
namespace {

struct ImportArguments {
  std::string repository;
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
  CLI::App* const trace = app.add_subcommand("trace", "Real data in, and what is in it");
  trace->require_subcommand(1);
  AddImport(*trace, context);
  AddInfo(*trace, context);
}

}  // namespace datombench

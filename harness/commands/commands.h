// The subcommands of `datombench`, one file each. To add one: a function here, a file beside it, a
// line in command_line.cc.
#ifndef DATOMBENCH_HARNESS_COMMANDS_COMMANDS_H_
#define DATOMBENCH_HARNESS_COMMANDS_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "harness/input_error.h"
#include "harness/suite.h"

namespace datombench {

// What a subcommand has to do with the world. It outlives the parse.
struct CommandContext {
  std::ostream& out;       // data
  std::ostream& progress;  // all else
  ExitStatus status = ExitStatus::kFine;
};

// Each adds one subcommand to `app`, whose callback does the work and sets context.status.
void AddListCommand(CLI::App& app, CommandContext& context);
void AddRunCommand(CLI::App& app, CommandContext& context);
void AddReportCommand(CLI::App& app, CommandContext& context);
void AddTraceCommand(CLI::App& app, CommandContext& context);
void AddVerifyCommand(CLI::App& app, CommandContext& context);
void AddPhaseCommand(CLI::App& app, CommandContext& context);  // hidden: what the runner spawns

// The folders given with --trace-dir, where traces are looked up by name before the shipped ones.
// Throws InputError where one isn't there.
std::vector<std::filesystem::path> TraceFolders(const std::vector<std::string>& given);

// Cells as a table for people, or as JSON.
std::string CellsText(const std::vector<SuiteCell>& cells);
std::string CellsJson(const std::vector<SuiteCell>& cells);

// The sum of the estimates; nullopt where a cell has none.
std::optional<double> EstimatedSeconds(const std::vector<SuiteCell>& cells);

// The documentation of metrics and of parameters, as Markdown and as JSON.
std::string MetricsMarkdown();
std::string MetricsJsonText();
std::string ParametersMarkdown();
std::string ParametersJson();

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_COMMANDS_COMMANDS_H_

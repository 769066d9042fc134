#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <set>

#include "harness/commands/commands.h"

namespace datombench {
namespace {

struct ListOptions {
  std::optional<std::string> suite;
  std::optional<std::string> filter;
  bool json = false;
  bool metrics = false;
  bool parameters = false;
};

// The suite's cells, or those of all compiled-in suites, each once.
std::vector<SuiteCell> ListedCells(const std::optional<std::string>& suite) {
  if (suite) return LoadSuite(*suite).cells;
  std::vector<SuiteCell> cells;
  std::set<std::string> seen;
  for (const std::string_view name : SuiteNames()) {
    for (SuiteCell& entry : LoadSuite(std::string(name)).cells) {
      if (seen.insert(CellName(entry.cell)).second) cells.push_back(std::move(entry));
    }
  }
  return cells;
}

void List(const ListOptions& options, CommandContext& context) {
  if (options.metrics) {
    context.out << (options.json ? MetricsJsonText() : MetricsMarkdown());
    return;
  }
  if (options.parameters) {
    context.out << (options.json ? ParametersJson() : ParametersMarkdown());
    return;
  }
  std::vector<SuiteCell> cells = ListedCells(options.suite);
  if (options.filter) cells = FilterCells(cells, *options.filter);
  context.out << (options.json ? CellsJson(cells) : CellsText(cells));
  const std::optional<double> seconds = EstimatedSeconds(cells);
  context.progress << fmt::format("{} cells", cells.size());
  if (seconds) context.progress << fmt::format(", about {:.0f} s a repetition", *seconds);
  context.progress << std::endl;
}

}  // namespace

void AddListCommand(CLI::App& app, CommandContext& context) {
  const auto options = std::make_shared<ListOptions>();
  CLI::App* const command =
      app.add_subcommand("list", "Every cell of the suites, with its estimated time");
  command->add_option("--suite", options->suite, "Only this suite's: its name or a file");
  command->add_option("--filter", options->filter,
                      "Only cells whose name this regular expression is found in");
  command->add_flag("--json", options->json, "As JSON");
  CLI::Option* const metrics =
      command->add_flag("--metrics", options->metrics, "The table of metrics instead, as Markdown");
  command
      ->add_flag("--parameters", options->parameters,
                 "What a cell's name can say instead, as Markdown")
      ->excludes(metrics);
  command->callback([options, &context] { List(*options, context); });
}

std::optional<double> EstimatedSeconds(const std::vector<SuiteCell>& cells) {
  double sum = 0;
  for (const SuiteCell& entry : cells) {
    if (!entry.estimated_seconds) return std::nullopt;
    sum += *entry.estimated_seconds;
  }
  return sum;
}

}  // namespace datombench

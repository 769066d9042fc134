// What `list` prints: cells, metrics, parameters.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/commands/commands.h"
#include "harness/metrics.h"
#include "harness/result.h"

namespace datombench {
namespace {

// A table cell may not end the table's column.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (character == '|') escaped += '\\';
    escaped += character;
  }
  return escaped;
}

std::string PhasesText(const Phases& phases) {
  std::vector<std::string_view> names;
  bool is_everywhere = true;
  for (const Phase phase : kPhases) {
    if (phases.Contains(phase)) {
      names.push_back(PhaseName(phase));
    } else {
      is_everywhere = false;
    }
  }
  return is_everywhere ? "all" : fmt::format("{}", fmt::join(names, ", "));
}

std::string_view BetterText(Better better) {
  return better == Better::kNeither ? "–" : BetterName(better);
}

template <typename Kinds, typename Describe>
void AppendKinds(std::string_view title, const Kinds& kinds, Describe describe, std::string* text) {
  *text += fmt::format("\n## {}\n\n| name | what it is |\n|---|---|\n", title);
  for (const auto& kind : kinds) {
    const auto [name, summary] = describe(kind);
    *text += fmt::format("| `{}` | {} |\n", name, Escaped(summary));
  }
}

}  // namespace

std::string CellsText(const std::vector<SuiteCell>& cells) {
  size_t width = 0;
  for (const SuiteCell& entry : cells) width = std::max(width, CellName(entry.cell).size());
  std::string text;
  for (const SuiteCell& entry : cells) {
    text += fmt::format(
        "{:<{}}  {:>7}\n", CellName(entry.cell), width,
        entry.estimated_seconds ? fmt::format("{:.1f} s", *entry.estimated_seconds) : "?");
  }
  return text;
}

std::string CellsJson(const std::vector<SuiteCell>& cells) {
  Json list = Json::array();
  for (const SuiteCell& entry : cells) {
    Json object = {{"name", CellName(entry.cell)}, {"full_name", FullCellName(entry.cell)}};
    object["estimated_seconds"] =
        entry.estimated_seconds ? Json(*entry.estimated_seconds) : Json(nullptr);
    list.push_back(std::move(object));
  }
  return list.dump(2) + "\n";
}

std::string MetricsMarkdown() {
  std::string text =
      "# Metrics\n\n"
      "Made by `datombench list --metrics` from the one table that defines them\n"
      "(`harness/metrics.cc`). A metric that is not applicable is absent from a row, never 0.\n"
      "*Exact* figures are the same at every run with the same seed: a change is a change.\n";
  std::string_view group;
  for (const Metric& metric : AllMetrics()) {
    if (metric.group != group) {
      group = metric.group;
      text += fmt::format(
          "\n## {}\n\n| metric | unit | better | exact | phases | definition |\n"
          "|---|---|---|---|---|---|\n",
          group);
    }
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", metric.name,
                        metric.unit.empty() ? "–" : metric.unit, BetterText(metric.better),
                        metric.is_exact ? "yes" : "no", PhasesText(metric.phases),
                        Escaped(metric.definition));
  }
  return text;
}

std::string MetricsJsonText() { return MetricsJson().dump(2) + "\n"; }

std::string ParametersMarkdown() {
  std::string text =
      "# What a cell's name can say\n\n"
      "`strategy/index/backend/workload[/datoms:N][/key:value...]`, the parameters in any order.\n"
      "Made by `datombench list --parameters` from the registries.\n";
  const auto name_and_summary = [](const auto& kind) { return std::pair(kind.name, kind.summary); };
  AppendKinds("Strategies", AllStrategies(), name_and_summary, &text);
  AppendKinds(
      "Indexes", AllIndexes(),
      [](const IndexKind* kind) { return std::pair(kind->name(), kind->summary()); }, &text);
  AppendKinds("Backends", AllBackends(), name_and_summary, &text);
  AppendKinds("Workloads", AllWorkloads(), name_and_summary, &text);
  std::string owner;
  for (const ParameterDescription& parameter : AllParameters()) {
    if (parameter.owner != owner) {
      owner = parameter.owner;
      text += fmt::format(
          "\n## Parameters of {}\n\n| parameter | default | values | what it sets |\n"
          "|---|---|---|---|\n",
          owner);
    }
    text += fmt::format("| `{}` | {} | {} | {} |\n", parameter.name,
                        parameter.default_value.empty() ? "–" : Escaped(parameter.default_value),
                        parameter.values.empty() ? "–" : Escaped(parameter.values),
                        Escaped(parameter.summary));
  }
  return text;
}

std::string ParametersJson() {
  Json list = Json::array();
  for (const ParameterDescription& parameter : AllParameters()) {
    list.push_back({{"owner", parameter.owner},
                    {"name", parameter.name},
                    {"default", parameter.default_value},
                    {"values", parameter.values},
                    {"summary", parameter.summary}});
  }
  return list.dump(2) + "\n";
}

}  // namespace datombench

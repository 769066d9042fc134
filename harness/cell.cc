#include "harness/cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "harness/cell_parameters.h"
#include "harness/input_error.h"
#include "index/nearest_names.h"
#include "index/node_cache.h"
#include "strategies/codec/codec.h"

namespace datombench {
namespace {

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// "key:value" at its first colon; no value where there is none.
std::pair<std::string_view, std::optional<std::string_view>> SplitAtColon(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool IsName(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](unsigned char character) {
    return character <= ' ' || character == '/' || character == 0x7f;
  });
}

template <typename Kind>
requires requires(const Kind& kind) { kind.name; }
std::string_view NameOf(const Kind& kind) { return kind.name; }
std::string_view NameOf(const IndexKind* kind) { return kind->name(); }

template <typename Kinds>
std::vector<std::string_view> NamesOf(const Kinds& kinds) {
  std::vector<std::string_view> names;
  for (const auto& kind : kinds) names.push_back(NameOf(kind));
  return names;
}

// Reads one cell's name; gathers all that is wrong with it rather than stop at the first.
class CellReader {
 public:
  explicit CellReader(std::string_view name) : name_(name), parts_(Split(name, '/')) {}

  Cell Read() {
    if (parts_.size() < 4) {
      errors_.push_back(
          "expected strategy/index/backend/workload[/key:value...], see `datombench list`");
      Fail();
    }
    const StrategyKind* const strategy = Find("strategy", parts_[0], AllStrategies(), FindStrategy);
    const IndexKind* const index = Find("index", parts_[1], AllIndexes(), FindIndex);
    const BackendKind* const backend = Find("backend", parts_[2], AllBackends(), FindBackend);
    const auto [workload_name, argument] = SplitAtColon(parts_[3]);
    const WorkloadKind* const workload =
        Find("workload", workload_name, AllWorkloads(), FindWorkload);
    if (!errors_.empty()) Fail();

    Cell cell = DefaultCell(*strategy, *index, *backend, *workload);
    ReadArgument(argument, cell);
    for (size_t i = 4; i < parts_.size(); ++i) ReadParameter(parts_[i], cell);
    CheckCombination(cell);
    if (!errors_.empty()) Fail();
    return cell;
  }

 private:
  template <typename Kind, typename Kinds>
  const Kind* Find(std::string_view what, std::string_view name, const Kinds& kinds,
                   const Kind* (*find)(std::string_view)) {
    const Kind* const found = find(name);
    if (found == nullptr) {
      errors_.push_back(
          fmt::format("unknown {} '{}' ({})", what, name, NearestNames(name, NamesOf(kinds))));
    }
    return found;
  }

  void ReadArgument(std::optional<std::string_view> argument, Cell& cell) {
    const std::string_view workload = cell.workload->name;
    if (!TakesNameArgument(*cell.workload)) {
      if (argument) errors_.push_back(fmt::format("workload '{}' takes no ':'", workload));
      return;
    }
    if (!argument || !IsName(*argument)) {
      errors_.push_back(
          fmt::format("workload '{0}' needs a name, as in {0}:git-leveldb", workload));
      return;
    }
    cell.workload_parameters[std::string(workload)] = *argument;
  }

  void ReadParameter(std::string_view part, Cell& cell) {
    const auto [key, value] = SplitAtColon(part);
    if (!value) {
      errors_.push_back(fmt::format("'{}' is no parameter, expected key:value", part));
      return;
    }
    if (!seen_.insert(key).second) {
      errors_.push_back(fmt::format("parameter '{}' is given twice", key));
      return;
    }
    if (const CellParameter* const parameter = FindCellParameter(key)) {
      const std::string_view why = parameter->without_effect(cell);
      if (!why.empty()) {
        errors_.push_back(fmt::format("'{}' would have no effect: {}", key, why));
      } else if (!parameter->parse(*value, cell)) {
        errors_.push_back(fmt::format("{} must be {}, not '{}'", key, parameter->values, *value));
      }
    } else if (!ReadOwnParameter(key, *value, cell)) {
      errors_.push_back(
          fmt::format("unknown parameter '{}' ({})", key, NearestNames(key, ParameterNames(cell))));
    }
  }

  // One that the workload or the strategy declares; the value is theirs to check.
  bool ReadOwnParameter(std::string_view key, std::string_view value, Cell& cell) {
    for (auto* const parameters : {&cell.workload_parameters, &cell.strategy_options}) {
      const auto found = parameters->find(std::string(key));
      if (found == parameters->end() || key == cell.workload->name) continue;
      if (IsName(value)) {
        found->second = value;
      } else {
        errors_.push_back(fmt::format("{} needs a value, got '{}'", key, value));
      }
      return true;
    }
    return false;
  }

  static std::vector<std::string_view> ParameterNames(const Cell& cell) {
    std::vector<std::string_view> names;
    for (const CellParameter& parameter : CellParameters()) {
      if (parameter.without_effect(cell).empty()) names.push_back(parameter.name);
    }
    for (const auto& [name, value] : cell.workload_parameters) {
      if (name != cell.workload->name) names.push_back(name);
    }
    for (const auto& [name, value] : cell.strategy_options) names.push_back(name);
    return names;
  }

  void CheckCombination(const Cell& cell) {
    if (cell.strategy->needs_node_addressable_index && !cell.index->is_node_addressable()) {
      errors_.push_back(
          fmt::format("{} stores an index node by node, which {} can't: it has no nodes of its own",
                      cell.strategy->name, cell.index->name()));
    }
    if (cell.tier > cell.backend->strongest_durability) {
      errors_.push_back(fmt::format("backend {} offers no tier stronger than {}",
                                    cell.backend->name,
                                    DurabilityName(cell.backend->strongest_durability)));
    }
  }

  [[noreturn]] void Fail() const {
    throw InputError(fmt::format("cell '{}': {}", name_, fmt::join(errors_, "; ")));
  }

  std::string_view name_;
  std::vector<std::string_view> parts_;
  std::set<std::string_view> seen_;
  std::vector<std::string> errors_;
};

void AppendOwn(const std::map<std::string, std::string>& values,
               const std::map<std::string, std::string>& defaults, std::string_view left_out,
               bool with_defaults, std::string* name) {
  for (const auto& [key, value] : values) {
    if (key == left_out || (!with_defaults && value == defaults.at(key))) continue;
    *name += fmt::format("/{}:{}", key, value);
  }
}

std::string FormatCell(const Cell& cell, bool with_defaults) {
  const Cell defaults = DefaultCell(*cell.strategy, *cell.index, *cell.backend, *cell.workload);
  const std::string workload(cell.workload->name);
  std::string name = fmt::format("{}/{}/{}/{}", cell.strategy->name, cell.index->name(),
                                 cell.backend->name, workload);
  const bool takes_argument = TakesNameArgument(*cell.workload);
  if (takes_argument) name += ':' + cell.workload_parameters.at(workload);
  for (const CellParameter& parameter : CellParameters()) {
    if (!parameter.without_effect(cell).empty()) continue;
    const std::string value = parameter.format(cell);
    const bool is_left_out = value == parameter.format(defaults) && !parameter.is_always_named;
    if (!with_defaults && is_left_out) continue;
    name += fmt::format("/{}:{}", parameter.name, value);
  }
  AppendOwn(cell.workload_parameters, defaults.workload_parameters,
            takes_argument ? workload : std::string_view(), with_defaults, &name);
  AppendOwn(cell.strategy_options, defaults.strategy_options, {}, with_defaults, &name);
  return name;
}

}  // namespace

size_t CacheLimit::Bytes(size_t all_nodes_bytes) const {
  switch (kind) {
    case Kind::kUnlimited:
      return NodeCache::kUnlimited;
    case Kind::kBytes:
      return value;
    case Kind::kPercent:
      return all_nodes_bytes / 100 * value + all_nodes_bytes % 100 * value / 100;
  }
  assert(false);
  return NodeCache::kUnlimited;
}

std::optional<std::filesystem::path> TakeTraceFolder(std::string* name) {
  constexpr std::string_view kWorkload = "/trace:";
  const size_t workload = name->find(kWorkload);
  if (workload == std::string::npos) return std::nullopt;
  const size_t path = workload + kWorkload.size();
  // The path ends where a part of the name ends in .dtl or .dtl.zst.
  for (size_t end = path; end != std::string::npos;) {
    end = name->find('/', end + 1);
    const std::string_view whole = std::string_view(*name).substr(path, end - path);
    for (const std::string_view suffix : {".dtl.zst", ".dtl"}) {
      const size_t slash = whole.rfind('/');
      if (!whole.ends_with(suffix) || slash == std::string_view::npos) continue;
      const std::filesystem::path folder = whole.substr(0, slash + 1);
      const std::string trace(whole.substr(slash + 1, whole.size() - slash - 1 - suffix.size()));
      name->replace(path, whole.size(), trace);
      return folder;
    }
  }
  return std::nullopt;
}

Cell ParseCell(std::string_view name) { return CellReader(name).Read(); }

std::string CellName(const Cell& cell) { return FormatCell(cell, false); }
std::string FullCellName(const Cell& cell) { return FormatCell(cell, true); }

WorkloadParameters MakeWorkloadParameters(const Cell& cell,
                                          const std::vector<std::filesystem::path>& trace_folders) {
  WorkloadParameters parameters;
  parameters.seed = cell.seed;
  parameters.datoms = cell.datoms;
  parameters.extra = cell.workload_parameters;
  parameters.trace_folders = trace_folders;
  return parameters;
}

std::vector<ParameterDescription> AllParameters() {
  std::vector<ParameterDescription> all;
  for (const CellParameter& parameter : CellParameters()) {
    all.push_back({"every cell", std::string(parameter.name), std::string(parameter.default_text),
                   std::string(parameter.values), std::string(parameter.summary)});
  }
  const auto add = [&all](std::string_view what, const auto& kind, const auto& parameters) {
    for (const auto& parameter : parameters) {
      all.push_back({fmt::format("{} {}", what, kind.name), std::string(parameter.name),
                     std::string(parameter.default_value), "", std::string(parameter.summary)});
    }
  };
  for (const StrategyKind& kind : AllStrategies()) add("strategy", kind, kind.options);
  for (const WorkloadKind& kind : AllWorkloads()) add("workload", kind, kind.parameters);
  return all;
}

}  // namespace datombench

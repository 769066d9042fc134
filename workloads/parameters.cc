#include "workloads/parameters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <vector>

#include "index/parse_number.h"

namespace datombench {
namespace {

std::vector<std::string> ValidNames(const WorkloadKind& kind) {
  std::vector<std::string> names;
  if (kind.default_datoms > 0) names.emplace_back("datoms");
  for (const WorkloadKind::Parameter& parameter : kind.parameters) {
    names.emplace_back(parameter.name);
  }
  return names;
}

void RequireDeclared(const WorkloadKind& kind, std::string_view name) {
  const std::vector<std::string> valid = ValidNames(kind);
  if (std::find(valid.begin(), valid.end(), name) != valid.end()) return;
  throw WorkloadError(fmt::format(
      "workload {}: unknown parameter \"{}\"; {}", kind.name, name,
      valid.empty() ? "it has none" : fmt::format("it has {}", fmt::join(valid, ", "))));
}

}  // namespace

ParameterReader::ParameterReader(const WorkloadKind& kind, const WorkloadParameters& given)
    : kind_(kind), given_(given) {
  if (given.datoms != 0) RequireDeclared(kind, "datoms");
  for (const auto& [name, value] : given.extra) RequireDeclared(kind, name);
}

void ParameterReader::Refuse(std::string_view name, const std::string& expected,
                             std::string_view got) const {
  throw WorkloadError(fmt::format("workload {}: parameter {}: expected {}, got \"{}\"", kind_.name,
                                  name, expected, got));
}

uint64_t ParameterReader::Datoms(uint64_t highest) const {
  const uint64_t datoms = given_.datoms == 0 ? kind_.default_datoms : given_.datoms;
  if (datoms > highest) {
    Refuse("datoms", fmt::format("a number up to {}", highest), std::to_string(datoms));
  }
  return datoms;
}

std::string ParameterReader::Text(std::string_view name) const {
  const auto given = given_.extra.find(std::string(name));
  if (given != given_.extra.end()) return given->second;
  const auto declared = std::find_if(
      kind_.parameters.begin(), kind_.parameters.end(),
      [&](const WorkloadKind::Parameter& parameter) { return parameter.name == name; });
  assert(declared != kind_.parameters.end());
  return std::string(declared->default_value);
}

uint64_t ParameterReader::Unsigned(std::string_view name, uint64_t lowest, uint64_t highest) const {
  const std::string text = Text(name);
  uint64_t number = 0;
  if (!ParseNumber(text, &number) || number < lowest || number > highest) {
    Refuse(name, fmt::format("a whole number from {} to {}", lowest, highest), text);
  }
  return number;
}

double ParameterReader::Real(std::string_view name, double lowest, double highest) const {
  const std::string text = Text(name);
  double number = 0;
  // Written so that a NaN is refused.
  if (!ParseNumber(text, &number) || !(number >= lowest && number <= highest)) {
    Refuse(name, fmt::format("a number from {} to {}", lowest, highest), text);
  }
  return number;
}

std::string ParameterReader::Choice(std::string_view name,
                                    std::initializer_list<std::string_view> choices) const {
  std::string text = Text(name);
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    Refuse(name, fmt::format("one of {}", fmt::join(choices, ", ")), text);
  }
  return text;
}

}  // namespace datombench

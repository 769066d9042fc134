#include "strategies/extra_options.h"

#include <fmt/format.h>

#include <cassert>
#include <cmath>
#include <vector>

#include "backends/error.h"
#include "index/nearest_names.h"
#include "index/parse_number.h"

namespace datombench {
namespace {

std::vector<std::string_view> NamesOf(const std::vector<StrategyKind::Option>& options) {
  std::vector<std::string_view> names;
  for (const StrategyKind::Option& option : options) names.push_back(option.name);
  return names;
}

}  // namespace

ExtraOptions::ExtraOptions(const StrategyKind& kind,
                           const std::map<std::string, std::string>& given)
    : strategy_(kind.name) {
  for (const StrategyKind::Option& option : kind.options) {
    values_.emplace(option.name, option.default_value);
  }
  for (const auto& [name, value] : given) {
    const auto known = values_.find(name);
    if (known == values_.end()) {
      throw StorageError(fmt::format("strategy {} has no option {}; {}", kind.name, name,
                                     NearestNames(name, NamesOf(kind.options))));
    }
    known->second = value;
  }
}

const std::string& ExtraOptions::Text(std::string_view name) const {
  const auto found = values_.find(name);
  assert(found != values_.end());
  return found->second;
}

uint64_t ExtraOptions::Unsigned(std::string_view name, uint64_t lowest) const {
  const std::string& text = Text(name);
  uint64_t value = 0;
  if (!ParseNumber(text, &value) || value < lowest) {
    throw StorageError(fmt::format("option {} of strategy {} is {}, expected a number from {} on",
                                   name, strategy_, text, lowest));
  }
  return value;
}

std::optional<double> ExtraOptions::RatioOrNever(std::string_view name) const {
  const std::string& text = Text(name);
  if (text == "never") return std::nullopt;
  double value = 0;
  if (!ParseNumber(text, &value) || !std::isfinite(value) || value < 0) {
    throw StorageError(
        fmt::format("option {} of strategy {} is {}, expected never or a number from 0 on", name,
                    strategy_, text));
  }
  return value;
}

}  // namespace datombench

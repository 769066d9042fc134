#include "strategies/extra_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "backends/error.h"

namespace datombench {
namespace {

// Letters to insert, delete or replace.
size_t EditDistance(std::string_view x, std::string_view y) {
  std::vector<size_t> row(y.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < x.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < y.size(); ++j) {
      const size_t replaced = diagonal + (x[i] == y[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

// The declared names, nearest first; all of them, because no strategy has many.
std::vector<std::string_view> NearestNames(const StrategyKind& kind, std::string_view name) {
  std::vector<std::string_view> names;
  for (const StrategyKind::Option& option : kind.options) names.push_back(option.name);
  std::stable_sort(names.begin(), names.end(), [&](std::string_view x, std::string_view y) {
    return EditDistance(name, x) < EditDistance(name, y);
  });
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
      throw StorageError(fmt::format("strategy {} has no option {}; nearest: {}", kind.name, name,
                                     fmt::join(NearestNames(kind, name), ", ")));
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
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < lowest) {
    throw StorageError(fmt::format("option {} of strategy {} is {}, expected a number from {} on",
                                   name, strategy_, text, lowest));
  }
  return value;
}

std::optional<double> ExtraOptions::RatioOrNever(std::string_view name) const {
  const std::string& text = Text(name);
  if (text == "never") return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) ||
      value < 0) {
    throw StorageError(
        fmt::format("option {} of strategy {} is {}, expected never or a number from 0 on", name,
                    strategy_, text));
  }
  return value;
}

}  // namespace datombench

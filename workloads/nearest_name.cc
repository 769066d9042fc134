#include "workloads/nearest_name.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace datombench {
namespace {

constexpr size_t kSuggestions = 3;
constexpr size_t kFewNames = 8;

// Levenshtein distance: insertions, deletions and replacements.
size_t EditDistance(std::string_view x, std::string_view y) {
  std::vector<size_t> row(y.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < x.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < y.size(); ++j) {
      const size_t replaced = diagonal + (x[i] == y[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string NearestNames(std::string_view name, std::span<const std::string> names) {
  std::vector<std::pair<size_t, std::string_view>> near;
  for (const std::string& candidate : names) {
    const size_t distance = EditDistance(name, candidate);
    const bool shares_a_part = name.size() > 2 && candidate.find(name) != std::string::npos;
    if (shares_a_part || distance <= std::max<size_t>(2, name.size() / 3)) {
      near.emplace_back(distance, candidate);
    }
  }
  std::sort(near.begin(), near.end());
  if (near.size() > kSuggestions) near.resize(kSuggestions);
  if (near.empty() && names.size() <= kFewNames) return fmt::format("{}", fmt::join(names, ", "));
  std::vector<std::string_view> suggestions;
  suggestions.reserve(near.size());
  for (const auto& [distance, candidate] : near) suggestions.push_back(candidate);
  return fmt::format("{}", fmt::join(suggestions, ", "));
}

}  // namespace datombench

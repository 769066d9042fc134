#include "index/nearest_names.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace datombench {
namespace {

constexpr size_t kMostNearest = 3;
constexpr size_t kMostListed = 32;

}  // namespace

size_t EditDistance(std::string_view x, std::string_view y) {
  // Three rows of the table suffice: a swap looks two rows back.
  std::vector<size_t> two_back(y.size() + 1);
  std::vector<size_t> back(y.size() + 1);
  std::vector<size_t> row(y.size() + 1);
  for (size_t j = 0; j <= y.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= x.size(); ++i) {
    std::swap(two_back, back);
    std::swap(back, row);
    row[0] = i;
    for (size_t j = 1; j <= y.size(); ++j) {
      const size_t replaced = back[j - 1] + (x[i - 1] == y[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, back[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1]) {
        row[j] = std::min(row[j], two_back[j - 2] + 1);
      }
    }
  }
  return row[y.size()];
}

std::string NearestNames(std::string_view mistyped, std::span<const std::string_view> names) {
  std::vector<std::pair<size_t, std::string_view>> near;
  for (const std::string_view name : names) {
    const size_t distance = EditDistance(mistyped, name);
    const bool is_part = !mistyped.empty() && name.find(mistyped) != std::string_view::npos;
    if (is_part || 2 * distance <= name.size()) near.emplace_back(is_part ? 1 : distance, name);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& x, const auto& y) { return x.first < y.first; });
  if (names.empty()) return "there are none";
  if (near.empty() && names.size() > kMostListed) {
    return fmt::format("none of the {} there are is near", names.size());
  }
  if (near.empty()) return fmt::format("there are: {}", fmt::join(names, ", "));
  std::vector<std::string_view> shown;
  for (size_t i = 0; i < std::min(kMostNearest, near.size()); ++i) shown.push_back(near[i].second);
  return fmt::format("nearest: {}", fmt::join(shown, ", "));
}

}  // namespace datombench

#include "harness/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace datombench {

double Percentile(std::span<const double> ascending, double percent) {
  assert(!ascending.empty() && percent >= 0 && percent <= 100);
  assert(std::is_sorted(ascending.begin(), ascending.end()));
  // Multiply first: 99.9 / 100 * 1000 is a little more than 999, and its ceiling one rank too high.
  const double exact_rank = percent * static_cast<double>(ascending.size()) / 100;
  const double nearest = std::round(exact_rank);
  const double rank =
      std::abs(exact_rank - nearest) < 1e-9 * nearest ? nearest : std::ceil(exact_rank);
  const size_t position = rank < 1 ? 0 : static_cast<size_t>(rank) - 1;
  return ascending[std::min(position, ascending.size() - 1)];
}

double Median(std::vector<double> samples) {
  assert(!samples.empty());
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::nth_element(samples.begin(), middle, samples.end());
  if (samples.size() % 2 == 1) return *middle;
  const double below = *std::max_element(samples.begin(), middle);
  return below + (*middle - below) / 2;
}

}  // namespace datombench

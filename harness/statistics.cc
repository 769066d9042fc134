#include "harness/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace datombench {

uint64_t Percentile(std::span<const uint64_t> ascending, double share) {
  assert(!ascending.empty() && share > 0 && share <= 1);
  const double size = static_cast<double>(ascending.size());
  // 0.999 x 1000 is 999.0000000000001 in floating point and still means the 999th.
  const auto rank = static_cast<size_t>(std::ceil(share * size - 1e-9 * size));
  return ascending[std::clamp<size_t>(rank, 1, ascending.size()) - 1];
}

double Median(std::vector<double> values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

}  // namespace datombench

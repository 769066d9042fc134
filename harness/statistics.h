// Statistics of raw values: small, pure, tested. Percentiles are never averaged.
#ifndef DATOMBENCH_HARNESS_STATISTICS_H_
#define DATOMBENCH_HARNESS_STATISTICS_H_

#include <cstdint>
#include <span>
#include <vector>

namespace datombench {

// The smallest of the values that at least `share` of them don't exceed (nearest rank): always one
// of the values. REQUIRES: `ascending` is sorted and not empty, 0 < share <= 1.
uint64_t Percentile(std::span<const uint64_t> ascending, double share);

// The middle value, or the mean of the two in the middle. REQUIRES: `values` is not empty.
double Median(std::vector<double> values);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_STATISTICS_H_

// Small, pure statistics over samples.
#ifndef DATOMBENCH_HARNESS_STATISTICS_H_
#define DATOMBENCH_HARNESS_STATISTICS_H_

#include <span>
#include <vector>

namespace datombench {

// The percentile by nearest rank: the smallest sample that at least `percent` of the samples do not
// exceed (Hyndman and Fan 1996, definition 1). It is always one of the samples, so p100 is the
// maximum and no value is made up between two. REQUIRES: `ascending` is sorted and not empty,
// 0 <= percent <= 100.
double Percentile(std::span<const double> ascending, double percent);

// The middle sample, or the mean of the two in the middle. REQUIRES: not empty.
double Median(std::vector<double> samples);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_STATISTICS_H_

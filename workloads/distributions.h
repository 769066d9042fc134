// How entities are drawn: evenly, or with the skew that real key accesses have.
#ifndef DATOMBENCH_WORKLOADS_DISTRIBUTIONS_H_
#define DATOMBENCH_WORKLOADS_DISTRIBUTIONS_H_

#include <cstdint>

#include "workloads/random.h"

namespace datombench {

// x^y for x > 0 from additions, multiplications and divisions only, so that every machine gets the
// same bits, which the mathematical library doesn't promise. Relative error below 1e-12 for
// |y log x| < 700.
double PortablePower(double x, double y);

// Draws 0 .. items-1; rank r has a probability proportional to 1 / (r+1)^theta. Gray, Sundaresan,
// Englert, Baclawski, Weinberger: Quickly Generating Billion-Record Synthetic Databases, SIGMOD
// 1994, section 3.2: the two hottest ranks are exact, the others approximate.
class ZipfianRanks {
 public:
  // Takes time linear in `items`. REQUIRES: items > 0, 0 <= theta < 1 (0: evenly).
  ZipfianRanks(uint64_t items, double theta);

  uint64_t Draw(SplitMix64& random) const;

  // The probability of the hottest rank.
  double hottest_share() const { return 1 / zeta_; }

 private:
  uint64_t items_;
  double theta_;
  double zeta_;  // sum of 1 / (r+1)^theta
  double alpha_;
  double eta_;
};

// A permutation of 0 .. items-1 that puts neighbouring ranks far apart, so that hot items lie
// scattered among the cold ones, as they do in life.
class Scramble {
 public:
  // REQUIRES: 0 < items < 2^32.
  explicit Scramble(uint64_t items);

  uint64_t operator()(uint64_t rank) const { return (rank * multiplier_ + offset_) % items_; }

 private:
  uint64_t items_;
  uint64_t multiplier_;  // coprime to items_
  uint64_t offset_;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_DISTRIBUTIONS_H_

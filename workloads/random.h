// SplitMix64, the one random generator of the house: 64 bits of state, the same everywhere.
#ifndef DATOMBENCH_WORKLOADS_RANDOM_H_
#define DATOMBENCH_WORKLOADS_RANDOM_H_

#include <cassert>
#include <cstdint>

namespace datombench {

// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014, figure 15.
class SplitMix64 {
 public:
  explicit constexpr SplitMix64(uint64_t seed) : state_(seed) {}

  constexpr uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  // In [0, bound). The remainder favours small results by less than bound / 2^64, which nothing
  // here can notice. REQUIRES: bound > 0.
  constexpr uint64_t Below(uint64_t bound) {
    assert(bound > 0);
    return Next() % bound;
  }

  // In [0, 1), a multiple of 2^-53.
  constexpr double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

 private:
  uint64_t state_;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_RANDOM_H_

#include "workloads/distributions.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <numeric>

namespace datombench {
namespace {

constexpr double kLn2 = 0.693147180559945309417232121458;

// x = 2^exponent * mantissa with the mantissa in [1, 2), for normal x > 0.
struct Parts {
  int exponent;
  double mantissa;
};

Parts Split(double x) {
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  constexpr uint64_t kFraction = (uint64_t{1} << 52) - 1;
  constexpr uint64_t kExponentOfOne = uint64_t{1023} << 52;
  return {static_cast<int>(bits >> 52) - 1023,
          std::bit_cast<double>((bits & kFraction) | kExponentOfOne)};
}

double Log(double x) {
  const auto [exponent, mantissa] = Split(x);
  // log m = 2 artanh((m-1) / (m+1)); the argument is at most 1/3, so 24 terms are plenty.
  const double t = (mantissa - 1) / (mantissa + 1);
  double power = t;
  double sum = 0;
  for (int k = 1; k < 48; k += 2, power *= t * t) sum += power / k;
  return exponent * kLn2 + 2 * sum;
}

double Exp(double x) {
  const int whole = static_cast<int>(x / kLn2);
  if (whole < -1000) return 0;
  const double rest = x - whole * kLn2;
  double term = 1;
  double sum = 1;
  for (int k = 1; k < 24; ++k) {
    term *= rest / k;
    sum += term;
  }
  return sum * std::bit_cast<double>(static_cast<uint64_t>(whole + 1023) << 52);
}

}  // namespace

double PortablePower(double x, double y) {
  assert(x > 0);
  return Exp(y * Log(x));
}

ZipfianRanks::ZipfianRanks(uint64_t items, double theta) : items_(items), theta_(theta), zeta_(0) {
  assert(items > 0 && theta >= 0 && theta < 1);
  // Smallest terms first: the sum loses least.
  for (uint64_t i = items; i > 0; --i) zeta_ += PortablePower(static_cast<double>(i), -theta);
  alpha_ = 1 / (1 - theta);
  const double zeta_of_two = 1 + PortablePower(2, -theta);
  eta_ = items < 2 ? 0
                   : (1 - PortablePower(2 / static_cast<double>(items), 1 - theta)) /
                         (1 - zeta_of_two / zeta_);
}

uint64_t ZipfianRanks::Draw(SplitMix64& random) const {
  const double u = random.Unit();
  const double scaled = u * zeta_;
  if (items_ == 1 || scaled < 1) return 0;
  // With two items the formula below is 0/0.
  if (items_ == 2 || scaled < 1 + PortablePower(2, -theta_)) return 1;
  const double base = eta_ * u - eta_ + 1;
  const auto rank =
      static_cast<uint64_t>(static_cast<double>(items_) * PortablePower(base, alpha_));
  return std::min(rank, items_ - 1);
}

Scramble::Scramble(uint64_t items) : items_(items) {
  assert(items > 0 && items < uint64_t{1} << 32);
  // The golden section spreads consecutive multiples most evenly.
  multiplier_ =
      std::max<uint64_t>(1, static_cast<uint64_t>(static_cast<double>(items) * 0.6180339887498949));
  while (std::gcd(multiplier_, items) != 1) ++multiplier_;
  offset_ = items / 3;
}

}  // namespace datombench

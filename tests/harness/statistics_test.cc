#include "harness/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace datombench {
namespace {

std::vector<double> RandomSamples(std::mt19937_64& random, size_t count) {
  std::lognormal_distribution<double> distribution(0, 2);
  std::vector<double> samples(count);
  for (double& sample : samples) sample = distribution(random);
  return samples;
}

TEST(StatisticsTest, PercentileIsTheNearestRank) {
  const std::vector<double> samples = {15, 20, 35, 40, 50};
  EXPECT_EQ(Percentile(samples, 0), 15);
  EXPECT_EQ(Percentile(samples, 5), 15);
  EXPECT_EQ(Percentile(samples, 20), 15);
  EXPECT_EQ(Percentile(samples, 20.1), 20);
  EXPECT_EQ(Percentile(samples, 40), 20);
  EXPECT_EQ(Percentile(samples, 50), 35);
  EXPECT_EQ(Percentile(samples, 100), 50);
}

// 99.9 is no binary fraction: computed carelessly, the rank is one too high.
TEST(StatisticsTest, PercentileOfAThousandSamplesIsExact) {
  std::vector<double> samples(1000);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<double>(i + 1);
  for (int tenths = 1; tenths <= 1000; ++tenths) {
    EXPECT_EQ(Percentile(samples, tenths / 10.0), tenths) << tenths;
  }
}

TEST(StatisticsTest, MedianOfFewSamples) {
  EXPECT_EQ(Median({7}), 7);
  EXPECT_EQ(Median({9, 1}), 5);
  EXPECT_EQ(Median({9, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 3, 2}), 2.5);
}

TEST(StatisticsTest, PropertiesHoldForRandomSamples) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> samples = RandomSamples(random, 1 + random() % 300);
    const double median = Median(samples);
    std::sort(samples.begin(), samples.end());

    double below = samples.front();
    for (const double percent : {0.0, 1.0, 25.0, 50.0, 90.0, 99.0, 99.9, 100.0}) {
      const double value = Percentile(samples, percent);
      EXPECT_GE(value, below);
      below = value;
      const auto at_most = std::upper_bound(samples.begin(), samples.end(), value);
      const auto less = std::lower_bound(samples.begin(), samples.end(), value);
      const double count = static_cast<double>(samples.size());
      EXPECT_GE(static_cast<double>(at_most - samples.begin()), percent / 100 * count - 1e-6);
      EXPECT_LE(static_cast<double>(less - samples.begin()), percent / 100 * count + 1e-6);
    }
    EXPECT_EQ(Percentile(samples, 100), samples.back());
    EXPECT_GE(median, Percentile(samples, 50));
    EXPECT_LE(median, samples.back());
  }
}

}  // namespace
}  // namespace datombench

#include "workloads/distributions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <set>
#include <vector>

namespace datombench {
namespace {

// The first draws for the seed 1234567, as published with several implementations.
TEST(SplitMix64, DrawsThePublishedSequence) {
  SplitMix64 random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317u);
  EXPECT_EQ(random.Next(), 3203168211198807973u);
  EXPECT_EQ(random.Next(), 9817491932198370423u);
  EXPECT_EQ(random.Next(), 4593380528125082431u);
  EXPECT_EQ(random.Next(), 16408922859458223821u);
}

TEST(SplitMix64, DrawsUnitsBelowOne) {
  SplitMix64 random(1);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double unit = random.Unit();
    ASSERT_GE(unit, 0);
    ASSERT_LT(unit, 1);
    sum += unit;
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.02);
}

TEST(PortablePower, IsThePowerFunction) {
  for (const double x : {1e-9, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 10.0, 12345.6, 1e9}) {
    for (const double y : {-2.0, -0.99, -0.5, 0.0, 0.01, 0.5, 1.0, 2.0, 10.0}) {
      const double expected = std::pow(x, y);
      EXPECT_NEAR(PortablePower(x, y) / expected, 1, 1e-12) << x << "^" << y;
    }
  }
  EXPECT_EQ(PortablePower(0.5, 10000), 0);
}

// The bits, because what is drawn must not depend on the machine.
TEST(PortablePower, HasTheSameBitsEverywhere) {
  EXPECT_EQ(std::bit_cast<uint64_t>(PortablePower(3, -0.99)), 0x3FD591A9BA622D6Eu);
  EXPECT_EQ(std::bit_cast<uint64_t>(PortablePower(0.7, 100)), 0x3CB74E8E588ACFE2u);
}

std::vector<double> Shares(uint64_t items, double theta, int draws) {
  const ZipfianRanks ranks(items, theta);
  SplitMix64 random(17);
  std::vector<double> shares(items);
  for (int i = 0; i < draws; ++i) shares.at(ranks.Draw(random)) += 1.0 / draws;
  return shares;
}

TEST(ZipfianRanks, HaveTheirShares) {
  constexpr uint64_t kItems = 1000;
  constexpr double kTheta = 0.99;
  double zeta = 0;
  for (uint64_t i = 1; i <= kItems; ++i) zeta += std::pow(static_cast<double>(i), -kTheta);
  EXPECT_NEAR(ZipfianRanks(kItems, kTheta).hottest_share(), 1 / zeta, 1e-12);
  const std::vector<double> shares = Shares(kItems, kTheta, 400'000);
  EXPECT_NEAR(shares[0], 1 / zeta, 0.003);
  EXPECT_NEAR(shares[1], std::pow(2, -kTheta) / zeta, 0.003);
  // The hottest tenth: exact for ranks 0 and 1, approximate for the others.
  double hot = 0;
  double expected = 0;
  for (uint64_t i = 0; i < kItems / 10; ++i) {
    hot += shares[i];
    expected += std::pow(static_cast<double>(i + 1), -kTheta) / zeta;
  }
  EXPECT_NEAR(hot, expected, 0.02);
  for (uint64_t i = 0; i < 20; ++i) EXPECT_GT(shares[i], shares[i + 20]) << i;
  EXPECT_GT(shares.back(), 0);
}

TEST(ZipfianRanks, AreEvenWithoutSkew) {
  for (const double share : Shares(10, 0, 100'000)) EXPECT_NEAR(share, 0.1, 0.01);
}

TEST(ZipfianRanks, WorkForFewItems) {
  EXPECT_THAT(Shares(1, 0.99, 100), ::testing::ElementsAre(::testing::DoubleNear(1, 1e-9)));
  const std::vector<double> two = Shares(2, 0.99, 100'000);
  EXPECT_NEAR(two[0], 1 / (1 + std::pow(2, -0.99)), 0.01);
  EXPECT_NEAR(two[0] + two[1], 1, 1e-9);
  const std::vector<double> three = Shares(3, 0.9999, 100'000);
  EXPECT_GT(three[2], 0.1);
}

TEST(Scramble, IsAPermutation) {
  for (const uint64_t items : {1, 2, 3, 10, 64, 1000, 1001}) {
    const Scramble scramble(items);
    std::set<uint64_t> images;
    for (uint64_t rank = 0; rank < items; ++rank) images.insert(scramble(rank));
    EXPECT_EQ(images.size(), items);
    EXPECT_EQ(*images.rbegin(), items - 1);
  }
}

TEST(Scramble, ScattersTheHottest) {
  constexpr uint64_t kItems = 100'000;
  const Scramble scramble(kItems);
  std::set<uint64_t> hot;
  for (uint64_t rank = 0; rank < 10; ++rank) hot.insert(scramble(rank));
  uint64_t before = *hot.begin();
  for (auto item = std::next(hot.begin()); item != hot.end(); before = *item++) {
    EXPECT_GT(*item - before, kItems / 30);
  }
}

}  // namespace
}  // namespace datombench

#include "index/nearest_names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace datombench {
namespace {

TEST(NearestNamesTest, EditDistanceCountsEditsAndSwaps) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
  EXPECT_EQ(EditDistance("file", "flie"), 1u);
  EXPECT_EQ(EditDistance("ca", "abc"), 3u);  // no edits inside a swap
}

TEST(NearestNamesTest, EditDistanceIsSymmetricAndBounded) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const auto word = [&random] {
    std::string text(random() % 9, 'a');
    for (char& character : text) character = static_cast<char>('a' + random() % 3);
    return text;
  };
  for (int i = 0; i < 1000; ++i) {
    const std::string x = word();
    const std::string y = word();
    const size_t distance = EditDistance(x, y);
    EXPECT_EQ(distance, EditDistance(y, x)) << x << " " << y;
    EXPECT_EQ(distance == 0, x == y) << x << " " << y;
    EXPECT_LE(distance, std::max(x.size(), y.size()));
    EXPECT_GE(distance, std::max(x.size(), y.size()) - std::min(x.size(), y.size()));
  }
}

TEST(NearestNamesTest, NearestComeFirst) {
  constexpr std::array<std::string_view, 4> kNames = {"memory", "file", "leveldb", "level"};
  EXPECT_EQ(NearestNames("leveldv", kNames), "nearest: leveldb, level");
  EXPECT_EQ(NearestNames("flie", kNames), "nearest: file");
  EXPECT_EQ(NearestNames("zzzzzzzz", kNames), "there are: memory, file, leveldb, level");
}

TEST(NearestNamesTest, ManyNamesAreNotListedWhereNoneIsNear) {
  const std::vector<std::string_view> names(33, "memory");
  EXPECT_EQ(NearestNames("zzzzzzzz", names), "none of the 33 there are is near");
  EXPECT_EQ(NearestNames("memori", names), "nearest: memory, memory, memory");
  EXPECT_EQ(NearestNames("memory", {}), "there are none");
}

TEST(NearestNamesTest, PartOfANameIsNear) {
  constexpr std::array<std::string_view, 2> kNames = {"op_log_replay", "record_snapshot"};
  EXPECT_EQ(NearestNames("log", kNames), "nearest: op_log_replay");
}

}  // namespace
}  // namespace datombench

// What a strategy refuses, and in which words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/strategies/strategy_setup.h"

namespace datombench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The message of the StorageError that `act()` throws; corruption is not what is expected here.
std::string Refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const CorruptionError& error) {
    return std::string("taken for corruption: ") + error.what();
  } catch (const StorageError& error) {
    EXPECT_THAT(error.what(), Not(HasSubstr("\n")));
    return error.what();
  }
  return "accepted";
}

class StrategyOptionsTest : public ::testing::TestWithParam<const StrategyKind*> {
 protected:
  StrategyOptionsTest()
      : options_(SmallOptions(*GetParam(), *FindIndex("sorted_set"), *FindCodec("packed"), 8)),
        base_(NewMemoryBackend()),
        framed_(*base_) {}

  // A store with a flush in it.
  void Write() {
    Session session(*GetParam(), options_, framed_);
    RandomHistory history({.seed = 5});
    ASSERT_NO_FATAL_FAILURE(session.Transact(history));
    session.Flush();
  }
  std::string RefusalToConnect(const StrategyOptions& options) {
    return Refusal([&] { GetParam()->make(framed_, options)->Connect(); });
  }

  StrategyOptions options_;
  std::unique_ptr<Backend> base_;
  FramedBackend framed_;
};

TEST_P(StrategyOptionsTest, AStoreWithOtherHistoryIsRefusedNamingBoth) {
  Write();
  options_.db.keep_history = false;
  EXPECT_THAT(RefusalToConnect(options_),
              HasSubstr("the store was written with history on, opened with off"));
}

TEST_P(StrategyOptionsTest, AStoreWithOtherSemanticsIsRefusedNamingBoth) {
  Write();
  options_.db.semantics = Semantics::kDatahike6c1468fd;
  EXPECT_THAT(RefusalToConnect(options_),
              HasSubstr("written with semantics current, opened with datahike_6c1468fd"));
}

TEST_P(StrategyOptionsTest, AStoreOfAnotherCodecIsRefusedNamingBoth) {
  Write();
  options_.codec = FindCodec("boost");
  EXPECT_THAT(RefusalToConnect(options_),
              HasSubstr("written with codec packed, opened with boost"));
}

TEST_P(StrategyOptionsTest, AStoreOfAnotherStrategyIsRefusedNamingBoth) {
  Write();
  for (const StrategyKind& other : AllStrategies()) {
    if (&other == GetParam()) continue;
    StrategyOptions options = options_;
    options.extra.clear();
    EXPECT_THAT(
        Refusal([&] { other.make(framed_, options)->Connect(); }),
        AllOf(HasSubstr(std::string(other.name)), HasSubstr(std::string(GetParam()->name))));
  }
}

TEST_P(StrategyOptionsTest, AnotherBranchingFactorIsRefusedWhereNodesAreStored) {
  Write();
  options_.branching_factor = 16;
  const std::string refusal = RefusalToConnect(options_);
  if (GetParam()->needs_node_addressable_index) {
    EXPECT_THAT(refusal, HasSubstr("written with branching factor 8, opened with 16"));
  } else {
    EXPECT_EQ(refusal, "accepted");
  }
}

TEST_P(StrategyOptionsTest, AnIndexWithoutNodesIsRefusedWhereNodesAreStored) {
  for (const IndexKind* index : AllIndexes()) {
    options_.index = index;
    const std::string refusal = Refusal([&] { GetParam()->make(framed_, options_); });
    if (AppliesTo(*GetParam(), *index)) {
      EXPECT_EQ(refusal, "accepted");
    } else {
      EXPECT_THAT(refusal, HasSubstr(std::string(index->name())));
    }
  }
}

TEST_P(StrategyOptionsTest, ADurabilityThatTheBackendLacksIsRefused) {
  options_.durability = Durability::kPower;
  EXPECT_THAT(Refusal([&] { GetParam()->make(framed_, options_); }),
              AllOf(HasSubstr("power"), HasSubstr("volatile")));
}

TEST_P(StrategyOptionsTest, AnUnknownOptionIsRefusedWithTheNearestNameFirst) {
  const std::string_view known = GetParam()->options.back().name;
  const std::string misspelt = std::string(known) + "s";
  options_.extra[misspelt] = "1";
  EXPECT_THAT(Refusal([&] { GetParam()->make(framed_, options_); }),
              HasSubstr("no option " + misspelt + "; nearest: " + std::string(known)));
}

TEST_P(StrategyOptionsTest, AMalformedOptionIsRefused) {
  for (const StrategyKind::Option& option : GetParam()->options) {
    for (const char* value : {"", "x", "-1", "1x", "1e999", "nan"}) {
      StrategyOptions options = options_;
      options.extra[std::string(option.name)] = value;
      EXPECT_THAT(Refusal([&] { GetParam()->make(framed_, options); }),
                  HasSubstr(std::string(option.name)))
          << value;
    }
  }
}

TEST_P(StrategyOptionsTest, DeclaredDefaultsAreAccepted) {
  options_.extra.clear();
  for (const StrategyKind::Option& option : GetParam()->options) {
    options_.extra.emplace(option.name, option.default_value);
  }
  EXPECT_EQ(Refusal([&] { GetParam()->make(framed_, options_); }), "accepted");
}

TEST_P(StrategyOptionsTest, AnEmptyStoreGivesAnEmptyDatabaseEachTime) {
  for (int i = 0; i < 2; ++i) {
    const auto strategy = GetParam()->make(framed_, options_);
    const Db db = strategy->Connect();
    EXPECT_TRUE(Matches(db, DatabaseModel(options_.db)));
  }
}

INSTANTIATE_TEST_SUITE_P(All, StrategyOptionsTest, ::testing::ValuesIn([] {
                           std::vector<const StrategyKind*> kinds;
                           for (const StrategyKind& kind : AllStrategies()) kinds.push_back(&kind);
                           return kinds;
                         }()),
                         [](const auto& test) { return std::string(test.param->name); });

TEST(StrategyRegistryTest, NamesAreFoundAndUnknownOnesAreNot) {
  for (const StrategyKind& kind : AllStrategies()) EXPECT_EQ(FindStrategy(kind.name), &kind);
  EXPECT_EQ(FindStrategy("dirty_node"), nullptr);
  for (const Codec* codec : AllCodecs()) EXPECT_EQ(FindCodec(codec->name()), codec);
  EXPECT_EQ(FindCodec("json"), nullptr);
}

}  // namespace
}  // namespace datombench

// Damaged, missing and swapped objects are noticed: nothing is read that wasn't written.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/key_name.h"
#include "tests/strategies/strategy_setup.h"

namespace datombench {
namespace {

constexpr uint64_t kSeed = 4711;

class StrategyCorruptionTest : public ::testing::TestWithParam<const StrategyKind*> {
 protected:
  void SetUp() override {
    options_ = SmallOptions(*GetParam(), *IndexesOf(*GetParam()).front(), *FindCodec("packed"), 8);
    // A checkpoint and a log after it.
    if (GetParam()->letter == "C") options_.extra["checkpoint_min_bytes"] = "600";
    const auto base = NewMemoryBackend();
    FramedBackend framed(*base);
    Session session(*GetParam(), options_, framed);
    RandomHistory history({.seed = kSeed, .entities = 10, .operations = 6, .unique = false});
    for (int i = 0; i < 10; ++i) {
      ASSERT_NO_FATAL_FAILURE(session.Transact(history));
      session.Flush();
      states_.push_back(session.model());
    }
    contents_ = Contents(*base);
  }

  // Connects to a store with these objects and reads everything. Returns whether that threw
  // CorruptionError; fails if it did neither that nor give one of the flushed states.
  bool IsNoticed(const std::map<std::string, std::string>& contents, bool may_be_older = false) {
    const auto base = MemoryBackendWith(contents);
    FramedBackend framed(*base);
    try {
      const auto strategy = GetParam()->make(framed, options_);
      const Db db = strategy->Connect();
      // The model's comparison reads every index to its end.
      bool is_right = static_cast<bool>(Matches(db, states_.back()));
      if (may_be_older) {
        for (const DatabaseModel& state : states_)
          is_right |= static_cast<bool>(Matches(db, state));
      }
      EXPECT_TRUE(is_right) << "a wrong answer";
      return false;
    } catch (const CorruptionError& error) {
      EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("\n")));
      message_ = error.what();
      return true;
    }
  }

  // The record and some of what lies in the live tree, snapshot, checkpoint or log.
  std::vector<std::string> LiveKeys() {
    constexpr size_t kMost = 40;
    std::vector<std::string> live;
    for (auto entry = contents_.rbegin(); entry != contents_.rend(); ++entry) {
      auto contents = contents_;
      contents.erase(entry->first);
      if (live.size() < kMost && IsNoticed(contents, true)) live.push_back(entry->first);
    }
    return live;
  }

  StrategyOptions options_;
  std::vector<DatabaseModel> states_;
  std::map<std::string, std::string> contents_;
  std::string message_;
};

TEST_P(StrategyCorruptionTest, AnIntactStoreIsRead) { EXPECT_FALSE(IsNoticed(contents_)); }

TEST_P(StrategyCorruptionTest, AFlippedBitInALiveObjectIsNoticedAndTheObjectNamed) {
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  const auto live = LiveKeys();
  ASSERT_GT(live.size(), 2u);
  for (const std::string& key : live) {
    for (int i = 0; i < 8; ++i) {
      auto contents = contents_;
      std::string& bytes = contents[key];
      const size_t place = i == 0 ? 0 : random() % bytes.size();
      bytes[place] = static_cast<char>(bytes[place] ^ 1 << random() % 8);
      EXPECT_TRUE(IsNoticed(contents)) << KeyName(key) << " byte " << place;
      EXPECT_THAT(message_, ::testing::HasSubstr(KeyName(key)));
    }
  }
}

TEST_P(StrategyCorruptionTest, AFlippedBitInAnyObjectNeverGivesAWrongAnswer) {
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (const auto& [key, value] : contents_) {
    auto contents = contents_;
    std::string& bytes = contents[key];
    const size_t place = random() % bytes.size();
    bytes[place] = static_cast<char>(bytes[place] ^ 1 << random() % 8);
    IsNoticed(contents);
  }
}

TEST_P(StrategyCorruptionTest, ATruncatedObjectIsNoticed) {
  for (const std::string& key : LiveKeys()) {
    const size_t whole = contents_[key].size();
    for (const size_t size : {size_t{0}, size_t{10}, whole / 2, whole - 1}) {
      auto contents = contents_;
      contents[key].resize(size);
      EXPECT_TRUE(IsNoticed(contents)) << KeyName(key) << " cut to " << size;
    }
  }
}

// The newest log segment alone may be missing unnoticed: then an older flush is there, whole.
TEST_P(StrategyCorruptionTest, AMissingObjectIsNoticedOrOneThatNothingNeeds) {
  std::string newest_segment;
  for (const auto& [key, value] : contents_) {
    if (key[0] == 'l') newest_segment = key;
  }
  size_t noticed = 0;
  for (const auto& [key, value] : contents_) {
    auto contents = contents_;
    contents.erase(key);
    if (IsNoticed(contents, key == newest_segment)) ++noticed;
    if (key == "r") {
      EXPECT_THAT(message_, ::testing::HasSubstr("missing"));
    }
  }
  EXPECT_GT(noticed, 2u);
}

TEST_P(StrategyCorruptionTest, SwappedObjectsAreNoticed) {
  const auto live = LiveKeys();
  for (size_t i = 0; i + 1 < live.size(); ++i) {
    auto contents = contents_;
    std::swap(contents[live[i]], contents[live[i + 1]]);
    EXPECT_TRUE(IsNoticed(contents)) << KeyName(live[i]);
  }
}

// Without the frame, too: what a swap leaves behind must not be taken for what it isn't.
TEST_P(StrategyCorruptionTest, AnObjectOfAnotherKindInARecordsPlaceIsNoticed) {
  const auto base = MemoryBackendWith(contents_);
  FramedBackend framed(*base);
  const auto payloads = Contents(framed);
  const std::string other =
      payloads.begin()->first == "r" ? payloads.rbegin()->second : payloads.begin()->second;
  Batch batch;
  batch.Put("r", other);
  framed.Write(batch, Durability::kVolatile);
  EXPECT_TRUE(IsNoticed(Contents(*base)));
}

// A frame can be right around datoms that no database has: an attribute without a name has no rank,
// so comparing it would read what isn't there.
TEST_P(StrategyCorruptionTest, AnAttributeThatThereIsNotIsNoticed) {
  const Codec& codec = *options_.codec;
  const auto base = MemoryBackendWith(contents_);
  FramedBackend framed(*base);
  Batch batch;
  for (const auto& [key, bytes] : Contents(framed)) {
    ValueArena values;
    const auto rename = [](std::vector<Datom>* datoms) {
      for (Datom& d : *datoms) d = {d.e(), d.a() + 5000, d.v(), d.tx(), d.added()};
    };
    if (key[0] == 'n') {
      NodeContents node = codec.DecodeNode(bytes);
      rename(&node.keys);
      batch.Put(key, codec.EncodeNode(node.View()));
    } else if (key[0] == 'l') {
      LogSegment segment = codec.DecodeLogSegment(bytes, values);
      rename(&segment.deltas);
      batch.Put(key, codec.EncodeLogSegment(
                         {segment.new_attributes, segment.transactions, segment.deltas}));
    } else if (key[0] != 'r') {
      std::vector<Datom> datoms;
      codec.DecodeDatoms(bytes, values, &datoms);
      rename(&datoms);
      batch.Put(key, codec.EncodeDatoms(datoms));
    }
  }
  framed.Write(batch, Durability::kVolatile);
  EXPECT_TRUE(IsNoticed(Contents(*base)));
  EXPECT_THAT(message_, ::testing::HasSubstr("attribute"));
}

INSTANTIATE_TEST_SUITE_P(All, StrategyCorruptionTest, ::testing::ValuesIn([] {
                           std::vector<const StrategyKind*> kinds;
                           for (const StrategyKind& kind : AllStrategies()) kinds.push_back(&kind);
                           return kinds;
                         }()),
                         [](const auto& test) { return std::string(test.param->name); });

}  // namespace
}  // namespace datombench

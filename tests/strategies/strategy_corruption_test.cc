// Damaged, missing and swapped objects are noticed: nothing is read that wasn't written.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "backends/key_name.h"
#include "tests/strategies/strategy_setup.h"

namespace datombench {
namespace {

constexpr uint64_t kSeed = 4711;

struct StoredSetup {
  const StrategyKind* strategy;
  const IndexKind* index;
};

std::vector<StoredSetup> AllSetups() {
  std::vector<StoredSetup> setups;
  for (const StrategyKind& strategy : AllStrategies()) {
    for (const IndexKind* index : StoredIndexesOf(strategy)) setups.push_back({&strategy, index});
  }
  return setups;
}

class StrategyCorruptionTest : public ::testing::TestWithParam<StoredSetup> {
 protected:
  const StrategyKind& strategy() const { return *GetParam().strategy; }

  void SetUp() override {
    options_ = SmallOptions(strategy(), *GetParam().index, *FindCodec("packed"),
                            SmallBranchingFactor(*GetParam().index));
    // A checkpoint and a log after it.
    if (strategy().letter == "C") options_.extra["checkpoint_min_bytes"] = "600";
    const auto base = NewMemoryBackend();
    FramedBackend framed(*base);
    Session session(strategy(), options_, framed);
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
      const auto connected = strategy().make(framed, options_);
      const Db db = connected->Connect();
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

INSTANTIATE_TEST_SUITE_P(All, StrategyCorruptionTest, ::testing::ValuesIn(AllSetups()),
                         [](const auto& test) {
                           return fmt::format("{}_{}", test.param.strategy->name,
                                              test.param.index->name());
                         });

// The same in roots that the record keeps, and where a root is missing or one too many.
class RootInRecordTest : public ::testing::Test {
 protected:
  RootInRecordTest()
      : options_(SmallOptions(strategy_, *FindIndex("hitchhiker_tree"), *FindCodec("packed"))) {
    Session session(strategy_, options_, framed_);
    RandomHistory history({.seed = kSeed, .entities = 10, .operations = 6, .unique = false});
    for (int i = 0; i < 10; ++i) session.Transact(history);
    session.Flush();
    record_ = codec().DecodeRecord(*framed_.Get("r"));
  }

  const Codec& codec() const { return *options_.codec; }

  // What opening the store with this record and reading everything is refused with.
  std::string Refusal(const RecordContents& record) {
    Batch batch;
    batch.Put("r", codec().EncodeRecord(record));
    framed_.Write(batch, Durability::kVolatile);
    try {
      const auto connected = strategy_.make(framed_, options_);
      const Db db = connected->Connect();
      for (const IndexPtr& index : db.indexes) {
        const auto cursor = index->All();
        while (!cursor->Next().empty()) {
        }
      }
    } catch (const CorruptionError& error) {
      return error.what();
    }
    return "accepted";
  }

  const StrategyKind& strategy_ = *FindStrategy("dirty_node_tree");
  const StrategyOptions options_;
  const std::unique_ptr<Backend> base_ = NewMemoryBackend();
  FramedBackend framed_{*base_};
  RecordContents record_;
};

TEST_F(RootInRecordTest, OneAsItWasWrittenIsAccepted) { EXPECT_EQ(Refusal(record_), "accepted"); }

TEST_F(RootInRecordTest, OneThatIsMissingIsNoticed) {
  for (std::string& node : record_.root_nodes) {
    const std::string whole = std::exchange(node, "");
    EXPECT_THAT(Refusal(record_), ::testing::HasSubstr("roots"));
    node = whole;
  }
}

TEST_F(RootInRecordTest, AnAddressBesideOneIsNoticed) {
  record_.roots[2] = 1;
  EXPECT_THAT(Refusal(record_), ::testing::HasSubstr("roots"));
}

TEST_F(RootInRecordTest, AnAttributeInOneThatThereIsNotIsNoticed) {
  const auto renamed = [](const Datom& d) {
    return Datom(d.e(), d.a() + 5000, d.v(), d.tx(), d.added());
  };
  for (const bool in_buffer : {false, true}) {
    RecordContents record = record_;
    bool is_renamed = false;
    for (std::string& bytes : record.root_nodes) {
      NodeContents node = codec().DecodeNode(bytes);
      if (in_buffer ? node.buffer.empty() : node.keys.empty()) continue;
      Datom& datom = in_buffer ? node.buffer.back().datom : node.keys.back();
      datom = renamed(datom);
      bytes = codec().EncodeNode(node.View());
      is_renamed = true;
    }
    ASSERT_TRUE(is_renamed);
    EXPECT_THAT(Refusal(record), ::testing::HasSubstr("attribute")) << in_buffer;
  }
}

TEST_F(RootInRecordTest, BytesOfOneThatAreNoNodeAreNoticed) {
  record_.root_nodes[0] = "pn";
  EXPECT_THAT(Refusal(record_), ::testing::HasSubstr("record"));
}

}  // namespace
}  // namespace datombench

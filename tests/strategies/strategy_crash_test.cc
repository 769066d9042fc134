// A crash between any two operations of a flush leaves the former state or the new one.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/strategies/strategy_setup.h"
#include "tests/support/cutting_backend.h"

namespace datombench {
namespace {

constexpr uint64_t kSeed = 77;

struct CrashSetup {
  const StrategyKind* strategy;
  const IndexKind* index;
  const Codec* codec;
};

std::vector<CrashSetup> AllSetups() {
  std::vector<CrashSetup> setups;
  for (const StrategyKind& strategy : AllStrategies()) {
    for (const IndexKind* index : StoredIndexesOf(strategy)) {
      for (const Codec* codec : AllCodecs()) setups.push_back({&strategy, index, codec});
    }
  }
  return setups;
}

// A store in memory, framed, that can crash.
struct CrashingStore {
  explicit CrashingStore(const std::map<std::string, std::string>& contents = {})
      : base(MemoryBackendWith(contents)), cutting(*base), framed(cutting) {}

  std::unique_ptr<Backend> base;
  CuttingBackend cutting;
  FramedBackend framed;
};

class StrategyCrashTest : public ::testing::TestWithParam<CrashSetup> {
 protected:
  const StrategyKind& strategy() const { return *GetParam().strategy; }
  StrategyOptions Options() const {
    const IndexKind& index = *GetParam().index;
    return SmallOptions(strategy(), index, *GetParam().codec, SmallBranchingFactor(index));
  }

  RandomHistory NewHistory() const {
    return RandomHistory({.seed = kSeed, .entities = 12, .operations = 10, .unique = false});
  }

  // `flushes` flushes of two transactions each.
  void Run(int flushes, RandomHistory& history, Session& session) {
    for (int i = 0; i < flushes; ++i) {
      ASSERT_NO_FATAL_FAILURE(session.Transact(history));
      ASSERT_NO_FATAL_FAILURE(session.Transact(history));
      session.Flush();
    }
  }
};

// For each flush of a history and each number of operations that a crash lets through.
TEST_P(StrategyCrashTest, LeavesTheFormerStateOrTheNewOne) {
  SCOPED_TRACE(fmt::format("seed {}", kSeed));
  constexpr int kFlushes = 5;
  for (int flush = 0; flush < kFlushes; ++flush) {
    RandomHistory history = NewHistory();
    CrashingStore before;
    Session session(strategy(), Options(), before.framed);
    ASSERT_NO_FATAL_FAILURE(Run(flush, history, session));
    const auto contents = Contents(*before.base);
    const DatabaseModel former = session.model();
    ASSERT_NO_FATAL_FAILURE(session.Transact(history));
    ASSERT_NO_FATAL_FAILURE(session.Transact(history));
    const DatabaseModel latter = session.model();

    bool is_cut = true;
    for (uint64_t operations = 0; is_cut; ++operations) {
      SCOPED_TRACE(fmt::format("flush {} cut after {} operations", flush, operations));
      CrashingStore store(contents);
      Session crashing(strategy(), Options(), store.framed);
      RandomHistory replayed = NewHistory();
      // The same transactions once more, the flushed ones only to bring the history there.
      TxId tx = kTx0;
      for (int i = 0; i < 2 * flush; ++i) replayed.Next(++tx);
      crashing.Connect(store.framed, former);
      ASSERT_NO_FATAL_FAILURE(crashing.Transact(replayed));
      ASSERT_NO_FATAL_FAILURE(crashing.Transact(replayed));
      store.cutting.CutAfter(operations);
      try {
        crashing.Flush();
        is_cut = false;
      } catch (const StorageError&) {
      }
      store.cutting.Heal();
      ASSERT_TRUE(Matches(crashing.db(), latter)) << "in memory, after the crash";
      crashing.Close();

      Session reopened(strategy(), Options(), store.framed);
      const bool is_latter = static_cast<bool>(Matches(reopened.db(), latter));
      ASSERT_TRUE(is_latter || (is_cut && Matches(reopened.db(), former)))
          << Matches(reopened.db(), is_cut ? former : latter);
      // What the crash left behind must not harm what comes next, nor stay.
      reopened.Connect(store.framed, is_latter ? latter : former);
      ASSERT_NO_FATAL_FAILURE(Run(2, replayed, reopened));
      reopened.Connect(store.framed);
      ASSERT_TRUE(Matches(reopened.db(), reopened.model()));
    }
  }
}

TEST_P(StrategyCrashTest, AFlushThatFailedIsRepeatedOrRefused) {
  for (uint64_t operations = 0; operations < 6; ++operations) {
    SCOPED_TRACE(operations);
    RandomHistory history = NewHistory();
    CrashingStore store;
    Session session(strategy(), Options(), store.framed);
    ASSERT_NO_FATAL_FAILURE(Run(3, history, session));
    const DatabaseModel former = session.model();
    ASSERT_NO_FATAL_FAILURE(session.Transact(history));
    store.cutting.CutAfter(operations);
    bool was_cut = false;
    try {
      session.Flush();
    } catch (const StorageError&) {
      was_cut = true;
    }
    store.cutting.Heal();
    ASSERT_NO_FATAL_FAILURE(session.Transact(history));
    // A node that was given an address and never written must not be taken for a stored one.
    const bool must_refuse = was_cut && strategy().letter == "A";
    if (must_refuse) {
      EXPECT_THROW(session.Flush(), StorageError);
      EXPECT_THROW(session.Flush(), StorageError);
      EXPECT_TRUE(Matches(session.db(), session.model())) << "the database stays readable";
      const DatabaseModel& expected = former;
      session.Connect(store.framed, expected);
    } else {
      session.Flush();
      session.Connect(store.framed);
    }
    EXPECT_TRUE(Matches(session.db(), session.model()));
  }
}

// A flush fails at one point, the next one in the same process crashes at another. Where the first
// failed after its record was applied, what that points to must be left alone by the second.
TEST_P(StrategyCrashTest, ACrashAfterAFailedFlushLeavesOneOfTheThreeStates) {
  StrategyOptions options = Options();
  options.extra.clear();
  if (strategy().letter == "C") {
    options.extra = {{"checkpoint_ratio", "0"}, {"checkpoint_min_bytes", "0"}};
  }
  RandomHistory history = NewHistory();
  CrashingStore before;
  Session session(strategy(), options, before.framed);
  ASSERT_NO_FATAL_FAILURE(Run(3, history, session));
  const auto contents = Contents(*before.base);
  const DatabaseModel former = session.model();
  constexpr uint64_t kMostOperations = 20;  // of B and C, with checkpoint and deletes
  for (uint64_t first = 0; first < kMostOperations; ++first) {
    for (uint64_t second = 0; second < kMostOperations; ++second) {
      SCOPED_TRACE(fmt::format("cut after {} and {} operations", first, second));
      CrashingStore store(contents);
      Session crashing(strategy(), options, store.framed);
      RandomHistory replayed = NewHistory();
      TxId tx = kTx0;
      for (int i = 0; i < 6; ++i) replayed.Next(++tx);
      crashing.Connect(store.framed, former);
      std::vector<DatabaseModel> states = {former};
      for (const uint64_t operations : {first, second}) {
        ASSERT_NO_FATAL_FAILURE(crashing.Transact(replayed));
        states.push_back(crashing.model());
        store.cutting.CutAfter(operations);
        try {
          crashing.Flush();
          states = {states.back()};
        } catch (const StorageError&) {
        }
        store.cutting.Heal();
      }
      crashing.Close();
      Session reopened(strategy(), options, store.framed);
      bool is_one_of_them = false;
      for (const DatabaseModel& state : states) {
        is_one_of_them |= static_cast<bool>(Matches(reopened.db(), state));
      }
      ASSERT_TRUE(is_one_of_them);
    }
  }
}

// Of snapshots and checkpoints that were never switched to, or are no longer.
TEST_P(StrategyCrashTest, LeftoversAreGoneAfterTheNextFlush) {
  StrategyOptions options = Options();
  // So that each flush of C writes a checkpoint.
  if (strategy().letter == "C") options.extra["checkpoint_ratio"] = "0";
  for (uint64_t operations = 0; operations < 60; ++operations) {
    SCOPED_TRACE(operations);
    RandomHistory history = NewHistory();
    CrashingStore store;
    Session session(strategy(), options, store.framed);
    ASSERT_NO_FATAL_FAILURE(Run(3, history, session));
    ASSERT_NO_FATAL_FAILURE(session.Transact(history));
    store.cutting.CutAfter(operations);
    try {
      session.Flush();
    } catch (const StorageError&) {
    }
    store.cutting.Heal();
    // Which of both states is there doesn't matter: the next transaction goes on from it.
    session.Connect(store.framed);
    RandomHistory next = NewHistory();
    const TxReport report = Transact(session.db(), next.Next(session.db().max_tx + 1));
    session.strategy().Append(report);
    session.strategy().Flush(report.db_after);

    std::set<std::string> generations;
    for (const char* prefix : {"s", "c"}) {
      store.framed.ScanKeys(prefix, [&](std::string_view key) {
        generations.emplace(key.substr(0, 1 + sizeof(uint64_t)));
      });
    }
    EXPECT_LE(generations.size(), 1u);
    size_t segments = 0;
    store.framed.ScanKeys("l", [&](std::string_view) { ++segments; });
    EXPECT_EQ(segments, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(All, StrategyCrashTest, ::testing::ValuesIn(AllSetups()),
                         [](const auto& test) {
                           return fmt::format("{}_{}_{}", test.param.strategy->name,
                                              test.param.index->name(), test.param.codec->name());
                         });

}  // namespace
}  // namespace datombench

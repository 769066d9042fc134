// What each strategy reads and writes, to the object.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backends/metered_backend.h"
#include "tests/strategies/strategy_setup.h"
#include "tests/support/cutting_backend.h"

namespace datombench {
namespace {

constexpr uint64_t kSeed = 99;

const StrategyKind& Kind(std::string_view name) { return *FindStrategy(name); }
const Codec& Packed() { return *FindCodec("packed"); }

// strategy -> frame -> meter -> (sizes of batches) -> memory
struct MeteredStore {
  MeteredStore() : base(NewMemoryBackend()), sizes(*base), meter(sizes), framed(meter) {}

  // What happened in a class of objects since `before`.
  ClassIoCounters Since(const IoCounters& before, ObjectClass object_class) const {
    return (meter.counters() - before).of(object_class);
  }

  std::unique_ptr<Backend> base;
  CuttingBackend sizes;
  MeteredBackend meter;
  FramedBackend framed;
};

void Transact(Session& session, RandomHistory& history, int transactions, int flush_every) {
  for (int i = 1; i <= transactions; ++i) {
    ASSERT_NO_FATAL_FAILURE(session.Transact(history));
    if (i % flush_every == 0) session.Flush();
  }
}

class StrategyBudgetTest : public ::testing::Test {
 protected:
  void Open(std::string_view strategy, const std::string& index = "sorted_set") {
    kind_ = &Kind(strategy);
    options_ = SmallOptions(*kind_, *FindIndex(index), Packed(), 8);
  }
  Session NewSession() { return {*kind_, options_, store_.framed}; }

  const StrategyKind* kind_ = nullptr;
  StrategyOptions options_;
  MeteredStore store_;
  RandomHistory history_{{.seed = kSeed, .entities = 60, .operations = 30, .unique = false}};
};

TEST_F(StrategyBudgetTest, DirtyNodeTreeConnectsWithOneRead) {
  Open("dirty_node_tree");
  Session session = NewSession();
  Transact(session, history_, 30, 5);
  const IoCounters before = store_.meter.counters();
  session.Connect(store_.framed);
  const IoCounters connect = store_.meter.counters() - before;
  EXPECT_EQ(connect.Total().gets, 1u);
  EXPECT_EQ(connect.of(ObjectClass::kRecord).gets, 1u);
  EXPECT_EQ(connect.Total().scans, 0u);
  EXPECT_EQ(connect.Total().puts, 0u);
}

TEST_F(StrategyBudgetTest, DirtyNodeTreeReadsOnePathForAPointRead) {
  Open("dirty_node_tree");
  Session session = NewSession();
  Transact(session, history_, 40, 5);
  for (const IndexName name : kIndexNames) {
    uint32_t depth = 0;
    dynamic_cast<const NodeAddressableIndex&>(*session.db().index(name))
        .VisitAddresses([&](Address, uint32_t level) { depth = std::max(depth, level + 1); });
    ASSERT_GE(depth, 3u) << "too small to tell";
    session.Connect(store_.framed);
    const IoCounters before = store_.meter.counters();
    session.db().index(name)->Seek(LowestDatom({.e = 30, .a = {}, .v = {}}));
    EXPECT_LE(store_.Since(before, ObjectClass::kNode).gets, depth);
  }
}

TEST_F(StrategyBudgetTest, DirtyNodeTreeReportsTheNodesThatItWrites) {
  Open("dirty_node_tree");
  Session session = NewSession();
  for (int i = 0; i < 12; ++i) {
    Transact(session, history_, 3, 100);
    std::array<uint64_t, kIndexCount> dirty{};
    uint64_t all = 0;
    for (const IndexName name : kIndexNames) {
      dirty[static_cast<size_t>(name)] =
          dynamic_cast<const NodeAddressableIndex&>(*session.db().index(name)).DirtyNodes();
      all += dirty[static_cast<size_t>(name)];
    }
    const IoCounters before = store_.meter.counters();
    EXPECT_EQ(session.Flush().nodes, dirty);
    EXPECT_EQ(store_.Since(before, ObjectClass::kNode).puts, all);
    EXPECT_EQ(store_.Since(before, ObjectClass::kRecord).puts, 1u);
  }
}

TEST_F(StrategyBudgetTest, DirtyNodeTreeHoldsBackNoMoreThanItsBound) {
  Open("dirty_node_tree");
  options_.extra["batch_bytes"] = "4000";
  Session session = NewSession();
  Transact(session, history_, 40, 40);
  const size_t record_bytes = Contents(store_.framed).at("r").size();
  const size_t largest_node_bytes = 1000;
  EXPECT_GT(store_.meter.counters().of(ObjectClass::kNode).put_bytes, 8000u);
  EXPECT_LT(store_.sizes.largest_batch_bytes(), 4000 + largest_node_bytes + record_bytes);
}

TEST_F(StrategyBudgetTest, DirtyNodeTreeRewritesTheRecordWithoutChanges) {
  Open("dirty_node_tree");
  Session session = NewSession();
  Transact(session, history_, 3, 3);
  const IoCounters before = store_.meter.counters();
  EXPECT_EQ(session.Flush().nodes, FlushReport().nodes);
  EXPECT_EQ((store_.meter.counters() - before).Total().puts, 1u);
  EXPECT_EQ(store_.Since(before, ObjectClass::kRecord).puts, 1u);
}

TEST_F(StrategyBudgetTest, MostSmallChangesOfAHitchhikerTreeWriteTheRecordAndNoNode) {
  Open("dirty_node_tree", "hitchhiker_tree");
  options_.branching_factor = 17;
  Session session = NewSession();
  Transact(session, history_, 100, 20);
  ASSERT_GT(store_.meter.counters().of(ObjectClass::kNode).puts, 0u) << "too small to tell";
  // A transaction has thirty operations at most, a buffer room for 283.
  int without_nodes = 0;
  for (int i = 0; i < 10; ++i) {
    const IoCounters before = store_.meter.counters();
    Transact(session, history_, 1, 1);
    EXPECT_EQ(store_.Since(before, ObjectClass::kRecord).puts, 1u);
    if ((store_.meter.counters() - before).Total().puts == 1) ++without_nodes;
  }
  EXPECT_GE(without_nodes, 5);
}

TEST_F(StrategyBudgetTest, AHitchhikerTreeConnectsWithOneReadAndReadsOnePathForAPointRead) {
  Open("dirty_node_tree", "hitchhiker_tree");
  options_.branching_factor = 4;
  Session session = NewSession();
  Transact(session, history_, 40, 5);
  for (const IndexName name : kIndexNames) {
    uint32_t depth = 0;
    dynamic_cast<const NodeAddressableIndex&>(*session.db().index(name))
        .VisitAddresses([&](Address, uint32_t level) { depth = std::max(depth, level + 1); });
    ASSERT_GE(depth, 1u) << "too small to tell";
    const IoCounters before = store_.meter.counters();
    session.Connect(store_.framed);
    EXPECT_EQ((store_.meter.counters() - before).Total().gets, 1u);
    session.db().index(name)->Seek(LowestDatom({.e = 30, .a = {}, .v = {}}));
    // At most two leaves: in the first, what is sought may have been erased.
    EXPECT_LE(store_.Since(before, ObjectClass::kNode).gets, depth + 1);
  }
}

TEST_F(StrategyBudgetTest, RecordSnapshotRewritesOnlyTheRecordWithoutChanges) {
  Open("record_snapshot");
  Session session = NewSession();
  Transact(session, history_, 3, 3);
  const IoCounters before = store_.meter.counters();
  session.Flush();
  EXPECT_EQ((store_.meter.counters() - before).Total().puts, 1u);
  EXPECT_EQ(store_.Since(before, ObjectClass::kRecord).puts, 1u);
  EXPECT_EQ((store_.meter.counters() - before).Total().deletes, 0u);
}

TEST_F(StrategyBudgetTest, RecordSnapshotWritesBoundedChunksOneByOne) {
  Open("record_snapshot");
  Session session = NewSession();
  Transact(session, history_, 20, 20);
  size_t chunks = 0;
  store_.framed.Scan("s", [&](std::string_view, std::string_view bytes) {
    ValueArena values;
    std::vector<Datom> datoms;
    Packed().DecodeDatoms(bytes, values, &datoms);
    size_t size = 0;
    for (const Datom& datom : datoms) {
      size += sizeof(Datom);
      if (IsOutOfLine(datom.v().type())) size += datom.v().AsBytes().size();
    }
    EXPECT_LE(size, 1500u);
    ++chunks;
  });
  EXPECT_GT(chunks, 20u);
  EXPECT_LT(store_.sizes.largest_batch_bytes(), 2500u);
}

TEST_F(StrategyBudgetTest, RecordSnapshotDeletesTheFormerSnapshot) {
  Open("record_snapshot");
  Session session = NewSession();
  Transact(session, history_, 20, 2);
  size_t datoms = 0;
  for (const IndexName name : kIndexNames) datoms += session.db().size(name);
  ValueArena values;
  std::vector<Datom> stored;
  store_.framed.Scan("s", [&](std::string_view, std::string_view bytes) {
    Packed().DecodeDatoms(bytes, values, &stored);
  });
  EXPECT_EQ(stored.size(), datoms);
}

TEST_F(StrategyBudgetTest, OpLogReplayAppendsOneObjectAFlush) {
  Open("op_log_replay");
  options_.extra["checkpoint_ratio"] = "never";
  Session session = NewSession();
  Transact(session, history_, 2, 1);
  for (int i = 0; i < 10; ++i) {
    Transact(session, history_, 3, 100);
    const IoCounters before = store_.meter.counters();
    session.Flush();
    const IoCounters flush = store_.meter.counters() - before;
    EXPECT_EQ(flush.of(ObjectClass::kLog).puts, 1u);
    EXPECT_EQ(flush.Total().puts, 1u);
    EXPECT_EQ(flush.Total().gets + flush.Total().deletes + flush.Total().scans, 0u);
  }
}

TEST_F(StrategyBudgetTest, OpLogReplayWritesNothingWithoutChanges) {
  Open("op_log_replay");
  Session session = NewSession();
  Transact(session, history_, 3, 3);
  const IoCounters before = store_.meter.counters();
  session.Flush();
  EXPECT_EQ(store_.meter.counters(), before);
}

TEST_F(StrategyBudgetTest, OpLogReplayCheckpointsWhenTheLogOutgrowsTheCheckpoint) {
  Open("op_log_replay");
  options_.extra["checkpoint_ratio"] = "0.5";
  Session session = NewSession();
  uint64_t log_bytes = 0;
  uint64_t checkpoints = 0;
  for (int i = 0; i < 60; ++i) {
    const auto contents = Contents(store_.framed);
    uint64_t checkpoint_bytes = 0;
    for (const auto& [key, value] : contents) {
      if (key[0] == 'c') checkpoint_bytes += value.size();
    }
    Transact(session, history_, 1, 100);
    const IoCounters before = store_.meter.counters();
    session.Flush();
    const IoCounters flush = store_.meter.counters() - before;
    constexpr uint64_t kFrameAndKeyBytes = 20 + 9;
    if (flush.of(ObjectClass::kLog).puts == 0) continue;  // a transaction that was refused
    log_bytes += flush.of(ObjectClass::kLog).put_bytes - kFrameAndKeyBytes;
    const bool is_due = 2 * log_bytes > checkpoint_bytes;
    EXPECT_EQ(flush.of(ObjectClass::kCheckpoint).puts > 0, is_due) << i;
    EXPECT_EQ(flush.of(ObjectClass::kRecord).puts, is_due ? 1u : 0u) << i;
    if (!is_due) continue;
    log_bytes = 0;
    ++checkpoints;
    session.Connect(store_.framed);  // the figures are found again in the store
  }
  EXPECT_GT(checkpoints, 2u);
  EXPECT_LT(checkpoints, 50u);
}

TEST_F(StrategyBudgetTest, OpLogReplayStoresTheSameBytesForEveryIndex) {
  std::optional<std::map<std::string, std::string>> expected;
  for (const IndexKind* index : AllIndexes()) {
    for (const uint32_t branching_factor : {4u, 64u}) {
      MeteredStore store;
      RandomHistory history({.seed = kSeed, .entities = 40});
      StrategyOptions options =
          SmallOptions(Kind("op_log_replay"), *index, Packed(), branching_factor);
      options.extra["checkpoint_min_bytes"] = "2000";
      Session session(Kind("op_log_replay"), options, store.framed);
      Transact(session, history, 60, 3);
      const auto contents = Contents(*store.base);
      if (!expected.has_value()) expected = contents;
      EXPECT_EQ(contents, *expected) << index->name() << " " << branching_factor;
    }
  }
}

TEST_F(StrategyBudgetTest, OpLogReplayReopensUnderAnotherIndex) {
  for (const IndexKind* written : AllIndexes()) {
    for (const IndexKind* read : AllIndexes()) {
      MeteredStore store;
      RandomHistory history({.seed = kSeed, .entities = 40, .unique = false});
      const StrategyKind& kind = Kind("op_log_replay");
      Session session(kind, SmallOptions(kind, *written, Packed(), 8), store.framed);
      Transact(session, history, 20, 2);
      const auto contents = Contents(*store.base);
      Session other(kind, SmallOptions(kind, *read, Packed(), 64), store.framed);
      EXPECT_TRUE(Matches(other.db(), session.model()));
      EXPECT_EQ(Contents(*store.base), contents) << "nothing is rewritten";
    }
  }
}

TEST_F(StrategyBudgetTest, OpLogReplayRecordsAnIntegerOperationInAtMostFiftyTwoBytes) {
  Open("op_log_replay");
  Session session = NewSession();
  const size_t before = session.strategy().MemoryBytes();
  TxReport report{session.db(), session.db(), {}};
  size_t datoms = 0;
  for (uint64_t tx = 1; tx <= 20'000; ++tx) {
    report.db_after.max_tx = kTx0 + tx;
    report.tx_data.assign(10, Datom(tx, 11, Value::Long(1), kTx0 + tx, true));
    session.strategy().Append(report);
    datoms += 10;
  }
  EXPECT_LE(session.strategy().MemoryBytes() - before, 52 * datoms);
  EXPECT_GE(session.strategy().MemoryBytes() - before, 32 * datoms);
}

}  // namespace
}  // namespace datombench

// Random histories, under every semantics and on every index, against a model that shares no code
// with the database.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "index/replay.h"
#include "tests/support/database_model.h"
#include "tests/support/random_history.h"

namespace datombench {
namespace {

struct Case {
  DbOptions options;
  const IndexKind* index;
  uint32_t branching_factor;
};

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const Semantics semantics : {Semantics::kCurrent, Semantics::kDatahike6c1468fd}) {
    for (const bool keep_history : {true, false}) {
      for (const IndexKind* index : AllIndexes()) {
        for (const uint32_t branching_factor : {4, 8, 32, 64, 128, 512}) {
          cases.push_back({{keep_history, semantics}, index, branching_factor});
          if (!index->has_branching_factor()) break;
        }
      }
    }
  }
  return cases;
}

std::string NameOf(const ::testing::TestParamInfo<Case>& info) {
  const Case& c = info.param;
  return fmt::format("{}_{}_{}_{}", SemanticsName(c.options.semantics),
                     c.options.keep_history ? "history" : "no_history", c.index->name(),
                     c.branching_factor);
}

class DatabaseModelTest : public ::testing::TestWithParam<Case> {
 protected:
  Db Empty() const {
    const Case& c = GetParam();
    return Db::Empty(std::make_shared<Lineage>(
        c.options, *c.index, IndexOptions{.branching_factor = c.branching_factor}));
  }
};
INSTANTIATE_TEST_SUITE_P(AllSemanticsAndIndexes, DatabaseModelTest, ::testing::ValuesIn(AllCases()),
                         NameOf);

// What a history left behind.
struct Played {
  struct Version {
    Db db;
    DatabaseModel model;
  };
  std::vector<Version> versions;
  std::vector<Datom> log;  // every transaction's deltas
  uint64_t refused = 0;
};

// Plays a history into database and model, which must agree after every transaction, also about
// what is refused.
void Play(Db db, const RandomHistoryOptions& options, int transactions, Played* played) {
  RandomHistory history(options);
  DatabaseModel model(db.lineage->options);
  for (int i = 0; i < transactions; ++i) {
    const Transaction& transaction = history.Next(db.max_tx + 1);
    const bool is_accepted = model.Apply(transaction);
    try {
      const TxReport report = Transact(db, transaction);
      ASSERT_TRUE(is_accepted) << "transaction " << i << " should have been refused";
      ASSERT_TRUE(HoldSame(Replay(db, db.max_tx + 1, report.tx_data), report.db_after))
          << "replay of transaction " << i;
      db = report.db_after;
      played->log.insert(played->log.end(), report.tx_data.begin(), report.tx_data.end());
    } catch (const TransactionError& error) {
      ASSERT_FALSE(is_accepted) << "transaction " << i << ": " << error.what();
      ++played->refused;
    }
    ASSERT_TRUE(Matches(db, model)) << "transaction " << i;
    played->versions.push_back({db, model});
  }
}

constexpr int kSeeds = 3;
constexpr int kTransactions = 50;

TEST_P(DatabaseModelTest, EveryTransactionOfARandomHistoryLeavesWhatTheModelHas) {
  for (int seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Played played;
    Play(Empty(), {.seed = static_cast<uint64_t>(seed), .operations = 20}, kTransactions, &played);
    if (HasFatalFailure()) return;
    // A history that never meets a rule that refuses would be a weak one.
    EXPECT_GT(played.refused, 0u);
    EXPECT_LT(played.refused, static_cast<uint64_t>(kTransactions) / 2);
  }
}

TEST_P(DatabaseModelTest, ManyValuesOfFewEntitiesSplitAndJoinNodes) {
  Played played;
  Play(Empty(), {.seed = 77, .entities = 40, .values = 60, .operations = 120, .unique = false}, 40,
       &played);
}

// In indexes that nobody else has ever had, so that they are changed in place.
TEST_P(DatabaseModelTest, EveryVersionThatIsGivenUpForTheNextLeavesWhatTheModelHas) {
  for (const uint64_t seed : {21, 22}) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    RandomHistory history({.seed = seed, .operations = 20});
    Db transacted = Empty();
    Db replayed = Db::Empty(transacted.lineage);
    DatabaseModel model(transacted.lineage->options);
    for (int i = 0; i < kTransactions; ++i) {
      const Transaction& transaction = history.Next(transacted.max_tx + 1);
      const bool is_accepted = model.Apply(transaction);
      try {
        TxReport report = Transact(std::move(transacted), transaction);
        ASSERT_TRUE(is_accepted) << "transaction " << i << " should have been refused";
        transacted = std::move(report.db_after);
        replayed = Replay(std::move(replayed), transacted.max_tx, report.tx_data);
      } catch (const TransactionError& error) {
        ASSERT_FALSE(is_accepted) << "transaction " << i << ": " << error.what();
      }
      ASSERT_TRUE(Matches(transacted, model)) << "transaction " << i;
      ASSERT_TRUE(Matches(replayed, model)) << "replay of transaction " << i;
    }
  }
}

TEST_P(DatabaseModelTest, OlderVersionsStayAsTheyWere) {
  Played played;
  Play(Empty(), {.seed = 11, .operations = 16}, kTransactions, &played);
  for (const auto& [db, model] : played.versions) ASSERT_TRUE(Matches(db, model));
}

// The database that bulk replay makes of `from` and the deltas up to `to`.
Db Rebuilt(const Db& from, const Db& to, std::span<const Datom> log) {
  std::vector<Datom> deltas;
  for (const Datom& d : log) {
    if (d.tx() > from.max_tx && d.tx() <= to.max_tx) deltas.push_back(d);
  }
  Sequences sequences{DatomsOf(from, IndexName::kEavt), DatomsOf(from, IndexName::kTemporalEavt)};
  auto schema = ReplayInBulk(*from.lineage, from.schema, deltas, &sequences);
  return BuildDb(from.lineage, schema, to.max_tx, to.max_eid, std::move(sequences));
}

TEST_P(DatabaseModelTest, BulkReplayOfTheWholeLogGivesTheDatabase) {
  for (uint64_t seed = 100; seed < 100 + kSeeds; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Played played;
    Play(Empty(), {.seed = seed, .operations = 20}, kTransactions, &played);
    if (HasFatalFailure()) return;
    const Db& last = played.versions.back().db;
    EXPECT_TRUE(HoldSame(Rebuilt(Db::Empty(last.lineage), last, played.log), last));
  }
}

TEST_P(DatabaseModelTest, BulkReplayFromAnyVersionToAnyLaterOneGivesThatOne) {
  Played played;
  Play(Empty(), {.seed = 31, .operations = 16}, 24, &played);
  if (HasFatalFailure()) return;
  for (size_t from = 0; from < played.versions.size(); from += 2) {
    for (size_t to = from; to < played.versions.size(); to += 3) {
      const Db& later = played.versions[to].db;
      ASSERT_TRUE(HoldSame(Rebuilt(played.versions[from].db, later, played.log), later))
          << "from version " << from << " to " << to;
    }
  }
}

TEST_P(DatabaseModelTest, TheSchemaFollowsFromTheCurrentDatoms) {
  Played played;
  Play(Empty(), {.seed = 5}, 20, &played);
  if (HasFatalFailure()) return;
  const Db& last = played.versions.back().db;
  EXPECT_EQ(*SchemaOf(*last.lineage, DatomsOf(last, IndexName::kEavt)), *last.schema);
}

bool HoldSameDatoms(const std::vector<Datom>& x, const std::vector<Datom>& y,
                    const Attributes& attributes) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](const Datom& p, const Datom& q) {
    return ToModel(p, attributes) == ToModel(q, attributes);
  });
}

// Whether a delta may change the index.
bool Concerns(const Datom& delta, IndexName name, const Schema& schema) {
  if (IsTemporal(name) && !schema.KeepsHistory(delta.a())) return false;
  return OrderOf(name) != OrderKind::kAvet || schema.IsInAvet(delta.a());
}

TEST_P(DatabaseModelTest, AnIndexThatNoDeltaConcernsStaysTheSameObject) {
  RandomHistory history({.seed = 9, .operations = 3, .temp_ids = false});
  Db db = Empty();
  for (int i = 0; i < kTransactions; ++i) {
    TxReport report;
    try {
      report = Transact(db, history.Next(db.max_tx + 1));
    } catch (const TransactionError&) {
      continue;
    }
    for (const IndexName name : kIndexNames) {
      if (!db.has(name)) continue;
      const bool is_same_object = db.index(name) == report.db_after.index(name);
      const bool is_concerned =
          std::any_of(report.tx_data.begin(), report.tx_data.end(),
                      [&](const Datom& d) { return Concerns(d, name, *db.schema); });
      EXPECT_TRUE(is_same_object || is_concerned) << IndexNameText(name) << " in " << i;
      if (is_same_object) {
        EXPECT_TRUE(HoldSameDatoms(DatomsOf(db, name), DatomsOf(report.db_after, name),
                                   *db.lineage->attributes));
      }
    }
    db = report.db_after;
  }
}

}  // namespace
}  // namespace datombench

// Every strategy on every backend, index and codec holds what a model of the database holds, over
// random histories with reopens.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/strategies/strategy_setup.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

// A store that can be closed and opened again; in memory it just stays.
class Store {
 public:
  explicit Store(const BackendKind& kind) : kind_(kind) { Open(); }

  void Close() {
    if (!kind_.is_persistent) return;
    framed_.reset();
    base_.reset();
  }
  void Open() {
    if (base_ != nullptr) return;
    base_ = kind_.open(directory_.path(), RealFileSystem());
    framed_ = std::make_unique<FramedBackend>(*base_);
  }
  Backend& backend() { return *framed_; }

 private:
  const BackendKind& kind_;
  TemporaryDirectory directory_;
  std::unique_ptr<Backend> base_;
  std::unique_ptr<Backend> framed_;
};

struct StoreSetup {
  const StrategyKind* strategy;
  const BackendKind* backend;
  const IndexKind* index;
  const Codec* codec;
  uint32_t branching_factor;
  DbOptions db;
  uint64_t seed;

  std::string Name() const {
    return fmt::format("{}_{}_{}_{}_{}_{}_{}", strategy->name, backend->name, index->name(),
                       codec->name(), branching_factor, SemanticsName(db.semantics),
                       db.keep_history ? "history" : "nohistory");
  }
};

// All combinations in memory; on the disk, where each takes long, those whose choices add up to a
// multiple of three: every two choices still meet.
std::vector<StoreSetup> AllSetups() {
  std::vector<StoreSetup> setups;
  uint64_t seed = 1000;
  for (const StrategyKind& strategy : AllStrategies()) {
    for (const BackendKind& backend : AllBackends()) {
      for (const IndexKind* index : IndexesOf(strategy)) {
        const std::vector<uint32_t> factors = index->has_branching_factor()
                                                  ? std::vector<uint32_t>{4, 8, 512}
                                                  : std::vector<uint32_t>{512};
        for (size_t i = 0; i < factors.size() * 8; ++i) {
          const size_t factor = i / 8;
          const size_t codec = i / 4 % 2;
          const size_t semantics = i / 2 % 2;
          const size_t history = i % 2;
          ++seed;
          if (backend.is_persistent && (factor + codec + semantics + history) % 3 != 0) continue;
          setups.push_back(
              {&strategy,
               &backend,
               index,
               AllCodecs()[codec],
               factors[factor],
               {.keep_history = history == 0, .semantics = static_cast<Semantics>(semantics)},
               seed});
        }
      }
    }
  }
  return setups;
}

class StrategyModelTest : public ::testing::TestWithParam<StoreSetup> {};

TEST_P(StrategyModelTest, HoldsWhatTheModelHoldsAcrossReopens) {
  const StoreSetup& setup = GetParam();
  SCOPED_TRACE(fmt::format("seed {}", setup.seed));
  std::mt19937_64 random(setup.seed);
  StrategyOptions options =
      SmallOptions(*setup.strategy, *setup.index, *setup.codec, setup.branching_factor);
  options.db = setup.db;
  // What a tier costs on the disk is not the question here; one of them in eight is enough.
  options.durability = std::min(setup.backend->strongest_durability,
                                setup.seed % 8 == 0 ? Durability::kPower : Durability::kProcess);
  // A cache that holds a few nodes, or all.
  if (random() % 2 == 0) options.cache_bytes = 8 * 1024;
  Store store(*setup.backend);
  Session session(*setup.strategy, options, store.backend());
  // Identities of transactions would make temporary ids resolve to what may not be asserted on.
  const bool unique = setup.seed % 2 == 0;
  RandomHistory history({.seed = setup.seed,
                         .entities = 30,
                         .values = 12,
                         .operations = 12,
                         .unique = unique,
                         .transaction_facts = !unique});
  std::optional<DatabaseModel> flushed;
  std::vector<std::pair<Db, DatabaseModel>> older;
  const int transactions = setup.backend->is_persistent ? 24 : 36;
  // Until all attributes are declared nothing may be lost, or the history's next transaction would
  // be none that the database takes.
  constexpr int kDeclarations = 8;
  for (int i = 0; i < transactions; ++i) {
    ASSERT_NO_FATAL_FAILURE(session.Transact(history));
    if (i < kDeclarations || random() % 3 == 0) {
      session.Flush();
      flushed = session.model();
    }
    if (random() % 4 == 0) older.emplace_back(session.db(), session.model());
    if (random() % 6 != 0) continue;
    for (const auto& [db, model] : older) ASSERT_TRUE(Matches(db, model)) << "older version";
    older.clear();
    session.Close();
    store.Close();
    store.Open();
    session.Connect(store.backend(), *flushed);
    ASSERT_TRUE(Matches(session.db(), session.model())) << "after transaction " << i;
  }
  session.Flush();
  ASSERT_TRUE(Matches(session.db(), session.model()));
  older.clear();
  session.Close();
  store.Close();
  store.Open();
  session.Connect(store.backend());
  EXPECT_TRUE(Matches(session.db(), session.model()));
}

INSTANTIATE_TEST_SUITE_P(All, StrategyModelTest, ::testing::ValuesIn(AllSetups()),
                         [](const auto& test) { return test.param.Name(); });

}  // namespace
}  // namespace datombench

// What tests of strategies share: setups by name, a database with its model and store.
#ifndef DATOMBENCH_TESTS_STRATEGIES_STRATEGY_SETUP_H_
#define DATOMBENCH_TESTS_STRATEGIES_STRATEGY_SETUP_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/error.h"
#include "backends/framed_backend.h"
#include "backends/memory_backend.h"
#include "backends/registry.h"
#include "strategies/strategy.h"
#include "tests/support/database_model.h"
#include "tests/support/random_history.h"

namespace datombench {

// Bounds so small that small histories have many chunks, batches and checkpoints.
inline std::map<std::string, std::string> SmallBounds(const StrategyKind& kind) {
  static const std::map<std::string, std::string> kSmall = {
      {"batch_bytes", "700"}, {"chunk_bytes", "1500"}, {"checkpoint_min_bytes", "0"}};
  std::map<std::string, std::string> bounds;
  for (const StrategyKind::Option& option : kind.options) {
    const auto small = kSmall.find(std::string(option.name));
    if (small != kSmall.end()) bounds.insert(*small);
  }
  return bounds;
}

inline StrategyOptions SmallOptions(const StrategyKind& kind, const IndexKind& index,
                                    const Codec& codec, uint32_t branching_factor = 4) {
  StrategyOptions options;
  options.index = &index;
  options.branching_factor = branching_factor;
  options.codec = &codec;
  options.durability = Durability::kVolatile;
  options.extra = SmallBounds(kind);
  return options;
}

inline bool AppliesTo(const StrategyKind& kind, const IndexKind& index) {
  return index.is_node_addressable() || !kind.needs_node_addressable_index;
}

// The indexes that a strategy works with.
inline std::vector<const IndexKind*> IndexesOf(const StrategyKind& kind) {
  std::vector<const IndexKind*> indexes;
  for (const IndexKind* index : AllIndexes()) {
    if (AppliesTo(kind, *index)) indexes.push_back(index);
  }
  return indexes;
}

// The indexes that make a difference to what a strategy stores; one of them where none does.
inline std::vector<const IndexKind*> StoredIndexesOf(const StrategyKind& kind) {
  std::vector<const IndexKind*> indexes = IndexesOf(kind);
  if (!kind.needs_node_addressable_index) indexes.resize(1);
  return indexes;
}

// A branching factor with which small histories have trees of a few levels.
inline uint32_t SmallBranchingFactor(const IndexKind& index) {
  return index.keeps_root_in_record() ? 4 : 8;
}

// A database under a strategy, next to the model of it.
class Session {
 public:
  // `backend` must outlive the session.
  Session(const StrategyKind& kind, const StrategyOptions& options, Backend& backend)
      : kind_(kind), options_(options), model_(options.db) {
    Connect(backend);
  }

  // Throws away the strategy and the database; Connect comes next.
  void Close() {
    db_ = Db();
    strategy_.reset();
  }
  void Connect(Backend& backend) {
    Close();
    strategy_ = kind_.make(backend, options_);
    db_ = strategy_->Connect();
  }
  // What a connect must give that is not the last state of this session.
  void Connect(Backend& backend, const DatabaseModel& model) {
    model_ = model;
    Connect(backend);
  }

  // Applies the next transaction of `history` to database and model.
  void Transact(RandomHistory& history) {
    const Transaction& transaction = history.Next(db_.max_tx + 1);
    std::optional<TxReport> report;
    std::string refusal;
    try {
      report = datombench::Transact(std::move(db_), transaction);
    } catch (const TransactionError& error) {
      refusal = error.what();
    }
    ASSERT_EQ(model_.Apply(transaction), report.has_value()) << refusal;
    if (!report.has_value()) return;
    strategy_->Append(*report);
    db_ = std::move(report->db_after);
  }

  FlushReport Flush() { return strategy_->Flush(db_); }

  const Db& db() const { return db_; }
  const DatabaseModel& model() const { return model_; }
  Strategy& strategy() { return *strategy_; }

 private:
  const StrategyKind& kind_;
  const StrategyOptions options_;
  DatabaseModel model_;
  std::unique_ptr<Strategy> strategy_;
  Db db_;
};

// Everything that lies in `backend`, by key.
inline std::map<std::string, std::string> Contents(Backend& backend) {
  std::map<std::string, std::string> contents;
  backend.Scan("",
               [&](std::string_view key, std::string_view value) { contents.emplace(key, value); });
  return contents;
}

inline std::unique_ptr<Backend> MemoryBackendWith(
    const std::map<std::string, std::string>& contents) {
  auto backend = NewMemoryBackend();
  Batch batch;
  for (const auto& [key, value] : contents) batch.Put(key, value);
  if (!batch.empty()) backend->Write(batch, Durability::kVolatile);
  return backend;
}

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_STRATEGIES_STRATEGY_SETUP_H_

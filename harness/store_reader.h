// A StoreReader does, step by step, what a process does that opens a store somebody else wrote.
#ifndef DATOMBENCH_HARNESS_STORE_READER_H_
#define DATOMBENCH_HARNESS_STORE_READER_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/description.h"
#include "harness/store.h"
#include "index/db.h"
#include "strategies/strategy.h"

namespace datombench {

// The steps come in the order of the members, each once. They throw StorageError.
// Thread safety: one thread.
class StoreReader {
 public:
  // Of the store in a folder; nothing is opened yet. `description` must outlive it and have
  // contents.
  StoreReader(std::filesystem::path folder, const StoreDescription& description);
  // Of a store that is open already, which must outlive it.
  StoreReader(Store& store, const StoreDescription& description);

  bool is_open() const { return store_ != nullptr; }
  // Opens the backend unless it is open; returns the seconds that took.
  double OpenEngine();

  // Connects, to what the writer left by max_tx (else CorruptionError), and proves that the
  // database can take a transaction: one that asserts one datom of a new entity is transacted in
  // memory, its result dropped. What comes after sees the nodes that it needed (the right edge of
  // EAVT, two places in AEVT, their temporal twins) in memory.
  void Connect();

  // Reads the first datom of an entity that the writer left, in EAVT; `seed` picks which. Throws
  // CorruptionError if it isn't there.
  void FirstRead(uint64_t seed);

  // Reads every datom of every index; returns how many.
  uint64_t Scan();

  // The first difference between this database and the one the writer held, nullopt if there is
  // none.
  std::optional<std::string> FirstDifference() const;

  const Db& db() const { return db_; }
  const Strategy& strategy() const { return *strategy_; }
  Store& store() { return *store_; }  // REQUIRES: is_open()

 private:
  const std::filesystem::path folder_;
  const StoreDescription& description_;
  std::unique_ptr<Store> owned_store_;
  Store* store_ = nullptr;
  std::unique_ptr<Strategy> strategy_;
  Db db_;
};

// Up to `count` entities with current datoms, transactions' own left out, drawn with equal chances;
// the same for the same seed.
std::vector<EntityId> SampleEntities(const Db& db, size_t count, uint64_t seed);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_STORE_READER_H_

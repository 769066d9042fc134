// A Store is an open backend as every phase of a cell uses it, and what makes strategies over it.
#ifndef DATOMBENCH_HARNESS_STORE_H_
#define DATOMBENCH_HARNESS_STORE_H_

#include <filesystem>
#include <memory>

#include "backends/backend.h"
#include "backends/metered_backend.h"
#include "harness/cell.h"
#include "strategies/strategy.h"

namespace datombench {

// What the cell says about its strategy.
StrategyOptions StrategyOptionsOf(const Cell& cell, size_t cache_bytes);

// Throws StorageError, one line, where the strategy can't be made with the cell's options.
void CheckStrategyOptions(const Cell& cell);

// From the strategy down: frames around every object, a meter (which so counts what is stored,
// frames included), the cell's delays if it has any, the backend itself.
//
// Thread safety: as Backend.
class Store {
 public:
  // Opens the backend in the data folder of `store` (description.h), made if there is none. Throws
  // StorageError, with the holder's pid if another process has it.
  Store(const Cell& cell, const std::filesystem::path& store);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // A strategy over the framed backend; the store must outlive it. `cache_bytes` bounds the nodes
  // in memory. Throws StorageError.
  std::unique_ptr<Strategy> MakeStrategy(size_t cache_bytes);

  // What the strategies see.
  Backend& backend();
  // What lies below the frames.
  MeteredBackend& metered();

 private:
  const Cell cell_;
  std::unique_ptr<Backend> base_;
  std::unique_ptr<Backend> delayed_;  // null where the cell has no delays
  std::unique_ptr<MeteredBackend> metered_;
  std::unique_ptr<Backend> framed_;
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_STORE_H_

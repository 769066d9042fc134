#include "harness/store.h"

#include "backends/file_system.h"
#include "backends/framed_backend.h"
#include "backends/latency_backend.h"
#include "harness/description.h"

namespace datombench {
namespace {

LatencyModel ModelOf(const BackendDelays& delays) {
  LatencyModel model;
  model.get_delay = std::chrono::microseconds(delays.get_us);
  model.put_delay = std::chrono::microseconds(delays.put_us);
  model.sync_delay = std::chrono::microseconds(delays.sync_us);
  model.bandwidth_bytes_per_second = delays.bandwidth_bytes_per_second;
  return model;
}

}  // namespace

Store::Store(const Cell& cell, const std::filesystem::path& store)
    : cell_(cell), base_(cell.backend->open(DataFolder(store), RealFileSystem())) {
  if (cell.delays.any()) {
    delayed_ = std::make_unique<LatencyBackend>(*base_, ModelOf(cell.delays));
  }
  metered_ = std::make_unique<MeteredBackend>(delayed_ ? *delayed_ : *base_);
  framed_ = std::make_unique<FramedBackend>(*metered_);
}

Store::~Store() = default;

StrategyOptions StrategyOptionsOf(const Cell& cell, size_t cache_bytes) {
  StrategyOptions options;
  options.db = cell.db;
  options.index = cell.index;
  options.branching_factor = cell.branching_factor;
  options.cache_bytes = cache_bytes;
  options.codec = cell.codec;
  options.durability = cell.tier;
  options.extra = cell.strategy_options;
  return options;
}

void CheckStrategyOptions(const Cell& cell) {
  const auto backend = FindBackend("memory")->open({}, RealFileSystem());
  StrategyOptions options = StrategyOptionsOf(cell, NodeCache::kUnlimited);
  options.durability = Durability::kVolatile;  // the cell's own was checked with its name
  cell.strategy->make(*backend, options);
}

std::unique_ptr<Strategy> Store::MakeStrategy(size_t cache_bytes) {
  const StrategyOptions options = StrategyOptionsOf(cell_, cache_bytes);
  return cell_.strategy->make(*framed_, options);
}

Backend& Store::backend() { return *framed_; }
MeteredBackend& Store::metered() { return *metered_; }

}  // namespace datombench

#include "harness/bench_index/dirty_nodes.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/bench_index/data_set.h"
#include "index/node_storage.h"
#include "index/registry.h"
#include "strategies/codec/codec.h"

namespace datombench {
namespace {

constexpr uint64_t kDatoms = 1'000'000;
constexpr uint64_t kMostAdded = 200'000;
// Inserted before anything is counted, scattered, so that buffers are as full as they are in use.
constexpr size_t kWarmUp = 100'000;
constexpr size_t kWarmUpTransaction = 100;
constexpr uint64_t kMostTransactions = 1000;
constexpr uint64_t kMostChanged = 100'000;

// Counts what is stored and keeps none of it: nothing is ever read back.
class CountingStorage final : public NodeStorage {
 public:
  Address Store(const NodeView& node) override {
    ++nodes;
    bytes += codec_.EncodeNode(node).size();
    return nodes;
  }
  NodeContents Restore(Address) override { std::abort(); }

  uint64_t nodes = 0;
  uint64_t bytes = 0;

 private:
  const Codec& codec_ = *FindCodec("packed");
};

// What is inserted, cut into transactions: scattered over all entities, or in their order.
std::vector<IndexEdit> Edits(const DataSet& data, bool is_local) {
  std::vector<Datom> added(data.added.begin() + kWarmUp, data.added.end());
  if (is_local) {
    const Comparer<OrderKind::kEavt> compare(*data.attributes);
    std::sort(added.begin(), added.end(),
              [&](const Datom& x, const Datom& y) { return compare(x, y) < 0; });
  }
  std::vector<IndexEdit> edits;
  for (const Datom& datom : added) edits.push_back({IndexEdit::Kind::kInsert, datom});
  return edits;
}

void CountDirtyNodes(benchmark::State& state, const IndexKind& kind, uint32_t branching_factor,
                     size_t size, bool is_local, const DataSet& data) {
  const std::vector<IndexEdit> edits = Edits(data, is_local);
  CountingStorage storage;
  NodeCache cache(NodeCache::kUnlimited);
  const IndexOptions options{branching_factor, &storage, &cache};
  IndexPtr index = kind.FromSorted(data.Order(), options, data.sorted);
  uint64_t root_bytes = 0;  // of roots that go into the record
  const auto store = [&] {
    const StoredRoot root = dynamic_cast<const NodeAddressableIndex&>(*index).Store(storage);
    if (root.node.has_value())
      root_bytes += FindCodec("packed")->EncodeNode(root.node->View()).size();
  };
  store();
  const auto insert = [&](std::span<const IndexEdit> transaction) {
    const auto transient = index->Transient();
    transient->Apply(transaction);
    index = transient->Persist();
    store();
  };
  for (size_t i = 0; i < kWarmUp; i += kWarmUpTransaction) {
    std::vector<IndexEdit> transaction;
    for (const Datom& datom : std::span(data.added).subspan(i, kWarmUpTransaction)) {
      transaction.push_back({IndexEdit::Kind::kInsert, datom});
    }
    insert(transaction);
  }
  // As many datoms in all, but where that would take too many transactions.
  const uint64_t transactions = std::min<uint64_t>(kMostTransactions, kMostChanged / size);
  const CountingStorage before = storage;
  root_bytes = 0;
  for ([[maybe_unused]] auto _ : state) {
    for (uint64_t i = 0; i < transactions; ++i) {
      insert(std::span(edits).subspan(i * (edits.size() / transactions), size));
    }
    state.SetIterationTime(1e-9);  // counts, no time
  }
  const auto per_transaction = [&](uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(transactions);
  };
  state.counters["nodes_per_tx"] = per_transaction(storage.nodes - before.nodes);
  state.counters["packed_bytes_per_tx"] = per_transaction(storage.bytes - before.bytes);
  state.counters["packed_root_bytes_per_tx"] = per_transaction(root_bytes);
}

// One contender's rows.
void RegisterIndex(const IndexKind& kind, uint32_t branching_factor, const std::string& name,
                   const std::shared_ptr<std::optional<DataSet>>& data) {
  for (const size_t size : {1, 10, 100, 1000, 10000}) {
    for (const bool is_local : {false, true}) {
      const std::string row = fmt::format("index/{}/dirty_tx{}_{}/datoms:{}", name, size,
                                          is_local ? "local" : "scattered", kDatoms);
      benchmark::RegisterBenchmark(row.c_str(),
                                   [=, &kind](benchmark::State& state) {
                                     if (!data->has_value())
                                       *data = IntegerData(kDatoms, kMostAdded);
                                     CountDirtyNodes(state, kind, branching_factor, size, is_local,
                                                     **data);
                                   })
          ->Iterations(1)
          ->UseManualTime();
    }
  }
}

}  // namespace

void RegisterDirtyNodes() {
  const auto data = std::make_shared<std::optional<DataSet>>();
  for (const uint32_t branching_factor : {32, 64, 128, 512}) {
    RegisterIndex(*FindIndex("sorted_set"), branching_factor,
                  fmt::format("sorted_set_{}", branching_factor), data);
  }
  for (const IndexKind* kind : AllIndexes()) {
    if (!kind->is_node_addressable() || kind->name() == "sorted_set") continue;
    RegisterIndex(*kind, kind->default_branching_factor(), std::string(kind->name()), data);
  }
}

}  // namespace datombench

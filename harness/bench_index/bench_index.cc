// bench_index: the indexes and their peers, side by side in one run (docs/index.md).
//
// Rows are index/<contender>/<operation>/datoms:<N>[/values:mixed]. Every row times one pass over a
// prepared contender, whose preparation is not timed.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/bench_index/contender.h"
#include "harness/bench_index/data_set.h"
#include "harness/bench_index/dirty_nodes.h"

namespace datombench {
namespace {

constexpr uint64_t kSizes[] = {10'000, 100'000, 1'000'000, 10'000'000};
constexpr uint64_t kLargestMixed = 100'000;
constexpr size_t kLoadTransaction = 10'000;

struct Setting {
  const ContenderKind* contender;
  uint64_t datoms;
  bool is_mixed;

  friend bool operator==(const Setting&, const Setting&) = default;
};

// Datoms that insert_* add: enough to time, few enough that the set stays about as large as it
// says.
uint64_t AddedDatoms(uint64_t datoms) { return std::min<uint64_t>(100'000, datoms / 10); }

uint64_t HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

// The data set at hand: the rows of one size follow each other.
class Stage {
 public:
  const DataSet& Data(const Setting& setting) {
    if (!made_for_ || made_for_->datoms != setting.datoms ||
        made_for_->is_mixed != setting.is_mixed) {
      data_.reset();
      // Transactions of 10,000 are also measured on the smallest set, with datoms of their own.
      const uint64_t added = std::max<uint64_t>(AddedDatoms(setting.datoms), kLoadTransaction);
      data_ =
          setting.is_mixed ? MixedData(setting.datoms, added) : IntegerData(setting.datoms, added);
      made_for_ = setting;
    }
    return *data_;
  }

 private:
  std::optional<Setting> made_for_;
  std::optional<DataSet> data_;
};

// Built as a live index is: in random order where it can be inserted into.
void BuildLive(const DataSet& data, const ContenderKind& kind, Contender* contender) {
  if (!kind.inserts) return contender->BulkBuild(data.sorted);
  const std::span<const Datom> all = data.shuffled;
  for (size_t begin = 0; begin < all.size(); begin += kLoadTransaction) {
    contender->Insert(all.subspan(begin, std::min(kLoadTransaction, all.size() - begin)));
  }
}

// One operation: prepares a contender, then does to it what is timed; returns how many datoms that
// was.
struct Operation {
  std::string_view name;
  bool needs_inserts;
  bool starts_live;
  std::function<uint64_t(const DataSet&, Contender&)> run;
};

uint64_t InsertInTransactionsOf(size_t size, uint64_t datoms, const DataSet& data,
                                Contender& contender, bool keep) {
  const std::span<const Datom> added(data.added.data(), datoms);
  for (size_t begin = 0; begin < added.size(); begin += size) {
    const auto transaction = added.subspan(begin, std::min(size, added.size() - begin));
    if (keep) {
      contender.InsertAndKeep(transaction);
    } else {
      contender.Insert(transaction);
    }
  }
  return datoms;
}

const Operation kOperations[] = {
    {"bulk_build", false, false,
     [](const DataSet& data, Contender& contender) {
       contender.BulkBuild(data.sorted);
       return uint64_t{data.sorted.size()};
     }},
    {"insert_tx10", true, true,
     [](const DataSet& data, Contender& contender) {
       return InsertInTransactionsOf(10, AddedDatoms(data.sorted.size()), data, contender, false);
     }},
    {"insert_tx10000", true, true,
     [](const DataSet& data, Contender& contender) {
       return InsertInTransactionsOf(10'000, data.added.size(), data, contender, false);
     }},
    {"lookup", false, true,
     [](const DataSet& data, Contender& contender) {
       const auto wanted =
           std::span(data.shuffled).first(std::min<size_t>(data.shuffled.size(), 1'000'000));
       if (contender.CountFound(wanted) != wanted.size()) std::abort();
       return uint64_t{wanted.size()};
     }},
    {"scan", false, true,
     [](const DataSet&, Contender& contender) {
       benchmark::DoNotOptimize(contender.Scan());
       return contender.size();
     }},
};

double Comparisons(const Operation& operation, const DataSet& data, const ContenderKind& kind) {
  uint64_t comparisons = 0;
  const auto contender = kind.make(data.Order(&comparisons));
  if (operation.starts_live) BuildLive(data, kind, contender.get());
  comparisons = 0;
  const uint64_t datoms = operation.run(data, *contender);
  return static_cast<double>(comparisons) / static_cast<double>(datoms);
}

void Measure(benchmark::State& state, const Operation& operation, const Setting& setting,
             Stage& stage) {
  const DataSet& data = stage.Data(setting);
  const uint64_t heap_before = HeapBytes();
  const auto contender = setting.contender->make(data.Order());
  if (operation.starts_live) BuildLive(data, *setting.contender, contender.get());
  uint64_t datoms = 0;
  double seconds = 0;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    datoms = operation.run(data, *contender);
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    state.SetIterationTime(seconds);
  }
  state.counters["ns_per_datom"] = seconds * 1e9 / static_cast<double>(datoms);
  state.counters["bytes_per_datom"] =
      static_cast<double>(HeapBytes() - heap_before) / static_cast<double>(contender->size());
  state.counters["comparisons_per_datom"] = Comparisons(operation, data, *setting.contender);
}

// What each retained version costs.
void MeasureKeepAll(benchmark::State& state, const Setting& setting, Stage& stage) {
  constexpr uint64_t kVersions = 1000;
  const DataSet& data = stage.Data(setting);
  const auto contender = setting.contender->make(data.Order());
  BuildLive(data, *setting.contender, contender.get());
  const uint64_t datoms = std::min<uint64_t>(kVersions * 10, AddedDatoms(setting.datoms));
  const uint64_t heap_before = HeapBytes();
  double seconds = 0;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    InsertInTransactionsOf(10, datoms, data, *contender, true);
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    state.SetIterationTime(seconds);
  }
  state.counters["ns_per_datom"] = seconds * 1e9 / static_cast<double>(datoms);
  state.counters["bytes_per_version"] =
      static_cast<double>(HeapBytes() - heap_before) / (static_cast<double>(datoms) / 10);
}

void Register(const std::string& name, std::function<void(benchmark::State&)> run) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [run = std::move(run)](benchmark::State& state) { run(state); })
      ->Iterations(1)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

void RegisterSize(uint64_t datoms, bool is_mixed, const std::shared_ptr<Stage>& stage) {
  for (const ContenderKind& contender : AllContenders()) {
    const Setting setting{&contender, datoms, is_mixed};
    const auto name = [&](std::string_view operation) {
      return fmt::format("index/{}/{}/datoms:{}{}", contender.name, operation, datoms,
                         is_mixed ? "/values:mixed" : "");
    };
    for (const Operation& operation : kOperations) {
      if (operation.needs_inserts && !contender.inserts) continue;
      Register(name(operation.name), [&operation, setting, stage](benchmark::State& state) {
        Measure(state, operation, setting, *stage);
      });
    }
    if (!contender.keeps_versions) continue;
    Register(name("insert_tx10_keep_all"),
             [setting, stage](benchmark::State& state) { MeasureKeepAll(state, setting, *stage); });
  }
}

}  // namespace
}  // namespace datombench

int main(int argc, char** argv) {
  const auto stage = std::make_shared<datombench::Stage>();
  for (const uint64_t datoms : datombench::kSizes) {
    datombench::RegisterSize(datoms, /*is_mixed=*/false, stage);
    if (datoms <= datombench::kLargestMixed)
      datombench::RegisterSize(datoms, /*is_mixed=*/true, stage);
  }
  datombench::RegisterDirtyNodes();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 64;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

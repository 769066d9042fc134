#include "harness/bench_index/operations.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "harness/bench_index/stage.h"

namespace datombench {
namespace {

constexpr uint64_t kSizes[] = {10'000, 100'000, 1'000'000, 10'000'000};
constexpr uint64_t kMixedSizes[] = {10'000, 100'000};
constexpr size_t kVersionsKept = 1000;

double Seconds(const std::function<void()>& run) {
  const auto begin = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void SetCounters(benchmark::State& state, double seconds, uint64_t datoms, double heap_bytes,
                 uint64_t contender_datoms, uint64_t comparisons) {
  const auto per_datom = [&](double sum) { return sum / static_cast<double>(datoms); };
  state.counters["ns_per_datom"] = per_datom(seconds * 1e9);
  state.counters["bytes_per_datom"] = heap_bytes / static_cast<double>(contender_datoms);
  state.counters["comparisons_per_datom"] = per_datom(static_cast<double>(comparisons));
}

// Runs `run` a second time to count.
uint64_t Comparisons(Stage& stage, const std::function<void()>& run) {
  stage.counter() = {true, 0};
  run();
  stage.counter().is_on = false;
  return stage.counter().comparisons;
}

using InsertFunction = void (Contender::*)(std::span<const Datom>);

// Never inlined, so that a profiler can tell it from what comes before and after.
[[gnu::noinline]] void InsertInTransactions(Contender& contender, InsertFunction insert,
                                            std::span<const Datom> datoms, size_t size) {
  for (size_t begin = 0; begin < datoms.size(); begin += size) {
    (contender.*insert)(datoms.subspan(begin, std::min(size, datoms.size() - begin)));
  }
}

void BulkBuild(benchmark::State& state, const Setting& setting, Stage& stage) {
  const DataSet& data = stage.Data(setting);
  // Once before, so that the memory is there.
  setting.contender->make(data.Order(&stage.counter()))->BulkBuild(data.sorted);
  const uint64_t heap_before = Stage::HeapBytes();
  const auto contender = setting.contender->make(data.Order(&stage.counter()));
  double seconds = 0;
  for ([[maybe_unused]] auto _ : state) {
    seconds = Seconds([&] { contender->BulkBuild(data.sorted); });
    state.SetIterationTime(seconds);
  }
  const auto bytes = static_cast<double>(Stage::HeapBytes() - heap_before);
  const uint64_t comparisons = Comparisons(stage, [&] { contender->BulkBuild(data.sorted); });
  SetCounters(state, seconds, setting.datoms, bytes, setting.datoms, comparisons);
}

template <size_t kTransaction, InsertFunction kInsert = &Contender::Insert>
void Insert(benchmark::State& state, const Setting& setting, Stage& stage) {
  Contender& contender = stage.Live(setting);
  const auto datoms = stage.NewDatoms(Stage::DatomsToInsert(setting.datoms, kTransaction));
  double seconds = 0;
  for ([[maybe_unused]] auto _ : state) {
    seconds = Seconds([&] { InsertInTransactions(contender, kInsert, datoms, kTransaction); });
    state.SetIterationTime(seconds);
  }
  if (contender.CountFound(datoms) != datoms.size()) throw std::logic_error("insert lost datoms");
  const auto counted = stage.NewDatoms(kTransaction);
  const uint64_t comparisons =
      Comparisons(stage, [&] { InsertInTransactions(contender, kInsert, counted, kTransaction); });
  SetCounters(state, seconds, datoms.size(), static_cast<double>(stage.live_bytes()),
              setting.datoms, comparisons * datoms.size() / counted.size());
}

void Lookup(benchmark::State& state, const Setting& setting, Stage& stage) {
  const Contender& contender = stage.Live(setting);
  const std::span<const Datom> wanted = stage.Data(setting).wanted;
  uint64_t found = 0;
  double seconds = 0;
  for ([[maybe_unused]] auto _ : state) {
    seconds = Seconds([&] { found = contender.CountFound(wanted); });
    state.SetIterationTime(seconds);
  }
  if (found != wanted.size()) throw std::logic_error("lookup missed datoms");
  const uint64_t comparisons = Comparisons(stage, [&] { contender.CountFound(wanted); });
  SetCounters(state, seconds, wanted.size(), static_cast<double>(stage.live_bytes()),
              setting.datoms, comparisons);
}

void Scan(benchmark::State& state, const Setting& setting, Stage& stage) {
  const Contender& contender = stage.Live(setting);
  uint64_t sum = 0;
  double seconds = 0;
  for ([[maybe_unused]] auto _ : state) {
    seconds = Seconds([&] { sum = contender.Scan(); });
    state.SetIterationTime(seconds);
  }
  const uint64_t comparisons =
      Comparisons(stage, [&] { benchmark::DoNotOptimize(contender.Scan()); });
  benchmark::DoNotOptimize(sum);
  SetCounters(state, seconds, contender.size(), static_cast<double>(stage.live_bytes()),
              setting.datoms, comparisons);
}

void InsertKeepingAll(benchmark::State& state, const Setting& setting, Stage& stage) {
  constexpr size_t kTransaction = 10;
  Contender& contender = stage.Live(setting);
  const uint64_t versions = std::min<uint64_t>(kVersionsKept, setting.datoms / 100);
  const auto datoms = stage.NewDatoms(versions * kTransaction);
  const uint64_t heap_before = Stage::HeapBytes();
  double seconds = 0;
  for ([[maybe_unused]] auto _ : state) {
    seconds = Seconds([&] {
      for (size_t begin = 0; begin < datoms.size(); begin += kTransaction) {
        contender.InsertAndKeep(datoms.subspan(begin, kTransaction));
      }
    });
    state.SetIterationTime(seconds);
  }
  state.counters["ns_per_datom"] = seconds * 1e9 / static_cast<double>(datoms.size());
  state.counters["bytes_per_version"] =
      static_cast<double>(Stage::HeapBytes() - heap_before) / static_cast<double>(versions);
  contender.ForgetKept();
}

struct Operation {
  std::string_view name;
  bool inserts;
  bool keeps_versions;
  void (*run)(benchmark::State&, const Setting&, Stage&);
};

constexpr Operation kOperations[] = {
    {"bulk_build", false, false, BulkBuild},
    {"lookup", false, false, Lookup},
    {"scan", false, false, Scan},
    {"insert_tx10", true, false, Insert<10>},
    {"insert_tx10000", true, false, Insert<10'000>},
    {"insert_tx10_beside_reader", true, true, Insert<10, &Contender::InsertBesideReader>},
    // The last: what it frees would leave the heap in pieces.
    {"insert_tx10_keep_all", true, true, InsertKeepingAll},
};

void RegisterSetting(const Setting& setting, const std::shared_ptr<Stage>& stage) {
  const ContenderKind& contender = *setting.contender;
  for (const Operation& operation : kOperations) {
    if (operation.inserts && !contender.inserts) continue;
    if (operation.keeps_versions && !contender.keeps_versions) continue;
    const std::string name = fmt::format("index/{}/{}/datoms:{}{}", contender.name, operation.name,
                                         setting.datoms, setting.is_mixed ? "/values:mixed" : "");
    benchmark::RegisterBenchmark(name.c_str(),
                                 [&operation, setting, stage](benchmark::State& state) {
                                   operation.run(state, setting, *stage);
                                 })
        ->Iterations(1)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace

void RegisterOperations() {
  const auto stage = std::make_shared<Stage>();
  for (const uint64_t datoms : kSizes) {
    for (const ContenderKind& contender : AllContenders()) {
      if (datoms > contender.most_datoms) continue;
      RegisterSetting({&contender, datoms, /*is_mixed=*/false}, stage);
    }
  }
  for (const uint64_t datoms : kMixedSizes) {
    for (const ContenderKind& contender : AllContenders()) {
      RegisterSetting({&contender, datoms, /*is_mixed=*/true}, stage);
    }
  }
}

}  // namespace datombench

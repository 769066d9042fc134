#include "workloads/trace_stats.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <functional>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "workloads/output_file.h"
#include "workloads/random.h"

namespace datombench {
namespace {

uint64_t Mix(uint64_t hash, uint64_t bits) { return SplitMix64(hash ^ bits).Next(); }

uint64_t Fingerprint(const TraceDatom& datom) {
  uint64_t hash = Mix(Mix(0, datom.e), datom.attribute);
  if (!IsOutOfLine(datom.v.type())) return Mix(hash, datom.v.bits());
  std::string_view bytes = datom.v.AsBytes();
  hash = Mix(hash, bytes.size());
  for (; !bytes.empty(); bytes.remove_prefix(std::min<size_t>(8, bytes.size()))) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), std::min<size_t>(8, bytes.size()));
    hash = Mix(hash, word);
  }
  return hash;
}

class Counter {
 public:
  Counter(const TraceReader& reader, TraceStatistics* statistics)
      : reader_(reader), statistics_(*statistics), counts_(reader.schema().attributes().size()) {}

  void Add(const TraceTransaction& transaction) {
    const bool is_first = transaction.number == 1;
    if (is_first) statistics_.first_instant = transaction.instant;
    if (is_first || transaction.instant != statistics_.last_instant) {
      ++statistics_.distinct_instants;
    }
    statistics_.last_instant = transaction.instant;
    ++statistics_.transactions;
    CountInstant(transaction);
    added_.clear();
    for (const TraceDatom& datom : transaction.datoms) {
      if (datom.added) added_.emplace_back(datom.e, datom.attribute);
    }
    std::sort(added_.begin(), added_.end());
    for (const TraceDatom& datom : transaction.datoms) CountDatom(datom, transaction.number);
    sizes_.push_back(transaction.datoms.size() + 1);
  }

  void Finish() {
    statistics_.datoms = statistics_.asserts + statistics_.retracts;
    statistics_.live_datoms = statistics_.asserts - statistics_.retracts;
    statistics_.attributes = counts_.size();
    for (uint32_t i = 0; i < counts_.size(); ++i) {
      statistics_.by_attribute[reader_.schema()[i].ident] = counts_[i];
    }
    FinishSizes();
    FinishEntities();
  }

 private:
  struct DatomState {
    // For each window length, the window of the last line about the datom, and whether the lines
    // about it there are odd in number.
    struct Window {
      uint32_t number : 31 = 0;
      uint32_t is_odd : 1 = 0;
    };
    std::array<Window, TraceStatistics::kWindows.size() + 1> windows{};
    bool is_live = false;
    bool was_retracted = false;
  };
  struct EntityState {
    uint64_t datoms = 0;
    uint64_t live_datoms = 0;
    uint64_t live_refs = 0;  // to it
  };

  void CountInstant(const TraceTransaction& transaction) {
    ++counts_[*reader_.schema().Find(":db/txInstant")].adds;
    ++statistics_.asserts;
    statistics_.value_bytes += std::to_string(transaction.instant).size();
  }

  void CountDatom(const TraceDatom& datom, uint64_t number) {
    DatomState& state = datoms_[Fingerprint(datom)];
    if (datom.added == state.is_live) {
      reader_.FailAt(datom.line,
                     datom.added ? "field 2 (op): expected -, because the datom is there already"
                                 : "field 2 (op): expected +, because there is no such datom");
    }
    state.is_live = datom.added;
    Net(state, number);
    text_.clear();
    AppendValueText(datom.v, &text_);
    statistics_.value_bytes += text_.size();
    const AttributeProperties& properties = reader_.schema()[datom.attribute].properties;
    if (datom.added) {
      ++statistics_.asserts;
      ++counts_[datom.attribute].adds;
      if (state.was_retracted) ++statistics_.reasserted;
    } else {
      ++statistics_.retracts;
      ++counts_[datom.attribute].retracts;
      state.was_retracted = true;
      if (properties.cardinality == Cardinality::kOne && IsReplaced(datom)) ++statistics_.replaced;
    }
    const uint64_t change = datom.added ? 1 : -uint64_t{1};
    if (properties.value_type == ValueType::kRef) {
      entities_[datom.v.AsRef()].live_refs += change;
      statistics_.live_refs += change;
    }
    EntityState& entity = entities_[datom.e];
    ++entity.datoms;
    entity.live_datoms += change;
  }

  bool IsReplaced(const TraceDatom& datom) const {
    return std::binary_search(added_.begin(), added_.end(), std::pair(datom.e, datom.attribute));
  }

  // Two lines about one datom cancel: it is asserted and retracted, or the other way round.
  void Net(DatomState& state, uint64_t number) {
    for (size_t i = 0; i < state.windows.size(); ++i) {
      const auto now = static_cast<uint32_t>(
          i < TraceStatistics::kWindows.size() ? (number - 1) / TraceStatistics::kWindows[i] : 0);
      DatomState::Window& window = state.windows[i];
      if (window.number != now) window = {now & 0x7FFFFFFF, 0};
      if (window.is_odd != 0) statistics_.cancelled[i] += 2;
      window.is_odd ^= 1;
    }
  }

  void FinishSizes() {
    if (sizes_.empty()) return;
    std::sort(sizes_.begin(), sizes_.end());
    const auto percentile = [&](uint64_t percent) {
      return sizes_[std::min(sizes_.size() - 1, sizes_.size() * percent / 100)];
    };
    statistics_.tx_size = {
        static_cast<double>(statistics_.datoms) / static_cast<double>(sizes_.size()),
        percentile(10),
        percentile(50),
        percentile(90),
        percentile(99),
        sizes_.back()};
  }

  void FinishEntities() {
    std::vector<uint64_t> datoms;
    for (const auto& [e, state] : entities_) {
      const bool is_transaction = e > kTx0;
      if (state.live_datoms == 0 && !is_transaction) statistics_.dangling_refs += state.live_refs;
      if (state.datoms == 0 || is_transaction) continue;
      ++statistics_.entities_ever;
      if (state.live_datoms > 0) ++statistics_.entities_live;
      datoms.push_back(state.datoms);
      statistics_.entity_datoms += state.datoms;
    }
    std::sort(datoms.begin(), datoms.end(), std::greater<>());
    const size_t hot = std::min(datoms.size(), std::max<size_t>(1, datoms.size() / 100));
    for (size_t i = 0; i < hot; ++i) statistics_.hot_datoms += datoms[i];
  }

  const TraceReader& reader_;
  TraceStatistics& statistics_;
  std::vector<TraceStatistics::AttributeCounts> counts_;  // by attribute
  std::unordered_map<uint64_t, DatomState> datoms_;       // by fingerprint
  std::unordered_map<EntityId, EntityState> entities_;
  std::vector<uint64_t> sizes_;
  std::vector<std::pair<EntityId, uint32_t>> added_;  // in this transaction, sorted
  std::string text_;
};

// 2014-04-15T13:46:15Z; parts of a second are left out.
std::string InstantText(int64_t milliseconds) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::milliseconds> time{
      std::chrono::milliseconds(milliseconds)};
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(floor<std::chrono::seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

double Share(uint64_t part, uint64_t whole, double digits = 1e4) {
  if (whole == 0) return 0;
  return std::round(static_cast<double>(part) / static_cast<double>(whole) * digits) / digits;
}

}  // namespace

std::string TraceStatistics::Json() const {
  using Json = nlohmann::ordered_json;
  const auto cancelled_shares = [&](uint64_t whole) {
    Json shares = Json::object();
    for (size_t i = 0; i < kWindows.size(); ++i) {
      shares[std::to_string(kWindows[i])] = Share(cancelled[i], whole);
    }
    shares["all"] = Share(cancelled.back(), whole);
    return shares;
  };
  Json attributes_json = Json::object();
  for (const auto& [ident, counts] : by_attribute) {
    attributes_json[ident] = {
        {"adds", counts.adds}, {"retracts", counts.retracts}, {"live", counts.live()}};
  }
  const Json sizes = {{"mean", std::round(tx_size.mean * 10) / 10},
                      {"p10", tx_size.p10},
                      {"p50", tx_size.p50},
                      {"p90", tx_size.p90},
                      {"p99", tx_size.p99},
                      {"max", tx_size.max}};
  const Json json = {{"name", name},
                     {"compressed_bytes", compressed_bytes},
                     {"raw_bytes", raw_bytes},
                     {"transactions", transactions},
                     {"first", InstantText(first_instant)},
                     {"last", InstantText(last_instant)},
                     {"distinct_instants", distinct_instants},
                     {"datoms", datoms},
                     {"asserts", asserts},
                     {"retracts", retracts},
                     {"live_datoms", live_datoms},
                     {"dead_datoms", retracts},
                     {"entities_ever", entities_ever},
                     {"entities_live", entities_live},
                     {"attributes", attributes},
                     {"mean_value_bytes", Share(value_bytes, datoms, 10)},
                     {"tx_size", sizes},
                     {"retract_share", Share(retracts, datoms)},
                     {"dead_assert_share", Share(retracts, asserts)},
                     {"replaced_share_of_asserts", Share(replaced, asserts)},
                     {"reassert_share_of_asserts", Share(reasserted, asserts)},
                     {"cancelled_share_by_window_tx", cancelled_shares(datoms)},
                     {"cancelled_share_without_txInstant", cancelled_shares(datoms - transactions)},
                     {"hot_1pct_entities_share_of_ops", Share(hot_datoms, entity_datoms)},
                     {"live_refs", live_refs},
                     {"live_refs_to_entity_without_datoms", dangling_refs},
                     {"attrs", attributes_json}};
  return json.dump(1);
}

TraceStatistics ReadTraceStatistics(const std::filesystem::path& path) {
  TraceReader reader(path);
  TraceStatistics statistics;
  statistics.name = reader.name();
  Counter counter(reader, &statistics);
  while (const TraceTransaction* transaction = reader.Next()) counter.Add(*transaction);
  counter.Finish();
  statistics.raw_bytes = reader.read_bytes();
  statistics.compressed_bytes = std::filesystem::file_size(path);
  return statistics;
}

TraceStatistics WriteTraceStatistics(const TracePaths& paths) {
  TraceStatistics statistics = ReadTraceStatistics(paths.log);
  OutputFile file(paths.stats);
  file.Write(statistics.Json());
  file.Finish();
  return statistics;
}

}  // namespace datombench

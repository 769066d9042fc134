#include "harness/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "harness/statistics.h"

namespace datombench {
namespace {

struct Competitor {
  std::string name;  // the strategy and those of its options that aren't default
  double value;
};

// Cells that differ in nothing but the strategy.
struct Contest {
  Cell terms;  // what they have in common: a cell without strategy
  std::vector<Cell> cells;
};

Cell WithoutStrategy(Cell cell) {
  cell.strategy = nullptr;
  cell.strategy_options.clear();
  return cell;
}

std::vector<Contest> Contests(const std::vector<Cell>& cells) {
  std::vector<Contest> contests;
  for (const Cell& cell : cells) {
    const Cell terms = WithoutStrategy(cell);
    auto contest = std::find_if(contests.begin(), contests.end(),
                                [&](const Contest& known) { return known.terms == terms; });
    if (contest == contests.end()) {
      contests.push_back({terms, {}});
      contest = std::prev(contests.end());
    }
    contest->cells.push_back(cell);
  }
  std::erase_if(contests, [](const Contest& contest) { return contest.cells.size() < 2; });
  return contests;
}

// "op_log_replay", "op_log_replay/checkpoint:never".
std::string NameOf(const Cell& cell) {
  std::string name(cell.strategy->name);
  for (const StrategyKind::Option& option : cell.strategy->options) {
    const auto set = cell.strategy_options.find(std::string(option.name));
    if (set == cell.strategy_options.end() || set->second == option.default_value) continue;
    name += fmt::format("/{}:{}", set->first, set->second);
  }
  return name;
}

// The cell's name without its strategy: "sorted_set/leveldb/trace:git-datahike".
std::string TermsText(Cell cell) {
  for (const StrategyKind::Option& option : cell.strategy->options) {
    cell.strategy_options[std::string(option.name)] = option.default_value;
  }
  const std::string name = CellName(cell);
  return name.substr(name.find('/') + 1);
}

// The median of a metric over a cell's rows of one phase.
std::optional<double> MedianOf(const Json& result, const Cell& cell, Phase phase,
                               const std::string& metric) {
  const std::string name = RowName(cell, phase);
  std::vector<double> values;
  for (const Json& row : result.at("benchmarks")) {
    if (row.at("name") == name && row.contains(metric)) values.push_back(row.at(metric));
  }
  if (values.empty()) return std::nullopt;
  return Median(std::move(values));
}

std::string MillisecondsText(double ms) {
  if (ms < 1) return fmt::format("{:.0f} us", 1000 * ms);
  return ms < 1000 ? fmt::format("{:.3g} ms", ms) : fmt::format("{:.3g} s", ms / 1000);
}
std::string SecondsText(double seconds) { return MillisecondsText(1000 * seconds); }
std::string BytesText(double bytes) {
  static constexpr std::string_view kUnits[] = {"bytes", "KiB", "MiB", "GiB"};
  size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < std::size(kUnits); ++unit) bytes /= 1024;
  return unit == 0 ? fmt::format("{:.0f} bytes", bytes)
                   : fmt::format("{:.1f} {}", bytes, kUnits[unit]);
}

// "op_log_replay has the fastest commits (p50 0.41 ms; dirty_node_tree 12.2x)"; "" where fewer than
// two cells have the metric.
std::string Clause(const Contest& contest, const Json& result, Phase phase,
                   const std::string& metric, std::string_view wins,
                   const std::function<std::string(double)>& text) {
  std::vector<Competitor> competitors;
  for (const Cell& cell : contest.cells) {
    if (const auto value = MedianOf(result, cell, phase, metric)) {
      competitors.push_back({NameOf(cell), *value});
    }
  }
  if (competitors.size() < 2) return "";
  std::stable_sort(competitors.begin(), competitors.end(),
                   [](const auto& x, const auto& y) { return x.value < y.value; });
  const Competitor& best = competitors.front();
  std::string others;
  for (size_t i = 1; i < competitors.size(); ++i) {
    const std::string ratio = best.value > 0
                                  ? fmt::format("{:.3g}x", competitors[i].value / best.value)
                                  : text(competitors[i].value);
    others += fmt::format("{}{} {}", i == 1 ? "" : ", ", competitors[i].name, ratio);
  }
  return fmt::format("{} {} ({}; {})", best.name, wins, text(best.value), others);
}

std::string Sentence(const Contest& contest, const Json& result) {
  const Phase connect =
      contest.terms.backend->is_persistent ? Phase::kConnectCold : Phase::kConnectWarm;
  const std::string clauses[] = {Clause(contest, result, Phase::kTransact, "commit_p50_ms",
                                        "commits fastest at p50", MillisecondsText),
                                 Clause(contest, result, connect, "connect_to_usable_seconds",
                                        "connects fastest", SecondsText),
                                 Clause(contest, result, Phase::kClose, "disk_allocated_bytes",
                                        "takes the least disk", BytesText)};
  std::string joined;
  for (const std::string& clause : clauses) {
    if (!clause.empty()) joined += (joined.empty() ? "" : ", ") + clause;
  }
  if (joined.empty()) return "";
  return fmt::format("On {}: {}.", TermsText(contest.cells.front()), joined);
}

}  // namespace

std::optional<std::string> ClosingSentence(const std::vector<Cell>& cells, const Json& result) {
  std::vector<Contest> contests = Contests(cells);
  // Real data first, then the fullest field.
  std::stable_sort(contests.begin(), contests.end(), [](const Contest& x, const Contest& y) {
    const auto rank = [](const Contest& contest) {
      return std::pair(contest.terms.workload->name == "trace", contest.cells.size());
    };
    return rank(x) > rank(y);
  });
  for (const Contest& contest : contests) {
    if (std::string sentence = Sentence(contest, result); !sentence.empty()) return sentence;
  }
  return std::nullopt;
}

}  // namespace datombench

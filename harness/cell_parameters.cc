#include "harness/cell_parameters.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <optional>

#include "backends/latency_backend.h"
#include "index/parse_number.h"
#include "strategies/codec/codec.h"

namespace datombench {
namespace {

constexpr uint64_t kMostDatoms = 1'000'000'000;
constexpr uint64_t kMostSeed = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kMostTransactions = 1'000'000'000;
constexpr uint64_t kMostDelayMicroseconds = 10'000'000;
constexpr uint64_t kMostBytes = uint64_t{1} << 50;

std::optional<uint64_t> ParseInRange(std::string_view text, uint64_t least, uint64_t most) {
  uint64_t value = 0;
  if (!ParseNumber(text, &value) || value < least || value > most) return std::nullopt;
  return value;
}

template <auto kMember, uint64_t kLeast, uint64_t kMost>
bool ParseMember(std::string_view text, Cell& cell) {
  const std::optional<uint64_t> value = ParseInRange(text, kLeast, kMost);
  if (!value) return false;
  cell.*kMember = static_cast<std::remove_reference_t<decltype(cell.*kMember)>>(*value);
  return true;
}

template <auto kMember>
std::string FormatMember(const Cell& cell) {
  return fmt::to_string(cell.*kMember);
}

template <auto kMember, uint64_t kMost>
bool ParseDelay(std::string_view text, Cell& cell) {
  const std::optional<uint64_t> value = ParseInRange(text, 0, kMost);
  if (value) cell.delays.*kMember = *value;
  return value.has_value();
}

template <auto kMember>
std::string FormatDelay(const Cell& cell) {
  return fmt::to_string(cell.delays.*kMember);
}

std::string_view HasEffect(const Cell&) { return ""; }

std::string_view DatomsWithoutEffect(const Cell& cell) {
  return cell.workload->default_datoms == 0 ? "the workload's size is not a parameter of it" : "";
}

std::string_view BranchingWithoutEffect(const Cell& cell) {
  return cell.index->has_branching_factor() ? "" : "the index has no branching factor";
}

std::string_view CacheWithoutEffect(const Cell& cell) {
  return cell.strategy->needs_node_addressable_index
             ? ""
             : "the strategy keeps the whole database in memory";
}

bool ParseHistory(std::string_view text, Cell& cell) {
  if (text != "on" && text != "off") return false;
  cell.db.keep_history = text == "on";
  return true;
}

bool ParseSemanticsParameter(std::string_view text, Cell& cell) {
  const std::optional<Semantics> semantics = ParseSemantics(text);
  if (semantics) cell.db.semantics = *semantics;
  return semantics.has_value();
}

bool ParseCodec(std::string_view text, Cell& cell) {
  const Codec* const codec = FindCodec(text);
  if (codec != nullptr) cell.codec = codec;
  return codec != nullptr;
}

bool ParseTier(std::string_view text, Cell& cell) {
  const std::optional<Durability> tier = ParseDurability(text);
  if (tier) cell.tier = *tier;
  return tier.has_value();
}

bool ParseCache(std::string_view text, Cell& cell) {
  if (text == "unlimited") {
    cell.cache = CacheLimit{};
    return true;
  }
  const bool is_percent = text.ends_with('%');
  if (is_percent) text.remove_suffix(1);
  const std::optional<uint64_t> value = ParseInRange(text, 1, is_percent ? 100 : kMostBytes);
  if (!value) return false;
  cell.cache = {is_percent ? CacheLimit::Kind::kPercent : CacheLimit::Kind::kBytes, *value};
  return true;
}

std::string FormatCache(const Cell& cell) {
  switch (cell.cache.kind) {
    case CacheLimit::Kind::kUnlimited:
      return "unlimited";
    case CacheLimit::Kind::kBytes:
      return fmt::to_string(cell.cache.value);
    case CacheLimit::Kind::kPercent:
      return fmt::format("{}%", cell.cache.value);
  }
  return "";
}

constexpr std::array kParameters = {
    CellParameter{"datoms", "the workload's", "a number from 1 to 1000000000",
                  "live user datoms, without the schema's and the transactions' own",
                  DatomsWithoutEffect, ParseMember<&Cell::datoms, 1, kMostDatoms>,
                  FormatMember<&Cell::datoms>, true},
    CellParameter{
        "history", "on", "on or off",
        "whether the three temporal indexes are kept beside the three current ones", HasEffect,
        ParseHistory,
        [](const Cell& cell) -> std::string { return cell.db.keep_history ? "on" : "off"; }},
    CellParameter{"semantics", "current", "current or datahike_6c1468fd",
                  "the rules that transactions follow: what a database should do, or what Datahike "
                  "6c1468fd does, to the letter",
                  HasEffect, ParseSemanticsParameter,
                  [](const Cell& cell) { return std::string(SemanticsName(cell.db.semantics)); }},
    CellParameter{"codec", "packed", "packed or boost", "how what is stored is turned into bytes",
                  HasEffect, ParseCodec,
                  [](const Cell& cell) { return std::string(cell.codec->name()); }},
    CellParameter{"branching_factor", "the index's", "a number from 4 to 65536",
                  "datoms and children a node of the index: at most, of sorted_set (512); children "
                  "at least, and the rest in proportion, of hitchhiker_tree (17)",
                  BranchingWithoutEffect, ParseMember<&Cell::branching_factor, 4, 65536>,
                  FormatMember<&Cell::branching_factor>},
    CellParameter{"cache", "unlimited", "unlimited, a number of bytes, or a share from 1% to 100%",
                  "what bounds the nodes in memory; a share is one of what all nodes of the loaded "
                  "database take, and bounds the processes that connect to it",
                  CacheWithoutEffect, ParseCache, FormatCache},
    CellParameter{"tier", "the backend's strongest", "volatile, process or power",
                  "what a flush survives: nothing, a killed process, power loss", HasEffect,
                  ParseTier,
                  [](const Cell& cell) { return std::string(DurabilityName(cell.tier)); }},
    CellParameter{"flush", "1", "a number from 1 to 1000000000",
                  "transactions a flush: the group that is acknowledged, or lost, together",
                  HasEffect, ParseMember<&Cell::flush, 1, kMostTransactions>,
                  FormatMember<&Cell::flush>},
    CellParameter{"load_flush", "0", "a number from 0 to 1000000000",
                  "transactions a flush while the workload loads; 0: one flush at the load's end",
                  HasEffect, ParseMember<&Cell::load_flush, 0, kMostTransactions>,
                  FormatMember<&Cell::load_flush>},
    CellParameter{"seed", "1", "a number from 0 to 18446744073709551615",
                  "what the workload draws from: the same seed gives the same transactions",
                  HasEffect, ParseMember<&Cell::seed, 0, kMostSeed>, FormatMember<&Cell::seed>},
    CellParameter{"get_us", "0", "a number from 0 to 10000000",
                  "microseconds by which the backend is delayed at each get", HasEffect,
                  ParseDelay<&BackendDelays::get_us, kMostDelayMicroseconds>,
                  FormatDelay<&BackendDelays::get_us>},
    CellParameter{"put_us", "0", "a number from 0 to 10000000",
                  "microseconds by which the backend is delayed at each put or delete", HasEffect,
                  ParseDelay<&BackendDelays::put_us, kMostDelayMicroseconds>,
                  FormatDelay<&BackendDelays::put_us>},
    CellParameter{"sync_us", "0", "a number from 0 to 10000000",
                  "microseconds by which the backend is delayed at each sync", HasEffect,
                  ParseDelay<&BackendDelays::sync_us, kMostDelayMicroseconds>,
                  FormatDelay<&BackendDelays::sync_us>},
    CellParameter{
        "bandwidth", "0", "a number from 0 to 10000000000",
        "bytes a second that the backend is slowed down to, each way; 0: not at all", HasEffect,
        ParseDelay<&BackendDelays::bandwidth_bytes_per_second, kMaxBandwidthBytesPerSecond>,
        FormatDelay<&BackendDelays::bandwidth_bytes_per_second>},
};

}  // namespace

std::span<const CellParameter> CellParameters() { return kParameters; }

const CellParameter* FindCellParameter(std::string_view name) {
  for (const CellParameter& parameter : kParameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

bool TakesNameArgument(const WorkloadKind& workload) {
  for (const WorkloadKind::Parameter& parameter : workload.parameters) {
    if (parameter.name == workload.name) return true;
  }
  return false;
}

Cell DefaultCell(const StrategyKind& strategy, const IndexKind& index, const BackendKind& backend,
                 const WorkloadKind& workload) {
  Cell cell;
  cell.strategy = &strategy;
  cell.index = &index;
  cell.branching_factor = index.default_branching_factor();
  cell.backend = &backend;
  cell.workload = &workload;
  cell.datoms = workload.default_datoms;
  cell.codec = FindCodec("packed");
  cell.tier = backend.strongest_durability;
  for (const WorkloadKind::Parameter& parameter : workload.parameters) {
    cell.workload_parameters.emplace(parameter.name, parameter.default_value);
  }
  for (const StrategyKind::Option& option : strategy.options) {
    cell.strategy_options.emplace(option.name, option.default_value);
  }
  return cell;
}

}  // namespace datombench

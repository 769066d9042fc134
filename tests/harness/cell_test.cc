#include "harness/cell.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "harness/cell_parameters.h"
#include "harness/input_error.h"
#include "strategies/codec/codec.h"

namespace datombench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The message that a name is refused with; fails the test where it isn't.
std::string Refusal(const std::string& name) {
  try {
    ParseCell(name);
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << name << " was accepted";
  return "";
}

TEST(CellTest, DefaultsAreThoseOfTheRegistries) {
  const Cell cell = ParseCell("op_log_replay/sorted_set/leveldb/small_tx");
  EXPECT_EQ(cell.strategy, FindStrategy("op_log_replay"));
  EXPECT_EQ(cell.index, FindIndex("sorted_set"));
  EXPECT_EQ(cell.backend, FindBackend("leveldb"));
  EXPECT_EQ(cell.workload, FindWorkload("small_tx"));
  EXPECT_EQ(cell.datoms, cell.workload->default_datoms);
  EXPECT_EQ(cell.tier, cell.backend->strongest_durability);
  EXPECT_EQ(cell.codec, FindCodec("packed"));
  EXPECT_TRUE(cell.db.keep_history);
  EXPECT_EQ(cell.db.semantics, Semantics::kCurrent);
  EXPECT_EQ(cell.branching_factor, 512u);
  EXPECT_EQ(cell.cache, CacheLimit{});
  EXPECT_EQ(cell.flush, 1u);
  EXPECT_FALSE(cell.delays.any());
  for (const auto& parameter : cell.workload->parameters) {
    EXPECT_EQ(cell.workload_parameters.at(std::string(parameter.name)), parameter.default_value);
  }
}

TEST(CellTest, TheBranchingFactorsDefaultIsTheIndexs) {
  const std::string cell = "dirty_node_tree/hitchhiker_tree/leveldb/small_tx/datoms:1000";
  EXPECT_EQ(ParseCell(cell).branching_factor, 17u);
  EXPECT_EQ(CellName(ParseCell(cell + "/branching_factor:17")), cell);
  EXPECT_EQ(CellName(ParseCell(cell + "/branching_factor:512")), cell + "/branching_factor:512");
}

TEST(CellTest, ParametersComeInAnyOrder) {
  const Cell one = ParseCell(
      "op_log_replay/sorted_set/leveldb/small_tx/datoms:1000000/history:off/flush:10/tx:50");
  const Cell other = ParseCell(
      "op_log_replay/sorted_set/leveldb/small_tx/tx:50/flush:10/history:off/datoms:1000000");
  EXPECT_EQ(one, other);
  EXPECT_EQ(one.datoms, 1'000'000u);
  EXPECT_FALSE(one.db.keep_history);
  EXPECT_EQ(one.flush, 10u);
  EXPECT_EQ(one.workload_parameters.at("tx"), "50");
}

TEST(CellTest, ShortNameLeavesDefaultsOutButNotTheSize) {
  const Cell cell = ParseCell(
      "op_log_replay/sorted_set/leveldb/small_tx/seed:1/codec:packed/tier:power/history:off");
  EXPECT_EQ(CellName(cell), "op_log_replay/sorted_set/leveldb/small_tx/datoms:" +
                                std::to_string(cell.workload->default_datoms) + "/history:off");
}

TEST(CellTest, TraceIsNamedInTheWorkloadsPlace) {
  const std::string name = "op_log_replay/sorted_set/leveldb/trace:git-git/flush:100";
  const Cell cell = ParseCell(name);
  EXPECT_EQ(cell.workload->name, "trace");
  EXPECT_EQ(cell.workload_parameters.at("trace"), "git-git");
  EXPECT_EQ(CellName(cell), name);
}

TEST(CellTest, CacheIsUnlimitedBytesOrAShare) {
  const std::string stem = "dirty_node_tree/sorted_set/file/small_tx/cache:";
  constexpr size_t kAllNodes = 12345;
  EXPECT_EQ(ParseCell(stem + "unlimited").cache.Bytes(kAllNodes), NodeCache::kUnlimited);
  EXPECT_EQ(ParseCell(stem + "4096").cache.Bytes(kAllNodes), 4096u);
  EXPECT_EQ(ParseCell(stem + "10%").cache.Bytes(kAllNodes), 1234u);
  EXPECT_EQ(ParseCell(stem + "100%").cache.Bytes(kAllNodes), kAllNodes);
}

TEST(CellTest, EveryWrongComponentIsNamedWithItsNearest) {
  const std::string message = Refusal("op_log_repaly/sorted_st/leveldb/smal_tx");
  EXPECT_THAT(message, AllOf(HasSubstr("unknown strategy 'op_log_repaly' (nearest: op_log_replay"),
                             HasSubstr("unknown index 'sorted_st' (nearest: sorted_set"),
                             HasSubstr("unknown workload 'smal_tx' (nearest: small_tx"),
                             Not(HasSubstr("unknown backend")), Not(HasSubstr("\n"))));
}

TEST(CellTest, WrongParametersAreNamed) {
  const std::string stem = "op_log_replay/sorted_set/leveldb/small_tx";
  EXPECT_THAT(Refusal(stem + "/histroy:off"), HasSubstr("(nearest: history"));
  EXPECT_THAT(Refusal(stem + "/history:of"), HasSubstr("history must be on or off, not 'of'"));
  EXPECT_THAT(Refusal(stem + "/flush:0"), HasSubstr("flush must be"));
  EXPECT_THAT(Refusal(stem + "/flush:ten"), HasSubstr("flush must be"));
  EXPECT_THAT(Refusal(stem + "/flush:-1"), HasSubstr("flush must be"));
  EXPECT_THAT(Refusal(stem + "/datoms:99999999999999999999"), HasSubstr("datoms must be"));
  EXPECT_THAT(Refusal(stem + "/flush:2/flush:3"), HasSubstr("'flush' is given twice"));
  EXPECT_THAT(Refusal(stem + "/flush"), HasSubstr("expected key:value"));
  EXPECT_THAT(Refusal(stem + "/"), HasSubstr("expected key:value"));
  EXPECT_THAT(Refusal(stem + "/tx:"), HasSubstr("tx needs a value"));
  EXPECT_THAT(Refusal("op_log_replay/sorted_set"), HasSubstr("expected strategy/index/backend"));
  EXPECT_THAT(Refusal(""), HasSubstr("expected strategy/index/backend"));
}

TEST(CellTest, TraceWantsAName) {
  const std::string stem = "op_log_replay/sorted_set/leveldb/";
  EXPECT_THAT(Refusal(stem + "trace"), HasSubstr("needs a name"));
  EXPECT_THAT(Refusal(stem + "trace:"), HasSubstr("needs a name"));
  EXPECT_THAT(Refusal(stem + "small_tx:git-git"), HasSubstr("takes no ':'"));
  EXPECT_THAT(Refusal(stem + "trace:git-git/datoms:10"), HasSubstr("would have no effect"));
  EXPECT_THAT(Refusal(stem + "trace:git-git/trace:other"), HasSubstr("unknown parameter"));
}

TEST(CellTest, CombinationsThatCantWorkAreRefused) {
  for (const IndexKind* const index : AllIndexes()) {
    const std::string name = fmt::format("dirty_node_tree/{}/memory/small_tx", index->name());
    if (index->is_node_addressable()) {
      EXPECT_NO_THROW(ParseCell(name));
    } else {
      EXPECT_THAT(Refusal(name), HasSubstr("has no nodes of its own"));
    }
  }
  EXPECT_THAT(Refusal("op_log_replay/sorted_set/memory/small_tx/tier:power"),
              HasSubstr("offers no tier stronger than volatile"));
  EXPECT_THAT(Refusal("op_log_replay/sorted_set/file/small_tx/cache:10%"),
              HasSubstr("would have no effect"));
}

// A random valid cell: each parameter given or not, in random order.
std::string RandomName(std::mt19937_64& random) {
  const auto pick = [&random](const auto& all) -> const auto& {
    return all[random() % all.size()];
  };
  const auto coin = [&random] { return random() % 2 == 0; };
  const StrategyKind& strategy = pick(AllStrategies());
  const IndexKind* index = pick(AllIndexes());
  while (strategy.needs_node_addressable_index && !index->is_node_addressable()) {
    index = pick(AllIndexes());
  }
  const BackendKind& backend = pick(AllBackends());
  const WorkloadKind& workload = pick(AllWorkloads());
  const std::string argument = TakesNameArgument(workload) ? ":git-leveldb" : "";

  std::vector<std::string> parameters;
  const auto add = [&](std::string_view key, std::string value) {
    if (coin()) parameters.push_back(fmt::format("{}:{}", key, value));
  };
  add("history", coin() ? "on" : "off");
  add("semantics",
      std::string(SemanticsName(coin() ? Semantics::kCurrent : Semantics::kDatahike6c1468fd)));
  add("codec", std::string(pick(AllCodecs())->name()));
  add("tier", std::string(DurabilityName(static_cast<Durability>(
                  random() % (1 + static_cast<unsigned>(backend.strongest_durability))))));
  add("flush", std::to_string(1 + random() % 1000));
  add("load_flush", std::to_string(random() % 3));
  add("seed", std::to_string(random()));
  add("get_us", std::to_string(random() % 100));
  add("put_us", std::to_string(random() % 100));
  add("sync_us", std::to_string(random() % 100));
  add("bandwidth", std::to_string(random() % 100'000));
  if (workload.default_datoms > 0) add("datoms", std::to_string(1 + random() % 1'000'000));
  if (index->has_branching_factor()) add("branching_factor", std::to_string(4 + random() % 600));
  if (strategy.needs_node_addressable_index) {
    add("cache",
        coin() ? fmt::format("{}%", 1 + random() % 100) : std::to_string(1 + random() % 100));
  }
  for (const auto& parameter : workload.parameters) {
    if (parameter.name != workload.name) add(parameter.name, fmt::format("v{}", random() % 10));
  }
  for (const auto& option : strategy.options) add(option.name, fmt::format("v{}", random() % 10));
  std::shuffle(parameters.begin(), parameters.end(), random);
  return fmt::format("{}/{}/{}/{}{}{}{}", strategy.name, index->name(), backend.name, workload.name,
                     argument, parameters.empty() ? "" : "/", fmt::join(parameters, "/"));
}

TEST(CellTest, NamesRoundTrip) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const std::string name = RandomName(random);
    SCOPED_TRACE(name);
    const Cell cell = ParseCell(name);
    EXPECT_EQ(ParseCell(CellName(cell)), cell);
    EXPECT_EQ(ParseCell(FullCellName(cell)), cell);
    EXPECT_EQ(CellName(ParseCell(FullCellName(cell))), CellName(cell));
    EXPECT_LE(CellName(cell).size(), FullCellName(cell).size());
  }
}

TEST(CellTest, NoNameMeansTwoParameters) {
  for (const StrategyKind& strategy : AllStrategies()) {
    for (const WorkloadKind& workload : AllWorkloads()) {
      std::set<std::string_view> names;
      for (const CellParameter& parameter : CellParameters()) names.insert(parameter.name);
      for (const auto& option : strategy.options) {
        EXPECT_TRUE(names.insert(option.name).second) << strategy.name << " " << option.name;
      }
      for (const auto& parameter : workload.parameters) {
        EXPECT_TRUE(names.insert(parameter.name).second) << workload.name << " " << parameter.name;
      }
    }
  }
}

TEST(CellTest, DocumentedDefaultsAreTheDefaults) {
  const Cell cell = ParseCell("dirty_node_tree/sorted_set/file/small_tx");
  for (const CellParameter& parameter : CellParameters()) {
    if (parameter.default_text.starts_with("the ")) continue;  // the workload's, the backend's
    EXPECT_EQ(parameter.format(cell), parameter.default_text) << parameter.name;
  }
}

TEST(CellTest, WorkloadGetsWhatTheNameSays) {
  const Cell cell = ParseCell("op_log_replay/sorted_set/memory/small_tx/datoms:77/tx:5/seed:9");
  const WorkloadParameters parameters = MakeWorkloadParameters(cell, {"/traces"});
  EXPECT_EQ(parameters.seed, 9u);
  EXPECT_EQ(parameters.datoms, 77u);
  EXPECT_EQ(parameters.extra.at("tx"), "5");
  EXPECT_THAT(parameters.trace_folders, testing::ElementsAre("/traces"));
}

TEST(CellTest, ATracesPathIsTakenOutOfTheName) {
  std::string name = "op_log_replay/sorted_set/file/trace:/data/x y/my.trace.dtl.zst/flush:10";
  EXPECT_EQ(TakeTraceFolder(&name), std::filesystem::path("/data/x y/"));
  EXPECT_EQ(name, "op_log_replay/sorted_set/file/trace:my.trace/flush:10");
  name = "op_log_replay/sorted_set/file/trace:./my.dtl";
  EXPECT_EQ(TakeTraceFolder(&name), std::filesystem::path("./"));
  EXPECT_EQ(name, "op_log_replay/sorted_set/file/trace:my");
  name = "op_log_replay/sorted_set/file/trace:git-git/flush:10";
  EXPECT_EQ(TakeTraceFolder(&name), std::nullopt);
  EXPECT_EQ(name, "op_log_replay/sorted_set/file/trace:git-git/flush:10");
}

}  // namespace
}  // namespace datombench

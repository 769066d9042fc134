// The synthetic families, alone and through the transactor.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "index/transactor.h"
#include "tests/workloads/fixture.h"
#include "workloads/catalog.h"

namespace datombench::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

WorkloadParameters Parameters(uint64_t datoms, std::map<std::string, std::string> extra = {},
                              uint64_t seed = 1) {
  WorkloadParameters parameters;
  parameters.datoms = datoms;
  parameters.extra = std::move(extra);
  parameters.seed = seed;
  return parameters;
}

// A kind's parameters, small; the trace is the smallest that ships.
WorkloadParameters SmallParameters(const WorkloadKind& kind, uint64_t seed) {
  WorkloadParameters parameters;
  parameters.seed = seed;
  if (kind.default_datoms > 0) parameters.datoms = 505;
  for (const WorkloadKind::Parameter& parameter : kind.parameters) {
    if (parameter.name == "trace") parameters.extra["trace"] = "movies-tiny";
    if (parameter.name == "tx") parameters.extra["tx"] = "40";
    if (parameter.name == "entities") parameters.extra["entities"] = "400";
  }
  return parameters;
}

Db EmptyDb() {
  return Db::Empty(
      std::make_shared<Lineage>(DbOptions{}, *FindIndex("sorted_set"), IndexOptions{}));
}

class EveryWorkload : public ::testing::TestWithParam<const WorkloadKind*> {};

TEST_P(EveryWorkload, SaysTheSameForTheSameSeed) {
  const WorkloadKind& kind = *GetParam();
  const std::string text = TextOf(*kind.make(SmallParameters(kind, 7)));
  EXPECT_EQ(text, TextOf(*kind.make(SmallParameters(kind, 7))));
}

TEST_P(EveryWorkload, CanBeTransactedToItsEnd) {
  const WorkloadKind& kind = *GetParam();
  const auto workload = kind.make(SmallParameters(kind, 7));
  Db db = EmptyDb();
  uint64_t transactions = 0;
  int64_t instant = 0;
  while (const Transaction* transaction = workload->Next()) {
    if (transactions++ == 0) {
      ASSERT_FALSE(transaction->operations.empty());
      EXPECT_EQ(transaction->operations[0].attribute, ":db/ident");
    }
    EXPECT_GE(transaction->instant, instant);
    instant = transaction->instant;
    db = Transact(db, *transaction).db_after;
  }
  EXPECT_EQ(workload->Next(), nullptr);
  EXPECT_GE(transactions, 2u);
  EXPECT_LT(workload->load_transactions().value_or(0), transactions);
}

TEST_P(EveryWorkload, RefusesAnUnknownParameter) {
  const WorkloadKind& kind = *GetParam();
  WorkloadParameters parameters = SmallParameters(kind, 1);
  parameters.extra["colour"] = "red";
  EXPECT_THAT(WorkloadErrorOf([&] { kind.make(parameters); }),
              HasSubstr("workload " + std::string(kind.name) + ": unknown parameter \"colour\""));
}

TEST_P(EveryWorkload, TakesItsDefaultsWhenTheyAreGiven) {
  const WorkloadKind& kind = *GetParam();
  WorkloadParameters given = SmallParameters(kind, 1);
  for (const WorkloadKind::Parameter& parameter : kind.parameters) {
    given.extra.emplace(parameter.name, parameter.default_value);
  }
  EXPECT_EQ(TextOf(*kind.make(given)), TextOf(*kind.make(SmallParameters(kind, 1))));
}

std::vector<const WorkloadKind*> Kinds() {
  std::vector<const WorkloadKind*> kinds;
  for (const WorkloadKind& kind : AllWorkloads()) kinds.push_back(&kind);
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Catalog, EveryWorkload, ::testing::ValuesIn(Kinds()),
                         [](const auto& test) { return std::string(test.param->name); });

TEST(Catalog, FindsByName) {
  std::set<std::string_view> names;
  for (const WorkloadKind& kind : AllWorkloads()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_EQ(FindWorkload(kind.name), &kind);
  }
  EXPECT_EQ(FindWorkload("nothing"), nullptr);
}

struct Pinned {
  std::string kind;
  std::map<std::string, std::string> extra;
  uint64_t hash;
};

// What a seed draws is part of every published number: a change here is a new workload.
TEST(SyntheticWorkload, DrawsWhatItAlwaysDrew) {
  const std::vector<Pinned> all = {
      {"bulk_import", {}, 16595677920320754027u},
      {"bulk_import", {{"values", "integer"}}, 18277114312496911361u},
      {"small_tx", {{"tx", "50"}}, 15904695547712857735u},
      {"update", {{"tx", "50"}}, 2123627794994115409u},
      {"churn", {{"tx", "50"}}, 15405191104417381467u},
  };
  for (const Pinned& pinned : all) {
    const auto workload = MakeWorkload(pinned.kind, Parameters(1000, pinned.extra, 42));
    EXPECT_EQ(HashOf(TextOf(*workload)), pinned.hash) << pinned.kind;
  }
}

TEST(SyntheticWorkload, DrawsOtherwiseForAnotherSeed) {
  for (const char* kind : {"bulk_import", "small_tx", "update", "churn"}) {
    EXPECT_NE(TextOf(*MakeWorkload(kind, Parameters(1000, {}, 1))),
              TextOf(*MakeWorkload(kind, Parameters(1000, {}, 2))))
        << kind;
  }
}

// Transacts a workload; says how many live datoms there are, without schema and instants, after the
// load and at the end.
struct LiveDatoms {
  uint64_t after_load = 0;
  uint64_t at_end = 0;
};

LiveDatoms Live(Workload& workload) {
  LiveDatoms live;
  Db db = EmptyDb();
  uint64_t schema_datoms = 0;
  uint64_t transactions = 0;
  while (const Transaction* transaction = workload.Next()) {
    db = Transact(db, *transaction).db_after;
    ++transactions;
    if (transactions == 1) schema_datoms = transaction->operations.size();
    live.at_end = db.size(IndexName::kEavt) - schema_datoms - transactions;
    if (transactions == workload.load_transactions()) live.after_load = live.at_end;
  }
  return live;
}

TEST(SyntheticWorkload, LoadsExactlyTheDatomsAskedFor) {
  for (const char* values : {"mixed", "integer"}) {
    for (const uint64_t datoms : {1, 9, 10, 999, 2345}) {
      const std::map<std::string, std::string> extra = {
          {"values", values}, {"load_tx_datoms", "777"}, {"tx", "10"}};
      for (const char* kind : {"small_tx", "update", "churn"}) {
        EXPECT_EQ(Live(*MakeWorkload(kind, Parameters(datoms, extra))).after_load, datoms) << kind;
      }
      const auto import = MakeWorkload(
          "bulk_import", Parameters(datoms, {{"values", values}, {"tx_datoms", "64"}}));
      EXPECT_EQ(import->load_transactions(), std::nullopt);
      EXPECT_EQ(Live(*import).at_end, datoms);
    }
  }
}

TEST(SyntheticWorkload, UsesEveryCommonValueType) {
  const auto workload = MakeWorkload("bulk_import", Parameters(100));
  workload->Next();
  std::set<ValueType> types;
  for (const Operation& operation : workload->Next()->operations) types.insert(operation.v.type());
  EXPECT_EQ(types, (std::set<ValueType>{ValueType::kLong, ValueType::kDouble, ValueType::kInstant,
                                        ValueType::kRef, ValueType::kString, ValueType::kKeyword}));
}

TEST(BulkImport, CutsTransactionsToSize) {
  const auto workload = MakeWorkload("bulk_import", Parameters(2500, {{"tx_datoms", "1000"}}));
  workload->Next();
  EXPECT_THAT(workload->Next()->operations, SizeIs(1000));
  EXPECT_THAT(workload->Next()->operations, SizeIs(1000));
  EXPECT_THAT(workload->Next()->operations, SizeIs(500));
  EXPECT_EQ(workload->Next(), nullptr);
}

// The transactions after the load.
std::vector<Transaction> Measured(Workload& workload, std::vector<std::string>* texts) {
  std::vector<Transaction> measured;
  uint64_t number = 0;
  while (const Transaction* transaction = workload.Next()) {
    if (number++ < *workload.load_transactions()) continue;
    measured.push_back({{}, transaction->instant});
    for (Operation operation : transaction->operations) {
      operation.v = Value();  // borrowed
      measured.back().operations.push_back(operation);
    }
    if (texts != nullptr) texts->push_back(TextOf(*transaction, 0));
  }
  return measured;
}

TEST(SmallTx, AddsANewEntityAndUpdatesOldOnes) {
  const auto workload = MakeWorkload("small_tx", Parameters(1000, {{"tx", "200"}}));
  const std::vector<Transaction> measured = Measured(*workload, nullptr);
  ASSERT_THAT(measured, SizeIs(200));
  std::set<EntityId> updated;
  for (uint64_t i = 0; i < measured.size(); ++i) {
    const std::vector<Operation>& operations = measured[i].operations;
    ASSERT_THAT(operations, SizeIs(10));
    for (uint64_t k = 0; k < 7; ++k) EXPECT_EQ(operations[k].e, 101 + i);
    for (uint64_t k = 7; k < 10; ++k) {
      EXPECT_LT(operations[k].e, 101 + i);
      updated.insert(operations[k].e);
    }
  }
  EXPECT_GT(updated.size(), 200u);
}

TEST(SmallTx, SharesItsDatomsAsAsked) {
  const auto workload = MakeWorkload(
      "small_tx", Parameters(1000, {{"tx", "1"}, {"tx_datoms", "50"}, {"update_percent", "50"}}));
  std::map<bool, int> counts;
  const std::vector<Transaction> measured = Measured(*workload, nullptr);
  for (const Operation& operation : measured.at(0).operations) {
    ++counts[operation.e > 100];
  }
  EXPECT_EQ(counts[true], 25);
  EXPECT_EQ(counts[false], 25);
}

TEST(Update, LeavesTheNumberOfLiveDatoms) {
  const auto workload = MakeWorkload("update", Parameters(1000, {{"tx", "300"}}));
  const LiveDatoms live = Live(*workload);
  EXPECT_EQ(live.at_end, live.after_load);
}

TEST(Update, ReplacesValues) {
  const auto workload = MakeWorkload("update", Parameters(1000, {{"tx", "100"}}));
  Db db = EmptyDb();
  uint64_t number = 0;
  uint64_t retractions = 0;
  while (const Transaction* transaction = workload->Next()) {
    const TxReport report = Transact(db, *transaction);
    db = report.db_after;
    if (number++ < *workload->load_transactions()) continue;
    for (const Datom& datom : report.tx_data) retractions += datom.added() ? 0 : 1;
  }
  EXPECT_GE(retractions, 998u);  // of 1000: a value drawn twice in a row has no effect
}

double HottestShare(const std::string& theta) {
  const auto workload =
      MakeWorkload("update", Parameters(10'000, {{"tx", "2000"}, {"theta", theta}}));
  std::map<EntityId, int> counts;
  int all = 0;
  for (const Transaction& transaction : Measured(*workload, nullptr)) {
    for (const Operation& operation : transaction.operations) {
      ++counts[operation.e];
      ++all;
    }
  }
  int hottest = 0;
  for (const auto& [e, count] : counts) hottest = std::max(hottest, count);
  return static_cast<double>(hottest) / all;
}

TEST(Update, IsAsSkewedAsAsked) {
  EXPECT_LT(HottestShare("0"), 0.003);
  EXPECT_NEAR(HottestShare("0.99"), 1 / 7.73, 0.01);  // 1 / zeta(1000, 0.99)
}

TEST(Churn, RetractsWhatItAssertedAFewTransactionsBefore) {
  const auto workload = MakeWorkload("churn", Parameters(100, {{"tx", "20"}, {"lag", "3"}}));
  std::vector<std::string> texts;
  const std::vector<Transaction> measured = Measured(*workload, &texts);
  ASSERT_THAT(measured, SizeIs(20));
  const auto lines = [&](uint64_t k, char kind) {
    std::multiset<std::string> found;
    std::istringstream text(texts[k]);
    for (std::string line; std::getline(text, line);) {
      if (line[0] != '@' && line[2] == kind) found.insert(line.substr(4));
    }
    return found;
  };
  for (uint64_t k = 0; k < measured.size(); ++k) {
    EXPECT_THAT(lines(k, '+'), SizeIs(k < 17 ? 5 : 0));
    EXPECT_THAT(lines(k, '-'), SizeIs(k < 3 ? 0 : 5));
    if (k >= 3) {
      EXPECT_EQ(lines(k, '-'), lines(k - 3, '+'));
    }
  }
}

TEST(Churn, LeavesTheLoadAlone) {
  const auto workload = MakeWorkload("churn", Parameters(100, {{"tx", "50"}}));
  const LiveDatoms live = Live(*workload);
  EXPECT_EQ(live.at_end, 100u);
}

TEST(ParameterReader, SaysWhatIsValid) {
  const auto error_of = [](const char* kind, const WorkloadParameters& parameters) {
    return WorkloadErrorOf([&] { MakeWorkload(kind, parameters); });
  };
  EXPECT_EQ(error_of("update", Parameters(0, {{"thet", "1"}})),
            "workload update: unknown parameter \"thet\"; it has datoms, values, load_tx_datoms, "
            "tx, tx_datoms, theta");
  EXPECT_EQ(error_of("update", Parameters(0, {{"theta", "1"}})),
            "workload update: parameter theta: expected a number from 0 to 0.9999, got \"1\"");
  EXPECT_EQ(error_of("update", Parameters(0, {{"theta", "nan"}})),
            "workload update: parameter theta: expected a number from 0 to 0.9999, got \"nan\"");
  EXPECT_EQ(error_of("small_tx", Parameters(0, {{"tx", "-1"}})),
            "workload small_tx: parameter tx: expected a whole number from 1 to 1000000000, got "
            "\"-1\"");
  EXPECT_EQ(error_of("small_tx", Parameters(0, {{"tx", "1e3"}})),
            "workload small_tx: parameter tx: expected a whole number from 1 to 1000000000, got "
            "\"1e3\"");
  EXPECT_EQ(error_of("bulk_import", Parameters(0, {{"values", "text"}})),
            "workload bulk_import: parameter values: expected one of mixed, integer, got \"text\"");
  EXPECT_EQ(error_of("churn", Parameters(0, {{"tx", "5"}})),
            "workload churn: parameter tx: expected more than the lag of 5 transactions, got "
            "\"5\"");
  EXPECT_EQ(error_of("people", Parameters(5)),
            "workload people: unknown parameter \"datoms\"; it has entities");
  EXPECT_THAT(error_of("bulk_import", Parameters(uint64_t{1} << 40)),
              HasSubstr("parameter datoms: expected a number up to"));
}

}  // namespace
}  // namespace datombench::testing

// The reference workload: the original's counts hold only if every draw is the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "index/transactor.h"
#include "tests/workloads/fixture.h"

namespace datombench::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::unique_ptr<Workload> People(const std::string& entities) {
  WorkloadParameters parameters;
  parameters.extra["entities"] = entities;
  return MakeWorkload("people", parameters);
}

TEST(People, DrawsAsTheReferenceDoes) {
  const auto workload = People("2000");
  workload->Next();
  // SplitMix64 from 42: 13679457532755275413 % 8 = 5, 2949826092126892291 % 6 = 1,
  // 5139283748462763858 % 2 = 0, 6349198060258255764 % 100 = 64, 701532786141963250 % 100000 =
  // 63250, and so on.
  EXPECT_THAT(TextOf(*workload->Next(), 1), StartsWith("@ 1600000001000\n"
                                                       "1\t+\t1\t:name\tDmitry\n"
                                                       "1\t+\t1\t:last-name\tPetrov\n"
                                                       "1\t+\t1\t:sex\t:male\n"
                                                       "1\t+\t1\t:age\t64\n"
                                                       "1\t+\t1\t:salary\t63250\n"
                                                       "1\t+\t1\t:pid\t0\n"
                                                       "1\t+\t2\t:name\tFedor\n"
                                                       "1\t+\t2\t:last-name\tPetrov\n"
                                                       "1\t+\t2\t:sex\t:male\n"
                                                       "1\t+\t2\t:age\t5\n"
                                                       "1\t+\t2\t:salary\t68974\n"
                                                       "1\t+\t2\t:pid\t1\n"));
}

TEST(People, DeclaresItsSchemaAtItsInstant) {
  const std::string text = TextOf(*People("2000")->Next(), 0);
  EXPECT_THAT(text, StartsWith("@ 1600000000000\n0\t+\t268435457\t:db/ident\t:name\n"));
  EXPECT_THAT(text, HasSubstr("0\t+\t268435462\t:db/ident\t:pid\n"
                              "0\t+\t268435462\t:db/valueType\t:db.type/long\n"
                              "0\t+\t268435462\t:db/cardinality\t:db.cardinality/one\n"
                              "0\t+\t268435462\t:db/unique\t:db.unique/identity\n"));
}

TEST(People, HasItsPhases) {
  const auto workload = People("2000");
  std::vector<size_t> sizes;
  while (const Transaction* transaction = workload->Next()) {
    sizes.push_back(transaction->operations.size());
  }
  std::vector<size_t> expected = {19};  // three datoms an attribute, and one is unique
  const auto phase = [&](size_t transactions, size_t operations) {
    expected.insert(expected.end(), transactions, operations);
  };
  phase(20, 600);
  phase(60, 6);
  phase(60, 1);
  phase(20, 60);
  phase(20, 1);
  phase(10, 10);
  phase(5, 20);
  phase(2, 20);
  phase(5, 50);
  phase(20, 6);
  ASSERT_THAT(sizes, SizeIs(223));
  EXPECT_EQ(sizes, expected);
}

// Pinned after the current datoms in EAVT order of both had the reference's SHA-256.
TEST(People, SaysWhatItSaidWhenItEqualledTheReference) {
  EXPECT_EQ(HashOf(TextOf(*People("2000"))), 4406307029720132105u);
  EXPECT_EQ(HashOf(TextOf(*People("20000"))), 14961638900391755910u);
}

TEST(People, EndsWithTheReferencesCounts) {
  const auto workload = People("2000");
  Db db = Db::Empty(std::make_shared<Lineage>(DbOptions{true, Semantics::kDatahike6c1468fd},
                                              *FindIndex("sorted_set"), IndexOptions{}));
  while (const Transaction* transaction = workload->Next()) {
    db = Transact(db, *transaction).db_after;
  }
  EXPECT_EQ(db.size(IndexName::kEavt), 12302u);
  EXPECT_EQ(db.size(IndexName::kAvet), 2016u);
  EXPECT_EQ(db.size(IndexName::kTemporalEavt), 15690u);
  EXPECT_EQ(db.size(IndexName::kTemporalAvet), 2556u);
}

TEST(People, NeedsEnoughPeople) {
  EXPECT_EQ(WorkloadErrorOf([] { People("199"); }),
            "workload people: parameter entities: expected a whole number from 200 to 10000000, "
            "got \"199\"");
  EXPECT_NE(TextOf(*People("200")), "");
}

}  // namespace
}  // namespace datombench::testing

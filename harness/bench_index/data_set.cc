#include "harness/bench_index/data_set.h"

#include <algorithm>
#include <string>
#include <utility>

#include "workloads/random.h"
#include "workloads/workload.h"

namespace datombench {
namespace {

void Shuffle(SplitMix64& random, std::vector<Datom>* datoms) {
  for (size_t i = datoms->size(); i > 1; --i) {
    std::swap((*datoms)[i - 1], (*datoms)[random.Below(i)]);
  }
}

constexpr size_t kMostWanted = 1'000'000;

// Cuts `added` random ones off `all`; the others are the contents.
DataSet Divide(std::shared_ptr<Attributes> attributes, std::shared_ptr<ValueArena> values,
               std::vector<Datom> all, uint64_t added) {
  SplitMix64 random(1);
  DataSet data{std::move(attributes), std::move(values), {}, std::move(all), {}, {}};
  Shuffle(random, &data.shuffled);
  const auto cut = data.shuffled.end() - static_cast<ptrdiff_t>(added);
  data.added.assign(cut, data.shuffled.end());
  data.shuffled.erase(cut, data.shuffled.end());
  data.sorted = data.shuffled;
  const Comparer<OrderKind::kEavt> compare(*data.attributes);
  std::sort(data.sorted.begin(), data.sorted.end(),
            [&](const Datom& x, const Datom& y) { return compare(x, y) < 0; });
  const size_t step = (data.sorted.size() + kMostWanted - 1) / kMostWanted;
  for (size_t i = 0; i < data.sorted.size(); i += step) data.wanted.push_back(data.sorted[i]);
  Shuffle(random, &data.wanted);
  return data;
}

}  // namespace

DataSet IntegerData(uint64_t datoms, uint64_t added) {
  constexpr uint64_t kAttributes = 5;
  auto attributes = std::make_shared<Attributes>(StringOrder::kCodePoint);
  for (const char* ident : {":p/a", ":p/b", ":p/c", ":p/d", ":p/e"}) attributes->Intern(ident);
  SplitMix64 random(2);
  std::vector<Datom> all;
  all.reserve(datoms + added);
  for (uint64_t i = 0; i < datoms + added; ++i) {
    all.emplace_back(
        1 + i / kAttributes, static_cast<AttributeId>(kFirstAttribute + i % kAttributes),
        Value::Long(static_cast<int64_t>(random.Below(1'000'000))), kTx0 + 1 + i / 50, true);
  }
  return Divide(std::move(attributes), std::make_shared<ValueArena>(), std::move(all), added);
}

DataSet MixedData(uint64_t datoms, uint64_t added) {
  auto attributes = std::make_shared<Attributes>(StringOrder::kCodePoint);
  auto values = std::make_shared<ValueArena>();
  std::vector<Datom> all;
  WorkloadParameters parameters;
  parameters.extra["trace"] = "git-datahike";
  for (uint64_t round = 0; all.size() < datoms + added; ++round) {
    const auto workload = FindWorkload("trace")->make(parameters);
    workload->Next();  // the schema
    TxId tx = kTx0 + 1;
    for (const Transaction* transaction = workload->Next(); transaction != nullptr;
         transaction = workload->Next(), ++tx) {
      for (const Operation& operation : transaction->operations) {
        if (operation.kind != Operation::Kind::kAdd || all.size() == datoms + added) continue;
        all.emplace_back(operation.e + round * 1'000'000, attributes->Intern(operation.attribute),
                         values->Adopt(operation.v), tx, true);
      }
    }
  }
  return Divide(std::move(attributes), std::move(values), std::move(all), added);
}

}  // namespace datombench

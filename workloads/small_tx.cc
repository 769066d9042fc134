// `small_tx`: after a load, small transactions, each a few facts about a new entity and a few
// updates.
#include <algorithm>

#include "workloads/catalog.h"
#include "workloads/generator.h"

namespace datombench {
namespace {

class SmallTx : public SyntheticWorkload {
 public:
  SmallTx(const ParameterReader& parameters, uint64_t seed)
      : SyntheticWorkload(parameters, seed, parameters.Unsigned("load_tx_datoms", 1, 100'000'000)),
        transactions_(parameters.Unsigned("tx", 1, 1'000'000'000)),
        tx_datoms_(parameters.Unsigned("tx_datoms", 1, 100'000'000)),
        updates_(tx_datoms_ * parameters.Unsigned("update_percent", 0, 100) / 100) {}

 private:
  bool Fill(uint64_t k, std::vector<Operation>* operations) override {
    if (k == transactions_) return false;
    const uint64_t existing = entities();
    for (uint64_t facts = tx_datoms_ - updates_; facts > 0;) {
      const uint64_t part = std::min(facts, EntityShape::kFacts);
      AssertNewEntity(part, values(), operations);
      facts -= part;
    }
    for (uint64_t i = 0; i < updates_; ++i) {
      AssertUpdate(1 + random().Below(existing), operations);
    }
    return true;
  }

  const uint64_t transactions_;
  const uint64_t tx_datoms_;
  const uint64_t updates_;
};

std::unique_ptr<Workload> Make(const WorkloadParameters& given) {
  const ParameterReader parameters(*FindWorkload("small_tx"), given);
  return std::make_unique<SmallTx>(parameters, given.seed);
}

}  // namespace

WorkloadKind SmallTxWorkload() {
  std::vector<WorkloadKind::Parameter> parameters = TransactionParameters();
  parameters.push_back(
      {"update_percent", "30", "share of a transaction that updates existing entities"});
  return {"small_tx", "small transactions of new entities and some updates, after a load",
          std::move(parameters), 100'000, Make};
}

}  // namespace datombench

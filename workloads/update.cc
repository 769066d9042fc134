// `update`: after a load, small transactions that replace values of existing entities, a few of
// which are hot.
#include "workloads/catalog.h"
#include "workloads/distributions.h"
#include "workloads/generator.h"

namespace datombench {
namespace {

class Update : public SyntheticWorkload {
 public:
  Update(const ParameterReader& parameters, uint64_t seed)
      : SyntheticWorkload(parameters, seed, parameters.Unsigned("load_tx_datoms", 1, 100'000'000)),
        transactions_(parameters.Unsigned("tx", 1, 1'000'000'000)),
        tx_datoms_(parameters.Unsigned("tx_datoms", 1, 100'000'000)),
        ranks_(loaded_entities(), parameters.Real("theta", 0, 0.9999)),
        scramble_(loaded_entities()) {}

 private:
  bool Fill(uint64_t k, std::vector<Operation>* operations) override {
    if (k == transactions_) return false;
    // A hot attribute may be updated twice in one transaction: then both take effect.
    for (uint64_t i = 0; i < tx_datoms_; ++i) {
      AssertUpdate(1 + scramble_(ranks_.Draw(random())), operations);
    }
    return true;
  }

  const uint64_t transactions_;
  const uint64_t tx_datoms_;
  const ZipfianRanks ranks_;
  const Scramble scramble_;
};

std::unique_ptr<Workload> Make(const WorkloadParameters& given) {
  const ParameterReader parameters(*FindWorkload("update"), given);
  return std::make_unique<Update>(parameters, given.seed);
}

}  // namespace

WorkloadKind UpdateWorkload() {
  std::vector<WorkloadKind::Parameter> parameters = TransactionParameters();
  parameters.push_back({"theta", "0.99", "skew of the entities updated; 0: evenly"});
  return {"update", "zipfian updates of cardinality-one attributes, after a load",
          std::move(parameters), 100'000, Make};
}

}  // namespace datombench

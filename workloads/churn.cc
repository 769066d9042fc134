// `churn`: after a load, facts that live for a few transactions only.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "workloads/catalog.h"
#include "workloads/generator.h"

namespace datombench {
namespace {

// Transaction k asserts half of `tx_datoms` facts about new entities and retracts what transaction
// k - lag asserted; the last `lag` transactions only retract, so the load alone is left.
class Churn : public SyntheticWorkload {
 public:
  Churn(const ParameterReader& parameters, uint64_t seed)
      : SyntheticWorkload(parameters, seed, parameters.Unsigned("load_tx_datoms", 1, 100'000'000)),
        transactions_(parameters.Unsigned("tx", 1, 1'000'000'000)),
        asserted_(std::max<uint64_t>(1, parameters.Unsigned("tx_datoms", 1, 100'000'000) / 2)),
        lag_(parameters.Unsigned("lag", 1, 1'000'000)),
        pending_(lag_ + 1) {
    if (transactions_ <= lag_) {
      throw WorkloadError(fmt::format(
          "workload churn: parameter tx: expected more than the lag of {} transactions, got \"{}\"",
          lag_, transactions_));
    }
  }

 private:
  // Facts that are asserted and not yet retracted, and their values.
  struct Batch {
    std::vector<Operation> operations;
    ValueBuffer values;
  };

  bool Fill(uint64_t k, std::vector<Operation>* operations) override {
    if (k == transactions_) return false;
    if (k + lag_ < transactions_) Assert(pending_[k % pending_.size()], operations);
    if (k >= lag_) {
      for (Operation operation : pending_[(k - lag_) % pending_.size()].operations) {
        operation.kind = Operation::Kind::kRetract;
        operations->push_back(operation);
      }
    }
    return true;
  }

  void Assert(Batch& batch, std::vector<Operation>* operations) {
    batch.operations.clear();
    batch.values.Clear();
    for (uint64_t facts = asserted_; facts > 0;) {
      const uint64_t part = std::min(facts, EntityShape::kFacts);
      AssertNewEntity(part, batch.values, &batch.operations);
      facts -= part;
    }
    operations->insert(operations->end(), batch.operations.begin(), batch.operations.end());
  }

  const uint64_t transactions_;
  const uint64_t asserted_;  // facts a transaction
  const uint64_t lag_;
  std::vector<Batch> pending_;
};

std::unique_ptr<Workload> Make(const WorkloadParameters& given) {
  const ParameterReader parameters(*FindWorkload("churn"), given);
  return std::make_unique<Churn>(parameters, given.seed);
}

}  // namespace

WorkloadKind ChurnWorkload() {
  std::vector<WorkloadKind::Parameter> parameters = TransactionParameters();
  parameters.push_back({"lag", "5", "transactions between an assertion and its retraction"});
  return {"churn", "facts asserted and, a few transactions later, retracted, after a load",
          std::move(parameters), 100'000, Make};
}

}  // namespace datombench

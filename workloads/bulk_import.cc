// `bulk_import`: new entities in large transactions, as when a database is filled from elsewhere.
#include "workloads/catalog.h"
#include "workloads/generator.h"

namespace datombench {
namespace {

class BulkImport : public SyntheticWorkload {
 public:
  BulkImport(const ParameterReader& parameters, uint64_t seed)
      : SyntheticWorkload(parameters, seed, parameters.Unsigned("tx_datoms", 1, 100'000'000)) {}

  // The import is what is measured.
  std::optional<uint64_t> load_transactions() const override { return std::nullopt; }

 private:
  bool Fill(uint64_t, std::vector<Operation>*) override { return false; }
};

std::unique_ptr<Workload> Make(const WorkloadParameters& given) {
  const ParameterReader parameters(*FindWorkload("bulk_import"), given);
  return std::make_unique<BulkImport>(parameters, given.seed);
}

}  // namespace

WorkloadKind BulkImportWorkload() {
  std::vector<WorkloadKind::Parameter> parameters = LoadParameters();
  parameters.push_back({"tx_datoms", "10000", "datoms a transaction"});
  return {"bulk_import", "new entities in large transactions", std::move(parameters), 100'000,
          Make};
}

}  // namespace datombench

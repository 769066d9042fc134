#include "workloads/generator.h"

#include <fmt/format.h>

#include <algorithm>

namespace datombench {
namespace {

// User entities lie below the entities of the attributes.
constexpr uint64_t kMaxEntities = kFirstAttributeEntity - 1;
constexpr uint64_t kMaxDatoms = kMaxEntities * EntityShape::kFacts;
constexpr int64_t kFirstInstant = 1600000000000;
constexpr int64_t kInstantStep = 1000;

EntityShape ShapeOf(const ParameterReader& parameters) {
  return parameters.Choice("values", {"mixed", "integer"}) == "mixed" ? MixedShape()
                                                                      : IntegerShape();
}

}  // namespace

std::vector<WorkloadKind::Parameter> LoadParameters() {
  return {{"values", "mixed", "mixed: the value types of life; integer: longs only"}};
}

std::vector<WorkloadKind::Parameter> TransactionParameters() {
  std::vector<WorkloadKind::Parameter> parameters = LoadParameters();
  parameters.push_back({"load_tx_datoms", "10000", "datoms a transaction of the load"});
  parameters.push_back({"tx", "1000", "transactions after the load"});
  parameters.push_back({"tx_datoms", "10", "operations a transaction after the load"});
  return parameters;
}

SyntheticWorkload::SyntheticWorkload(const ParameterReader& parameters, uint64_t seed,
                                     uint64_t load_tx_datoms)
    : shape_(ShapeOf(parameters)),
      datoms_(parameters.Datoms(kMaxDatoms)),
      load_tx_datoms_(load_tx_datoms),
      random_(seed) {}

const Transaction* SyntheticWorkload::Next() {
  std::vector<Operation>& operations = transaction_.operations;
  operations.clear();
  values_.Clear();
  if (transactions_ == 0) {
    AppendSchemaOperations(shape_.attributes, values_, &operations);
  } else if (loaded_datoms_ < datoms_) {
    Load(&operations);
  } else if (!Fill(transactions_ - 1 - LoadBatches(), &operations)) {
    return nullptr;
  }
  transaction_.instant = kFirstInstant + kInstantStep * static_cast<int64_t>(transactions_);
  ++transactions_;
  return &transaction_;
}

void SyntheticWorkload::Load(std::vector<Operation>* operations) {
  const uint64_t end = std::min(datoms_, loaded_datoms_ + load_tx_datoms_);
  for (; loaded_datoms_ < end; ++loaded_datoms_) {
    const uint64_t fact = loaded_datoms_ % EntityShape::kFacts;
    if (fact == 0) ++entities_;
    operations->push_back(shape_.Assert(fact, Context(entities_, values_)));
  }
}

ValueContext SyntheticWorkload::Context(EntityId e, ValueBuffer& values) {
  return {e, loaded_entities(), random_, values};
}

void SyntheticWorkload::AssertNewEntity(uint64_t facts, ValueBuffer& values,
                                        std::vector<Operation>* operations) {
  assert(facts <= EntityShape::kFacts);
  if (entities_ == kMaxEntities) {
    throw WorkloadError(
        fmt::format("the workload needs more than {} entities; ask for fewer datoms or "
                    "transactions",
                    kMaxEntities));
  }
  ++entities_;
  for (uint64_t fact = 0; fact < facts; ++fact) {
    operations->push_back(shape_.Assert(fact, Context(entities_, values)));
  }
}

void SyntheticWorkload::AssertUpdate(EntityId e, std::vector<Operation>* operations) {
  const uint32_t fact = shape_.updatable[random_.Below(shape_.updatable.size())];
  operations->push_back(shape_.Assert(fact, Context(e, values_)));
}

}  // namespace datombench

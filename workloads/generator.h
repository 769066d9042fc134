// What the synthetic workloads share: entities of a realistic shape, drawn from one seed, and a
// load of N live datoms before the transactions that a family is about.
#ifndef DATOMBENCH_WORKLOADS_GENERATOR_H_
#define DATOMBENCH_WORKLOADS_GENERATOR_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "workloads/parameters.h"
#include "workloads/random.h"
#include "workloads/schema_transaction.h"
#include "workloads/value_buffer.h"
#include "workloads/workload.h"

namespace datombench {

// Where a value is drawn for.
struct ValueContext {
  EntityId e;          // whose fact it is; entity ids start at 1 and leave no gap
  uint64_t referable;  // entities 1 .. referable may be referred to
  SplitMix64& random;
  ValueBuffer& values;
};

// One kind of entity: kFacts datoms each, in the order in which they are asserted.
struct EntityShape {
  static constexpr uint64_t kFacts = 10;

  struct Fact {
    uint32_t attribute;  // in `attributes`
    Value (*draw)(const ValueContext& context);
    // Cardinality one, and its values are so many that a new draw is, but for one in a hundred
    // thousand, another value.
    bool is_updatable;
  };

  std::vector<AttributeDeclaration> attributes;
  std::vector<Fact> facts;
  std::vector<uint32_t> updatable;  // facts that are

  Operation Assert(uint64_t fact, const ValueContext& context) const {
    const Fact& what = facts[fact];
    return {Operation::Kind::kAdd, context.e, attributes[what.attribute].ident, what.draw(context)};
  }
};

// `values:mixed`: an account, with every common value type; `values:integer`: ten longs.
EntityShape MixedShape();
EntityShape IntegerShape();

// Parameters that every family below has; append a family's own.
std::vector<WorkloadKind::Parameter> LoadParameters();
std::vector<WorkloadKind::Parameter> TransactionParameters();  // the above, `tx` and `tx_datoms`

// The schema, then a load of exactly `datoms` live datoms about new entities in transactions of
// `load_tx_datoms`, then what the family adds. The k-th transaction has the instant
// 2020-09-13T12:26:40Z + k seconds.
class SyntheticWorkload : public Workload {
 public:
  const Transaction* Next() override;
  std::optional<uint64_t> load_transactions() const override { return 1 + LoadBatches(); }

 protected:
  SyntheticWorkload(const ParameterReader& parameters, uint64_t seed, uint64_t load_tx_datoms);

  // Appends the operations of the k-th transaction after the load, from 0. Returns false at the
  // end.
  virtual bool Fill(uint64_t k, std::vector<Operation>* operations) = 0;

  // The first `facts` facts of one more new entity.
  void AssertNewEntity(uint64_t facts, ValueBuffer& values, std::vector<Operation>* operations);
  // Another value for one of an existing entity's updatable facts.
  void AssertUpdate(EntityId e, std::vector<Operation>* operations);

  uint64_t LoadBatches() const { return (datoms_ + load_tx_datoms_ - 1) / load_tx_datoms_; }
  uint64_t loaded_entities() const {
    return (datoms_ + EntityShape::kFacts - 1) / EntityShape::kFacts;
  }
  uint64_t entities() const { return entities_; }  // so far
  SplitMix64& random() { return random_; }
  ValueBuffer& values() { return values_; }  // of the transaction being filled

 private:
  void Load(std::vector<Operation>* operations);
  ValueContext Context(EntityId e, ValueBuffer& values);

  const EntityShape shape_;
  const uint64_t datoms_;
  const uint64_t load_tx_datoms_;
  SplitMix64 random_;
  ValueBuffer values_;
  Transaction transaction_;
  uint64_t transactions_ = 0;
  uint64_t loaded_datoms_ = 0;
  uint64_t entities_ = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_GENERATOR_H_

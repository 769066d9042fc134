// DatabaseModel is the database's rules once more, written to be obvious: what tests compare with.
#ifndef DATOMBENCH_TESTS_SUPPORT_DATABASE_MODEL_H_
#define DATOMBENCH_TESTS_SUPPORT_DATABASE_MODEL_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "index/db.h"
#include "index/transactor.h"

namespace datombench {

// Owns what it holds and shares no comparison with the database.
struct ModelValue {
  ValueType type = ValueType::kLowest;
  uint64_t bits = 0;  // of a value in line
  std::string bytes;  // of one out of line
  friend bool operator==(const ModelValue&, const ModelValue&) = default;
};

struct ModelDatom {
  uint64_t e = 0;
  std::string attribute;
  ModelValue v;
  uint64_t tx = 0;
  bool added = true;
  friend bool operator==(const ModelDatom&, const ModelDatom&) = default;
};
ModelDatom ToModel(const Datom& datom, const Attributes& attributes);
std::ostream& operator<<(std::ostream& out, const ModelDatom& datom);

// Every transaction copies everything and every question looks at everything: for small histories.
class DatabaseModel {
 public:
  explicit DatabaseModel(const DbOptions& options);

  // False, and nothing happened, where the transaction must be refused: a unique value belongs to
  // another entity, identities contradict each other. REQUIRES: otherwise a valid transaction,
  // values of the right types, no change to declared attributes.
  bool Apply(const Transaction& transaction);

  // The datoms of an index in its order; none where the database has no such index.
  std::vector<ModelDatom> Sequence(IndexName name) const;
  uint64_t max_tx() const { return state_.max_tx; }
  uint64_t max_eid() const { return state_.max_eid; }
  // The attributes that transactions declared.
  const std::map<std::string, AttributeProperties>& schema() const { return state_.schema; }

 private:
  struct State {
    std::vector<ModelDatom> current;   // in no order
    std::vector<ModelDatom> temporal;  // likewise
    std::map<std::string, AttributeProperties> schema;
    uint64_t max_tx = kTx0;
    uint64_t max_eid = 0;
  };
  class Run;  // one transaction

  DbOptions options_;
  State state_;
};

// The datoms of an index in its order; none where there is no such index.
std::vector<Datom> DatomsOf(const Db& db, IndexName name);

// Whether every sequence, the schema, max_tx and max_eid of `db` are the model's; else says what is
// first different.
::testing::AssertionResult Matches(const Db& db, const DatabaseModel& model);

// Whether two databases hold the same: sequences, schema by ident, max_tx and max_eid.
::testing::AssertionResult HoldSame(const Db& x, const Db& y);

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_DATABASE_MODEL_H_

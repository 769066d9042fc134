// RandomHistory makes up transactions: the same options give the same history.
#ifndef DATOMBENCH_TESTS_SUPPORT_RANDOM_HISTORY_H_
#define DATOMBENCH_TESTS_SUPPORT_RANDOM_HISTORY_H_

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "index/schema.h"
#include "index/transactor.h"
#include "index/value_arena.h"

namespace datombench {

// Small numbers make operations meet: few entities and values, and several operations on the same
// datom within one transaction.
struct RandomHistoryOptions {
  uint64_t seed = 1;
  uint64_t entities = 6;
  uint64_t values = 5;            // distinct ones of each type, at most
  uint64_t operations = 8;        // of a transaction, at most; some have none
  bool unique = true;             // attributes; a transaction may violate one and must be refused
  bool components = true;         // an attribute whose refs retractEntity follows
  bool no_history = true;         // attributes
  bool retract_entities = true;   // operations
  bool temp_ids = true;           // as entities and refs
  bool transaction_facts = true;  // datoms on the transaction's own id
  bool late_attributes = true;    // a second schema transaction, after some others
};

// Every attribute type in both cardinalities, keywords and strings beyond the basic plane among
// them. Values may be awkward (-0.0, empty strings, the least long), but have the right type.
class RandomHistory {
 public:
  explicit RandomHistory(const RandomHistoryOptions& options);

  // The next transaction, which will be transaction `tx` if it is not refused; the first declares
  // the schema. It and what it borrows stay valid until the next call.
  const Transaction& Next(TxId tx);

 private:
  struct Attribute {
    std::string ident;
    AttributeProperties properties;
  };

  uint64_t Below(uint64_t n) { return random_() % n; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  void MakeAttributes();
  void AddDeclaration(EntityId e, const Attribute& attribute);
  void AddOperation(TxId tx);
  EntityId RandomEntity(TxId tx, bool may_be_temporary);
  Value RandomValue(ValueType type, bool may_be_temporary);
  Value Text(ValueType type, std::string_view bytes) { return arena_.Intern(type, bytes); }

  const RandomHistoryOptions options_;
  std::mt19937_64 random_;
  ValueArena arena_;
  std::vector<Attribute> attributes_;
  std::vector<Attribute> late_attributes_;
  uint64_t transactions_ = 0;
  Transaction transaction_;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_SUPPORT_RANDOM_HISTORY_H_

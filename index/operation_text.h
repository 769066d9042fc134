// Operations as a person reads them, and the errors that name them.
#ifndef DATOMBENCH_INDEX_OPERATION_TEXT_H_
#define DATOMBENCH_INDEX_OPERATION_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "index/transactor.h"

namespace datombench {

// `[:db/add 17 :person/name "Ivan"]`; long values are cut.
std::string OperationText(const Operation& operation);

// "a long", "an instant", "a ref", ...
std::string ValueTypePhrase(ValueType type);

// What is wrong with a value whatever its attribute is (NaN, a uuid that isn't 16 bytes); "" if
// nothing is. What has an objection must not be compared.
std::string_view ObjectionToValue(const Value& v);

// Throws TransactionError "operation 3 ([:db/add ...]): <reason>".
[[noreturn]] void RefuseOperation(const Transaction& transaction, size_t index,
                                  std::string_view reason);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_OPERATION_TEXT_H_

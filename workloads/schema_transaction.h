// The transaction that declares a workload's attributes: the first of every workload.
#ifndef DATOMBENCH_WORKLOADS_SCHEMA_TRANSACTION_H_
#define DATOMBENCH_WORKLOADS_SCHEMA_TRANSACTION_H_

#include <span>
#include <string>
#include <vector>

#include "index/schema.h"
#include "index/transactor.h"
#include "workloads/value_buffer.h"

namespace datombench {

// Attributes are entities too: the i-th declared is entity kFirstAttributeEntity + i.
inline constexpr EntityId kFirstAttributeEntity = (EntityId{1} << 28) + 1;

struct AttributeDeclaration {
  std::string ident;  // ":person/name"
  AttributeProperties properties;
  std::string doc;
};

// Appends the operations that declare `attributes`, in their order: `:db/ident`, `:db/valueType`,
// `:db/cardinality`, then `:db/unique` or else `:db/index`, then `:db/isComponent` and
// `:db/noHistory` where they hold. `:db/txInstant` and `:db/ident`, which every database knows, are
// left out. Docs aren't declared. The values lie in `values`.
void AppendSchemaOperations(std::span<const AttributeDeclaration> attributes, ValueBuffer& values,
                            std::vector<Operation>* operations);

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_SCHEMA_TRANSACTION_H_

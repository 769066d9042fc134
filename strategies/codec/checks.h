// What decoded attributes and values must satisfy, whatever the codec. All throw CorruptionError.
#ifndef DATOMBENCH_STRATEGIES_CODEC_CHECKS_H_
#define DATOMBENCH_STRATEGIES_CODEC_CHECKS_H_

#include <cstdint>
#include <string_view>

#include "index/datom.h"
#include "index/node_storage.h"
#include "index/schema.h"

namespace datombench {

// A type that a value in a database can have: neither of the two bounds.
ValueType CheckedValueType(uint8_t type);
// An id that can name an attribute: neither of the two bounds, nor "none".
AttributeId CheckedAttribute(uint64_t a);
TxId CheckedTx(uint64_t tx);

// A boolean is 0 or 1, a double a number. REQUIRES: `type` is in line.
void CheckInLineValue(ValueType type, uint64_t bits);
// A uuid has 16 bytes, a keyword the zero byte that ends its namespace. REQUIRES: `type` is out of
// line.
void CheckOutOfLineValue(ValueType type, std::string_view bytes);

// As many children as keys in a branch, none in a leaf, and each with an address; a buffer only in
// a branch.
void CheckNodeShape(const NodeContents& node);

// Properties in two bytes: the value type; then cardinality (bit 0), unique (1 and 2), index (3),
// is_component (4), no_history (5).
struct PropertyBytes {
  uint8_t value_type;
  uint8_t flags;
};
PropertyBytes ToBytes(const AttributeProperties& properties);
AttributeProperties CheckedProperties(const PropertyBytes& bytes);

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_CHECKS_H_

#include "strategies/codec/checks.h"

#include <bit>
#include <cmath>

#include "backends/error.h"

namespace datombench {
namespace {

constexpr uint8_t kCardinalityBit = 1;
constexpr unsigned kUniqueShift = 1;
constexpr uint8_t kUniqueMask = 3;
constexpr uint8_t kIndexBit = 8;
constexpr uint8_t kComponentBit = 16;
constexpr uint8_t kNoHistoryBit = 32;
constexpr uint8_t kAllBits = 63;

}  // namespace

ValueType CheckedValueType(uint8_t type) {
  if (type < static_cast<uint8_t>(ValueType::kLong) ||
      type > static_cast<uint8_t>(ValueType::kBytes)) {
    throw CorruptionError("unknown value type " + std::to_string(type));
  }
  return static_cast<ValueType>(type);
}

AttributeId CheckedAttribute(uint64_t a) {
  if (a < kFirstAttribute || a >= kNoAttribute) {
    throw CorruptionError("number " + std::to_string(a) + " can't name an attribute");
  }
  return static_cast<AttributeId>(a);
}

TxId CheckedTx(uint64_t tx) {
  if (tx > kMaxTx) throw CorruptionError("transaction id of 64 bits");
  return tx;
}

void CheckInLineValue(ValueType type, uint64_t bits) {
  if (type == ValueType::kBoolean && bits > 1) throw CorruptionError("a boolean above 1");
  if (type == ValueType::kDouble && std::isnan(std::bit_cast<double>(bits))) {
    throw CorruptionError("a double that is no number");
  }
}

void CheckOutOfLineValue(ValueType type, std::string_view bytes) {
  if (bytes.size() > UINT32_MAX) throw CorruptionError("a value of 4 GiB or more");
  if (type == ValueType::kUuid && bytes.size() != 16) {
    throw CorruptionError("a uuid of " + std::to_string(bytes.size()) + " bytes");
  }
  if (type == ValueType::kKeyword && bytes.find('\0') == std::string_view::npos) {
    throw CorruptionError("a keyword without the end of its namespace");
  }
}

void CheckNodeShape(const NodeContents& node) {
  if (node.children.size() != (node.level == 0 ? 0 : node.keys.size())) {
    throw CorruptionError("a node whose keys and children don't match");
  }
  if (node.level == 0 && !node.buffer.empty()) throw CorruptionError("a leaf with a buffer");
  for (const Address child : node.children) {
    if (child == kNoAddress) throw CorruptionError("a child without an address");
  }
}

PropertyBytes ToBytes(const AttributeProperties& properties) {
  const auto bit = [](bool is_set, uint8_t mask) { return is_set ? mask : uint8_t{0}; };
  return {static_cast<uint8_t>(properties.value_type),
          static_cast<uint8_t>(bit(properties.cardinality == Cardinality::kMany, kCardinalityBit) |
                               static_cast<uint8_t>(properties.unique) << kUniqueShift |
                               bit(properties.index, kIndexBit) |
                               bit(properties.is_component, kComponentBit) |
                               bit(properties.no_history, kNoHistoryBit))};
}

AttributeProperties CheckedProperties(const PropertyBytes& bytes) {
  const uint8_t unique = bytes.flags >> kUniqueShift & kUniqueMask;
  if (bytes.flags > kAllBits || unique > static_cast<uint8_t>(Unique::kValue)) {
    throw CorruptionError("unknown properties of an attribute");
  }
  AttributeProperties properties;
  if (bytes.value_type != static_cast<uint8_t>(ValueType::kLowest)) {
    properties.value_type = CheckedValueType(bytes.value_type);
  }
  properties.cardinality =
      (bytes.flags & kCardinalityBit) != 0 ? Cardinality::kMany : Cardinality::kOne;
  properties.unique = static_cast<Unique>(unique);
  properties.index = (bytes.flags & kIndexBit) != 0;
  properties.is_component = (bytes.flags & kComponentBit) != 0;
  properties.no_history = (bytes.flags & kNoHistoryBit) != 0;
  return properties;
}

}  // namespace datombench

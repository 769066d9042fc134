#include "index/operation_text.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

namespace datombench {
namespace {

constexpr size_t kLongestValueBytes = 60;
constexpr size_t kUuidBytes = 16;

std::string EntityText(EntityId e) {
  return e < kFirstTempId ? fmt::format("{}", e) : fmt::format("temp-{}", e - kFirstTempId);
}

// Cut between characters, not within one.
std::string Shortened(std::string text) {
  if (text.size() <= kLongestValueBytes) return text;
  size_t end = kLongestValueBytes;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

std::string ValueText(const Value& v) {
  switch (v.type()) {
    case ValueType::kLowest:
    case ValueType::kHighest:
      return "nothing";
    case ValueType::kRef:
      return EntityText(v.AsRef());
    case ValueType::kDouble:
      // What is refused may be NaN, which has no text form as a value.
      return fmt::format("{}", std::bit_cast<double>(v.bits()));
    default: {
      if (!ObjectionToValue(v).empty()) return "(malformed)";
      std::string text;
      AppendValueText(v, &text);
      text = Shortened(std::move(text));
      return v.type() == ValueType::kString ? '"' + text + '"' : text;
    }
  }
}

}  // namespace

std::string OperationText(const Operation& operation) {
  if (operation.kind == Operation::Kind::kRetractEntity) {
    return fmt::format("[:db/retractEntity {}]", EntityText(operation.e));
  }
  return fmt::format("[:db/{} {} {} {}]",
                     operation.kind == Operation::Kind::kAdd ? "add" : "retract",
                     EntityText(operation.e), operation.attribute, ValueText(operation.v));
}

std::string ValueTypePhrase(ValueType type) {
  if (type == ValueType::kLowest || type == ValueType::kHighest) return "nothing";
  const std::string_view name = ValueTypeName(type);
  if (type == ValueType::kBytes) return std::string(name);
  return fmt::format("{} {}", type == ValueType::kInstant ? "an" : "a", name);
}

std::string_view ObjectionToValue(const Value& v) {
  if (v.type() == ValueType::kDouble && std::isnan(std::bit_cast<double>(v.bits()))) {
    return "NaN has no place in an order";
  }
  if (v.type() == ValueType::kUuid && v.AsBytes().size() != kUuidBytes) {
    return "a uuid has 16 bytes";
  }
  return "";
}

void RefuseOperation(const Transaction& transaction, size_t index, std::string_view reason) {
  throw TransactionError(fmt::format("operation {} ({}): {}", index,
                                     OperationText(transaction.operations[index]), reason));
}

}  // namespace datombench

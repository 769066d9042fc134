#include "tests/support/random_history.h"

#include <array>
#include <limits>
#include <utility>

namespace datombench {
namespace {

constexpr uint64_t kLateTransaction = 5;
constexpr uint64_t kTempIds = 3;

// Entities of attributes: never among those of the history, nor what a temporary id becomes.
constexpr EntityId kAttributeEntities = 100'000;
constexpr EntityId kLateAttributeEntities = 200'000;

constexpr std::array kTypes = {ValueType::kLong,    ValueType::kDouble, ValueType::kBoolean,
                               ValueType::kInstant, ValueType::kRef,    ValueType::kString,
                               ValueType::kKeyword, ValueType::kUuid,   ValueType::kBytes};

int64_t IntegerNumber(uint64_t i) {
  constexpr std::array<int64_t, 4> kAwkward = {0, -1, std::numeric_limits<int64_t>::max(),
                                               std::numeric_limits<int64_t>::min()};
  return i < kAwkward.size() ? kAwkward[i] : static_cast<int64_t>(i * 7919 % 100003);
}

double DoubleNumber(uint64_t i) {
  constexpr std::array kAwkward = {0.0, -0.0, -1.5, 1e300};
  return i < kAwkward.size() ? kAwkward[i] : static_cast<double>(i) * -0.25;
}

std::string TextNumber(uint64_t i) {
  // The third and fourth swap places between the order of code points and that of UTF-16 units.
  static const std::array<std::string, 4> awkward = {"", "tab\tline\n\\", "\U0001F600", "\uFF5E"};
  if (i < awkward.size()) return awkward[i];
  return "beyond eight bytes " + std::to_string(i);
}

std::string KeywordNumber(uint64_t i) {
  static const std::array<std::string_view, 4> awkward = {":alone", ":a/b", ":a.b/c",
                                                          ":\U0001F600/x"};
  return KeywordBytes(i < awkward.size() ? std::string(awkward[i]) : ":n/k" + std::to_string(i));
}

std::string UuidNumber(uint64_t i) {
  std::string bytes(16, static_cast<char>(i));
  if (i % 2 == 1) bytes[0] = static_cast<char>(0x80 + i % 0x80);
  if (i % 3 == 1) bytes[8] = static_cast<char>(0xFF);
  bytes[14] = static_cast<char>(i >> 8);
  return bytes;
}

std::string BytesNumber(uint64_t i) {
  static const std::array<std::string, 4> awkward = {"", std::string(1, '\0'), "\xFF",
                                                     std::string(2, '\0')};
  return i < awkward.size() ? awkward[i] : "b" + std::to_string(i);
}

}  // namespace

RandomHistory::RandomHistory(const RandomHistoryOptions& options)
    : options_(options), random_(options.seed) {
  MakeAttributes();
}

const Transaction& RandomHistory::Next(TxId tx) {
  transaction_.operations.clear();
  transaction_.instant = 1'000'000'000'000 + static_cast<int64_t>(transactions_ * 1000);
  ++transactions_;
  const bool is_late = options_.late_attributes && transactions_ == kLateTransaction;
  if (transactions_ == 1 || is_late) {
    EntityId e = is_late ? kLateAttributeEntities : kAttributeEntities;
    for (const Attribute& attribute : is_late ? late_attributes_ : attributes_) {
      AddDeclaration(e++, attribute);
    }
    return transaction_;
  }
  if (options_.late_attributes && transactions_ == kLateTransaction + 1) {
    attributes_.insert(attributes_.end(), late_attributes_.begin(), late_attributes_.end());
    late_attributes_.clear();
  }
  const uint64_t operations = Below(options_.operations + 1);
  for (uint64_t i = 0; i < operations; ++i) AddOperation(tx);
  return transaction_;
}

void RandomHistory::MakeAttributes() {
  for (const ValueType type : kTypes) {
    const std::string name(ValueTypeName(type));
    attributes_.push_back({":one/" + name, {.value_type = type}});
    attributes_.push_back(
        {":many/" + name, {.value_type = type, .cardinality = Cardinality::kMany}});
    attributes_.push_back({":indexed." + name + "/one", {.value_type = type, .index = true}});
  }
  attributes_.push_back({":alone", {.value_type = ValueType::kLong, .index = true}});
  attributes_.push_back(
      {":\U0001F600/string",
       {.value_type = ValueType::kString, .cardinality = Cardinality::kMany, .index = true}});
  attributes_.push_back({":\uFF5E/boolean", {.value_type = ValueType::kBoolean}});
  if (options_.unique) {
    for (const ValueType type : {ValueType::kString, ValueType::kLong, ValueType::kRef}) {
      attributes_.push_back({":identity/" + std::string(ValueTypeName(type)),
                             {.value_type = type, .unique = Unique::kIdentity}});
    }
    attributes_.push_back({":unique/keyword",
                           {.value_type = ValueType::kKeyword,
                            .cardinality = Cardinality::kMany,
                            .unique = Unique::kValue}});
  }
  if (options_.components) {
    attributes_.push_back(
        {":part/many",
         {.value_type = ValueType::kRef, .cardinality = Cardinality::kMany, .is_component = true}});
  }
  if (options_.no_history) {
    attributes_.push_back(
        {":no.history/long", {.value_type = ValueType::kLong, .index = true, .no_history = true}});
    attributes_.push_back({":no.history/strings",
                           {.value_type = ValueType::kString,
                            .cardinality = Cardinality::kMany,
                            .no_history = true}});
  }
  late_attributes_.push_back({":a.late/string", {.value_type = ValueType::kString, .index = true}});
  late_attributes_.push_back(
      {":z.late/refs", {.value_type = ValueType::kRef, .cardinality = Cardinality::kMany}});
}

void RandomHistory::AddDeclaration(EntityId e, const Attribute& attribute) {
  const auto add = [&](std::string_view ident, const Value& v) {
    transaction_.operations.push_back({Operation::Kind::kAdd, e, ident, v});
  };
  const auto keyword = [&](std::string_view text) {
    return Text(ValueType::kKeyword, KeywordBytes(text));
  };
  const AttributeProperties& p = attribute.properties;
  add(":db/ident", keyword(attribute.ident));
  add(":db/valueType", keyword(":db.type/" + std::string(ValueTypeName(p.value_type))));
  // One is the default: it need not be said.
  if (p.cardinality == Cardinality::kMany) add(":db/cardinality", keyword(":db.cardinality/many"));
  if (p.unique == Unique::kIdentity) add(":db/unique", keyword(":db.unique/identity"));
  if (p.unique == Unique::kValue) add(":db/unique", keyword(":db.unique/value"));
  if (p.index) add(":db/index", Value::Boolean(true));
  if (p.is_component) add(":db/isComponent", Value::Boolean(true));
  if (p.no_history) add(":db/noHistory", Value::Boolean(true));
}

void RandomHistory::AddOperation(TxId tx) {
  if (options_.retract_entities && OneIn(12)) {
    transaction_.operations.push_back(
        {Operation::Kind::kRetractEntity, 1 + Below(options_.entities), {}, {}});
    return;
  }
  auto& operations = transaction_.operations;
  if (!operations.empty() && OneIn(4)) {
    // The same fact once more, added or retracted.
    Operation again = operations[Below(operations.size())];
    if (again.kind != Operation::Kind::kRetractEntity) {
      again.kind = OneIn(2) ? Operation::Kind::kAdd : Operation::Kind::kRetract;
      operations.push_back(again);
      return;
    }
  }
  const Attribute& attribute = attributes_[Below(attributes_.size())];
  const bool is_add = !OneIn(3);
  operations.push_back({is_add ? Operation::Kind::kAdd : Operation::Kind::kRetract,
                        RandomEntity(tx, is_add), attribute.ident,
                        RandomValue(attribute.properties.value_type, is_add)});
}

EntityId RandomHistory::RandomEntity(TxId tx, bool may_be_temporary) {
  if (options_.transaction_facts && OneIn(20)) return tx;
  if (options_.temp_ids && may_be_temporary && OneIn(8)) return kFirstTempId + Below(kTempIds);
  return 1 + Below(options_.entities);
}

Value RandomHistory::RandomValue(ValueType type, bool may_be_temporary) {
  const uint64_t i = Below(options_.values);
  switch (type) {
    case ValueType::kLong:
      return Value::Long(IntegerNumber(i));
    case ValueType::kDouble:
      return Value::Double(DoubleNumber(i));
    case ValueType::kBoolean:
      return Value::Boolean(i % 2 == 1);
    case ValueType::kInstant:
      return Value::Instant(IntegerNumber(i));
    case ValueType::kRef:
      if (options_.temp_ids && may_be_temporary && OneIn(12)) {
        return Value::Ref(kFirstTempId + Below(kTempIds));
      }
      return Value::Ref(1 + Below(options_.entities));
    case ValueType::kString:
      return Text(type, TextNumber(i));
    case ValueType::kKeyword:
      return Text(type, KeywordNumber(i));
    case ValueType::kUuid:
      return Text(type, UuidNumber(i));
    default:
      return Text(ValueType::kBytes, BytesNumber(i));
  }
}

}  // namespace datombench

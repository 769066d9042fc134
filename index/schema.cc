#include "index/schema.h"

namespace datombench {

std::shared_ptr<const Schema> Schema::Builtin(Attributes& attributes) {
  auto schema = std::make_shared<Schema>();
  const auto declare = [&](const char* ident, const AttributeProperties& properties) {
    const AttributeId a = attributes.Intern(ident);
    if (a >= schema->properties_.size()) schema->properties_.resize(a + 1);
    schema->properties_[a] = properties;
    return a;
  };
  BuiltinAttributes& builtin = schema->builtin_;
  builtin.ident =
      declare(":db/ident", {.value_type = ValueType::kKeyword, .unique = Unique::kIdentity});
  builtin.value_type = declare(":db/valueType", {.value_type = ValueType::kKeyword});
  builtin.cardinality = declare(":db/cardinality", {.value_type = ValueType::kKeyword});
  builtin.unique = declare(":db/unique", {.value_type = ValueType::kKeyword});
  builtin.index = declare(":db/index", {.value_type = ValueType::kBoolean});
  builtin.is_component = declare(":db/isComponent", {.value_type = ValueType::kBoolean});
  builtin.no_history = declare(":db/noHistory", {.value_type = ValueType::kBoolean});
  builtin.doc = declare(":db/doc", {.value_type = ValueType::kString});
  builtin.tx_instant = declare(":db/txInstant", {.value_type = ValueType::kInstant});
  return schema;
}

std::shared_ptr<const Schema> Schema::With(AttributeId a,
                                           const AttributeProperties& properties) const {
  auto schema = std::make_shared<Schema>(*this);
  if (a >= schema->properties_.size()) schema->properties_.resize(a + 1);
  schema->properties_[a] = properties;
  return schema;
}

bool Schema::IsInAvet(AttributeId a) const {
  if (a == builtin_.tx_instant) return false;
  const AttributeProperties& p = (*this)[a];
  return p.unique != Unique::kNone || p.index || p.value_type == ValueType::kRef;
}

bool Schema::KeepsHistory(AttributeId a) const {
  return a != builtin_.tx_instant && !(*this)[a].no_history;
}

}  // namespace datombench

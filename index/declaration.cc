#include "index/declaration.h"

#include <cassert>
#include <string_view>
#include <utility>

namespace datombench {
namespace {

constexpr std::string_view kTypePrefix = ":db.type/";
constexpr std::string_view kOne = ":db.cardinality/one";
constexpr std::string_view kMany = ":db.cardinality/many";
constexpr std::string_view kIdentity = ":db.unique/identity";
constexpr std::string_view kUniqueValue = ":db.unique/value";

std::string TextOf(const Value& keyword) { return KeywordText(keyword.AsBytes()); }

std::optional<ValueType> TypeNamed(std::string_view keyword) {
  if (!keyword.starts_with(kTypePrefix)) return std::nullopt;
  const auto type = ParseValueType(keyword.substr(kTypePrefix.size()));
  if (!type || *type == ValueType::kLowest || *type == ValueType::kHighest) return std::nullopt;
  return type;
}

}  // namespace

bool IsDeclaring(const BuiltinAttributes& builtin, AttributeId a) {
  return a >= builtin.ident && a <= builtin.no_history;
}

std::string ObjectionTo(const BuiltinAttributes& builtin, AttributeId a, const Value& v) {
  if (a == builtin.value_type && !TypeNamed(TextOf(v))) {
    return "value type " + TextOf(v) +
           " is not supported: long, double, boolean, instant, ref, string, keyword, uuid and bytes"
           " are";
  }
  if (a == builtin.cardinality && TextOf(v) != kOne && TextOf(v) != kMany) {
    return "expected :db.cardinality/one or :db.cardinality/many, got " + TextOf(v);
  }
  if (a == builtin.unique && TextOf(v) != kIdentity && TextOf(v) != kUniqueValue) {
    return "expected :db.unique/identity or :db.unique/value, got " + TextOf(v);
  }
  return "";
}

void Declaration::Retract(const Datom& d) {
  std::optional<Value>& current = value(d.a());
  if (current && CompareValues(*current, d.v(), StringOrder::kCodePoint) == 0) current.reset();
}

std::string Declaration::Objection() const {
  const bool has_ident = get(builtin_.ident).has_value();
  const bool has_type = get(builtin_.value_type).has_value();
  for (AttributeId a = builtin_.value_type; a <= builtin_.no_history; ++a) {
    if (!get(a)) continue;
    if (!has_ident) return "it declares an attribute but has no :db/ident";
    if (!has_type) return "it declares an attribute but has no :db/valueType";
  }
  if (declares_attribute() && IsTrue(builtin_.is_component) &&
      Properties().value_type != ValueType::kRef) {
    return "a component must be a :db.type/ref";
  }
  return "";
}

std::string Declaration::Ident() const { return TextOf(*get(builtin_.ident)); }

AttributeProperties Declaration::Properties() const {
  assert(declares_attribute());
  AttributeProperties properties;
  properties.value_type = TypeNamed(TextOf(*get(builtin_.value_type))).value();
  const auto& cardinality = get(builtin_.cardinality);
  if (cardinality && TextOf(*cardinality) == kMany) properties.cardinality = Cardinality::kMany;
  if (const auto& unique = get(builtin_.unique)) {
    properties.unique = TextOf(*unique) == kIdentity ? Unique::kIdentity : Unique::kValue;
  }
  properties.index = IsTrue(builtin_.index);
  properties.is_component = IsTrue(builtin_.is_component);
  properties.no_history = IsTrue(builtin_.no_history);
  return properties;
}

std::shared_ptr<const Schema> Declare(std::shared_ptr<const Schema> schema,
                                      std::span<const Declaration> declarations,
                                      Attributes& attributes) {
  for (const Declaration& declaration : declarations) {
    if (!declaration.declares_attribute()) continue;
    const AttributeId a = attributes.Intern(declaration.Ident());
    const AttributeProperties properties = declaration.Properties();
    assert(!(*schema)[a].is_declared() || (*schema)[a] == properties);
    if (!(*schema)[a].is_declared()) schema = schema->With(a, properties);
  }
  return schema;
}

}  // namespace datombench

#include "workloads/schema_transaction.h"

#include <string_view>

namespace datombench {
namespace {

class SchemaOperations {
 public:
  SchemaOperations(ValueBuffer& values, std::vector<Operation>* operations)
      : values_(values), operations_(operations) {}

  void Declare(EntityId e, const AttributeDeclaration& attribute) {
    const AttributeProperties& properties = attribute.properties;
    e_ = e;
    AddKeyword(":db/ident", attribute.ident);
    AddKeyword(":db/valueType",
               std::string(":db.type/").append(ValueTypeName(properties.value_type)));
    AddKeyword(":db/cardinality", properties.cardinality == Cardinality::kMany
                                      ? ":db.cardinality/many"
                                      : ":db.cardinality/one");
    if (properties.unique != Unique::kNone) {
      AddKeyword(":db/unique", properties.unique == Unique::kIdentity ? ":db.unique/identity"
                                                                      : ":db.unique/value");
    } else if (properties.index) {
      AddTrue(":db/index");
    }
    if (properties.is_component) AddTrue(":db/isComponent");
    if (properties.no_history) AddTrue(":db/noHistory");
  }

 private:
  void AddKeyword(std::string_view attribute, std::string_view keyword) {
    Add(attribute, values_.Copy(ValueType::kKeyword, KeywordBytes(keyword)));
  }
  void AddTrue(std::string_view attribute) { Add(attribute, Value::Boolean(true)); }
  void Add(std::string_view attribute, const Value& v) {
    operations_->push_back({Operation::Kind::kAdd, e_, attribute, v});
  }

  ValueBuffer& values_;
  std::vector<Operation>* operations_;
  EntityId e_ = 0;
};

}  // namespace

void AppendSchemaOperations(std::span<const AttributeDeclaration> attributes, ValueBuffer& values,
                            std::vector<Operation>* operations) {
  SchemaOperations schema(values, operations);
  EntityId e = kFirstAttributeEntity;
  for (const AttributeDeclaration& attribute : attributes) {
    if (attribute.ident == ":db/txInstant" || attribute.ident == ":db/ident") continue;
    schema.Declare(e++, attribute);
  }
}

}  // namespace datombench

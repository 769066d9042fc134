#include "index/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/index/db_fixture.h"

namespace datombench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const DbOptions kBothSemantics[] = {{true, Semantics::kCurrent},
                                    {true, Semantics::kDatahike6c1468fd}};

class SchemaTest : public ::testing::TestWithParam<DbOptions> {
 protected:
  AttributeProperties Properties(std::string_view ident) const {
    return (*t_.db.schema)[t_.db.lineage->attributes->Find(ident)];
  }
  Operation Add(EntityId e, std::string_view a, const Value& v) { return TestDb::Add(e, a, v); }
  Operation AddKeyword(EntityId e, std::string_view a, std::string_view v) {
    return TestDb::Add(e, a, t_.Keyword(v));
  }

  TestDb t_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(BothSemantics, SchemaTest, ::testing::ValuesIn(kBothSemantics));

TEST(SchemaBuiltinTest, BuiltinAttributesHaveTheSameIdsInEveryDatabase) {
  Attributes first(StringOrder::kCodePoint);
  Attributes second(StringOrder::kUtf16Unit);
  const auto schema = Schema::Builtin(first);
  EXPECT_EQ(*schema, *Schema::Builtin(second));
  EXPECT_EQ(schema->builtin().ident, kFirstAttribute);
  EXPECT_EQ(schema->builtin().tx_instant, kFirstAttribute + 8);
  EXPECT_EQ(first.Ident(schema->builtin().no_history), ":db/noHistory");
  EXPECT_EQ(first.Ident(schema->builtin().tx_instant), ":db/txInstant");
}

TEST(SchemaBuiltinTest, WithLeavesTheFormerSchemaAsItWas) {
  Attributes attributes(StringOrder::kCodePoint);
  const auto before = Schema::Builtin(attributes);
  const AttributeId a = attributes.Intern(":age");
  const auto after = before->With(a, {.value_type = ValueType::kLong});
  EXPECT_FALSE((*before)[a].is_declared());
  EXPECT_EQ((*after)[a].value_type, ValueType::kLong);
  EXPECT_FALSE((*after)[kNoAttribute].is_declared());
}

TEST(SchemaBuiltinTest, AvetHoldsUniqueIndexedAndRefAttributesAndIdents) {
  Attributes attributes(StringOrder::kCodePoint);
  auto schema = Schema::Builtin(attributes);
  const auto is_in_avet = [&](const AttributeProperties& properties) {
    const AttributeId a = attributes.Intern(":a");
    return schema->With(a, properties)->IsInAvet(a);
  };
  EXPECT_TRUE(is_in_avet({.value_type = ValueType::kLong, .unique = Unique::kValue}));
  EXPECT_TRUE(is_in_avet({.value_type = ValueType::kLong, .unique = Unique::kIdentity}));
  EXPECT_TRUE(is_in_avet({.value_type = ValueType::kLong, .index = true}));
  EXPECT_TRUE(is_in_avet({.value_type = ValueType::kRef}));
  EXPECT_FALSE(is_in_avet({.value_type = ValueType::kLong}));
  EXPECT_TRUE(schema->IsInAvet(schema->builtin().ident));
  EXPECT_FALSE(schema->IsInAvet(schema->builtin().value_type));
  EXPECT_FALSE(schema->IsInAvet(schema->builtin().tx_instant));
}

TEST(SchemaBuiltinTest, NoHistoryAttributesAndInstantsKeepNoHistory) {
  Attributes attributes(StringOrder::kCodePoint);
  auto schema = Schema::Builtin(attributes);
  const AttributeId a = attributes.Intern(":a");
  schema = schema->With(a, {.value_type = ValueType::kLong, .no_history = true});
  EXPECT_FALSE(schema->KeepsHistory(a));
  EXPECT_FALSE(schema->KeepsHistory(schema->builtin().tx_instant));
  EXPECT_TRUE(schema->KeepsHistory(schema->builtin().ident));
}

TEST_P(SchemaTest, DatomsDeclareAnAttributeWithAllItsProperties) {
  t_.Declare(":part", "ref",
             {{":db/cardinality", ":db.cardinality/many"},
              {":db/unique", ":db.unique/value"},
              {":db/index", "true"},
              {":db/isComponent", "true"},
              {":db/noHistory", "true"}});
  EXPECT_EQ(Properties(":part"), (AttributeProperties{.value_type = ValueType::kRef,
                                                      .cardinality = Cardinality::kMany,
                                                      .unique = Unique::kValue,
                                                      .index = true,
                                                      .is_component = true,
                                                      .no_history = true}));
}

TEST_P(SchemaTest, CardinalityOneIsTheDefault) {
  t_.Declare(":age", "long");
  EXPECT_EQ(Properties(":age"), AttributeProperties{.value_type = ValueType::kLong});
}

TEST_P(SchemaTest, EveryValueTypeMayBeDeclared) {
  for (const char* type :
       {"long", "double", "boolean", "instant", "ref", "string", "keyword", "uuid", "bytes"}) {
    t_.Declare(std::string(":of/") + type, type);
    EXPECT_EQ(Properties(std::string(":of/") + type).value_type, ParseValueType(type));
  }
}

TEST_P(SchemaTest, AnAttributeMayBeUsedFromTheNextTransactionOn) {
  const std::vector<Operation> declaration = {AddKeyword(1000, ":db/ident", ":age"),
                                              AddKeyword(1000, ":db/valueType", ":db.type/long")};
  auto with_use = declaration;
  with_use.push_back(Add(1, ":age", Value::Long(5)));
  EXPECT_EQ(t_.Refusal(with_use),
            "operation 2 ([:db/add 1 :age 5]): :age is not declared by an earlier transaction");
  t_.Transact(declaration);
  t_.Transact({Add(1, ":age", Value::Long(5))});
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :age 5 t2+"));
}

TEST_P(SchemaTest, ADeclarationMayBeCompletedByALaterTransaction) {
  t_.Transact({AddKeyword(1000, ":db/ident", ":age")});
  EXPECT_FALSE(Properties(":age").is_declared());
  t_.Transact({AddKeyword(1000, ":db/valueType", ":db.type/long")});
  EXPECT_EQ(Properties(":age").value_type, ValueType::kLong);
}

TEST_P(SchemaTest, WithinItsTransactionTheLastWordOfADeclarationCounts) {
  t_.Transact({AddKeyword(1000, ":db/ident", ":age"),
               AddKeyword(1000, ":db/valueType", ":db.type/long"),
               AddKeyword(1000, ":db/unique", ":db.unique/value"),
               AddKeyword(1000, ":db/valueType", ":db.type/string"),
               TestDb::Retract(1000, ":db/unique", t_.Keyword(":db.unique/value"))});
  EXPECT_EQ(Properties(":age"), AttributeProperties{.value_type = ValueType::kString});
}

TEST_P(SchemaTest, AnIdentAloneIsDataAndInternsNoAttribute) {
  const AttributeId end = t_.db.lineage->attributes->end();
  t_.Transact({AddKeyword(1, ":db/ident", ":color/red")});
  EXPECT_THAT(t_.User(IndexName::kAvet), ElementsAre("1 :db/ident :color/red t1+"));
  EXPECT_EQ(t_.db.lineage->attributes->end(), end);
}

TEST_P(SchemaTest, APropertyWithoutIdentOrTypeIsRefused) {
  EXPECT_EQ(t_.Refusal({AddKeyword(1, ":db/valueType", ":db.type/long")}),
            "operation 0 ([:db/add 1 :db/valueType :db.type/long]): entity 1: it declares an "
            "attribute but has no :db/ident");
  EXPECT_THAT(
      t_.Refusal({AddKeyword(1, ":db/ident", ":a"), Add(1, ":db/index", Value::Boolean(true))}),
      HasSubstr("has no :db/valueType"));
}

TEST_P(SchemaTest, UnknownTypesCardinalitiesAndUniquesAreRefused) {
  EXPECT_THAT(t_.Refusal({AddKeyword(1, ":db/valueType", ":db.type/tuple")}),
              HasSubstr("value type :db.type/tuple is not supported"));
  EXPECT_THAT(t_.Refusal({AddKeyword(1, ":db/valueType", ":long")}),
              HasSubstr("value type :long is not supported"));
  EXPECT_THAT(t_.Refusal({AddKeyword(1, ":db/cardinality", ":db.cardinality/two")}),
              HasSubstr("expected :db.cardinality/one or :db.cardinality/many, got "
                        ":db.cardinality/two"));
  EXPECT_THAT(t_.Refusal({AddKeyword(1, ":db/unique", ":db.unique/no")}),
              HasSubstr("expected :db.unique/identity or :db.unique/value"));
}

TEST_P(SchemaTest, AComponentMustBeARef) {
  EXPECT_THAT(
      t_.Refusal({AddKeyword(1, ":db/ident", ":a"), AddKeyword(1, ":db/valueType", ":db.type/long"),
                  Add(1, ":db/isComponent", Value::Boolean(true))}),
      HasSubstr("a component must be a :db.type/ref"));
}

TEST_P(SchemaTest, ADeclarationNeverChanges) {
  t_.Declare(":age", "long", {{":db/index", "true"}});
  const std::string why = "entity 1000 declares an attribute: that can't be changed";
  EXPECT_THAT(t_.Refusal({AddKeyword(1000, ":db/valueType", ":db.type/string")}), HasSubstr(why));
  EXPECT_THAT(t_.Refusal({AddKeyword(1000, ":db/ident", ":years")}), HasSubstr(why));
  EXPECT_THAT(t_.Refusal({AddKeyword(1000, ":db/cardinality", ":db.cardinality/many")}),
              HasSubstr(why));
  EXPECT_THAT(t_.Refusal({Add(1000, ":db/index", Value::Boolean(false))}), HasSubstr(why));
  EXPECT_THAT(t_.Refusal({TestDb::Retract(1000, ":db/index", Value::Boolean(true))}),
              HasSubstr(why));
  EXPECT_THAT(t_.Refusal({TestDb::RetractEntity(1000)}), HasSubstr(why));
}

TEST_P(SchemaTest, TheSameDeclarationOnceMoreIsFineAndDocsMayChange) {
  t_.Declare(":age", "long");
  t_.Transact({AddKeyword(1000, ":db/ident", ":age"),
               AddKeyword(1000, ":db/valueType", ":db.type/long"),
               Add(1000, ":db/doc", t_.String("in years"))});
  t_.Transact({Add(1000, ":db/doc", t_.String("in full years"))});
  EXPECT_EQ(Properties(":age").value_type, ValueType::kLong);
}

TEST_P(SchemaTest, AnIdentNamesOneEntity) {
  t_.Declare(":age", "long");
  EXPECT_THAT(t_.Refusal({AddKeyword(1, ":db/ident", ":age")}),
              HasSubstr(":db/ident is unique and entity 1000 has this value already"));
}

TEST_P(SchemaTest, ABuiltinAttributeCannotBeDeclaredAgain) {
  EXPECT_THAT(t_.Refusal({AddKeyword(1, ":db/ident", ":db/doc"),
                          AddKeyword(1, ":db/valueType", ":db.type/long")}),
              HasSubstr(":db/doc is built in"));
}

TEST_P(SchemaTest, ARefusedDeclarationInternsNothing) {
  const AttributeId end = t_.db.lineage->attributes->end();
  EXPECT_NE(t_.Refusal({AddKeyword(1, ":db/ident", ":age"),
                        AddKeyword(1, ":db/valueType", ":db.type/long"),
                        Add(2, ":nothing", Value::Long(1))}),
            "");
  EXPECT_EQ(t_.db.lineage->attributes->end(), end);
}

TEST_P(SchemaTest, AttributesDeclaredLaterTakeTheirPlaceInTheOrder) {
  t_.Declare(":m", "long");
  t_.Transact({Add(1, ":m", Value::Long(1))});
  t_.Declare(":a", "long");
  t_.Declare(":z.y/a", "long");
  t_.Transact({Add(1, ":z.y/a", Value::Long(3)), Add(1, ":a", Value::Long(2))});
  EXPECT_THAT(t_.User(IndexName::kEavt), ElementsAre("1 :a 2 t5+", "1 :m 1 t2+", "1 :z.y/a 3 t5+"));
}

}  // namespace
}  // namespace datombench

// A Declaration collects the datoms of one entity that declare an attribute.
#ifndef DATOMBENCH_INDEX_DECLARATION_H_
#define DATOMBENCH_INDEX_DECLARATION_H_

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "index/datom.h"
#include "index/schema.h"

namespace datombench {

// `:db/ident`, `:db/valueType`, `:db/cardinality`, `:db/unique`, `:db/index`, `:db/isComponent` and
// `:db/noHistory` declare; `:db/doc` doesn't.
bool IsDeclaring(const BuiltinAttributes& builtin, AttributeId a);

// What is wrong with `v` as a value of a declaring attribute; "" if nothing is.
// REQUIRES: `v` has the attribute's type.
std::string ObjectionTo(const BuiltinAttributes& builtin, AttributeId a, const Value& v);

// An entity with an ident and a value type declares an attribute; one with an ident alone is an
// enumeration's value.
class Declaration {
 public:
  explicit Declaration(const BuiltinAttributes& builtin) : builtin_(builtin) {}

  // REQUIRES: IsDeclaring(d.a()); values without objection, that outlive the Declaration.
  void Assert(const Datom& d) { value(d.a()) = d.v(); }
  // Does nothing if d.v() isn't the value.
  void Retract(const Datom& d);

  bool declares_attribute() const { return get(builtin_.ident) && get(builtin_.value_type); }
  // What keeps the entity from being valid: a property without ident or without value type, a
  // component that is no reference; "" if nothing does.
  std::string Objection() const;

  // REQUIRES: declares_attribute().
  std::string Ident() const;
  AttributeProperties Properties() const;

 private:
  // The declaring attributes are the first built-in ones.
  static constexpr size_t kDeclaringAttributes = 7;
  std::optional<Value>& value(AttributeId a) { return values_[a - builtin_.ident]; }
  const std::optional<Value>& get(AttributeId a) const { return values_[a - builtin_.ident]; }
  bool IsTrue(AttributeId a) const { return get(a) && get(a)->AsBoolean(); }

  BuiltinAttributes builtin_;
  std::array<std::optional<Value>, kDeclaringAttributes> values_;
};

// `schema` and what `declarations` declare beyond it, idents interned in `attributes`. Those that
// declare nothing are passed over. REQUIRES: nothing in `schema` is declared differently.
std::shared_ptr<const Schema> Declare(std::shared_ptr<const Schema> schema,
                                      std::span<const Declaration> declarations,
                                      Attributes& attributes);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_DECLARATION_H_

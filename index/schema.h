// A Schema says of each attribute what its values are and how they are kept. It is data: attributes
// are declared by datoms (`:db/ident`, `:db/valueType`, ...) like any other.
#ifndef DATOMBENCH_INDEX_SCHEMA_H_
#define DATOMBENCH_INDEX_SCHEMA_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "index/attributes.h"
#include "index/value.h"

namespace datombench {

// Numbers are stored in files.
enum class Cardinality : uint8_t { kOne = 0, kMany = 1 };
enum class Unique : uint8_t { kNone = 0, kIdentity = 1, kValue = 2 };

struct AttributeProperties {
  ValueType value_type = ValueType::kLowest;  // kLowest: the attribute isn't declared
  Cardinality cardinality = Cardinality::kOne;
  Unique unique = Unique::kNone;
  bool index = false;
  bool is_component = false;
  bool no_history = false;

  bool is_declared() const { return value_type != ValueType::kLowest; }
  friend bool operator==(const AttributeProperties&, const AttributeProperties&) = default;
};

// The attributes that every database knows without declaring them.
struct BuiltinAttributes {
  AttributeId ident, value_type, cardinality, unique, index, is_component, no_history, doc,
      tx_instant;
};

// An immutable value. What an attribute was declared to be never changes: a transaction that tries
// is refused.
class Schema {
 public:
  // The schema of an empty database; adds the built-in idents to `attributes`, which get the same
  // ids in every database.
  static std::shared_ptr<const Schema> Builtin(Attributes& attributes);

  // This schema and one more attribute.
  std::shared_ptr<const Schema> With(AttributeId a, const AttributeProperties& properties) const;

  // Properties with is_declared() false where `a` isn't declared.
  const AttributeProperties& operator[](AttributeId a) const {
    return a < properties_.size() ? properties_[a] : undeclared_;
  }
  // One past the highest id that may be declared.
  AttributeId end() const { return static_cast<AttributeId>(properties_.size()); }
  const BuiltinAttributes& builtin() const { return builtin_; }

  // AVET holds unique, indexed and ref attributes and `:db/ident`, but never `:db/txInstant`.
  bool IsInAvet(AttributeId a) const;
  // Whether history is kept of `a`, in a database that keeps history: not of `:db/noHistory`
  // attributes nor of `:db/txInstant`.
  bool KeepsHistory(AttributeId a) const;

  friend bool operator==(const Schema& x, const Schema& y) {
    return x.properties_ == y.properties_;
  }

 private:
  std::vector<AttributeProperties> properties_;  // by id
  AttributeProperties undeclared_;
  BuiltinAttributes builtin_{};
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_SCHEMA_H_

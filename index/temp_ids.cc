#include "index/temp_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "index/db_writer.h"
#include "index/operation_text.h"

namespace datombench {
namespace {

constexpr EntityId kNoEntity = 0;

// Sorts temporary ids into classes that name one entity (a union-find) until no operation tells
// more about any of them.
class Resolver {
 public:
  Resolver(const Db& db, const Transaction& transaction)
      : db_(db),
        transaction_(transaction),
        identities_(ValueLess{db.lineage->attributes->strings()}) {
    next_id_ = db.max_eid;
    for (size_t i = 0; i < transaction.operations.size(); ++i) Collect(i);
  }

  void Resolve() {
    for (bool is_changed = true; is_changed;) {
      is_changed = false;
      std::vector<Claim> open;
      for (const Claim& claim : claims_) {
        const Value v = Named(claim.v);
        const bool is_open = v.type() == ValueType::kRef && v.AsRef() >= kFirstTempId;
        is_changed |= UniteEqual(claim, v);
        if (is_open) {
          open.push_back(claim);
        } else {
          is_changed |= IdentifyStored(claim, v);
        }
      }
      claims_ = std::move(open);
    }
  }

  void NameEntities(std::unordered_map<EntityId, EntityId>* entities) {
    for (size_t i = 0; i < temp_ids_.size(); ++i) {
      Class& c = classes_[Find(i)];
      if (c.entity == kNoEntity && !c.is_given_datoms) continue;
      if (c.entity == kNoEntity) c.entity = NewEntity();
      entities->emplace(temp_ids_[i], c.entity);
    }
  }

 private:
  struct Class {
    size_t parent;
    EntityId entity = kNoEntity;
    bool is_given_datoms = false;
  };
  // An operation that adds an identity value to a temporary id.
  struct Claim {
    size_t operation;
    size_t temp_id;
    AttributeId a;
    Value v;
  };
  struct ValueLess {
    StringOrder strings;
    bool operator()(const std::pair<AttributeId, Value>& x,
                    const std::pair<AttributeId, Value>& y) const {
      if (x.first != y.first) return x.first < y.first;
      return CompareValues(x.second, y.second, strings) < 0;
    }
  };

  void Collect(size_t i) {
    const Operation& operation = transaction_.operations[i];
    const bool is_add = operation.kind == Operation::Kind::kAdd;
    Meet(operation.e);
    if (operation.kind == Operation::Kind::kRetractEntity) return;
    if (is_add && operation.e >= kFirstTempId) {
      const size_t temp_id = numbers_.at(operation.e);
      classes_[temp_id].is_given_datoms = true;
      const AttributeId a = db_.lineage->attributes->Find(operation.attribute);
      const AttributeProperties& p = (*db_.schema)[a];
      if (p.unique == Unique::kIdentity && operation.v.type() == p.value_type &&
          ObjectionToValue(operation.v).empty()) {
        claims_.push_back({i, temp_id, a, operation.v});
      }
    }
    if (operation.v.type() == ValueType::kRef) Meet(operation.v.AsRef());
  }

  void Meet(EntityId e) {
    if (e < kTx0) next_id_ = std::max(next_id_, e);
    if (e < kFirstTempId) return;
    const auto [entry, is_new] = numbers_.try_emplace(e, temp_ids_.size());
    if (!is_new) return;
    temp_ids_.push_back(e);
    classes_.push_back({.parent = entry->second});
  }

  size_t Find(size_t temp_id) {
    while (classes_[temp_id].parent != temp_id) {
      classes_[temp_id].parent = classes_[classes_[temp_id].parent].parent;
      temp_id = classes_[temp_id].parent;
    }
    return temp_id;
  }

  // `v`, or the entity it is known to name, or the one temporary id that stands for its class.
  Value Named(const Value& v) {
    if (v.type() != ValueType::kRef || v.AsRef() < kFirstTempId) return v;
    const size_t root = Find(numbers_.at(v.AsRef()));
    const EntityId entity = classes_[root].entity;
    return Value::Ref(entity == kNoEntity ? temp_ids_[root] : entity);
  }

  // Unites what claims the same identity; whether that told anything new. So do the next two.
  bool UniteEqual(const Claim& claim, const Value& v) {
    const auto [entry, is_first] = identities_.try_emplace({claim.a, v}, claim.temp_id);
    return !is_first && Unite(claim, entry->second);
  }

  bool IdentifyStored(const Claim& claim, const Value& v) {
    const auto found =
        db_.index(IndexName::kAvet)->Seek(LowestDatom({.e = {}, .a = claim.a, .v = v}));
    if (!found || !IsSameFact(*found, {found->e(), claim.a, v, 0, false})) return false;
    return Identify(claim, found->e());
  }

  bool Unite(const Claim& claim, size_t other_temp_id) {
    const size_t root = Find(claim.temp_id);
    const size_t other = Find(other_temp_id);
    if (root == other) return false;
    const EntityId entity = classes_[root].entity;
    // The class that was met first stands for both.
    classes_[std::max(root, other)].parent = std::min(root, other);
    Class& both = classes_[std::min(root, other)];
    both.is_given_datoms |= classes_[std::max(root, other)].is_given_datoms;
    both.entity = classes_[other].entity;
    if (entity != kNoEntity) Identify(claim, entity);
    return true;
  }

  bool Identify(const Claim& claim, EntityId e) {
    EntityId& entity = classes_[Find(claim.temp_id)].entity;
    if (entity == e) return false;
    if (entity != kNoEntity) {
      RefuseOperation(transaction_, claim.operation,
                      fmt::format("conflicting identities: this value belongs to entity {}, "
                                  "another one of the same temporary id to entity {}",
                                  e, entity));
    }
    entity = e;
    return true;
  }

  EntityId NewEntity() {
    if (next_id_ + 1 >= kTx0) throw TransactionError("no entity ids are left for temporary ids");
    return ++next_id_;
  }

  const Db& db_;
  const Transaction& transaction_;
  std::unordered_map<EntityId, size_t> numbers_;  // of temporary ids, by first appearance
  std::vector<EntityId> temp_ids_;
  std::vector<Class> classes_;
  std::vector<Claim> claims_;
  // The first temporary id that claimed each identity. What refers to an unresolved temporary id
  // has that of its class as its value.
  std::map<std::pair<AttributeId, Value>, size_t, ValueLess> identities_;
  EntityId next_id_;
};

bool HasTempIds(const Transaction& transaction) {
  return std::any_of(
      transaction.operations.begin(), transaction.operations.end(), [](const Operation& operation) {
        return operation.e >= kFirstTempId ||
               (operation.kind != Operation::Kind::kRetractEntity &&
                operation.v.type() == ValueType::kRef && operation.v.AsRef() >= kFirstTempId);
      });
}

}  // namespace

TempIds::TempIds(const Db& db, const Transaction& transaction) {
  if (!HasTempIds(transaction)) return;
  Resolver resolver(db, transaction);
  resolver.Resolve();
  resolver.NameEntities(&entities_);
}

}  // namespace datombench

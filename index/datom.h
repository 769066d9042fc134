// A Datom is one fact: entity, attribute, value, transaction, added or retracted; 32 bytes.
#ifndef DATOMBENCH_INDEX_DATOM_H_
#define DATOMBENCH_INDEX_DATOM_H_

#include <cassert>
#include <cstdint>
#include <type_traits>

#include "index/attributes.h"
#include "index/value.h"

namespace datombench {

using EntityId = uint64_t;
using TxId = uint64_t;

// The first transaction's id is kTx0 + 1; entity ids below kTx0 are user entities.
inline constexpr TxId kTx0 = 0x20000000;
inline constexpr TxId kMaxTx = (uint64_t{1} << 63) - 1;

// Copying copies 32 bytes; an out-of-line value stays where it is (value.h).
class Datom {
 public:
  constexpr Datom() = default;
  // REQUIRES: tx <= kMaxTx.
  constexpr Datom(EntityId e, AttributeId a, const Value& v, TxId tx, bool added)
      : e_(e),
        tx_and_added_(tx << 1 | (added ? 1 : 0)),
        v_bits_(v.bits()),
        a_(a),
        v_type_(v.type()) {}

  constexpr EntityId e() const { return e_; }
  constexpr AttributeId a() const { return a_; }
  constexpr Value v() const { return {v_type_, v_bits_}; }
  constexpr TxId tx() const { return tx_and_added_ >> 1; }
  constexpr bool added() const { return (tx_and_added_ & 1) != 0; }
  // Orders by transaction, then retraction before assertion.
  constexpr uint64_t tx_and_added() const { return tx_and_added_; }

  constexpr Datom WithTx(TxId tx, bool added) const { return {e_, a_, v(), tx, added}; }
  // What comes right after it in every order. REQUIRES: tx() < kMaxTx or it is a retraction.
  constexpr Datom Successor() const {
    return added() ? WithTx(tx() + 1, false) : WithTx(tx(), true);
  }

 private:
  EntityId e_ = 0;
  uint64_t tx_and_added_ = 0;
  uint64_t v_bits_ = 0;
  AttributeId a_ = 0;
  ValueType v_type_ = ValueType::kLowest;
  [[maybe_unused]] uint8_t unused_[3] = {0, 0, 0};
};
static_assert(sizeof(Datom) == 32 && std::is_trivially_copyable_v<Datom>);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_DATOM_H_

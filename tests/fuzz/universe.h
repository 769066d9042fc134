// The facts that fuzzed indexes may hold, and their order, which shares no code with the indexes'.
#ifndef DATOMBENCH_TESTS_FUZZ_UNIVERSE_H_
#define DATOMBENCH_TESTS_FUZZ_UNIVERSE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "index/datom_order.h"
#include "index/value_arena.h"
#include "tests/fuzz/input.h"
#include "tests/support/model_order.h"

namespace datombench {

// A datom as the model has it, or a bound of a slice. It carries its places in the orders of
// attributes and values, so that comparing two is comparing numbers.
struct Fact {
  EntityId e = 0;
  AttributeId a = kLowestAttribute;
  uint32_t attribute_rank = 0;
  ValueType type = ValueType::kLowest;
  uint32_t value = 0;       // its place among the universe's values of that type
  uint32_t value_rank = 0;  // the same for values that compare equal: -0.0 and 0.0
  TxId tx = 0;
  bool added = false;
};

// Bounds of everything.
Fact LowestFact();
Fact HighestFact();

class FactOrder {
 public:
  explicit FactOrder(OrderKind kind) : kind_(kind) {}
  OrderKind kind() const { return kind_; }
  // Whether `x` comes before `y`.
  bool operator()(const Fact& x, const Fact& y) const;

 private:
  OrderKind kind_;
};

// Attributes in no order of their idents, some of which an index meets only later; a few dozen
// values of each type that lie close to each other, and those that the input adds.
class Universe {
 public:
  Universe(OrderKind order, StringOrder strings, Input& input);

  const FactOrder& order() const { return order_; }
  const std::shared_ptr<Attributes>& attributes() const { return attributes_; }

  // Makes one more attribute known, if there is one: the ranks of others change.
  void AddAttribute();

  Fact ReadFact(Input& input) const {
    return MakeFact(input.Byte(), input.Byte(), input.Byte(), input.Byte());
  }
  // Any numbers make a fact; nearby numbers make nearby facts.
  Fact MakeFact(uint32_t e, uint32_t attribute, uint32_t value, uint32_t tx) const;
  // A fact, or one with a component that only bounds have.
  Fact ReadBound(Input& input) const;

  // The datom of a fact or bound; a value out of line is placed into `values`.
  Datom ToDatom(const Fact& fact, ValueArena* values) const;
  // Whether the datom is this fact, to the bit: of two equal values an index keeps the one it has.
  bool IsSame(const Datom& datom, const Fact& fact) const;

 private:
  struct RankedValues {
    std::vector<ModelValue> values;
    std::vector<uint32_t> ranks;
  };
  static constexpr size_t kTypes = static_cast<size_t>(ValueType::kBytes) + 1;
  using Values = std::array<RankedValues, kTypes>;

  static const Values& CommonValues(StringOrder strings);
  static void Rank(StringOrder strings, RankedValues* values);
  void ReadValue(StringOrder strings, Input& input);
  const RankedValues& values(ValueType type) const { return values_[static_cast<size_t>(type)]; }
  Fact ReadPattern(Input& input, bool is_lowest) const;

  const FactOrder order_;
  const std::shared_ptr<Attributes> attributes_;
  std::vector<uint32_t> attribute_ranks_;  // of all, the unknown included
  uint32_t known_attributes_;
  Values values_;
};

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_FUZZ_UNIVERSE_H_

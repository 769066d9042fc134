#include "index/datom_order.h"

#include <limits>

namespace datombench {

Datom LowestDatom(const DatomPattern& pattern) {
  return {pattern.e.value_or(0), pattern.a.value_or(kLowestAttribute),
          pattern.v.value_or(Value::Lowest()), 0, false};
}

Datom HighestDatom(const DatomPattern& pattern) {
  return {pattern.e.value_or(std::numeric_limits<EntityId>::max()),
          pattern.a.value_or(kHighestAttribute), pattern.v.value_or(Value::Highest()), kMaxTx,
          true};
}

}  // namespace datombench

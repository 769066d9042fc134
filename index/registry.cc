#include "index/registry.h"

#include <algorithm>
#include <array>

#include "index/flat_index.h"
#include "index/hitchhiker_tree.h"
#include "index/sorted_set.h"

namespace datombench {

std::span<const IndexKind* const> AllIndexes() {
  static const std::array<const IndexKind*, 3> kinds = {&SortedSetKind(), &HitchhikerTreeKind(),
                                                        &FlatIndexKind()};
  return kinds;
}

const IndexKind* FindIndex(std::string_view name) {
  const auto kinds = AllIndexes();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const IndexKind* kind) { return kind->name() == name; });
  return found == kinds.end() ? nullptr : *found;
}

}  // namespace datombench

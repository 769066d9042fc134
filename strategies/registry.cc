#include <algorithm>
#include <array>

#include "strategies/strategy.h"

namespace datombench {

StrategyKind DirtyNodeTreeKind();   // dirty_node_tree.cc
StrategyKind RecordSnapshotKind();  // record_snapshot.cc
StrategyKind OpLogReplayKind();     // op_log_replay.cc

std::span<const StrategyKind> AllStrategies() {
  static const std::array kinds = {DirtyNodeTreeKind(), RecordSnapshotKind(), OpLogReplayKind()};
  return kinds;
}

const StrategyKind* FindStrategy(std::string_view name) {
  const auto kinds = AllStrategies();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const StrategyKind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace datombench

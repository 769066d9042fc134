#include "workloads/catalog.h"

#include <algorithm>

namespace datombench {

std::span<const WorkloadKind> AllWorkloads() {
  static const std::vector<WorkloadKind> kAll = {
      BulkImportWorkload(), SmallTxWorkload(), UpdateWorkload(),
      ChurnWorkload(),      PeopleWorkload(),  TraceWorkload(),
  };
  return kAll;
}

const WorkloadKind* FindWorkload(std::string_view name) {
  const std::span<const WorkloadKind> all = AllWorkloads();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const WorkloadKind& kind) { return kind.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace datombench

// Where a trace lies that a cell or a command line names.
#ifndef DATOMBENCH_WORKLOADS_TRACE_LOOKUP_H_
#define DATOMBENCH_WORKLOADS_TRACE_LOOKUP_H_

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datombench {

// `workloads/traces` of this source tree: where it was when this program was built, or, should the
// tree have moved, above the program. Empty where neither is there.
std::filesystem::path ShippedTraceFolder();

// A name with a `/`, or one that ends in .dtl or .dtl.zst, is a path. Any other is NAME.dtl.zst or
// NAME.dtl in one of `folders`, tried in order, or in the shipped folder. Throws WorkloadError with
// the nearest names where there is no such file.
std::filesystem::path FindTrace(std::string_view name,
                                std::span<const std::filesystem::path> folders);

// The names of all traces in a folder, sorted; none where there is no such folder.
std::vector<std::string> TraceNames(const std::filesystem::path& folder);

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_TRACE_LOOKUP_H_

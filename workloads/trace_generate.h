// Writes any workload out as a trace, by transacting it.
#ifndef DATOMBENCH_WORKLOADS_TRACE_GENERATE_H_
#define DATOMBENCH_WORKLOADS_TRACE_GENERATE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "workloads/trace_writer.h"
#include "workloads/workload.h"

namespace datombench {

// Reads `workload`, of which nothing has been read, to its end. The trace holds effects, netted
// within each transaction as the format demands; its replay ends with the same current datoms.
// `progress`, if it isn't empty, is called after each transaction with their number so far. Throws
// WorkloadError, TransactionError. Memory: the database.
void WriteTrace(Workload& workload, const TracePaths& paths, const std::string& name,
                const std::vector<std::string>& remarks,
                const std::function<void(uint64_t)>& progress = {});

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_TRACE_GENERATE_H_

// Records what a workload does to a database as a trace.
#ifndef DATOMBENCH_WORKLOADS_TRACE_RECORDING_H_
#define DATOMBENCH_WORKLOADS_TRACE_RECORDING_H_

#include <string>
#include <vector>

#include "workloads/trace_stats.h"
#include "workloads/trace_writer.h"
#include "workloads/workload.h"

namespace datombench {

// Runs `workload`, of which nothing has been read, on an empty database and writes the effects of
// each transaction after the schema's to `paths`, its statistics beside it. What a transaction adds
// and takes away again is left out, as the format wants; a replay ends with the same current
// datoms. The same workload gives the same trace. `name` and `remarks` as for TraceWriter. Throws
// WorkloadError where a file is there already or can't be written, where the workload's input is
// malformed, or where it uses attributes that its first transaction doesn't declare. Memory: the
// database.
TraceStatistics RecordTrace(Workload& workload, const TracePaths& paths, const std::string& name,
                            const std::vector<std::string>& remarks);

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_TRACE_RECORDING_H_

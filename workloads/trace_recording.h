// Records what a workload does to a database as a trace.
#ifndef DATOMBENCH_WORKLOADS_TRACE_RECORDING_H_
#define DATOMBENCH_WORKLOADS_TRACE_RECORDING_H_

#include <string>

#include "workloads/trace_stats.h"
#include "workloads/trace_writer.h"
#include "workloads/workload.h"

namespace datombench {

// Runs `workload` on an empty database and writes the effects of each transaction after the
// schema's to `paths`, its statistics beside it. What a transaction adds and takes away again is
// left out, as the format wants. The same workload gives the same trace. `name` is the trace's,
// `source` a remark in its header. Throws WorkloadError where a file is there already or can't be
// written, where the workload's input is malformed, or where it declares attributes after its first
// transaction.
TraceStatistics RecordTrace(Workload& workload, const TracePaths& paths, const std::string& name,
                            const std::string& source);

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_TRACE_RECORDING_H_

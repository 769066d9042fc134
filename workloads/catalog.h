// The workloads there are. To add one: a new .cc file, its kind declared here and listed in
// catalog.cc.
#ifndef DATOMBENCH_WORKLOADS_CATALOG_H_
#define DATOMBENCH_WORKLOADS_CATALOG_H_

#include "workloads/workload.h"

namespace datombench {

WorkloadKind BulkImportWorkload();
WorkloadKind SmallTxWorkload();
WorkloadKind UpdateWorkload();
WorkloadKind ChurnWorkload();
WorkloadKind PeopleWorkload();
WorkloadKind TraceWorkload();

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_CATALOG_H_

// What the phases put into a row from what they hold: counters of the backend, a stretch of
// commits, a database.
#ifndef DATOMBENCH_HARNESS_ROW_H_
#define DATOMBENCH_HARNESS_ROW_H_

#include "backends/metered_backend.h"
#include "harness/metrics.h"
#include "harness/writer.h"
#include "index/db.h"
#include "strategies/strategy.h"

namespace datombench {

// The logical I/O of a phase: every metric of the group, zeros too.
void ReportIo(const IoCounters& during, Measurements& row);

// Work, times, percentiles, user bytes and nodes of `stretch`. Replaces what meters around the
// whole stretch said of its wall and CPU time by what was timed in it. REQUIRES: `stretch` has a
// commit; the row has cpu_seconds and put_bytes.
void ReportStretch(const Stretch& stretch, Measurements& row);

// Datoms held, by index.
void ReportDatoms(const Db& db, Measurements& row);

// index_bytes, strategy_bytes.
void ReportMemory(const Db& db, const Strategy& strategy, Measurements& row);

// Heap bytes of all nodes of all indexes that are in memory.
size_t IndexBytes(const Db& db);

// What the database holds, once: EAVT and temporal EAVT in the `packed` encoding, in runs of 65,536
// datoms. The denominator of space amplification. Reads every datom of the two.
uint64_t LiveBytes(const Db& db);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_ROW_H_

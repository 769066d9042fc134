// A Meter measures one thing over one phase; meters/ has them all.
#ifndef DATOMBENCH_HARNESS_METER_H_
#define DATOMBENCH_HARNESS_METER_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/metrics.h"

namespace datombench {

// Thread safety: one thread, which also runs the phase.
class Meter {
 public:
  virtual ~Meter() = default;
  virtual void Start() = 0;
  virtual void Stop() = 0;
  // Sets the meter's metrics. What this machine can't tell (no such file under /proc) is left out.
  // REQUIRES: Start, then Stop.
  virtual void Report(Measurements& measurements) const = 0;
};

// wall_seconds, cpu_seconds: steady clock; CPU of all threads of this process.
std::unique_ptr<Meter> MakeClockMeter();
// heap_live_bytes, heap_peak_bytes, heap_allocations: C++'s heap, against its state at Start.
std::unique_ptr<Meter> MakeHeapMeter();
// rss_peak_bytes: of the process so far.
std::unique_ptr<Meter> MakeRssMeter();
// syscall_*_bytes, storage_*_bytes of this process, all threads.
std::unique_ptr<Meter> MakeProcessIoMeter();
// device_*_bytes of the block device under `path`, whoever caused them.
std::unique_ptr<Meter> MakeDeviceIoMeter(const std::filesystem::path& path);
// others_cpu_seconds: what all other processes used.
std::unique_ptr<Meter> MakeOthersCpuMeter();

// All of the above around one phase: the clock innermost, so that no meter is timed. Allocates only
// when made and when reporting.
class PhaseMeter {
 public:
  explicit PhaseMeter(const std::filesystem::path& store_directory);

  void Start();
  void Stop();
  double wall_seconds() const;  // between the last Start and Stop
  void Report(Measurements& measurements) const;

 private:
  std::vector<std::unique_ptr<Meter>> meters_;  // outermost first
};

// What a store's directory takes on disk.
struct DiskUsage {
  uint64_t apparent_bytes = 0;
  uint64_t allocated_bytes = 0;  // blocks given by the file system
  uint64_t files = 0;
  // Sets disk_apparent_bytes, disk_allocated_bytes, disk_files.
  void Report(Measurements& measurements) const;
};
// Every regular file under `directory`; zeros where there is no such directory. Files that vanish
// while it walks (a compaction's) are passed over. Throws StorageError.
DiskUsage MeasureDisk(const std::filesystem::path& directory);

// The median time of appending 4 KiB to a file in `directory` and syncing it, over `tries`; the
// file is removed. What a disk's promise costs here. Throws StorageError.
double ProbeSyncSeconds(const std::filesystem::path& directory, int tries);

// Whether the files of a store are out of the page cache.
struct ColdState {
  bool is_proven = false;       // every file: not one page resident, as mincore tells
  uint64_t resident_bytes = 0;  // what stayed in memory all the same, where it could be told
  std::string reason;           // why it isn't proven; "" where it is
};
// Syncs every file under `directory` and drops it from the page cache. Throws StorageError.
// REQUIRES: nobody has a file of it mapped.
ColdState MakeCold(const std::filesystem::path& directory);
// Reads every file under `directory` once, so that the page cache has it. Throws StorageError.
void MakeWarm(const std::filesystem::path& directory);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_METER_H_

// A MeteredBackend counts what passes through it, by class of object: the logical I/O of a phase.
#ifndef DATOMBENCH_BACKENDS_METERED_BACKEND_H_
#define DATOMBENCH_BACKENDS_METERED_BACKEND_H_

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "backends/backend.h"
#include "backends/forwarding_backend.h"

namespace datombench {

// What one I/O unit moves at most: the larger of the request sizes that networked block stores
// charge by.
inline constexpr uint64_t kIoUnitBytes = uint64_t{64} * 1024;

// Bytes are those of key and value.
struct ClassIoCounters {
  uint64_t puts = 0;
  uint64_t put_bytes = 0;
  uint64_t gets = 0;  // one for each object that a Scan read, too; absent keys included
  uint64_t get_bytes = 0;
  uint64_t deletes = 0;
  uint64_t scans = 0;  // calls of Scan and ScanKeys

  ClassIoCounters& operator+=(const ClassIoCounters& other);
  ClassIoCounters& operator-=(const ClassIoCounters& other);
  bool operator==(const ClassIoCounters&) const = default;
};

// A reading of the counters; the difference of two is what happened between them.
struct IoCounters {
  // In the order of kObjectClasses.
  std::array<ClassIoCounters, kObjectClasses.size()> by_class;
  uint64_t syncs = 0;
  // Sum over puts and gets of ceil(bytes / kIoUnitBytes), and the syncs.
  uint64_t io_units = 0;

  ClassIoCounters& of(ObjectClass object_class);
  const ClassIoCounters& of(ObjectClass object_class) const;
  ClassIoCounters Total() const;  // of all classes

  IoCounters& operator-=(const IoCounters& other);
  bool operator==(const IoCounters&) const = default;
};
IoCounters operator-(IoCounters later, const IoCounters& earlier);

// Counts calls that return: one that throws has no number that could be repeated. An object that a
// Scan visits is a get, counted before the visit. A scan of the empty prefix is a scan of every
// class. ScanKeys moves no object: it is counted among the scans alone. Thread safety: the
// target's; a reading is consistent, because a mutex guards the counters: what it costs is nothing
// beside what any operation does.
class MeteredBackend : public ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;

  IoCounters counters() const;

  std::optional<std::string> Get(std::string_view key) override;
  uint64_t Write(const Batch& batch, Durability durability) override;
  void Scan(std::string_view prefix, const Visitor& visit) override;
  void ScanKeys(std::string_view prefix, const KeyVisitor& visit) override;

 private:
  void CountGet(std::string_view key, uint64_t value_bytes);
  void CountScan(std::string_view prefix);

  mutable std::mutex mutex_;
  IoCounters counters_;  // guarded by mutex_
};

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_METERED_BACKEND_H_

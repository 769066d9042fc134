// A LatencyBackend makes its target as slow as a disk, a network or an object store would be.
#ifndef DATOMBENCH_BACKENDS_LATENCY_BACKEND_H_
#define DATOMBENCH_BACKENDS_LATENCY_BACKEND_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "backends/backend.h"
#include "backends/forwarding_backend.h"

namespace datombench {

// Faster than any storage, and small enough for exact arithmetic in 64 bits.
inline constexpr uint64_t kMaxBandwidthBytesPerSecond = 10'000'000'000;

// Delays add up: requests are neither overlapped nor merged.
struct LatencyModel {
  std::chrono::nanoseconds get_delay{0};   // for each Get, each object of a Scan, each ScanKeys
  std::chrono::nanoseconds put_delay{0};   // for each put and each delete
  std::chrono::nanoseconds sync_delay{0};  // for each sync that the target reports
  // Of keys and values, put or read; 0 is no limit. REQUIRES: <= kMaxBandwidthBytesPerSecond.
  uint64_t bandwidth_bytes_per_second = 0;

  std::chrono::nanoseconds TransferTime(uint64_t bytes) const;  // rounded up
};

// Lets the time given pass: really, or on a test's clock.
using Sleeper = std::function<void(std::chrono::nanoseconds)>;

// Waits on the steady clock, the last stretch without giving up the processor: a sleep alone comes
// back some 50 us late.
void SleepPrecisely(std::chrono::nanoseconds duration);

// The delay comes after the target's own time, once a call (once an object in a Scan, before it is
// visited). Thread safety: the target's; `sleep` is called from the reading and writing threads.
class LatencyBackend : public ForwardingBackend {
 public:
  // `target` must outlive this.
  LatencyBackend(Backend& target, LatencyModel model, Sleeper sleep = SleepPrecisely);

  std::optional<std::string> Get(std::string_view key) override;
  uint64_t Write(const Batch& batch, Durability durability) override;
  void Scan(std::string_view prefix, const Visitor& visit) override;
  void ScanKeys(std::string_view prefix, const KeyVisitor& visit) override;

 private:
  const LatencyModel model_;
  const Sleeper sleep_;
};

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_LATENCY_BACKEND_H_

#include "backends/latency_backend.h"

#include <cassert>
#include <thread>
#include <utility>

namespace datombench {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// How late the system may wake a sleeper up: the timer's slack of 50 us and as much again.
constexpr nanoseconds kSpinTime = std::chrono::microseconds(100);

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

}  // namespace

nanoseconds LatencyModel::TransferTime(uint64_t bytes) const {
  if (bandwidth_bytes_per_second == 0) {
    return nanoseconds(0);
  }
  assert(bandwidth_bytes_per_second <= kMaxBandwidthBytesPerSecond);
  const uint64_t seconds = bytes / bandwidth_bytes_per_second;
  const uint64_t rest = bytes % bandwidth_bytes_per_second * kNanosecondsPerSecond;
  return nanoseconds(seconds * kNanosecondsPerSecond +
                     (rest + bandwidth_bytes_per_second - 1) / bandwidth_bytes_per_second);
}

void SleepPrecisely(nanoseconds duration) {
  const steady_clock::time_point deadline = steady_clock::now() + duration;
  if (duration > kSpinTime) {
    std::this_thread::sleep_until(deadline - kSpinTime);
  }
  while (steady_clock::now() < deadline) {
  }
}

LatencyBackend::LatencyBackend(Backend& target, LatencyModel model, Sleeper sleep)
    : ForwardingBackend(target), model_(model), sleep_(std::move(sleep)) {}

std::optional<std::string> LatencyBackend::Get(std::string_view key) {
  std::optional<std::string> value = target().Get(key);
  sleep_(model_.get_delay + model_.TransferTime(key.size() + (value ? value->size() : 0)));
  return value;
}

uint64_t LatencyBackend::Write(const Batch& batch, Durability durability) {
  const uint64_t syncs = target().Write(batch, durability);
  uint64_t bytes = 0;
  for (const Batch::Operation& operation : batch.operations()) {
    bytes += operation.key.size() + operation.value.size();
  }
  sleep_(model_.put_delay * batch.operations().size() + model_.sync_delay * syncs +
         model_.TransferTime(bytes));
  return syncs;
}

void LatencyBackend::Scan(std::string_view prefix, const Visitor& visit) {
  target().Scan(prefix, [&](std::string_view key, std::string_view value) {
    sleep_(model_.get_delay + model_.TransferTime(key.size() + value.size()));
    visit(key, value);
  });
}

void LatencyBackend::ScanKeys(std::string_view prefix, const KeyVisitor& visit) {
  uint64_t bytes = 0;
  target().ScanKeys(prefix, [&](std::string_view key) {
    bytes += key.size();
    visit(key);
  });
  sleep_(model_.get_delay + model_.TransferTime(bytes));
}

}  // namespace datombench

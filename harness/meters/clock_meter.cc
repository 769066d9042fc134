#include <time.h>

#include <chrono>

#include "harness/meter.h"
#include "harness/meters/clocks.h"

namespace datombench {
namespace {

class ClockMeter final : public Meter {
 public:
  void Start() override {
    cpu_start_ = ProcessCpuSeconds();
    start_ = std::chrono::steady_clock::now();
  }
  void Stop() override {
    const auto stop = std::chrono::steady_clock::now();
    cpu_seconds_ = ProcessCpuSeconds() - cpu_start_;
    wall_seconds_ = std::chrono::duration<double>(stop - start_).count();
  }
  void Report(Measurements& measurements) const override {
    measurements.Set("wall_seconds", wall_seconds_);
    measurements.Set("cpu_seconds", cpu_seconds_);
  }

 private:
  std::chrono::steady_clock::time_point start_;
  double cpu_start_ = 0;
  double wall_seconds_ = 0;
  double cpu_seconds_ = 0;
};

}  // namespace

double ProcessCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::unique_ptr<Meter> MakeClockMeter() { return std::make_unique<ClockMeter>(); }

}  // namespace datombench

#include <unistd.h>

#include <algorithm>
#include <optional>

#include "harness/meter.h"
#include "harness/meters/clocks.h"
#include "harness/meters/proc_file.h"

namespace datombench {
namespace {

class OthersCpuMeter final : public Meter {
 public:
  void Start() override { start_ = Read(); }
  void Stop() override { stop_ = Read(); }
  void Report(Measurements& measurements) const override {
    if (!start_.machine_seconds || !stop_.machine_seconds) return;
    const double others = (*stop_.machine_seconds - *start_.machine_seconds) -
                          (stop_.own_seconds - start_.own_seconds);
    // The machine's figure comes in ticks: in a short phase it can lag behind our own.
    measurements.Set("others_cpu_seconds", std::max(0.0, others));
  }

 private:
  struct Reading {
    std::optional<double> machine_seconds;  // busy time of all CPUs since boot
    double own_seconds = 0;
  };

  // proc(5): user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user's.
  static Reading Read() {
    Reading reading;
    reading.own_seconds = ProcessCpuSeconds();
    const ProcFile file("/proc/stat");
    std::string_view text = file.text();
    if (!text.starts_with("cpu ")) return reading;
    text.remove_prefix(4);
    uint64_t busy_ticks = 0;
    for (int field = 1; field <= 8; ++field) {
      const std::optional<uint64_t> ticks = TakeNumber(text);
      if (!ticks) return reading;
      const bool is_idle = field == 4 || field == 5;
      if (!is_idle) busy_ticks += *ticks;
    }
    reading.machine_seconds =
        static_cast<double>(busy_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
    return reading;
  }

  Reading start_, stop_;
};

}  // namespace

std::unique_ptr<Meter> MakeOthersCpuMeter() { return std::make_unique<OthersCpuMeter>(); }

}  // namespace datombench

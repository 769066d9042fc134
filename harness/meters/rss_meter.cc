#include <optional>

#include "harness/meter.h"
#include "harness/meters/proc_file.h"

namespace datombench {
namespace {

// VmHWM and not getrusage's maxrss: that one is inherited over fork and exec, so that a child of a
// large parent would report the parent's.
class RssMeter final : public Meter {
 public:
  void Start() override {}
  void Stop() override { peak_kib_ = ProcFile("/proc/self/status").Number("VmHWM:"); }
  void Report(Measurements& measurements) const override {
    if (peak_kib_) measurements.SetCount("rss_peak_bytes", *peak_kib_ * 1024);
  }

 private:
  std::optional<uint64_t> peak_kib_;
};

}  // namespace

std::unique_ptr<Meter> MakeRssMeter() { return std::make_unique<RssMeter>(); }

}  // namespace datombench

#include "harness/meter.h"
#include "harness/meters/heap_counters.h"

namespace datombench {
namespace {

class HeapMeter final : public Meter {
 public:
  void Start() override {
    ResetHeapPeak();
    start_ = ReadHeapCounters();
  }
  void Stop() override { stop_ = ReadHeapCounters(); }
  void Report(Measurements& measurements) const override {
    measurements.Set("heap_live_bytes", static_cast<double>(stop_.live_bytes - start_.live_bytes));
    measurements.Set("heap_peak_bytes", static_cast<double>(stop_.peak_bytes - start_.live_bytes));
    measurements.SetCount("heap_allocations", stop_.allocations - start_.allocations);
  }

 private:
  HeapCounters start_{};
  HeapCounters stop_{};
};

}  // namespace

std::unique_ptr<Meter> MakeHeapMeter() { return std::make_unique<HeapMeter>(); }

}  // namespace datombench

#include "harness/meter.h"

namespace datombench {

PhaseMeter::PhaseMeter(const std::filesystem::path& store_directory) {
  meters_.push_back(MakeRssMeter());
  meters_.push_back(MakeDeviceIoMeter(store_directory));
  meters_.push_back(MakeOthersCpuMeter());
  meters_.push_back(MakeProcessIoMeter());
  meters_.push_back(MakeHeapMeter());
  meters_.push_back(MakeClockMeter());
}

void PhaseMeter::Start() {
  for (const auto& meter : meters_) meter->Start();
}

void PhaseMeter::Stop() {
  for (auto meter = meters_.rbegin(); meter != meters_.rend(); ++meter) (*meter)->Stop();
}

double PhaseMeter::wall_seconds() const {
  Measurements clock(Phase::kLoad);
  meters_.back()->Report(clock);
  return clock.Get("wall_seconds").value();
}

void PhaseMeter::Report(Measurements& measurements) const {
  for (const auto& meter : meters_) meter->Report(measurements);
}

}  // namespace datombench

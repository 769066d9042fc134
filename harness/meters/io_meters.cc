// What the kernel says went through the process and through the block device.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <optional>
#include <string>

#include "harness/meter.h"
#include "harness/meters/proc_file.h"

namespace datombench {
namespace {

// Sets `metric` to the growth of a counter that was readable both times.
void ReportGrowth(std::string_view metric, std::optional<uint64_t> before,
                  std::optional<uint64_t> after, Measurements& measurements) {
  if (before && after && *after >= *before) measurements.SetCount(metric, *after - *before);
}

class ProcessIoMeter final : public Meter {
 public:
  void Start() override { start_ = Read(); }
  void Stop() override { stop_ = Read(); }
  void Report(Measurements& measurements) const override {
    ReportGrowth("syscall_read_bytes", start_.rchar, stop_.rchar, measurements);
    ReportGrowth("syscall_write_bytes", start_.wchar, stop_.wchar, measurements);
    ReportGrowth("storage_read_bytes", start_.read_bytes, stop_.read_bytes, measurements);
    ReportGrowth("storage_write_bytes", start_.write_bytes, stop_.write_bytes, measurements);
  }

 private:
  struct Counters {
    std::optional<uint64_t> rchar, wchar, read_bytes, write_bytes;
  };
  static Counters Read() {
    const ProcFile file("/proc/self/io");
    return {file.Number("rchar:"), file.Number("wchar:"), file.Number("read_bytes:"),
            file.Number("write_bytes:")};
  }
  Counters start_, stop_;
};

class DeviceIoMeter final : public Meter {
 public:
  explicit DeviceIoMeter(const std::filesystem::path& path) : statistics_(StatisticsOf(path)) {}
  void Start() override { start_ = Read(); }
  void Stop() override { stop_ = Read(); }
  void Report(Measurements& measurements) const override {
    ReportGrowth("device_read_bytes", start_.read_bytes, stop_.read_bytes, measurements);
    ReportGrowth("device_write_bytes", start_.write_bytes, stop_.write_bytes, measurements);
  }

 private:
  struct Counters {
    std::optional<uint64_t> read_bytes, write_bytes;
  };

  // The device's counters; file systems without a device of their own (tmpfs, overlay) have none.
  static std::string StatisticsOf(const std::filesystem::path& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return "";
    return fmt::format("/sys/dev/block/{}:{}/stat", major(status.st_dev), minor(status.st_dev));
  }

  // The kernel's Documentation/block/stat.rst: fields 3 and 7 are sectors, of 512 bytes whatever
  // the device's own are.
  Counters Read() const {
    constexpr uint64_t kSectorBytes = 512;
    const ProcFile file(statistics_.c_str());
    std::string_view text = file.text();
    Counters counters;
    for (int field = 1; field <= 7; ++field) {
      const std::optional<uint64_t> value = TakeNumber(text);
      if (!value) return {};
      if (field == 3) counters.read_bytes = *value * kSectorBytes;
      if (field == 7) counters.write_bytes = *value * kSectorBytes;
    }
    return counters;
  }

  const std::string statistics_;
  Counters start_, stop_;
};

}  // namespace

std::unique_ptr<Meter> MakeProcessIoMeter() { return std::make_unique<ProcessIoMeter>(); }

std::unique_ptr<Meter> MakeDeviceIoMeter(const std::filesystem::path& path) {
  return std::make_unique<DeviceIoMeter>(path);
}

}  // namespace datombench

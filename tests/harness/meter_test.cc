#include "harness/meter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "backends/error.h"
#include "harness/meters/heap_counters.h"
#include "harness/meters/proc_file.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

void WriteFile(const fs::path& path, size_t bytes) {
  std::ofstream file(path, std::ios::binary);
  file << std::string(bytes, 'x');
}

// What `meter` reports of `work` in a phase.
template <typename Work>
Measurements Measure(Meter& meter, Work work) {
  meter.Start();
  work();
  meter.Stop();
  Measurements measurements(Phase::kTransact);
  meter.Report(measurements);
  return measurements;
}

// Compilers may leave an allocation out whose address nobody sees: here somebody does.
template <typename T>
const T& Escape(const T& object) {
  asm volatile("" : : "g"(&object) : "memory");
  return object;
}

// Uses this much CPU, whatever else the machine does.
void Burn(double seconds) {
  timespec start{}, now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
  do {
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  } while (static_cast<double>(now.tv_sec - start.tv_sec) +
               static_cast<double>(now.tv_nsec - start.tv_nsec) * 1e-9 <
           seconds);
}

TEST(ClockMeterTest, SleepingTakesTimeAndNoCpu) {
  const auto measurements = Measure(
      *MakeClockMeter(), [] { std::this_thread::sleep_for(std::chrono::milliseconds(60)); });
  EXPECT_GE(measurements.Get("wall_seconds").value(), 0.06);
  EXPECT_LT(measurements.Get("cpu_seconds").value(), 0.05);
}

TEST(ClockMeterTest, CpuOfAllThreadsCounts) {
  const auto measurements = Measure(*MakeClockMeter(), [] {
    std::thread other(Burn, 0.05);
    Burn(0.05);
    other.join();
  });
  EXPECT_GE(measurements.Get("cpu_seconds").value(), 0.1);
}

// The sanitizers bring an operator new of their own, so that bytes are not all counted by ours.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnsOperatorNew = false;
#else
constexpr bool kOwnsOperatorNew = true;
#endif

class HeapMeterTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!kOwnsOperatorNew) GTEST_SKIP() << "a sanitizer's operator new is at work";
  }
};

TEST_F(HeapMeterTest, LiveBytesAreThoseNotFreed) {
  std::unique_ptr<char[]> kept;
  const auto measurements = Measure(*MakeHeapMeter(), [&kept] {
    kept = std::make_unique<char[]>(100'000);
    Escape(std::vector<char>(1'000'000));
  });
  const double live = measurements.Get("heap_live_bytes").value();
  EXPECT_GE(live, 100'000);
  EXPECT_LT(live, 110'000);
  const double peak = measurements.Get("heap_peak_bytes").value();
  EXPECT_GE(peak, 1'100'000);
  EXPECT_LT(peak, 1'200'000);
  EXPECT_EQ(measurements.Get("heap_allocations"), 2.0);
}

TEST_F(HeapMeterTest, FreeingWhatWasThereBeforeIsNegative) {
  auto before = std::make_unique<char[]>(50'000);
  const auto measurements = Measure(*MakeHeapMeter(), [&before] { before.reset(); });
  EXPECT_LE(measurements.Get("heap_live_bytes").value(), -50'000);
  EXPECT_EQ(measurements.Get("heap_peak_bytes"), 0.0);
  EXPECT_EQ(measurements.Get("heap_allocations"), 0.0);
}

TEST_F(HeapMeterTest, PeakIsThePhasesOwn) {
  const auto meter = MakeHeapMeter();
  Measure(*meter, [] { Escape(std::vector<char>(1'000'000)); });
  const auto measurements = Measure(*meter, [] { Escape(std::vector<char>(1000)); });
  EXPECT_LT(measurements.Get("heap_peak_bytes").value(), 10'000);
}

TEST_F(HeapMeterTest, OverAlignedAndArrayAllocationsCountAndAreAligned) {
  struct alignas(256) Wide {
    char bytes[256];
  };
  const auto measurements = Measure(*MakeHeapMeter(), [] {
    const auto wide = std::make_unique<Wide>();
    Escape(wide);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(wide.get()) % 256, 0u);
    const auto many = std::make_unique<Wide[]>(10);
    Escape(many);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(many.get()) % 256, 0u);
    const std::unique_ptr<int> number(new (std::nothrow) int(7));
    Escape(number);
  });
  EXPECT_EQ(measurements.Get("heap_allocations"), 3.0);
  EXPECT_EQ(measurements.Get("heap_live_bytes"), 0.0);
  EXPECT_GE(measurements.Get("heap_peak_bytes").value(), 11 * 256);
}

TEST_F(HeapMeterTest, ManyThreadsLoseNoByte) {
  const auto measurements = Measure(*MakeHeapMeter(), [] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([] {
        for (size_t bytes = 1; bytes < 5000; ++bytes) Escape(std::make_unique<char[]>(bytes));
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_EQ(measurements.Get("heap_live_bytes"), 0.0);
  EXPECT_GE(measurements.Get("heap_allocations").value(), 4 * 4999);
}

TEST_F(HeapMeterTest, AThreadThatGoesOnIsCountedWithinTheStatedBounds) {
  std::atomic<bool> has_allocated{false};
  std::atomic<bool> is_read{false};
  const HeapCounters before = ReadHeapCounters();
  std::vector<std::unique_ptr<char[]>> kept(200);
  std::thread thread([&] {
    for (int i = 0; i < 20'000; ++i) kept[static_cast<size_t>(i) % 200].reset(new char[1000]);
    has_allocated = true;
    while (!is_read) std::this_thread::yield();
  });
  while (!has_allocated) std::this_thread::yield();
  const HeapCounters after = ReadHeapCounters();
  is_read = true;
  thread.join();
  EXPECT_GE(after.allocations - before.allocations, 20'000u - 1024u);
  EXPECT_NEAR(static_cast<double>(after.live_bytes - before.live_bytes), 200 * 1008.0, 70'000);
}

TEST_F(HeapMeterTest, OnlyAsMuchAsThereIs) {
  const HeapCounters before = ReadHeapCounters();
  // Through a pointer, or the compiler may leave the allocation out.
  void* (*volatile allocate)(size_t) = [](size_t bytes) { return ::operator new(bytes); };
  EXPECT_THROW(allocate(size_t{1} << 62), std::bad_alloc);
  EXPECT_EQ(ReadHeapCounters().live_bytes, before.live_bytes);
}

TEST(ProcessIoMeterTest, SyscallBytesAreCounted) {
  const TemporaryDirectory directory;
  const auto measurements = Measure(*MakeProcessIoMeter(), [&directory] {
    const std::string path = (directory.path() / "file").string();
    const std::string bytes(300'000, 'x');
    const int file = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    ASSERT_EQ(write(file, bytes.data(), bytes.size()), 300'000);
    close(file);
  });
  EXPECT_GE(measurements.Get("syscall_write_bytes").value(), 300'000);
  EXPECT_LT(measurements.Get("syscall_write_bytes").value(), 310'000);
}

TEST(DeviceIoMeterTest, WhereThereIsNoDeviceNothingIsReported) {
  const auto measurements = Measure(*MakeDeviceIoMeter("/proc"), [] {});
  EXPECT_TRUE(measurements.values().empty());
}

TEST(RssMeterTest, PeakHoldsWhatWasTouched) {
  const auto measurements = Measure(*MakeRssMeter(), [] {
    std::vector<char> touched(32 << 20, 'x');
    EXPECT_EQ(touched[touched.size() / 2], 'x');
  });
  EXPECT_GE(measurements.Get("rss_peak_bytes").value(), 32 << 20);
}

// What others do meanwhile can't be known, but with our own share it is never more than the machine
// has to give. Threads on every CPU leave no idle time in which work counted twice could hide.
TEST(OthersCpuMeterTest, WorkOfOwnThreadsIsNotOthers) {
  const auto cpus = static_cast<size_t>(sysconf(_SC_NPROCESSORS_ONLN));
  constexpr double kBurntSeconds = 0.3;
  const auto start = std::chrono::steady_clock::now();
  const auto measurements = Measure(*MakeOthersCpuMeter(), [&] {
    std::vector<std::thread> threads;
    for (size_t i = 0; i < cpus; ++i) threads.emplace_back(Burn, kBurntSeconds);
    for (std::thread& thread : threads) thread.join();
  });
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  const double others = measurements.Get("others_cpu_seconds").value();
  const auto all = static_cast<double>(cpus);
  const double rounding = 0.1 + 0.05 * all;  // the machine's figures come in ticks
  EXPECT_GE(others, 0);
  EXPECT_LE(others + kBurntSeconds * all, wall.count() * all + rounding);
}

TEST(PhaseMeterTest, ReportsAllMetersAndItsOwnTime) {
  const TemporaryDirectory directory;
  PhaseMeter meter(directory.path());
  meter.Start();
  Burn(0.01);
  meter.Stop();
  Measurements measurements(Phase::kConnectCold);
  meter.Report(measurements);
  EXPECT_EQ(measurements.Get("wall_seconds"), meter.wall_seconds());
  EXPECT_GE(meter.wall_seconds(), 0.01);
  for (const char* const metric : {"cpu_seconds", "heap_live_bytes", "heap_peak_bytes",
                                   "rss_peak_bytes", "syscall_read_bytes", "others_cpu_seconds"}) {
    EXPECT_NE(measurements.Get(metric), std::nullopt) << metric;
  }
}

TEST(PhaseMeterTest, AllocatesNothingWhileItMeasures) {
  const TemporaryDirectory directory;
  PhaseMeter meter(directory.path());
  const uint64_t before = ReadHeapCounters().allocations;
  meter.Start();
  meter.Stop();
  EXPECT_EQ(ReadHeapCounters().allocations, before);
}

TEST(DiskTest, CountsFilesOfAllFolders) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path() / "sub");
  WriteFile(directory.path() / "a", 1);
  WriteFile(directory.path() / "sub" / "b", 10'000);
  const DiskUsage usage = MeasureDisk(directory.path());
  EXPECT_EQ(usage.apparent_bytes, 10'001u);
  EXPECT_EQ(usage.files, 2u);
  EXPECT_EQ(usage.allocated_bytes % 512, 0u);
}

TEST(DiskTest, HolesTakeNoBlocks) {
  const TemporaryDirectory directory;
  WriteFile(directory.path() / "sparse", 1);
  fs::resize_file(directory.path() / "sparse", 100 << 20);
  const DiskUsage usage = MeasureDisk(directory.path());
  EXPECT_EQ(usage.apparent_bytes, uint64_t{100} << 20);
  EXPECT_LT(usage.allocated_bytes, uint64_t{1} << 20);
}

TEST(DiskTest, NoFolderTakesNothing) {
  const TemporaryDirectory directory;
  EXPECT_EQ(MeasureDisk(directory.path() / "none").files, 0u);
}

TEST(PageCacheTest, ColdIsProvenOrSaysWhyNot) {
  const TemporaryDirectory directory;
  WriteFile(directory.path() / "file", 1 << 20);
  WriteFile(directory.path() / "empty", 0);
  const ColdState state = MakeCold(directory.path());
  EXPECT_EQ(state.is_proven, state.reason.empty());
  if (state.is_proven) {
    EXPECT_EQ(state.resident_bytes, 0u);
  }
}

// A page that a mapping holds can't be dropped, and the proof must not claim that it was.
TEST(PageCacheTest, ResidentPagesAreSeen) {
  const fs::path shared_memory = "/dev/shm";
  if (!fs::is_directory(shared_memory)) GTEST_SKIP() << "no tmpfs here";
  const fs::path folder =
      shared_memory / ("datombench-meter-test-" + std::to_string(static_cast<int>(getpid())));
  fs::create_directory(folder);
  WriteFile(folder / "file", 1 << 20);
  const ColdState state = MakeCold(folder);
  fs::remove_all(folder);
  EXPECT_FALSE(state.is_proven);
  EXPECT_GE(state.resident_bytes, 1u << 20);
  EXPECT_THAT(state.reason, testing::HasSubstr("stay in memory"));
}

TEST(PageCacheTest, WarmingBringsBackWhatWasDropped) {
  const TemporaryDirectory directory;
  WriteFile(directory.path() / "file", 3 << 20);
  MakeCold(directory.path());
  const auto measurements =
      Measure(*MakeProcessIoMeter(), [&directory] { MakeWarm(directory.path()); });
  EXPECT_GE(measurements.Get("syscall_read_bytes").value(), 3 << 20);
}

TEST(SyncProbeTest, TakesTimeAndLeavesNothing) {
  const TemporaryDirectory directory;
  EXPECT_GT(ProbeSyncSeconds(directory.path(), 3), 0);
  EXPECT_TRUE(fs::is_empty(directory.path()));
  EXPECT_THROW(ProbeSyncSeconds(directory.path() / "none", 3), StorageError);
}

TEST(ProcFileTest, NumbersAreFoundAtLineStarts) {
  const TemporaryDirectory directory;
  const fs::path path = directory.path() / "file";
  std::ofstream(path) << "xrchar: 1\nrchar: 23\nVmHWM:\t  456 kB\nlast: 7";
  const ProcFile file(path.c_str());
  EXPECT_EQ(file.Number("rchar:"), 23u);
  EXPECT_EQ(file.Number("VmHWM:"), 456u);
  EXPECT_EQ(file.Number("last:"), 7u);
  EXPECT_EQ(file.Number("wchar:"), std::nullopt);
  EXPECT_EQ(ProcFile((directory.path() / "none").c_str()).Number("a"), std::nullopt);
}

}  // namespace
}  // namespace datombench

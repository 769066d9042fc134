#include "backends/metered_backend.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "backends/error.h"
#include "backends/forwarding_backend.h"
#include "backends/memory_backend.h"

namespace datombench {
namespace {

// Reports three syncs for each write, or fails it.
class SyncingBackend : public ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;
  uint64_t Write(const Batch& batch, Durability durability) override {
    if (is_failing) {
      throw StorageError("failed");
    }
    ForwardingBackend::Write(batch, durability);
    return 3;
  }
  bool is_failing = false;
};

class MeteredBackendTest : public testing::Test {
 protected:
  void Write(const Batch& batch) { metered_.Write(batch, Durability::kVolatile); }

  const std::unique_ptr<Backend> memory_ = NewMemoryBackend();
  SyncingBackend syncing_{*memory_};
  MeteredBackend metered_{syncing_};
};

TEST_F(MeteredBackendTest, CountsPutsAndDeletesByClass) {
  Batch batch;
  batch.Put("n1", "12345");
  batch.Put("n2", "");
  batch.Delete("l1");
  batch.Put("r", "123");
  Write(batch);
  const IoCounters counters = metered_.counters();
  EXPECT_EQ(counters.of(ObjectClass::kNode), (ClassIoCounters{.puts = 2, .put_bytes = 9}));
  EXPECT_EQ(counters.of(ObjectClass::kLog), (ClassIoCounters{.deletes = 1}));
  EXPECT_EQ(counters.of(ObjectClass::kRecord), (ClassIoCounters{.puts = 1, .put_bytes = 4}));
  EXPECT_EQ(counters.of(ObjectClass::kSnapshot), ClassIoCounters{});
  EXPECT_EQ(counters.syncs, 3u);
  EXPECT_EQ(counters.io_units, 3u + 3u);
  EXPECT_EQ(counters.Total(), (ClassIoCounters{.puts = 3, .put_bytes = 13, .deletes = 1}));
}

TEST_F(MeteredBackendTest, CountsGetsOfAbsentKeysByTheirKey) {
  Batch batch;
  batch.Put("c1", "1234");
  Write(batch);
  const IoCounters before = metered_.counters();
  metered_.Get("c1");
  metered_.Get("c12");
  const IoCounters difference = metered_.counters() - before;
  EXPECT_EQ(difference.of(ObjectClass::kCheckpoint),
            (ClassIoCounters{.gets = 2, .get_bytes = 6 + 3}));
  EXPECT_EQ(difference.io_units, 2u);
  EXPECT_EQ(difference.syncs, 0u);
}

TEST_F(MeteredBackendTest, ObjectsThatAScanReadsAreGets) {
  Batch batch;
  batch.Put("n1", "1");
  batch.Put("n2", "12");
  batch.Put("r1", "123");
  Write(batch);
  const IoCounters before = metered_.counters();
  metered_.Scan("n", [](std::string_view, std::string_view) {});
  const IoCounters difference = metered_.counters() - before;
  EXPECT_EQ(difference.of(ObjectClass::kNode),
            (ClassIoCounters{.gets = 2, .get_bytes = 7, .scans = 1}));
  EXPECT_EQ(difference.of(ObjectClass::kRecord), ClassIoCounters{});
  EXPECT_EQ(difference.io_units, 2u);
}

TEST_F(MeteredBackendTest, AScanOfEverythingIsAScanOfEveryClass) {
  metered_.Scan("", [](std::string_view, std::string_view) {});
  for (const ClassIoCounters& counters : metered_.counters().by_class) {
    EXPECT_EQ(counters, (ClassIoCounters{.scans = 1}));
  }
}

TEST_F(MeteredBackendTest, AScanOfKeysReadsNoObject) {
  Batch batch;
  batch.Put("l1", "1");
  Write(batch);
  const IoCounters before = metered_.counters();
  metered_.ScanKeys("l", [](std::string_view) {});
  const IoCounters difference = metered_.counters() - before;
  EXPECT_EQ(difference.of(ObjectClass::kLog), (ClassIoCounters{.scans = 1}));
  EXPECT_EQ(difference.io_units, 0u);
}

TEST_F(MeteredBackendTest, IoUnitsAreRoundedUpForEachObject) {
  const auto units_of = [&](size_t bytes) {
    const IoCounters before = metered_.counters();
    Batch batch;
    batch.Put("n1", std::string(bytes - 2, 'x'));
    Write(batch);
    return (metered_.counters() - before).io_units - 3;
  };
  EXPECT_EQ(units_of(2), 1u);
  EXPECT_EQ(units_of(kIoUnitBytes), 1u);
  EXPECT_EQ(units_of(kIoUnitBytes + 1), 2u);
  EXPECT_EQ(units_of(3 * kIoUnitBytes), 3u);
}

TEST_F(MeteredBackendTest, AFailedWriteIsNotCounted) {
  syncing_.is_failing = true;
  Batch batch;
  batch.Put("n1", "1");
  EXPECT_THROW(Write(batch), StorageError);
  EXPECT_EQ(metered_.counters(), IoCounters{});
}

TEST_F(MeteredBackendTest, ConcurrentGetsAreAllCounted) {
  constexpr int kThreads = 4;
  constexpr uint64_t kGets = 2000;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (uint64_t get = 0; get < kGets; ++get) {
        metered_.Get("n1");
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(metered_.counters().Total().gets, kThreads * kGets);
}

}  // namespace
}  // namespace datombench

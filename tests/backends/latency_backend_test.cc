#include "backends/latency_backend.h"

#include <gtest/gtest.h>

#include <string>

#include "backends/forwarding_backend.h"
#include "backends/memory_backend.h"

namespace datombench {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

class SyncingBackend : public ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;
  uint64_t Write(const Batch& batch, Durability durability) override {
    ForwardingBackend::Write(batch, durability);
    return 2;
  }
};

class LatencyBackendTest : public testing::Test {
 protected:
  void SetUp() override {
    Batch batch;
    batch.Put("n1", std::string(998, 'x'));
    batch.Put("n2", std::string(1998, 'x'));
    memory_->Write(batch, Durability::kVolatile);
  }

  nanoseconds slept_{0};
  int sleeps_ = 0;
  const std::unique_ptr<Backend> memory_ = NewMemoryBackend();
  SyncingBackend syncing_{*memory_};
  LatencyBackend slow_{syncing_,
                       {.get_delay = 10ms,
                        .put_delay = 20ms,
                        .sync_delay = 300ms,
                        .bandwidth_bytes_per_second = 1'000'000},
                       [this](nanoseconds duration) {
                         slept_ += duration;
                         ++sleeps_;
                       }};
};

TEST_F(LatencyBackendTest, AGetWaitsForTheRequestAndTheBytes) {
  slow_.Get("n1");
  EXPECT_EQ(slept_, 10ms + 1ms);
}

TEST_F(LatencyBackendTest, AGetOfAnAbsentKeyWaitsForTheRequest) {
  slow_.Get("n3");
  EXPECT_EQ(slept_, 10ms + 2us);
}

TEST_F(LatencyBackendTest, AWriteWaitsOnceForItsRequestsSyncsAndBytes) {
  Batch batch;
  batch.Put("n4", std::string(4998, 'x'));
  batch.Delete("n1");
  batch.Put("r", std::string(97, 'x'));
  EXPECT_EQ(slow_.Write(batch, Durability::kVolatile), 2u);
  EXPECT_EQ(slept_, 3 * 20ms + 2 * 300ms + 5100us);
  EXPECT_EQ(sleeps_, 1);
}

TEST_F(LatencyBackendTest, AScanWaitsForEachObjectBeforeItIsVisited) {
  nanoseconds slept_at_first_visit{0};
  slow_.Scan("n", [&](std::string_view key, std::string_view) {
    if (key == "n1") {
      slept_at_first_visit = slept_;
    }
  });
  EXPECT_EQ(slept_at_first_visit, 11ms);
  EXPECT_EQ(slept_, 11ms + 12ms);
}

TEST_F(LatencyBackendTest, AScanOfKeysIsOneRequest) {
  slow_.ScanKeys("n", [](std::string_view) {});
  EXPECT_EQ(slept_, 10ms + 4us);
}

TEST(LatencyModelTest, TransferTimeIsRoundedUp) {
  EXPECT_EQ(LatencyModel{.bandwidth_bytes_per_second = 3}.TransferTime(1), 333'333'334ns);
  EXPECT_EQ(LatencyModel{.bandwidth_bytes_per_second = 1'000'000'000}.TransferTime(7), 7ns);
}

TEST(LatencyModelTest, NoBandwidthIsNoLimit) {
  EXPECT_EQ(LatencyModel{}.TransferTime(uint64_t{1} << 60), 0ns);
}

TEST(LatencyModelTest, TransferTimeOfHugeTransfersDoesNotOverflow) {
  const LatencyModel model{.bandwidth_bytes_per_second = kMaxBandwidthBytesPerSecond - 1};
  EXPECT_EQ(model.TransferTime(1000 * (kMaxBandwidthBytesPerSecond - 1)), 1000s);
  EXPECT_EQ(model.TransferTime(kMaxBandwidthBytesPerSecond - 2), 1s);
}

TEST(SleepPreciselyTest, NeverReturnsEarly) {
  for (const nanoseconds duration : {nanoseconds(0), nanoseconds(30us), nanoseconds(2ms)}) {
    const auto start = std::chrono::steady_clock::now();
    SleepPrecisely(duration);
    EXPECT_GE(std::chrono::steady_clock::now() - start, duration);
  }
}

}  // namespace
}  // namespace datombench

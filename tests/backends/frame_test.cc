#include "backends/frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "backends/backend.h"
#include "backends/error.h"
#include "backends/framed_backend.h"
#include "backends/memory_backend.h"

namespace datombench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace std::string_literals;

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[static_cast<unsigned char>(byte) >> 4];
    hex += kDigits[static_cast<unsigned char>(byte) & 0xf];
  }
  return hex;
}

// The message of the error that Unframe throws, or "" if it throws none.
std::string ErrorOf(std::string_view key, std::string_view framed) {
  try {
    Unframe(key, framed);
  } catch (const StorageError& error) {
    return error.what();
  }
  return "";
}

TEST(FrameTest, GoldenBytes) {
  // magic "datom", version 1, class 'n', length 5, CRC-32 of key, header and payload.
  EXPECT_EQ(Hex(Frame("n\x01\x02", "hello")), "6461746f6d01006e0500000000000000dcb9117268656c6c6f");
  EXPECT_EQ(Hex(Frame("r", "")), "6461746f6d0100720000000000000000429ab41c");
}

TEST(FrameTest, GivesThePayloadBack) {
  for (const std::string& payload : {""s, "x"s, std::string(100'000, '\0'), Frame("n", "nested")}) {
    EXPECT_EQ(Unframe("l\x07", Frame("l\x07", payload)), payload);
  }
}

TEST(FrameTest, EveryFlippedBitIsNoticed) {
  const std::string key = "n\x00\x00\x07"s;
  const std::string framed = Frame(key, "a small object");
  for (size_t bit = 0; bit < framed.size() * 8; ++bit) {
    std::string damaged = framed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_THROW(Unframe(key, damaged), CorruptionError) << "bit " << bit;
  }
}

TEST(FrameTest, EveryTruncationIsNoticed) {
  const std::string framed = Frame("c\x01", "a small object");
  for (size_t size = 0; size < framed.size(); ++size) {
    EXPECT_THROW(Unframe("c\x01", std::string_view(framed).substr(0, size)), CorruptionError)
        << size << " bytes";
  }
}

TEST(FrameTest, ATailIsNoticed) {
  EXPECT_THROW(Unframe("c\x01", Frame("c\x01", "value") + '\0'), CorruptionError);
}

TEST(FrameTest, AnObjectUnderAnotherKeyIsNoticed) {
  const std::string framed = Frame("n\x01", "value");
  EXPECT_THROW(Unframe("n\x02", framed), CorruptionError);
  EXPECT_THROW(Unframe("n", framed), CorruptionError);
  EXPECT_THROW(Unframe("n\x01\x00"s, framed), CorruptionError);
}

TEST(FrameTest, AnObjectOfAnotherClassIsNamed) {
  EXPECT_THAT(ErrorOf("n\x01", Frame("l\x01", "value")),
              AllOf(HasSubstr("node n-01"), HasSubstr("holds a log, expected a node")));
}

TEST(FrameTest, AKeyOfNoClassIsNamed) {
  EXPECT_THAT(ErrorOf("x\x01", Frame("n\x01", "value")), HasSubstr("object ?-7801"));
}

TEST(FrameTest, AnotherVersionIsNotDamage) {
  std::string framed = Frame("r", "value");
  framed[5] = 7;
  framed[16] = static_cast<char>(framed[16] + 1);  // the checksum of a header that says 7
  try {
    Unframe("r", framed);
    FAIL() << "no error";
  } catch (const CorruptionError& error) {
    FAIL() << error.what();
  } catch (const StorageError& error) {
    EXPECT_STREQ(error.what(), "record r-: store version 7, this program reads version 1");
  }
}

TEST(FrameTest, MessagesNameThePlace) {
  const std::string framed = Frame("n\x01", "value");
  EXPECT_THAT(ErrorOf("n\x01", framed.substr(0, 12)),
              HasSubstr("ends at byte 12, within its header of 20 bytes"));
  EXPECT_THAT(ErrorOf("n\x01", framed.substr(0, 23)),
              HasSubstr("bytes 8-15: the header announces 5 bytes, 3 follow"));
  std::string damaged = framed;
  damaged.back() ^= 1;
  EXPECT_THAT(ErrorOf("n\x01", damaged), HasSubstr("bytes 16-19: the checksum is"));
  damaged = framed;
  damaged[5] ^= 2;
  EXPECT_THAT(ErrorOf("n\x01", damaged), HasSubstr("bytes 5-6: the version, 3, is damaged"));
}

class FramedBackendTest : public testing::Test {
 protected:
  void Put(Backend& backend, const std::string& key, const std::string& value) {
    Batch batch;
    batch.Put(key, value);
    backend.Write(batch, Durability::kVolatile);
  }

  const std::unique_ptr<Backend> memory_ = NewMemoryBackend();
  FramedBackend framed_{*memory_};
};

TEST_F(FramedBackendTest, StoresFramesAndReturnsPayloads) {
  Put(framed_, "n\x01", "value");
  EXPECT_EQ(memory_->Get("n\x01"), Frame("n\x01", "value"));
  EXPECT_EQ(framed_.Get("n\x01"), "value");
  EXPECT_EQ(framed_.Get("n\x02"), std::nullopt);
}

TEST_F(FramedBackendTest, PassesDeletesOn) {
  Put(framed_, "n\x01", "value");
  Batch batch;
  batch.Delete("n\x01");
  framed_.Write(batch, Durability::kVolatile);
  EXPECT_EQ(memory_->Get("n\x01"), std::nullopt);
}

TEST_F(FramedBackendTest, ScanGivesPayloads) {
  Put(framed_, "n\x01", "one");
  Put(framed_, "n\x02", "two");
  std::string seen;
  framed_.Scan("n", [&](std::string_view, std::string_view value) { seen += value; });
  EXPECT_EQ(seen, "onetwo");
}

TEST_F(FramedBackendTest, SwappedObjectsAreNoticedByGetAndScan) {
  Put(*memory_, "n\x01", Frame("n\x02", "two"));
  EXPECT_THROW(framed_.Get("n\x01"), CorruptionError);
  EXPECT_THROW(framed_.Scan("n", [](std::string_view, std::string_view) {}), CorruptionError);
}

}  // namespace
}  // namespace datombench

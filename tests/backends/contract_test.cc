// What every backend promises, over all that are registered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "backends/backend.h"
#include "backends/error.h"
#include "backends/registry.h"
#include "tests/support/print_backend_kind.h"
#include "tests/support/recording_file_system.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using namespace std::string_literals;

using Objects = std::map<std::string, std::string>;

class BackendContractTest : public testing::TestWithParam<BackendKind> {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    backend_.reset();  // the former holds the lock
    backend_ = GetParam().open(Directory(), RealFileSystem());
  }

  std::filesystem::path Directory() const { return directory_ / "a/store"; }

  uint64_t Put(const std::string& key, const std::string& value) {
    Batch batch;
    batch.Put(key, value);
    return backend_->Write(batch, Strongest());
  }

  Durability Strongest() const { return GetParam().strongest_durability; }

  std::vector<std::pair<std::string, std::string>> Scan(std::string_view prefix) {
    std::vector<std::pair<std::string, std::string>> objects;
    backend_->Scan(prefix, [&](std::string_view key, std::string_view value) {
      objects.emplace_back(key, value);
    });
    return objects;
  }

  std::vector<std::string> ScanKeys(std::string_view prefix) {
    std::vector<std::string> keys;
    backend_->ScanKeys(prefix, [&](std::string_view key) { keys.emplace_back(key); });
    return keys;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Backend> backend_;
};

INSTANTIATE_TEST_SUITE_P(AllBackends, BackendContractTest, testing::ValuesIn(AllBackends()),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

TEST_P(BackendContractTest, ANewStoreIsEmpty) {
  EXPECT_EQ(backend_->Get("r"), std::nullopt);
  EXPECT_THAT(Scan(""), IsEmpty());
}

TEST_P(BackendContractTest, GetReturnsWhatWasPutLast) {
  Put("n1", "one");
  EXPECT_EQ(backend_->Get("n1"), "one");
  Put("n1", "another");
  EXPECT_EQ(backend_->Get("n1"), "another");
}

TEST_P(BackendContractTest, ADeletedKeyIsAbsent) {
  Put("n1", "one");
  Batch batch;
  batch.Delete("n1");
  batch.Delete("n2");
  backend_->Write(batch, Strongest());
  EXPECT_EQ(backend_->Get("n1"), std::nullopt);
  EXPECT_THAT(ScanKeys("n"), IsEmpty());
}

TEST_P(BackendContractTest, AnEmptyValueIsNotAnAbsentOne) {
  Put("n1", "");
  EXPECT_EQ(backend_->Get("n1"), "");
  EXPECT_THAT(Scan("n"), ElementsAre(Pair("n1", "")));
}

TEST_P(BackendContractTest, KeysAndValuesMayHoldAnyByte) {
  std::string all(256, '\0');
  for (size_t i = 0; i < all.size(); ++i) {
    all[i] = static_cast<char>(i);
  }
  const std::string key = "s" + all.substr(0, kMaxKeyBytes - 1);
  const std::string high = "s" + all.substr(256 - kMaxKeyBytes + 1);
  Put(key, all);
  Put(high, "high");
  Open();
  if (GetParam().is_persistent) {
    EXPECT_EQ(backend_->Get(key), all);
    EXPECT_EQ(ScanKeys("s"), (std::vector{key, high}));
  }
}

TEST_P(BackendContractTest, LargeValuesComeBackWhole) {
  std::string large(9 * 1024 * 1024 + 1, '\0');
  std::mt19937_64 random(1);
  for (char& byte : large) {
    byte = static_cast<char>(random());
  }
  Put("s1", large);
  EXPECT_TRUE(backend_->Get("s1") == large);
}

TEST_P(BackendContractTest, ScansAscendBytewiseUnsigned) {
  const std::vector<std::string> ascending = {"n",     "n\x00"s, "n\x00\x00"s, "n\x01",
                                              "n\x7f", "n\x80",  "n\xff"};
  for (const size_t i : {3, 0, 6, 2, 5, 1, 4}) {
    Put(ascending[i], std::to_string(i));
  }
  EXPECT_EQ(ScanKeys("n"), ascending);
  EXPECT_EQ(ScanKeys(""), ascending);
}

TEST_P(BackendContractTest, AScanHoldsToItsPrefix) {
  for (const std::string key : {"l\x01", "n", "n\x01", "n\x01\x02", "n\x02", "n\xff\xff", "r"}) {
    Put(key, "of " + key);
  }
  EXPECT_THAT(ScanKeys("n\x01"), ElementsAre("n\x01", "n\x01\x02"));
  EXPECT_THAT(ScanKeys("n\xff"), ElementsAre("n\xff\xff"));
  EXPECT_THAT(Scan("r"), ElementsAre(Pair("r", "of r")));
  EXPECT_THAT(Scan("s"), IsEmpty());
}

TEST_P(BackendContractTest, AVisitorMayRead) {
  Put("n1", "one");
  Put("n2", "two");
  std::string seen;
  backend_->Scan("n", [&](std::string_view key, std::string_view) { seen += *backend_->Get(key); });
  EXPECT_EQ(seen, "onetwo");
}

TEST_P(BackendContractTest, AVisitorsExceptionEndsTheScan) {
  Put("n1", "one");
  Put("n2", "two");
  int visits = 0;
  EXPECT_THROW(backend_->Scan("n",
                              [&](std::string_view, std::string_view) {
                                ++visits;
                                throw std::runtime_error("enough");
                              }),
               std::runtime_error);
  EXPECT_EQ(visits, 1);
  EXPECT_EQ(backend_->Get("n2"), "two");
}

TEST_P(BackendContractTest, ABatchTakesEffectInItsOrder) {
  Batch batch;
  batch.Put("n1", "first");
  batch.Put("n1", "second");
  batch.Put("n2", "gone");
  batch.Delete("n2");
  batch.Delete("n3");
  batch.Put("n3", "stays");
  backend_->Write(batch, Strongest());
  EXPECT_THAT(Scan("n"), ElementsAre(Pair("n1", "second"), Pair("n3", "stays")));
}

TEST_P(BackendContractTest, AnEmptyBatchChangesNothing) {
  Put("n1", "one");
  backend_->Write({}, Strongest());
  EXPECT_THAT(Scan(""), ElementsAre(Pair("n1", "one")));
}

TEST_P(BackendContractTest, EveryDurabilityUpToTheStrongestIsWritten) {
  EXPECT_EQ(backend_->strongest_durability(), Strongest());
  for (const Durability durability :
       {Durability::kVolatile, Durability::kProcess, Durability::kPower}) {
    if (durability <= Strongest()) {
      Batch batch;
      batch.Put("r", std::string(DurabilityName(durability)));
      const uint64_t syncs = backend_->Write(batch, durability);
      EXPECT_EQ(syncs > 0, durability == Durability::kPower);
      EXPECT_EQ(backend_->Get("r"), DurabilityName(durability));
    }
  }
}

TEST_P(BackendContractTest, QuiesceKeepsEverything) {
  Put("n1", "one");
  Put("n2", "two");
  Put("n1", "three");
  backend_->Quiesce();
  EXPECT_THAT(Scan(""), ElementsAre(Pair("n1", "three"), Pair("n2", "two")));
  Put("n3", "later");
  EXPECT_EQ(backend_->Get("n3"), "later");
}

TEST_P(BackendContractTest, AReopenedStoreHoldsWhatWasWritten) {
  Put("n1", "one");
  Put("r", "record");
  Open();
  if (GetParam().is_persistent) {
    EXPECT_THAT(Scan(""), ElementsAre(Pair("n1", "one"), Pair("r", "record")));
  } else {
    EXPECT_THAT(Scan(""), IsEmpty());
  }
}

TEST_P(BackendContractTest, AStoreOpenedTwiceIsRefusedWithTheHoldersPid) {
  if (!GetParam().is_persistent) {
    GTEST_SKIP() << "each Backend object is a store of its own";
  }
  Put("n1", "one");
  try {
    GetParam().open(Directory(), RealFileSystem());
    FAIL() << "opened twice";
  } catch (const StorageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("held by process " + std::to_string(getpid())));
    EXPECT_THAT(error.what(), HasSubstr(Directory().string()));
  }
  Put("n2", "the holder is not disturbed");
  Open();
  EXPECT_THAT(ScanKeys(""), ElementsAre("n1", "n2"));
}

TEST_P(BackendContractTest, AnUnusableDirectoryIsAnError) {
  if (!GetParam().is_persistent) {
    GTEST_SKIP() << "needs no directory";
  }
  RealFileSystem().NewWritableFile(directory_ / "file")->Append("not a directory");
  EXPECT_THROW(GetParam().open(directory_ / "file", RealFileSystem()), StorageError);
}

TEST_P(BackendContractTest, TheStoresDirectoryIsSyncedInEachParent) {
  if (!GetParam().is_persistent) {
    GTEST_SKIP() << "needs no directory";
  }
  RecordingFileSystem recording;
  GetParam().open(directory_ / "x/y", recording);
  std::vector<std::string> created;
  for (const FileOperation& operation : recording.operations()) {
    if (operation.kind == FileOperation::Kind::kCreateDirectory && created.size() < 4) {
      created.push_back(operation.path.filename());
    } else if (operation.kind == FileOperation::Kind::kSyncDirectory && created.size() < 4) {
      created.push_back("synced " + operation.path.filename().string());
    }
  }
  EXPECT_THAT(created,
              ElementsAre("x", "synced " + directory_.path().filename().string(), "y", "synced x"));
}

TEST_P(BackendContractTest, ReadersRunBesideAWriter) {
  constexpr int kWrites = 200;
  Put("n1", "0");
  std::thread reader([&] {
    for (int last = 0; last < kWrites;) {
      const int value = std::stoi(backend_->Get("n1").value());
      EXPECT_GE(value, last);
      last = value;
      int objects = 0;
      backend_->Scan("n", [&](std::string_view, std::string_view) { ++objects; });
      EXPECT_EQ(objects, 1);
    }
  });
  for (int i = 1; i <= kWrites; ++i) {
    Batch batch;
    batch.Put("n1", std::to_string(i));
    backend_->Write(batch, Durability::kVolatile);
  }
  reader.join();
}

TEST_P(BackendContractTest, BehavesAsASortedMapThroughReopening) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto random_key = [&] {
    const auto object_class = kObjectClasses[random() % kObjectClasses.size()];
    return std::string{static_cast<char>(object_class), static_cast<char>(random() % 8)};
  };
  Objects model;
  for (int step = 0; step < 150; ++step) {
    Batch batch;
    for (size_t i = random() % 6; i > 0; --i) {
      const std::string key = random_key();
      if (random() % 4 == 0) {
        batch.Delete(key);
        model.erase(key);
      } else {
        const std::string value(random() % 3000, static_cast<char>(random()));
        batch.Put(key, value);
        model[key] = value;
      }
    }
    const auto durability = static_cast<Durability>(random() % 3);
    backend_->Write(batch, std::min(durability, Strongest()));
    if (random() % 20 == 0) {
      backend_->Quiesce();
    }
    if (GetParam().is_persistent && random() % 10 == 0) {
      Open();
    }
    const auto scanned = Scan("");
    ASSERT_EQ(Objects(scanned.begin(), scanned.end()), model);
    const std::string key = random_key();
    const auto expected = model.find(key);
    ASSERT_EQ(backend_->Get(key),
              expected == model.end() ? std::nullopt : std::optional(expected->second));
  }
}

}  // namespace
}  // namespace datombench

#include "harness/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "backends/error.h"
#include "backends/file_system.h"
#include "backends/framed_backend.h"
#include "harness/description.h"
#include "harness/phases.h"
#include "strategies/codec/codec.h"
#include "tests/harness/harness_fixture.h"
#include "tests/support/temporary_directory.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class VerifyTest : public testing::Test {
 protected:
  void Write(const std::string& cell) {
    PhaseJob job;
    job.cell = ParseCell(cell);
    job.store = store_;
    job.rows = folder_ / "rows.json";
    WriteJob(folder_ / "job.json", job);
    ASSERT_EQ(RunPhaseJob(folder_ / "job.json"), ExitStatus::kFine);
  }

  ExitStatus Verify() {
    std::ostringstream out;
    const ExitStatus status = VerifyStore(store_, out);
    text_ = out.str();
    return status;
  }

  std::string Complaint() {
    try {
      Verify();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  // The store's objects, in order.
  std::vector<fs::path> Objects() const {
    std::vector<fs::path> objects;
    for (const auto& entry : fs::directory_iterator(DataFolder(store_))) {
      if (entry.path().filename() != "LOCK") objects.push_back(entry.path());
    }
    std::sort(objects.begin(), objects.end());
    return objects;
  }

  TemporaryDirectory folder_;
  const fs::path store_ = folder_ / "store";
  std::string text_;
};

constexpr char kOnFile[] =
    "dirty_node_tree/sorted_set/file/people/entities:200/tier:process/flush:100";

TEST_F(VerifyTest, PrintsTheSixSequencesOfAWholeStore) {
  for (const char* const cell :
       {kOnFile, "dirty_node_tree/hitchhiker_tree/leveldb/people/entities:200/flush:10",
        "op_log_replay/flat_index/leveldb/people/entities:200/flush:100/history:off",
        "record_snapshot/sorted_set/leveldb/people/entities:200/flush:100/codec:boost"}) {
    fs::remove_all(store_);
    Write(cell);
    EXPECT_EQ(Verify(), ExitStatus::kFine) << text_;
    const StoreDescription description = ReadDescription(store_);
    for (const auto& sequence : description.contents->fingerprint.sequences) {
      if (!sequence) continue;
      EXPECT_THAT(text_, HasSubstr(sequence->sha256));
    }
    EXPECT_THAT(text_, HasSubstr(" 0 damaged"));
    EXPECT_THAT(text_, HasSubstr("the same as the writer left"));
  }
}

TEST_F(VerifyTest, NamesEachDamagedObjectWhereverItIsDamaged) {
  Write(kOnFile);
  for (const fs::path& object : Objects()) {
    const std::string whole = TextOf(object);
    for (const size_t place : {size_t{0}, whole.size() / 2, whole.size() - 1}) {
      std::string damaged = whole;
      damaged[place] ^= 0x10;
      WriteText(object, damaged);
      EXPECT_EQ(Verify(), ExitStatus::kFailed) << object << " at " << place;
      EXPECT_THAT(text_, HasSubstr(object.filename().string())) << place;
      EXPECT_THAT(text_, HasSubstr(" 1 damaged"));
    }
    WriteText(object, whole.substr(0, whole.size() / 2));
    EXPECT_EQ(Verify(), ExitStatus::kFailed) << object << " cut";
    WriteText(object, whole);
  }
  EXPECT_EQ(Verify(), ExitStatus::kFine);
}

TEST_F(VerifyTest, GoesOnAfterTheFirstDamagedObject) {
  Write(kOnFile);
  const auto objects = Objects();
  WriteText(objects.front(), "x");
  WriteText(objects.back(), "x");
  EXPECT_EQ(Verify(), ExitStatus::kFailed);
  EXPECT_THAT(text_, HasSubstr(objects.front().filename().string()));
  EXPECT_THAT(text_, HasSubstr(objects.back().filename().string()));
  EXPECT_THAT(text_, HasSubstr(" 2 damaged"));
}

TEST_F(VerifyTest, TellsAnotherDatabaseFromTheWriters) {
  Write(kOnFile);
  StoreDescription description = ReadDescription(store_);
  description.contents->fingerprint.max_tx += 1;
  WriteDescription(store_, description);
  EXPECT_EQ(Verify(), ExitStatus::kFailed);
  EXPECT_THAT(text_, HasSubstr("WRONG: max_tx is"));
}

TEST_F(VerifyTest, NoticesWhatIsMissingInARootThatTheRecordKeeps) {
  Write("dirty_node_tree/hitchhiker_tree/file/people/entities:200/tier:process/flush:100");
  bool is_changed = false;
  {
    const auto base = FindBackend("file")->open(DataFolder(store_), RealFileSystem());
    FramedBackend framed(*base);
    const Codec& codec = *FindCodec("packed");
    RecordContents record = codec.DecodeRecord(*framed.Get("r"));
    for (std::string& bytes : record.root_nodes) {
      NodeContents node = codec.DecodeNode(bytes);
      if (node.buffer.empty() || is_changed) continue;
      node.buffer.pop_back();
      bytes = codec.EncodeNode(node.View());
      is_changed = true;
    }
    Batch batch;
    batch.Put("r", codec.EncodeRecord(record));
    framed.Write(batch, Durability::kProcess);
  }
  ASSERT_TRUE(is_changed);
  EXPECT_EQ(Verify(), ExitStatus::kFailed);
  EXPECT_THAT(text_, HasSubstr("WRONG"));
}

TEST_F(VerifyTest, RefusesWhatIsNoStoreOfThisVersionInOneLine) {
  EXPECT_THAT(Complaint(), HasSubstr("is no folder"));
  fs::create_directories(store_);
  EXPECT_THAT(Complaint(), HasSubstr("is no store"));
  WriteText(DescriptionFile(store_), "{");
  EXPECT_THAT(Complaint(), HasSubstr("is no store description"));
  WriteText(DescriptionFile(store_), "[]");
  EXPECT_THAT(Complaint(), HasSubstr("has no \"datombench_store\""));
  WriteText(DescriptionFile(store_), R"({"datombench_store": 7})");
  EXPECT_THAT(Complaint(), HasSubstr("version 7; this program reads version 1"));
  WriteText(DescriptionFile(store_), R"({"datombench_store": 1})");
  EXPECT_THAT(Complaint(), HasSubstr("is malformed"));
  WriteText(DescriptionFile(store_), R"({"datombench_store": 1, "cell": "a/b/c/d"})");
  EXPECT_THAT(Complaint(), HasSubstr("unknown strategy"));
  WriteDescription(store_, {ParseCell(kOnFile), std::nullopt});
  EXPECT_THAT(Complaint(), HasSubstr("no data"));
  EXPECT_THAT(Complaint(), Not(HasSubstr("\n")));
}

TEST_F(VerifyTest, RefusesAStoreThatIsOpen) {
  Write(kOnFile);
  const auto open = FindBackend("file")->open(DataFolder(store_), RealFileSystem());
  EXPECT_THAT(Complaint(), HasSubstr(std::to_string(getpid())));
}

}  // namespace
}  // namespace datombench

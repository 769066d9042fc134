#include "workloads/git_history.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "tests/workloads/fixture.h"
#include "workloads/git_log.h"
#include "workloads/git_process.h"

namespace datombench::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A history as `git fast-import` takes it: dates, authors and contents are all given, so that ids
// are the same on every machine.
class History {
 public:
  History& Commit(const std::string& branch, int64_t authored, int64_t committed,
                  const std::string& author, const std::string& message, const std::string& rest) {
    fmt::format_to(std::back_inserter(stream_),
                   "commit refs/heads/{}\nmark :{}\nauthor {} {} +0200\n"
                   "committer C <c@x> {} -0700\ndata {}\n{}\n{}",
                   branch, ++marks_, author, authored, committed, message.size(), message, rest);
    return *this;
  }
  static std::string File(const std::string& mode, const std::string& path,
                          const std::string& content) {
    return fmt::format("M {} inline {}\ndata {}\n{}\n", mode, path, content.size(), content);
  }
  const std::string& stream() const { return stream_; }

 private:
  std::string stream_;
  int marks_ = 0;
};

class GitHistoryTest : public WorkloadTest {
 protected:
  void SetUp() override {
    try {
      int status = 0;
      GitOutput(folder(), {"--version"}, &status);
    } catch (const WorkloadError& error) {
      GTEST_SKIP() << "needs the git program: " << error.what();
    }
  }

  std::filesystem::path Repository() const { return folder() / "a repository's \"folder\""; }

  void Git(const std::filesystem::path& in, const std::vector<std::string>& arguments,
           std::string_view input = {}) {
    GitProcess git(in, arguments);
    git.Write(input);
    git.RequireSuccess();
  }

  void Make(const History& history) {
    std::filesystem::create_directory(Repository());
    Git(Repository(), {"init", "--quiet", "--initial-branch=main", "."});
    if (!history.stream().empty()) {
      Git(Repository(), {"fast-import", "--quiet"}, history.stream());
    }
  }

  GitImport Import(const std::string& out = "out") {
    GitImportOptions options;
    options.repository = Repository();
    options.out = folder() / out;
    options.name = "t";
    return ImportGitHistory(options);
  }

  std::string ErrorOfImport() {
    return WorkloadErrorOf([&] { Import(); });
  }
};

// Each commit's lines, without the transaction's id and instant line.
std::vector<std::string> Lines(const std::filesystem::path& log) {
  std::vector<std::string> transactions;
  std::istringstream text(ReadDecompressed(log));
  for (std::string line; std::getline(text, line);) {
    if (line[0] == '#') continue;
    if (line.find(":db/txInstant") != std::string::npos) {
      transactions.emplace_back("@ " + line.substr(line.rfind('\t') + 1) + "\n");
    } else {
      transactions.back() += line.substr(10) + "\n";
    }
  }
  return transactions;
}

constexpr const char* kAda = "Ada <ada@x>";

TEST_F(GitHistoryTest, ImportsExactLines) {
  Make(History()
           .Commit("main", 1000, 2000, kAda, "\nfirst\n\nline\n",
                   History::File("100644", "b.txt", "one") + History::File("100755", "a/run", ""))
           .Commit("main", 1500, 1900, "Bob <bob@x>", "second",
                   History::File("100644", "b.txt", "three"))
           // Another name at the same address is the same author.
           .Commit("main", 3000, 3000, "A. Lovelace <ada@x>", "", "D b.txt\n")
           .Commit("main", 4000, 4000, kAda, "back",
                   History::File("100644", "b.txt", "two") +
                       "M 160000 0123456789012345678901234567890123456789 sub\n"));
  const GitImport imported = Import();
  const std::vector<std::string> transactions = Lines(imported.paths.log);
  ASSERT_EQ(transactions.size(), 4u);
  EXPECT_EQ(transactions[0],
            "@ 2000000\n"
            "+\t1\t:author/id\tp00001\n"
            "+\t2\t:commit/author\t1\n"
            "+\t2\t:commit/authored-at\t1000000\n"
            "+\t2\t:commit/message-length\t11\n"
            "+\t2\t:commit/parent-count\t0\n"
            "+\t2\t:commit/sha\t95e046afc2bdedb6bc94341a7d02d92d10f09372\n"
            "+\t3\t:file/blob\te69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n"
            "+\t3\t:file/last-commit\t2\n"
            "+\t3\t:file/mode\t100755\n"
            "+\t3\t:file/path\ta/run\n"
            "+\t3\t:file/size\t0\n"
            "+\t4\t:file/blob\t43dd47ea691c90a5fa7827892c70241913351963\n"
            "+\t4\t:file/last-commit\t2\n"
            "+\t4\t:file/mode\t100644\n"
            "+\t4\t:file/path\tb.txt\n"
            "+\t4\t:file/size\t3\n");
  // The committer's clock fell; the log's doesn't. The mode stays, so it has no line.
  EXPECT_EQ(transactions[1],
            "@ 2000000\n"
            "-\t4\t:file/blob\t43dd47ea691c90a5fa7827892c70241913351963\n"
            "+\t4\t:file/blob\t1d19714ffbc272ba0da6eb419d66123c20527174\n"
            "-\t4\t:file/last-commit\t2\n"
            "+\t4\t:file/last-commit\t6\n"
            "-\t4\t:file/size\t3\n"
            "+\t4\t:file/size\t5\n"
            "+\t5\t:author/id\tp00002\n"
            "+\t6\t:commit/author\t5\n"
            "+\t6\t:commit/authored-at\t1500000\n"
            "+\t6\t:commit/message-length\t6\n"
            "+\t6\t:commit/parent\t2\n"
            "+\t6\t:commit/parent-count\t1\n"
            "+\t6\t:commit/sha\t7eae1a3c06b4587d43c0b447a30aac9239f6f583\n");
  EXPECT_EQ(transactions[2],
            "@ 3000000\n"
            "-\t4\t:file/blob\t1d19714ffbc272ba0da6eb419d66123c20527174\n"
            "-\t4\t:file/last-commit\t6\n"
            "-\t4\t:file/mode\t100644\n"
            "-\t4\t:file/path\tb.txt\n"
            "-\t4\t:file/size\t5\n"
            "+\t7\t:commit/author\t1\n"
            "+\t7\t:commit/authored-at\t3000000\n"
            "+\t7\t:commit/message-length\t0\n"
            "+\t7\t:commit/parent\t6\n"
            "+\t7\t:commit/parent-count\t1\n"
            "+\t7\t:commit/sha\t354dd943cc4ac0606071cd24ad070817e43057de\n");
  // The path that comes back is the entity it was; a submodule has no size.
  EXPECT_EQ(transactions[3],
            "@ 4000000\n"
            "+\t4\t:file/blob\t64c5e5885a4b06010b3a0c20edb7900dd0311025\n"
            "+\t4\t:file/last-commit\t8\n"
            "+\t4\t:file/mode\t100644\n"
            "+\t4\t:file/path\tb.txt\n"
            "+\t4\t:file/size\t3\n"
            "+\t8\t:commit/author\t1\n"
            "+\t8\t:commit/authored-at\t4000000\n"
            "+\t8\t:commit/message-length\t4\n"
            "+\t8\t:commit/parent\t7\n"
            "+\t8\t:commit/parent-count\t1\n"
            "+\t8\t:commit/sha\t73b310ea604647852b77def7626561b1094a9be9\n"
            "+\t9\t:file/blob\t0123456789012345678901234567890123456789\n"
            "+\t9\t:file/last-commit\t8\n"
            "+\t9\t:file/mode\t160000\n"
            "+\t9\t:file/path\tsub\n");
  const std::string log = ReadDecompressed(imported.paths.log);
  EXPECT_THAT(log, StartsWith("#dtl 1\n#name t\n#schema t.schema.tsv\n#source git history of t\n"
                              "#head 73b310ea604647852b77def7626561b1094a9be9 (first-parent)\n"));
  for (const char* personal : {"ada", "Ada", "bob", "Lovelace", "second"}) {
    EXPECT_EQ(log.find(personal), std::string::npos) << personal;
  }
  EXPECT_EQ(ReadFile(imported.paths.schema), ReadFile(ShippedTraces() / "git-leveldb.schema.tsv"));
  EXPECT_EQ(ReadFile(imported.paths.stats), imported.statistics.Json());
  EXPECT_EQ(imported.statistics.transactions, 4u);
}

TEST_F(GitHistoryTest, GivesTheSameTraceEveryTime) {
  History history;
  for (int i = 0; i < 300; ++i) {
    history.Commit("main", i, i, fmt::format("A <{}@x>", i % 7), "m",
                   History::File("100644", fmt::format("f{}", i * 7 % 50), std::to_string(i)));
  }
  Make(history);
  const GitImport first = Import("first");
  const GitImport second = Import("second");
  EXPECT_EQ(first.statistics.transactions, 300u);
  EXPECT_EQ(ReadFile(first.paths.log), ReadFile(second.paths.log));
  EXPECT_EQ(ReadFile(first.paths.stats), ReadFile(second.paths.stats));
}

TEST_F(GitHistoryTest, HoldsTheWholeChangeOfAMerge) {
  Make(History()
           .Commit("main", 1, 1, kAda, "base", History::File("100644", "base", "1"))
           .Commit("side", 2, 2, kAda, "side", "from :1\n" + History::File("100644", "s1", "1"))
           .Commit("side", 3, 3, kAda, "side", History::File("100644", "s2", "1"))
           .Commit("main", 4, 4, kAda, "main", History::File("100644", "m1", "1"))
           .Commit("main", 5, 5, kAda, "merge",
                   "merge :3\n" + History::File("100644", "s1", "1") +
                       History::File("100644", "s2", "1")));
  const std::vector<std::string> transactions = Lines(Import().paths.log);
  ASSERT_EQ(transactions.size(), 3u);
  EXPECT_THAT(transactions[2], HasSubstr(":commit/parent-count\t2\n"));
  EXPECT_THAT(transactions[2], HasSubstr(":file/path\ts1\n"));
  EXPECT_THAT(transactions[2], HasSubstr(":file/path\ts2\n"));
  EXPECT_THAT(transactions[2], ::testing::Not(HasSubstr("m1")));
}

TEST_F(GitHistoryTest, WritesPathsOfAnyBytes) {
  Make(History().Commit("main", 1, 1, kAda, "m",
                        History::File("100644", "\"caf\\303\\251 \\n\\t\\\\\"", "1") +
                            History::File("100644", "\"caf\\351\"", "2") +
                            History::File("100644", "\" :odd\"", "3")));
  const std::string transaction = Lines(Import().paths.log).at(0);
  EXPECT_THAT(transaction, HasSubstr(":file/path\tcaf\xC3\xA9 \\n\\t\\\\\n"));
  EXPECT_THAT(transaction, HasSubstr(":file/path\tcaf\\\\xE9\n"));
  EXPECT_THAT(transaction, HasSubstr(":file/path\t :odd\n"));
}

TEST_F(GitHistoryTest, ReadsCommitsOfMoreFilesThanAChannelHolds) {
  std::string files;
  for (int i = 0; i < 5000; ++i) files += History::File("100644", fmt::format("d/f{}", i), "x");
  Make(History().Commit("main", 1, 1, kAda, "m", files));
  EXPECT_EQ(Import().statistics.datoms, 1u + 6u + 5000u * 5u);
}

TEST_F(GitHistoryTest, IgnoresTheUsersSettings) {
  Make(History()
           .Commit("main", 1, 1, kAda, "m", History::File("100644", "b", "1"))
           .Commit("main", 2, 2, kAda, "m", "R b c\n"));
  const GitImport plain = Import("plain");
  std::filesystem::create_directory(folder() / "order");
  WriteFile("order/file", "c\nb\n");
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
           {"log.showRoot", "false"},
           {"diff.renames", "true"},
           {"diff.orderFile", (folder() / "order" / "file").string()},
           {"log.diffMerges", "off"},
           {"color.ui", "always"},
           {"log.showSignature", "true"},
           {"core.quotePath", "true"},
           {"log.decorate", "full"}}) {
    Git(Repository(), {"config", key, value});
  }
  ::setenv("GIT_DIR", "/nonexistent", 1);
  const GitImport configured = Import("configured");
  ::unsetenv("GIT_DIR");
  EXPECT_EQ(ReadDecompressed(plain.paths.log), ReadDecompressed(configured.paths.log));
}

TEST_F(GitHistoryTest, ReportsProgress) {
  Make(History()
           .Commit("main", 1, 1, kAda, "m", History::File("100644", "b", "1"))
           .Commit("main", 2, 2, kAda, "m", ""));
  GitImportOptions options;
  options.repository = Repository();
  options.out = folder() / "out";
  options.name = "t";
  options.compressed = false;
  std::vector<std::string> reports;
  options.progress = [&](uint64_t done, uint64_t total) {
    reports.push_back(fmt::format("{}/{}", done, total));
  };
  EXPECT_EQ(ImportGitHistory(options).paths.log, folder() / "out" / "t.dtl");
  EXPECT_THAT(reports, ::testing::ElementsAre("1/2", "2/2"));
}

TEST_F(GitHistoryTest, RefusesWhatIsNoRepository) {
  EXPECT_EQ(ErrorOfImport(),
            Repository().string() + ": expected a git repository, got no such folder");
  std::filesystem::create_directory(Repository());
  EXPECT_THAT(ErrorOfImport(),
              StartsWith(Repository().string() + ": expected a git repository; git says: fatal:"));
}

TEST_F(GitHistoryTest, RefusesAnEmptyRepository) {
  Make(History());
  EXPECT_EQ(ErrorOfImport(),
            Repository().string() + ": expected a git repository with commits, got an empty one");
}

TEST_F(GitHistoryTest, RefusesAShallowClone) {
  Make(History()
           .Commit("main", 1, 1, kAda, "m", History::File("100644", "b", "1"))
           .Commit("main", 2, 2, kAda, "m", ""));
  Git(folder(), {"clone", "--quiet", "--depth=1", "file://" + Repository().string(), "shallow"});
  GitImportOptions options;
  options.repository = folder() / "shallow";
  EXPECT_EQ(WorkloadErrorOf([&] { ImportGitHistory(options); }),
            (folder() / "shallow").string() +
                ": expected the whole history, got a shallow clone; run git fetch --unshallow");
}

TEST_F(GitHistoryTest, SaysThatGitIsMissing) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", folder().c_str(), 1);
  const std::string error = WorkloadErrorOf([&] { GitProcess git(folder(), {"status"}); });
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(error, "git: expected the git program on the PATH, found none; install git");
}

TEST_F(GitHistoryTest, OverwritesNothing) {
  Make(History().Commit("main", 1, 1, kAda, "m", History::File("100644", "b", "1")));
  const GitImport imported = Import();
  const std::string before = ReadFile(imported.paths.log);
  EXPECT_EQ(ErrorOfImport(),
            imported.paths.log.string() +
                ": is there already; remove it, or choose another --name or --out");
  EXPECT_EQ(ReadFile(imported.paths.log), before);
}

TEST_F(GitHistoryTest, TakesItsNameFromTheFolder) {
  Make(History().Commit("main", 1, 1, kAda, "m", History::File("100644", "b", "1")));
  const std::filesystem::path bare = folder() / "some.git";
  Git(folder(), {"clone", "--quiet", "--bare", Repository().string(), bare.string()});
  GitImportOptions options;
  options.repository = bare;
  options.out = folder() / "out";
  EXPECT_EQ(ImportGitHistory(options).paths.log.filename(), "git-some.dtl.zst");
  options.repository = Repository();
  EXPECT_THAT(WorkloadErrorOf([&] { ImportGitHistory(options); }),
              HasSubstr("the trace's name: expected letters, digits"));
}

}  // namespace
}  // namespace datombench::testing

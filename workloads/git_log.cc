#include "workloads/git_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "index/parse_number.h"
#include "workloads/line_reader.h"
#include "workloads/workload.h"

namespace datombench {
namespace {

// Few enough that neither requests nor answers fill a channel.
constexpr size_t kSizesAtOnce = 128;

// The id of HEAD's commit.
std::string RequireHistory(const std::filesystem::path& repository) {
  std::error_code error;
  if (!std::filesystem::is_directory(repository, error)) {
    throw WorkloadError(
        fmt::format("{}: expected a git repository, got no such folder", repository.string()));
  }
  int status = 0;
  {
    GitProcess git(repository, {"rev-parse", "--git-dir"});
    if (git.Wait() != 0) {
      throw WorkloadError(fmt::format("{}: expected a git repository; git says: {}",
                                      repository.string(), git.ErrorLine()));
    }
  }
  if (GitOutput(repository, {"rev-parse", "--is-shallow-repository"}, &status) == "true") {
    throw WorkloadError(fmt::format(
        "{}: expected the whole history, got a shallow clone; run git fetch --unshallow",
        repository.string()));
  }
  std::string head =
      GitOutput(repository, {"rev-parse", "--verify", "--quiet", "HEAD^{commit}"}, &status);
  if (status != 0) {
    throw WorkloadError(fmt::format("{}: expected a git repository with commits, got an empty one",
                                    repository.string()));
  }
  return head;
}

uint64_t CountCommits(const std::filesystem::path& repository, const std::string& head) {
  int status = 0;
  const std::string text =
      GitOutput(repository, {"rev-list", "--count", "--first-parent", head}, &status);
  uint64_t commits = 0;
  if (status != 0 || !ParseNumber(text, &commits)) {
    throw WorkloadError(
        fmt::format("{}: the history can't be counted; run git fsck", repository.string()));
  }
  return commits;
}

// Every setting that a user's configuration could change is given.
std::vector<std::string> LogArguments(const std::string& head) {
  return {"-c",
          "log.showRoot=true",
          "-c",
          "core.quotePath=false",
          "log",
          "--first-parent",
          "--reverse",
          "--diff-merges=first-parent",
          "--raw",
          "--no-renames",
          "--no-abbrev",
          "-z",
          "-O/dev/null",
          "--no-relative",
          "--ignore-submodules=none",
          "--no-color",
          "--no-show-signature",
          "--no-notes",
          "--format=tformat:%H",
          head,
          "--"};
}

// "NAME <ADDRESS> SECONDS ZONE"; some old commits hold nonsense where the time should be.
int64_t Seconds(std::string_view person) {
  const size_t address_end = person.rfind('>');
  if (address_end == std::string_view::npos) return 0;
  std::string_view time = person.substr(address_end + 1);
  time.remove_prefix(std::min(time.find_first_not_of(' '), time.size()));
  int64_t seconds = 0;
  std::from_chars(time.data(), time.data() + time.size(), seconds);
  return seconds;
}

// People change how they write their name more often than their address.
std::string_view MailAddress(std::string_view person) {
  person = person.substr(0, person.rfind('>'));
  return person.substr(std::min(person.rfind('<'), person.size()));
}

}  // namespace

GitLog::GitLog(const std::filesystem::path& repository)
    : repository_(repository),
      head_(RequireHistory(repository)),
      commits_(CountCommits(repository, head_)),
      log_(repository, LogArguments(head_)),
      objects_(repository, {"cat-file", "--batch"}),
      sizes_(repository, {"cat-file", "--batch-check"}) {
  has_part_ = log_.ReadUntil('\0', &part_);
}

bool GitLog::Next(GitCommit* commit) {
  if (!has_part_) {
    log_.RequireSuccess();
    return false;
  }
  *commit = {};
  commit->id = part_;
  ReadChanges(commit);
  ReadObject(commit);
  ReadSizes(commit->changes);
  return true;
}

// After a commit's id come its changes, each ":MODE MODE ID ID STATUS" and a path, the first with a
// line end before it.
void GitLog::ReadChanges(GitCommit* commit) {
  while ((has_part_ = log_.ReadUntil('\0', &part_))) {
    std::string_view change = part_;
    if (change.starts_with('\n')) change.remove_prefix(1);
    if (!change.starts_with(':')) return;
    std::vector<std::string_view> words;
    for (size_t begin = 1; begin <= change.size();) {
      const size_t end = std::min(change.find(' ', begin), change.size());
      words.push_back(change.substr(begin, end - begin));
      begin = end + 1;
    }
    GitFileChange& file = commit->changes.emplace_back();
    if (words.size() != 5 || words[4].empty() || !ParseNumber(words[1], &file.mode)) {
      FailOutput(part_);
    }
    file.blob = words[3];
    file.is_deleted = words[4] == "D";
    if (!log_.ReadUntil('\0', &file.path)) FailOutput("the end");
  }
}

void GitLog::ReadObject(GitCommit* commit) {
  objects_.Write(commit->id + "\n");
  std::string header;
  if (!objects_.ReadUntil('\n', &header)) objects_.RequireSuccess();
  const std::string expected = commit->id + " commit ";
  size_t bytes = 0;
  if (!header.starts_with(expected) ||
      !ParseNumber(std::string_view(header).substr(expected.size()), &bytes)) {
    FailOutput(header);
  }
  std::string object;
  objects_.ReadBytes(bytes + 1, &object);  // a line end follows the object
  object.pop_back();
  std::string_view rest = object;
  while (!rest.empty() && rest.front() != '\n') {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.starts_with("parent ")) ++commit->parents;
    if (line.starts_with("committer ")) commit->committed_seconds = Seconds(line);
    if (line.starts_with("author ")) {
      commit->author = MailAddress(line);
      commit->authored_seconds = Seconds(line);
    }
  }
  while (rest.starts_with('\n')) rest.remove_prefix(1);
  while (rest.ends_with('\n')) rest.remove_suffix(1);
  commit->message_bytes = static_cast<int64_t>(rest.size());
}

void GitLog::ReadSizes(std::vector<GitFileChange>& changes) {
  std::vector<GitFileChange*> asked;
  std::string requests;
  std::string answer;
  const auto ask = [&] {
    sizes_.Write(requests);
    for (GitFileChange* change : asked) {
      if (!sizes_.ReadUntil('\n', &answer)) sizes_.RequireSuccess();
      const std::string expected = change->blob + " blob ";
      int64_t size = 0;
      // "ID missing" otherwise, or what a submodule's id happens to name here.
      if (answer.starts_with(expected) &&
          ParseNumber(std::string_view(answer).substr(expected.size()), &size)) {
        change->size = size;
      }
    }
    asked.clear();
    requests.clear();
  };
  for (GitFileChange& change : changes) {
    if (change.is_deleted) continue;
    asked.push_back(&change);
    requests += change.blob;
    requests += '\n';
    if (asked.size() == kSizesAtOnce) ask();
  }
  if (!asked.empty()) ask();
}

void GitLog::FailOutput(const std::string& part) const {
  throw WorkloadError(
      fmt::format("{}: expected the history as git log writes it, got {}; run git fsck",
                  repository_.string(), Quoted(part)));
}

}  // namespace datombench

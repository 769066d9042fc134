#include "workloads/git_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "workloads/git_log.h"
#include "workloads/line_reader.h"
#include "workloads/workload.h"

namespace datombench {
namespace {

// In the order of kAttributes.
enum Attribute : uint32_t {
  kAuthorId,
  kCommitAuthor,
  kCommitAuthoredAt,
  kCommitMessageLength,
  kCommitParent,
  kCommitParentCount,
  kCommitSha,
  kTxInstant,
  kFileBlob,
  kFileLastCommit,
  kFileMode,
  kFilePath,
  kFileSize,
};

TraceSchema GitSchema() {
  struct Row {
    const char* ident;
    ValueType type;
    Unique unique;
    bool index;
    const char* doc;
  };
  constexpr Row kRows[] = {
      {":author/id", ValueType::kString, Unique::kIdentity, true,
       "pseudonym p<n> by order of first appearance; no name or e-mail kept"},
      {":commit/author", ValueType::kRef, Unique::kNone, false, "pseudonymous author entity"},
      {":commit/authored-at", ValueType::kInstant, Unique::kNone, false,
       "author date (not monotonic; the tx instant is)"},
      {":commit/message-length", ValueType::kLong, Unique::kNone, false,
       "bytes of the commit message (text itself dropped)"},
      {":commit/parent", ValueType::kRef, Unique::kNone, false,
       "first parent = commit of the previous transaction"},
      {":commit/parent-count", ValueType::kLong, Unique::kNone, false,
       "number of parents; >1 = merge, whose tx holds the whole merged change"},
      {":commit/sha", ValueType::kString, Unique::kIdentity, true, "full commit id"},
      {":db/txInstant", ValueType::kInstant, Unique::kNone, true,
       "wall clock of the transaction, on the transaction entity"},
      {":file/blob", ValueType::kString, Unique::kNone, true, "git object id of the content"},
      {":file/last-commit", ValueType::kRef, Unique::kNone, true,
       "commit that last changed the path"},
      {":file/mode", ValueType::kLong, Unique::kNone, false,
       "git mode as octal digits, e.g. 100644"},
      {":file/path", ValueType::kString, Unique::kIdentity, true, "path in the tree"},
      {":file/size", ValueType::kLong, Unique::kNone, false,
       "bytes of the content; absent for submodules and blobs absent from the mirror"},
  };
  std::vector<AttributeDeclaration> attributes;
  for (const Row& row : kRows) {
    AttributeProperties properties;
    properties.value_type = row.type;
    properties.unique = row.unique;
    properties.index = row.index;
    attributes.push_back({row.ident, properties, row.doc});
  }
  return TraceSchema(std::move(attributes));
}

// Keeps the state of the tree and writes what each commit changes of it.
class HistoryWriter {
 public:
  explicit HistoryWriter(TraceWriter& writer) : writer_(writer) {}

  void Write(const GitCommit& commit) {
    values_.Clear();
    transaction_.datoms.clear();
    const int64_t instant = commit.committed_seconds * 1000;
    // Clocks of committers differ; the log's time must not fall.
    transaction_.instant =
        transaction_.number == 0 ? instant : std::max(transaction_.instant, instant);
    transaction_.id = kTx0 + ++transaction_.number;
    WriteCommit(commit);
    for (const GitFileChange& change : commit.changes) WriteChange(change);
    writer_.Write(transaction_);
  }

 private:
  // What is asserted of a path. An entity that has no blob is of a path that is deleted.
  struct File {
    EntityId e = 0;
    std::string blob;
    int64_t mode = 0;
    std::optional<int64_t> size;
    EntityId last_commit = 0;
  };

  void WriteCommit(const GitCommit& commit) {
    EntityId& author = authors_[commit.author];
    if (author == 0) {
      author = ++last_entity_;
      Assert(author, kAuthorId, String(fmt::format("p{:05}", authors_.size())));
    }
    const EntityId parent = std::exchange(commit_, ++last_entity_);
    Assert(commit_, kCommitAuthor, Value::Ref(author));
    Assert(commit_, kCommitAuthoredAt, Value::Instant(commit.authored_seconds * 1000));
    Assert(commit_, kCommitMessageLength, Value::Long(commit.message_bytes));
    if (parent != 0) Assert(commit_, kCommitParent, Value::Ref(parent));
    Assert(commit_, kCommitParentCount, Value::Long(commit.parents));
    Assert(commit_, kCommitSha, String(commit.id));
  }

  void WriteChange(const GitFileChange& change) {
    File& file = files_[change.path];
    if (file.e == 0) file.e = ++last_entity_;
    File next = file;
    if (change.is_deleted) {
      next = {};
      next.e = file.e;
    } else {
      next.blob = change.blob;
      next.mode = change.mode;
      next.size = change.size;
      next.last_commit = commit_;
    }
    WriteDifference(change.path, file, next);
    file = next;
  }

  void WriteDifference(const std::string& path, const File& before, const File& after) {
    const bool was = !before.blob.empty();
    const bool is = !after.blob.empty();
    if (was && !is) Retract(before.e, kFilePath, PathValue(path));
    if (is && !was) Assert(after.e, kFilePath, PathValue(path));
    Replace(after.e, kFileBlob, was && before.blob != after.blob, is && before.blob != after.blob,
            was ? String(before.blob) : Value(), is ? String(after.blob) : Value());
    const auto replace = [&](Attribute attribute, bool had, bool has, const Value& old_value,
                             const Value& new_value) {
      const bool is_same = had && has && old_value.bits() == new_value.bits();
      Replace(after.e, attribute, had && !is_same, has && !is_same, old_value, new_value);
    };
    replace(kFileMode, was, is, Value::Long(before.mode), Value::Long(after.mode));
    replace(kFileSize, before.size.has_value(), after.size.has_value(),
            Value::Long(before.size.value_or(0)), Value::Long(after.size.value_or(0)));
    replace(kFileLastCommit, was, is, Value::Ref(before.last_commit),
            Value::Ref(after.last_commit));
  }

  void Replace(EntityId e, Attribute attribute, bool retracts, bool asserts, const Value& old_value,
               const Value& new_value) {
    if (retracts) Retract(e, attribute, old_value);
    if (asserts) Assert(e, attribute, new_value);
  }

  Value String(std::string_view text) { return values_.Copy(ValueType::kString, text); }

  // A trace is UTF-8; paths needn't be. What isn't is written as \xNN.
  Value PathValue(std::string_view path) {
    std::string text;
    for (std::string_view rest = path;;) {
      const size_t prefix = Utf8PrefixBytes(rest);
      text += rest.substr(0, prefix);
      if (prefix == rest.size()) break;
      text += fmt::format("\\x{:02X}", static_cast<unsigned char>(rest[prefix]));
      rest.remove_prefix(prefix + 1);
    }
    return String(text);
  }

  void Assert(EntityId e, Attribute attribute, const Value& v) { Append(e, attribute, v, true); }
  void Retract(EntityId e, Attribute attribute, const Value& v) { Append(e, attribute, v, false); }
  void Append(EntityId e, Attribute attribute, const Value& v, bool added) {
    TraceDatom& datom = transaction_.datoms.emplace_back();
    datom.e = e;
    datom.v = v;
    datom.attribute = attribute;
    datom.added = added;
  }

  TraceWriter& writer_;
  TraceTransaction transaction_;
  ValueBuffer values_;
  std::unordered_map<std::string, EntityId> authors_;  // by address
  std::unordered_map<std::string, File> files_;        // by path
  EntityId last_entity_ = 0;
  EntityId commit_ = 0;  // the entity of the commit last written
};

std::string DefaultName(const std::filesystem::path& repository) {
  std::filesystem::path folder = std::filesystem::weakly_canonical(repository);
  // A bare repository is often called NAME.git, that of a work tree lies in NAME/.git.
  if (folder.filename() == ".git") folder = folder.parent_path();
  if (folder.extension() == ".git") folder.replace_extension();
  return "git-" + folder.filename().string();
}

void RequireName(const std::string& name) {
  const auto is_fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (!name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), is_fine)) {
    return;
  }
  throw WorkloadError(fmt::format(
      "the trace's name: expected letters, digits, - _ and . (not first), got {}; choose one with "
      "--name",
      Quoted(name)));
}

void PrepareFolder(const GitImportOptions& options, const TracePaths& paths) {
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error) {
    throw WorkloadError(
        fmt::format("{}: can't be made: {}", options.out.string(), error.message()));
  }
  paths.RequireAbsent();
}

}  // namespace

GitImport ImportGitHistory(const GitImportOptions& options) {
  const std::string name = options.name.empty() ? DefaultName(options.repository) : options.name;
  RequireName(name);
  GitLog log(options.repository);
  const TracePaths paths(options.out, name, options.compressed);
  PrepareFolder(options, paths);

  const TraceSchema schema = GitSchema();
  TraceWriter trace(
      paths, name,
      {"source git history of " + name, fmt::format("head {} (first-parent)", log.head())}, schema);
  HistoryWriter history(trace);
  GitCommit commit;
  for (uint64_t done = 1; log.Next(&commit); ++done) {
    history.Write(commit);
    if (options.progress) options.progress(done, log.commits());
  }
  trace.Finish();

  return {paths, WriteTraceStatistics(paths)};
}

}  // namespace datombench

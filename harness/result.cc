#include "harness/result.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <system_error>

#include "backends/error.h"
#include "backends/file_system.h"
#include "harness/input_error.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

// What Google Benchmark puts behind a name that was registered with one iteration and manual time.
void DropSuffixes(std::string* name) {
  for (const std::string_view suffix : {"/real_time", "/manual_time", "/iterations:1"}) {
    if (name->ends_with(suffix)) name->resize(name->size() - suffix.size());
  }
}

void CheckRow(const Json& row, const std::string& where) {
  const auto expect = [&where](bool is_right, std::string_view expected) {
    if (!is_right) throw InputError(fmt::format("{}: expected {}", where, expected));
  };
  expect(row.is_object(), "an object");
  for (const char* const member : {"name", "run_name", "run_type"}) {
    expect(row.contains(member) && row[member].is_string(),
           fmt::format("a member \"{}\" with a text", member));
  }
  if (row.value("error_occurred", false)) return;
  for (const char* const member : {"real_time", "cpu_time"}) {
    expect(row.contains(member) && row[member].is_number(),
           fmt::format("a member \"{}\" with a number", member));
  }
  expect(row.contains("time_unit") && row["time_unit"].is_string(), "a member \"time_unit\"");
}

void CheckResult(const Json& result, const std::string& origin) {
  const auto expect = [&origin](bool is_right, std::string_view expected) {
    if (!is_right) throw InputError(fmt::format("{}: expected {}", origin, expected));
  };
  expect(result.is_object(), "an object with context and benchmarks");
  expect(result.contains("context") && result["context"].is_object(), "an object \"context\"");
  expect(result.contains("benchmarks") && result["benchmarks"].is_array(), "a list \"benchmarks\"");
  const Json& rows = result["benchmarks"];
  for (size_t i = 0; i < rows.size(); ++i) {
    CheckRow(rows[i], fmt::format("{}: benchmarks[{}]", origin, i));
  }
}

}  // namespace

std::string RowName(const Cell& cell, Phase phase) {
  return fmt::format("{}/phase:{}", CellName(cell), PhaseName(phase));
}

Json MetricsJson() {
  Json table = Json::array();
  for (const Metric& metric : AllMetrics()) {
    Json phases = Json::array();
    for (const Phase phase : kPhases) {
      if (metric.phases.Contains(phase)) phases.push_back(PhaseName(phase));
    }
    table.push_back({{"name", metric.name},
                     {"unit", metric.unit},
                     {"better", BetterName(metric.better)},
                     {"exact", metric.is_exact},
                     {"group", metric.group},
                     {"phases", std::move(phases)},
                     {"definition", metric.definition}});
  }
  return table;
}

void ResultCollector::Add(const Json& child_output, const std::string& origin) {
  CheckResult(child_output, origin);
  for (const Json& row : child_output["benchmarks"]) {
    if (row["run_type"] != "iteration") continue;  // aggregates are made of the repetitions later
    Json kept = row;
    for (const char* const member : {"name", "run_name"}) {
      DropSuffixes(kept[member].get_ptr<std::string*>());
    }
    rows_.push_back(std::move(kept));
  }
}

Json ResultCollector::Finish() const {
  std::map<std::string, uint64_t> totals;
  std::map<std::string, uint64_t> families;  // by order of appearance
  for (const Json& row : rows_) {
    const auto& name = row["name"].get_ref<const std::string&>();
    ++totals[name];
    families.emplace(name, families.size());
  }
  Json result;
  result["context"] = context_;
  result["benchmarks"] = Json::array();
  std::map<std::string, uint64_t> seen;
  for (const Json& row : rows_) {
    const auto& name = row["name"].get_ref<const std::string&>();
    Json numbered = row;
    numbered["family_index"] = families.at(name);
    numbered["per_family_instance_index"] = 0;
    numbered["repetitions"] = totals.at(name);
    numbered["repetition_index"] = seen[name]++;
    result["benchmarks"].push_back(std::move(numbered));
  }
  return result;
}

Json ReadResult(const fs::path& path) {
  std::error_code error;
  const fs::path file = fs::is_directory(path, error) ? path / kResultFileName : path;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream) {
    throw InputError(fmt::format("{}: no result can be read there", file.string()));
  }
  return ParseResult(text.str(), file.string());
}

Json ParseResult(std::string_view text, const std::string& origin) {
  Json result;
  try {
    result = Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw InputError(fmt::format("{}: byte {}: this is no JSON", origin, error.byte));
  }
  CheckResult(result, origin);
  return result;
}

void WriteResult(const fs::path& path, const Json& result) {
  FileSystem& files = RealFileSystem();
  fs::path beside = path;
  beside += ".new";
  const auto file = files.NewWritableFile(beside);
  file->Append(result.dump(2));
  file->Append("\n");
  file->Sync();
  file->Close();
  files.Rename(beside, path);
  files.SyncDirectory(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

}  // namespace datombench

#include "workloads/trace_lookup.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <system_error>

#include "index/nearest_names.h"
#include "workloads/line_reader.h"
#include "workloads/workload.h"

namespace datombench {
namespace {

constexpr std::array<std::string_view, 2> kSuffixes = {".dtl.zst", ".dtl"};

bool IsFile(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

bool IsFolder(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

// The suffix of a trace's file name, "" if it is none.
std::string_view TraceSuffix(std::string_view file_name) {
  for (const std::string_view suffix : kSuffixes) {
    if (file_name.size() > suffix.size() && file_name.ends_with(suffix)) return suffix;
  }
  return {};
}

std::filesystem::path FolderAboveProgram() {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", error);
  while (!error && folder.has_relative_path()) {
    folder = folder.parent_path();
    if (IsFolder(folder / "workloads" / "traces")) return folder / "workloads" / "traces";
  }
  return {};
}

}  // namespace

std::filesystem::path ShippedTraceFolder() {
  const std::filesystem::path built = DATOMBENCH_TRACE_FOLDER;
  return IsFolder(built) ? built : FolderAboveProgram();
}

std::vector<std::string> TraceNames(const std::filesystem::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string file_name = entry.path().filename().string();
    const std::string_view suffix = TraceSuffix(file_name);
    if (!suffix.empty()) names.insert(file_name.substr(0, file_name.size() - suffix.size()));
  }
  return {names.begin(), names.end()};
}

std::filesystem::path FindTrace(std::string_view name,
                                std::span<const std::filesystem::path> folders) {
  if (name.find('/') != std::string_view::npos || !TraceSuffix(name).empty()) {
    if (IsFile(name)) return name;
    throw WorkloadError(fmt::format("trace {}: there is no such file", name));
  }
  std::vector<std::filesystem::path> all(folders.begin(), folders.end());
  const std::filesystem::path shipped = ShippedTraceFolder();
  if (!shipped.empty()) all.push_back(shipped);
  std::set<std::string> names;
  std::vector<std::string> searched;
  for (const std::filesystem::path& folder : all) {
    for (const std::string_view suffix : kSuffixes) {
      std::filesystem::path path = folder / std::string(name).append(suffix);
      if (IsFile(path)) return path;
    }
    names.merge([&] {
      const std::vector<std::string> here = TraceNames(folder);
      return std::set<std::string>(here.begin(), here.end());
    }());
    searched.push_back(folder.string());
  }
  throw WorkloadError(fmt::format(
      "unknown trace {}; {}; looked in {} for {}.dtl.zst and {}.dtl", Quoted(name),
      NearestNames(name, std::vector<std::string_view>(names.begin(), names.end())),
      searched.empty() ? "no folder" : fmt::format("{}", fmt::join(searched, ", ")), name, name));
}

}  // namespace datombench

// PhaseJob as JSON.
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "backends/error.h"
#include "harness/phases.h"

namespace datombench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<PhaseJob::Role, std::string_view>, 3> kRoles = {{
    {PhaseJob::Role::kWriter, "writer"},
    {PhaseJob::Role::kColdReader, "cold_reader"},
    {PhaseJob::Role::kWarmReader, "warm_reader"},
}};

std::string_view RoleName(PhaseJob::Role role) {
  for (const auto& [known, name] : kRoles) {
    if (known == role) return name;
  }
  return "";
}

PhaseJob::Role ParseRole(const std::string& name) {
  for (const auto& [role, known] : kRoles) {
    if (known == name) return role;
  }
  throw InputError(fmt::format("role \"{}\" is none of writer, cold_reader, warm_reader", name));
}

PhaseJob FromJson(const Json& json) {
  PhaseJob job;
  job.role = ParseRole(json.at("role").get<std::string>());
  job.cell = ParseCell(json.at("cell").get<std::string>());
  job.store = json.at("store").get<std::string>();
  job.rows = json.at("rows").get<std::string>();
  job.seed = json.at("seed").get<uint64_t>();
  job.scans = json.at("scans").get<bool>();
  job.warm_connects = json.at("warm_connects").get<uint32_t>();
  for (const Json& folder : json.at("trace_folders")) {
    job.trace_folders.emplace_back(folder.get<std::string>());
  }
  if (json.contains("commit_log")) job.commit_log = json.at("commit_log").get<std::string>();
  return job;
}

}  // namespace

void WriteJob(const std::filesystem::path& path, const PhaseJob& job) {
  Json json;
  json["role"] = RoleName(job.role);
  json["cell"] = FullCellName(job.cell);
  json["store"] = job.store.string();
  json["rows"] = job.rows.string();
  json["seed"] = job.seed;
  json["scans"] = job.scans;
  json["warm_connects"] = job.warm_connects;
  json["trace_folders"] = Json::array();
  for (const auto& folder : job.trace_folders) json["trace_folders"].push_back(folder.string());
  if (job.commit_log) json["commit_log"] = job.commit_log->string();

  std::ofstream file(path);
  file << json.dump(2) << "\n";
  file.close();
  if (!file) throw StorageError(fmt::format("can't write {}: is the disk full?", path.string()));
}

PhaseJob ReadJob(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw InputError(fmt::format("can't read the job {}", path.string()));
  try {
    return FromJson(Json::parse(file));
  } catch (const Json::exception& error) {
    throw InputError(fmt::format("{} is no job: {}", path.string(), error.what()));
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} is no job: {}", path.string(), error.what()));
  }
}

}  // namespace datombench

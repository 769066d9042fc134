#include "harness/description.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "backends/error.h"
#include "harness/input_error.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

Json ToJson(const Fingerprint& fingerprint) {
  Json json;
  for (const IndexName name : kIndexNames) {
    const auto& sequence = fingerprint.sequences[static_cast<size_t>(name)];
    if (!sequence) continue;
    json["sequences"][std::string(IndexNameText(name))] = {{"datoms", sequence->datoms},
                                                           {"sha256", sequence->sha256}};
  }
  json["schema_sha256"] = fingerprint.schema_sha256;
  json["max_tx"] = fingerprint.max_tx;
  json["max_eid"] = fingerprint.max_eid;
  return json;
}

Fingerprint FingerprintFrom(const Json& json) {
  Fingerprint fingerprint;
  const Json& sequences = json.at("sequences");
  for (const IndexName name : kIndexNames) {
    const auto found = sequences.find(std::string(IndexNameText(name)));
    if (found == sequences.end()) continue;
    fingerprint.sequences[static_cast<size_t>(name)] = Fingerprint::Sequence{
        found->at("datoms").get<uint64_t>(), found->at("sha256").get<std::string>()};
  }
  fingerprint.schema_sha256 = json.at("schema_sha256").get<std::string>();
  fingerprint.max_tx = json.at("max_tx").get<TxId>();
  fingerprint.max_eid = json.at("max_eid").get<EntityId>();
  return fingerprint;
}

StoreDescription DescriptionFrom(const Json& json) {
  StoreDescription description;
  description.cell = ParseCell(json.at("cell").get<std::string>());
  const auto contents = json.find("contents");
  if (contents == json.end()) return description;
  description.contents = StoreDescription::Contents{
      FingerprintFrom(contents->at("oracle")), contents->at("all_nodes_bytes").get<uint64_t>(),
      contents->at("entities").get<std::vector<EntityId>>()};
  return description;
}

// Throws InputError unless the text is a description of this version.
Json ParseVersioned(std::ifstream& file, const fs::path& path) {
  Json json;
  try {
    json = Json::parse(file);
  } catch (const Json::exception& error) {
    throw InputError(fmt::format("{} is no store description: {}", path.string(), error.what()));
  }
  const auto version = json.is_object() ? json.find("datombench_store") : json.end();
  if (version == json.end() || !version->is_number_integer()) {
    throw InputError(
        fmt::format("{} is no store description: it has no \"datombench_store\"", path.string()));
  }
  if (*version != kVersion) {
    throw InputError(fmt::format("{} is a store of version {}; this program reads version {}",
                                 path.parent_path().string(), version->get<int64_t>(), kVersion));
  }
  return json;
}

}  // namespace

fs::path DescriptionFile(const fs::path& store) { return store / "store.json"; }
fs::path DataFolder(const fs::path& store) { return store / "data"; }

void WriteDescription(const fs::path& store, const StoreDescription& description) {
  Json json;
  json["datombench_store"] = kVersion;
  json["cell"] = FullCellName(description.cell);
  if (description.contents) {
    json["contents"]["oracle"] = ToJson(description.contents->fingerprint);
    json["contents"]["all_nodes_bytes"] = description.contents->all_nodes_bytes;
    json["contents"]["entities"] = description.contents->entities;
  }
  std::error_code error;
  fs::create_directories(store, error);
  const fs::path path = DescriptionFile(store);
  const fs::path beside = path.string() + ".new";
  std::ofstream file(beside);
  file << json.dump(2) << "\n";
  file.close();
  if (!file) throw StorageError(fmt::format("can't write {}", beside.string()));
  fs::rename(beside, path, error);
  if (error) {
    throw StorageError(fmt::format("can't rename {}: {}", beside.string(), error.message()));
  }
}

StoreDescription ReadDescription(const fs::path& store) {
  const fs::path path = DescriptionFile(store);
  std::ifstream file(path);
  if (!fs::is_directory(store)) {
    throw InputError(
        fmt::format("{} is no folder: a store is a folder that `datombench run "
                    "--keep-stores` left",
                    store.string()));
  }
  if (!file) {
    throw InputError(fmt::format("{} is no store: there is no readable {} in it", store.string(),
                                 path.filename().string()));
  }
  const Json json = ParseVersioned(file, path);
  try {
    return DescriptionFrom(json);
  } catch (const Json::exception& error) {
    throw InputError(fmt::format("{} is malformed: {}", path.string(), error.what()));
  } catch (const InputError& error) {
    throw InputError(fmt::format("{} is malformed: {}", path.string(), error.what()));
  }
}

}  // namespace datombench

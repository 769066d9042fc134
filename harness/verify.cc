#include "harness/verify.h"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "backends/error.h"
#include "backends/file_system.h"
#include "backends/frame.h"
#include "backends/key_name.h"
#include "harness/description.h"
#include "harness/oracle.h"
#include "harness/store.h"
#include "index/node_cache.h"

namespace datombench {
namespace {

struct FrameCounts {
  uint64_t objects = 0;
  uint64_t damaged = 0;
};

// The object's name and class, which a damaged frame's message begins with already.
std::string DamageLine(std::string_view key, std::string_view message) {
  const std::string object = DescribeObject(key);
  return message.starts_with(object) ? std::string(message)
                                     : fmt::format("{}: {}", object, message);
}

// Reads every object below the frames, so that one that is damaged hides no other. Keys first:
// where the backend itself stumbles over an object, the others are still looked at.
FrameCounts CheckFrames(Backend& raw, std::ostream& out) {
  std::vector<std::string> keys;
  FrameCounts counts;
  raw.ScanKeys("", [&](std::string_view key) { keys.emplace_back(key); });
  for (const std::string& key : keys) {
    ++counts.objects;
    try {
      const std::optional<std::string> framed = raw.Get(key);
      if (!framed) throw CorruptionError("it is listed and can't be found");
      Unframe(key, *framed);
    } catch (const StorageError& error) {
      ++counts.damaged;
      out << DamageLine(key, error.what()) << "\n";
    }
  }
  return counts;
}

void PrintSequences(const Fingerprint& fingerprint, std::ostream& out) {
  for (const IndexName name : kIndexNames) {
    const auto& sequence = fingerprint.sequences[static_cast<size_t>(name)];
    if (!sequence) continue;
    out << fmt::format("{:<13} {:>10} datoms  sha256 {}\n", IndexNameText(name), sequence->datoms,
                       sequence->sha256);
  }
  out << fmt::format("max_tx {}  max_eid {}\n", fingerprint.max_tx, fingerprint.max_eid);
}

// Prints what the store gives; returns what is wrong with it.
std::optional<std::string> CheckContents(Store& store, const StoreDescription& description,
                                         std::ostream& out) {
  try {
    const auto strategy = store.MakeStrategy(NodeCache::kUnlimited);
    const Fingerprint actual = FingerprintOf(strategy->Connect());
    PrintSequences(actual, out);
    if (!description.contents) return std::nullopt;
    return FirstDifference(description.contents->fingerprint, actual);
  } catch (const StorageError& error) {
    return fmt::format("can't be read: {}", error.what());
  }
}

}  // namespace

ExitStatus VerifyStore(const std::filesystem::path& folder, std::ostream& out) {
  const StoreDescription description = ReadDescription(folder);
  const Cell& cell = description.cell;
  if (!cell.backend->is_persistent) {
    throw InputError(fmt::format("{} was written by {}, whose backend {} keeps nothing",
                                 folder.string(), CellName(cell), cell.backend->name));
  }
  if (!std::filesystem::is_directory(DataFolder(folder))) {
    throw InputError(fmt::format("{} has a description and no data: {} is not there",
                                 folder.string(), DataFolder(folder).string()));
  }
  if (std::filesystem::is_empty(DataFolder(folder))) {
    throw InputError(fmt::format("{} is empty: expected the store that {} left there",
                                 DataFolder(folder).string(), CellName(cell)));
  }
  out << fmt::format("{}\n", CellName(cell));
  FrameCounts frames;
  {
    const auto raw = cell.backend->open(DataFolder(folder), RealFileSystem());
    frames = CheckFrames(*raw, out);
    out << fmt::format("{} objects, {} damaged\n", frames.objects, frames.damaged);
  }
  Store store(cell, folder);
  const auto difference = CheckContents(store, description, out);
  if (difference) out << fmt::format("WRONG: {}\n", *difference);
  if (!difference && frames.damaged > 0) {
    out << "damaged, though nothing that the database needs is\n";
  }
  if (difference || frames.damaged > 0) return ExitStatus::kFailed;
  out << (description.contents
              ? "the same as the writer left\n"
              : "whole; the writer didn't finish and left nothing to compare with\n");
  return ExitStatus::kFine;
}

}  // namespace datombench

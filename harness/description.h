// What lies beside a store's data and says what they are: the cell that wrote them, and what the
// database in them must look like.
#ifndef DATOMBENCH_HARNESS_DESCRIPTION_H_
#define DATOMBENCH_HARNESS_DESCRIPTION_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "harness/cell.h"
#include "harness/oracle.h"

namespace datombench {

// A store's folder: the description, and in a folder of its own what the backend keeps. Only the
// latter is measured.
std::filesystem::path DescriptionFile(const std::filesystem::path& store);
std::filesystem::path DataFolder(const std::filesystem::path& store);

struct StoreDescription {
  // Every parameter of the cell is stored, those that were left at their defaults too.
  Cell cell;

  // What the writer leaves when it is done; nullopt before.
  struct Contents {
    Fingerprint fingerprint;
    uint64_t all_nodes_bytes = 0;    // heap bytes of all nodes: what a cache's percentage is of
    std::vector<EntityId> entities;  // some that have current datoms, for point reads to ask for
  };
  std::optional<Contents> contents;
};

// Makes the store's folder if there is none; replaces what was there atomically. Throws
// StorageError.
void WriteDescription(const std::filesystem::path& store, const StoreDescription& description);

// Throws InputError, one line: no such folder, no description, one of another version (which), a
// malformed one (where).
StoreDescription ReadDescription(const std::filesystem::path& store);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_DESCRIPTION_H_

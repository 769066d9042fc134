// The backends there are. To add one: a new .cc file, its factory declared and listed in
// registry.cc.
#ifndef DATOMBENCH_BACKENDS_REGISTRY_H_
#define DATOMBENCH_BACKENDS_REGISTRY_H_

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "backends/backend.h"
#include "backends/file_system.h"

namespace datombench {

struct BackendKind {
  std::string_view name;  // as in a cell's name
  std::string_view summary;
  bool is_persistent;  // false: the data die with the Backend object
  Durability strongest_durability;

  // Opens the store in `directory`, creating it if need be, and locks it against other writers.
  // `file_system` must outlive the backend; a backend that isn't persistent ignores both.
  // Throws StorageError, with the holder's pid if another writer has the store.
  std::unique_ptr<Backend> (*open)(const std::filesystem::path& directory, FileSystem& file_system);
};

std::span<const BackendKind> AllBackends();
const BackendKind* FindBackend(std::string_view name);  // nullptr if there is none

}  // namespace datombench

#endif  // DATOMBENCH_BACKENDS_REGISTRY_H_

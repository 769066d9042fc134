#include "backends/registry.h"

#include <array>

#include "backends/file_backend.h"
#include "backends/leveldb_backend.h"
#include "backends/memory_backend.h"

namespace datombench {
namespace {

std::unique_ptr<Backend> OpenMemory(const std::filesystem::path&, FileSystem&) {
  return NewMemoryBackend();
}

constexpr std::array kBackends = {
    BackendKind{"memory", "a sorted map in memory, without any storage", false,
                Durability::kVolatile, OpenMemory},
    BackendKind{"file", "one file a key, renamed into place", true, Durability::kPower,
                OpenFileBackend},
    BackendKind{"leveldb", "LevelDB, paranoid and uncompressed", true, Durability::kPower,
                OpenLevelDbBackend},
};

}  // namespace

std::span<const BackendKind> AllBackends() { return kBackends; }

const BackendKind* FindBackend(std::string_view name) {
  for (const BackendKind& kind : kBackends) {
    if (kind.name == name) {
      return &kind;
    }
  }
  return nullptr;
}

}  // namespace datombench

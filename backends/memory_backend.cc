#include "backends/memory_backend.h"

#include <cassert>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>

namespace datombench {
namespace {

class MemoryBackend : public Backend {
 public:
  std::optional<std::string> Get(std::string_view key) override {
    const std::shared_lock lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) {
      return std::nullopt;
    }
    return found->second;
  }

  uint64_t Write(const Batch& batch, [[maybe_unused]] Durability durability) override {
    assert(durability <= strongest_durability());
    const std::unique_lock lock(mutex_);
    for (const Batch::Operation& operation : batch.operations()) {
      if (operation.is_delete) {
        objects_.erase(operation.key);
      } else {
        objects_.insert_or_assign(operation.key, operation.value);
      }
    }
    return 0;
  }

  void Scan(std::string_view prefix, const Visitor& visit) override {
    for (std::optional<Entry> entry = First(prefix); entry; entry = Next(prefix, entry->first)) {
      visit(entry->first, entry->second);
    }
  }

  void ScanKeys(std::string_view prefix, const KeyVisitor& visit) override {
    Scan(prefix, [&](std::string_view key, std::string_view) { visit(key); });
  }

  bool has_atomic_batches() const override { return true; }
  Durability strongest_durability() const override { return Durability::kVolatile; }
  void Quiesce() override {}

 private:
  using Objects = std::map<std::string, std::string, std::less<>>;
  using Entry = std::pair<std::string, std::string>;

  // A scan copies one entry at a time and visits it unlocked: the visitor may read, and a writer
  // doesn't wait for a whole scan.
  std::optional<Entry> First(std::string_view prefix) const {
    const std::shared_lock lock(mutex_);
    return EntryAt(objects_.lower_bound(prefix), prefix);
  }

  std::optional<Entry> Next(std::string_view prefix, std::string_view key) const {
    const std::shared_lock lock(mutex_);
    return EntryAt(objects_.upper_bound(key), prefix);
  }

  std::optional<Entry> EntryAt(Objects::const_iterator position, std::string_view prefix) const {
    if (position == objects_.end() || !position->first.starts_with(prefix)) {
      return std::nullopt;
    }
    return *position;
  }

  mutable std::shared_mutex mutex_;
  Objects objects_;
};

}  // namespace

std::unique_ptr<Backend> NewMemoryBackend() { return std::make_unique<MemoryBackend>(); }

}  // namespace datombench

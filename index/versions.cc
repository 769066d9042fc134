#include "index/versions.h"

#include <algorithm>
#include <utility>

namespace datombench {
namespace {

// Frees what was restored below a node after that had been copied.
void FreeLate(Node* node, NodePool& pool) {
  for (uint32_t i = 0; !node->is_leaf() && i < node->size(); ++i) {
    if (node->slot(i).is_late()) FreeNewerThan(0, node->slot(i), pool);
  }
}

}  // namespace

void FreeNewerThan(uint64_t id, const Slot& slot, NodePool& pool) {
  Node* const node = slot.Peek();
  if (node == nullptr || node->birth() <= id) return;
  for (uint32_t i = 0; !node->is_leaf() && i < node->size(); ++i) {
    FreeNewerThan(id, node->slot(i), pool);
  }
  Node::Free(node, pool);
}

void Versions::Append(Version* version, Version* base, std::shared_ptr<const void> keep_base) {
  const std::lock_guard lock(mutex_);
  if (base->next == nullptr) {
    base->next = version;
    version->previous = base;
    version->origin = base->origin;
    version->origin_id = base->origin_id;
  } else {
    version->origin = std::move(keep_base);
    version->origin_id = base->id;
    // What it replaced is its origin's.
    version->replaced.clear();
  }
}

std::optional<uint64_t> Versions::OldestIdOfLast(const Version& version) {
  const std::lock_guard lock(mutex_);
  if (version.next != nullptr) return std::nullopt;
  return version.oldest_id();
}

void Versions::Renew(Version* version, uint64_t id, std::vector<Node*> replaced, NodePool& pool) {
  {
    const std::lock_guard lock(mutex_);
    version->id = id;
    // The versions that had some of them may have gone meanwhile.
    const uint64_t oldest = version->oldest_id();
    const auto shared = std::partition(replaced.begin(), replaced.end(),
                                       [&](const Node* node) { return node->birth() > oldest; });
    version->replaced.insert(version->replaced.end(), shared, replaced.end());
    replaced.erase(shared, replaced.end());
  }
  FreeAll(replaced, pool);
}

void Versions::Remove(Version* version, const Slot& root, NodePool& pool) {
  std::vector<Node*> freed;
  {
    const std::lock_guard lock(mutex_);
    const uint64_t oldest = version->oldest_id();
    Version* const next = version->next;
    if (version->previous != nullptr) version->previous->next = next;
    if (next == nullptr) {
      // Under the lock: the walk ends at nodes of the previous version, which mustn't go meanwhile.
      return FreeNewerThan(oldest, root, pool);
    }
    next->previous = version->previous;
    // What the next one replaced is gone with this version, but for what an older one has too.
    const auto shared = std::partition(next->replaced.begin(), next->replaced.end(),
                                       [&](const Node* node) { return node->birth() > oldest; });
    version->replaced.insert(version->replaced.end(), shared, next->replaced.end());
    next->replaced.erase(shared, next->replaced.end());
    freed = std::exchange(next->replaced, std::move(version->replaced));
  }
  FreeAll(freed, pool);
  if (root.is_late()) FreeNewerThan(0, root, pool);
}

void Versions::FreeAll(std::span<Node* const> nodes, NodePool& pool) const {
  for (Node* const node : nodes) {
    if (restores_) FreeLate(node, pool);
    Node::Free(node, pool);
  }
}

}  // namespace datombench

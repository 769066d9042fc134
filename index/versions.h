// Which version of a tree frees which node: no counts where versions follow each other.
#ifndef DATOMBENCH_INDEX_VERSIONS_H_
#define DATOMBENCH_INDEX_VERSIONS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "index/node.h"

namespace datombench {

// A version's place among the versions of its tree.
//
// Copying a branch shares all its children but one; counting references to them would touch every
// child of every copied branch, and that costs more than the copy. But a node has a birth, the
// version that made it, and a death, the version that replaced it, and it can be freed once no
// version between them lives. So each version keeps a list of the nodes of its predecessor that it
// replaced; when a version goes, its successor's list tells which nodes nobody sees any more.
// (The dead lists of ZFS snapshots; Ahrens, "How ZFS snapshots really work", BSDCan 2019.)
//
// A version that nobody else has may be given up for its successor, which then takes its place: the
// nodes that are younger than the version before are changed in place.
//
// A version made from one that has a successor already begins a line of its own, which keeps the
// one that it was made from alive, and with it what that one's line began from.
struct Version {
  uint64_t id = 0;  // of the transient that made it last; ascends along a line
  Version* previous = nullptr;
  Version* next = nullptr;
  // Nodes of the previous version that this one doesn't have.
  std::vector<Node*> replaced;
  // What the line was begun from; every version of the line keeps it.
  std::shared_ptr<const void> origin;
  uint64_t origin_id = 0;

  // Nodes that are no younger belong to others.
  uint64_t oldest_id() const { return previous != nullptr ? previous->id : origin_id; }
};

// Thread safety: any number of threads.
class Versions {
 public:
  // `restores`: whether slots may be filled after they have been copied.
  explicit Versions(bool restores) : restores_(restores) {}

  uint64_t NextId() { return ids_.fetch_add(1, std::memory_order_relaxed) + 1; }

  // Puts `version` after `base`, or begins a new line if something else follows that already.
  // `keep_base` keeps `base` alive. REQUIRES: version->id and version->replaced are set.
  void Append(Version* version, Version* base, std::shared_ptr<const void> keep_base);

  // If `version` has no successor: the id after which its own nodes were born. Its only owner may
  // change those in place. Else nothing.
  std::optional<uint64_t> OldestIdOfLast(const Version& version);
  // `version` gave itself up for the transient `id`, which doesn't have the nodes `replaced` any
  // more: takes note of those that older versions have, frees the others into `pool`.
  void Renew(Version* version, uint64_t id, std::vector<Node*> replaced, NodePool& pool);

  // Takes `version` out and frees the nodes that no other version has, into `pool`. `root` is its
  // root.
  void Remove(Version* version, const Slot& root, NodePool& pool);

 private:
  void FreeAll(std::span<Node* const> nodes, NodePool& pool) const;

  const bool restores_;
  std::atomic<uint64_t> ids_{0};
  std::mutex mutex_;  // guards the links and lists of all versions
};

// Frees the nodes below and at `slot` that are younger than `id`.
void FreeNewerThan(uint64_t id, const Slot& slot, NodePool& pool);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_VERSIONS_H_

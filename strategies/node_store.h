// A NodeStore keeps the nodes of an index in a backend, one object a node.
#ifndef DATOMBENCH_STRATEGIES_NODE_STORE_H_
#define DATOMBENCH_STRATEGIES_NODE_STORE_H_

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "backends/backend.h"
#include "index/node_storage.h"
#include "strategies/codec/codec.h"

namespace datombench {

// Addresses ascend by one in the order of storing. Nodes are held back until Commit, or until they
// are more than `batch_bytes`: then they are written without waiting for them to be durable, which
// Commit's write makes them.
//
// A node that has got an address is clean, and may be evicted, before it is written; so what is
// held back is read from here. If a write fails, the nodes in it have addresses under which nothing
// lies: the store is fenced, and every further Store and Commit throws; what is held back stays
// readable, and with it every version in memory.
//
// Thread safety: Restore may be called from many threads beside one that calls the rest.
class NodeStore final : public NodeStorage {
 public:
  // Both must outlive the store.
  NodeStore(Backend& backend, const Codec& codec, size_t batch_bytes)
      : backend_(backend), codec_(codec), batch_bytes_(batch_bytes) {}

  // Continues a store in which `next` is the first address not taken.
  void Open(Address next) { first_held_ = next_ = next; }
  Address next_address() const { return next_; }

  // No node names an attribute from here on.
  void SetAttributesEnd(AttributeId end) { attributes_end_ = end; }

  Address Store(const NodeView& node) override;
  NodeContents Restore(Address address) override;

  // Writes what is held back, then `record` under `key`, as one batch; returns when it is durable.
  void Commit(std::string key, std::string record, Durability durability);

  size_t held_bytes() const { return held_bytes_; }

 private:
  void ThrowIfFenced() const;
  void WriteHeld(Durability durability);
  std::optional<std::string> HeldNode(Address address);

  Backend& backend_;
  const Codec& codec_;
  const size_t batch_bytes_;
  std::atomic<AttributeId> attributes_end_{0};
  bool is_fenced_ = false;
  Address next_ = kNoAddress + 1;
  size_t held_bytes_ = 0;
  std::mutex mutex_;  // guards what follows
  Batch held_;        // its operation i is the node at first_held_ + i
  Address first_held_ = kNoAddress + 1;
};

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_NODE_STORE_H_

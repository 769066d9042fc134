#include "tests/support/memory_node_storage.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "backends/error.h"

namespace datombench {
namespace {

NodeContents CopyOf(uint32_t level, std::span<const Datom> keys,
                    std::span<const Address> children) {
  NodeContents copy;
  copy.level = level;
  copy.children.assign(children.begin(), children.end());
  size_t value_bytes = 0;
  for (const Datom& d : keys) {
    if (IsOutOfLine(d.v().type())) value_bytes += ValueArena::StoredBytes(d.v().AsBytes().size());
  }
  copy.values = std::make_unique<ValueArena>(value_bytes);
  copy.keys.reserve(keys.size());
  for (const Datom& d : keys) {
    copy.keys.emplace_back(d.e(), d.a(), copy.values->Adopt(d.v()), d.tx(), d.added());
  }
  return copy;
}

bool IsSameDatom(const Datom& x, const Datom& y) {
  return x.e() == y.e() && x.a() == y.a() && x.v().type() == y.v().type() &&
         x.tx_and_added() == y.tx_and_added() &&
         (IsOutOfLine(x.v().type()) ? x.v().AsBytes() == y.v().AsBytes()
                                    : x.v().bits() == y.v().bits());
}

// Counts down to the call that fails.
bool FailsNow(uint64_t* calls_until_failure) {
  return *calls_until_failure > 0 && --*calls_until_failure == 0;
}

}  // namespace

Address MemoryNodeStorage::Store(const NodeView& node) {
  NodeContents copy = CopyOf(node.level, node.keys, node.children);
  const std::lock_guard lock(mutex_);
  if (FailsNow(&stores_until_failure_)) throw StorageError("the disk is full");
  for (const Address child : node.children) NodeLocked(child);
  nodes_.push_back(std::move(copy));
  return nodes_.size();
}

NodeContents MemoryNodeStorage::Restore(Address address) {
  const NodeContents* stored = nullptr;
  {
    const std::lock_guard lock(mutex_);
    stored = &NodeLocked(address);
    if (FailsNow(&restores_until_failure_)) throw StorageError("the disk is gone");
    ++restored_;
  }
  return CopyOf(stored->level, stored->keys, stored->children);
}

void MemoryNodeStorage::FailRestore(uint64_t k) {
  const std::lock_guard lock(mutex_);
  restores_until_failure_ = k;
}

void MemoryNodeStorage::FailStore(uint64_t k) {
  const std::lock_guard lock(mutex_);
  stores_until_failure_ = k;
}

void MemoryNodeStorage::Heal() {
  FailRestore(0);
  FailStore(0);
}

size_t MemoryNodeStorage::stored() const {
  const std::lock_guard lock(mutex_);
  return nodes_.size();
}

uint64_t MemoryNodeStorage::restored() const {
  const std::lock_guard lock(mutex_);
  return restored_;
}

const NodeContents& MemoryNodeStorage::node(Address address) const {
  const std::lock_guard lock(mutex_);
  return NodeLocked(address);
}

const NodeContents& MemoryNodeStorage::NodeLocked(Address address) const {
  if (address == kNoAddress || address > nodes_.size()) {
    throw std::logic_error("no node was stored at address " + std::to_string(address));
  }
  return nodes_[address - 1];
}

bool MemoryNodeStorage::IsSameTree(Address x, Address y) const {
  if (x == y) return true;
  const NodeContents& in_x = node(x);
  const NodeContents& in_y = node(y);
  return in_x.level == in_y.level &&
         std::equal(in_x.keys.begin(), in_x.keys.end(), in_y.keys.begin(), in_y.keys.end(),
                    IsSameDatom) &&
         std::equal(in_x.children.begin(), in_x.children.end(), in_y.children.begin(),
                    in_y.children.end(), [this](Address c, Address d) { return IsSameTree(c, d); });
}

}  // namespace datombench

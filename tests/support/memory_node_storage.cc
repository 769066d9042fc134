#include "tests/support/memory_node_storage.h"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "backends/error.h"

namespace datombench {
namespace {

bool IsSameDatom(const Datom& x, const Datom& y) {
  return x.e() == y.e() && x.a() == y.a() && x.v().type() == y.v().type() &&
         x.tx_and_added() == y.tx_and_added() &&
         (IsOutOfLine(x.v().type()) ? x.v().AsBytes() == y.v().AsBytes()
                                    : x.v().bits() == y.v().bits());
}

bool IsSameEdit(const IndexEdit& x, const IndexEdit& y) {
  return x.kind == y.kind && IsSameDatom(x.datom, y.datom);
}

// Counts down to the call that fails.
bool FailsNow(uint64_t* calls_until_failure) {
  return *calls_until_failure > 0 && --*calls_until_failure == 0;
}

}  // namespace

NodeContents CopyOf(const NodeView& node) {
  const auto value_bytes = [](const Datom& d) {
    return IsOutOfLine(d.v().type()) ? ValueArena::StoredBytes(d.v().AsBytes().size()) : 0;
  };
  size_t bytes = 0;
  for (const Datom& d : node.keys) bytes += value_bytes(d);
  for (const IndexEdit& edit : node.buffer) bytes += value_bytes(edit.datom);
  NodeContents copy;
  copy.values = std::make_unique<ValueArena>(bytes);
  const auto adopted = [&](const Datom& d) {
    return Datom(d.e(), d.a(), copy.values->Adopt(d.v()), d.tx(), d.added());
  };
  copy.level = node.level;
  copy.children.assign(node.children.begin(), node.children.end());
  copy.keys.reserve(node.keys.size());
  for (const Datom& d : node.keys) copy.keys.push_back(adopted(d));
  copy.buffer.reserve(node.buffer.size());
  for (const IndexEdit& edit : node.buffer) {
    copy.buffer.push_back({edit.kind, adopted(edit.datom)});
  }
  return copy;
}

Address MemoryNodeStorage::Store(const NodeView& node) {
  NodeContents copy = CopyOf(node);
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
  return CopyOf(stored->View());
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

bool MemoryNodeStorage::IsSameTree(const StoredRoot& x, const StoredRoot& y) const {
  if (x.node.has_value() != y.node.has_value()) return false;
  return x.node ? IsSameNode(*x.node, *y.node) : IsSameTree(x.address, y.address);
}

bool MemoryNodeStorage::IsSameTree(Address x, Address y) const {
  return x == y || IsSameNode(node(x), node(y));
}

bool MemoryNodeStorage::IsSameNode(const NodeContents& x, const NodeContents& y) const {
  return x.level == y.level &&
         std::equal(x.keys.begin(), x.keys.end(), y.keys.begin(), y.keys.end(), IsSameDatom) &&
         std::equal(x.buffer.begin(), x.buffer.end(), y.buffer.begin(), y.buffer.end(),
                    IsSameEdit) &&
         std::equal(x.children.begin(), x.children.end(), y.children.begin(), y.children.end(),
                    [this](Address c, Address d) { return IsSameTree(c, d); });
}

}  // namespace datombench

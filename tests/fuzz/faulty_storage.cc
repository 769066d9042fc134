#include "tests/fuzz/faulty_storage.h"

#include <algorithm>
#include <string>

#include "backends/error.h"
#include "tests/fuzz/input.h"

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

Address FaultyStorage::Store(const NodeView& node) {
  if (FailsNow(&stores_until_failure_)) throw StorageError("the disk is full");
  for (const Address child : node.children) {
    Require(child != kNoAddress && child <= nodes_.size(), "a node was stored before its child");
  }
  nodes_.push_back(CopyOf(node.level, node.keys, node.children));
  return nodes_.size();
}

NodeContents FaultyStorage::Restore(Address address) {
  const NodeContents& stored = node(address);
  if (FailsNow(&restores_until_failure_)) throw StorageError("the disk is gone");
  return CopyOf(stored.level, stored.keys, stored.children);
}

const NodeContents& FaultyStorage::node(Address address) const {
  Require(address != kNoAddress && address <= nodes_.size(),
          "there is no node at address " + std::to_string(address));
  return nodes_[address - 1];
}

bool FaultyStorage::IsSameTree(Address x, Address y) const {
  if (x == y) return true;
  const NodeContents& in_x = node(x);
  const NodeContents& in_y = node(y);
  return in_x.level == in_y.level &&
         std::equal(in_x.keys.begin(), in_x.keys.end(), in_y.keys.begin(), in_y.keys.end(),
                    IsSameDatom) &&
         std::equal(in_x.children.begin(), in_x.children.end(), in_y.children.begin(),
                    in_y.children.end(), [this](Address c, Address d) { return IsSameTree(c, d); });
}

StoredVersion StoreVersion(const NodeAddressableIndex& index, NodeStorage& storage) {
  return {index.Store(storage), index.size()};
}

IndexPtr RestoreVersion(const IndexKind& kind, const DatomOrder& order, const IndexOptions& options,
                        const StoredVersion& stored) {
  return kind.Restore(order, options, stored.root, stored.size);
}

}  // namespace datombench

#include "strategies/node_store.h"

#include "backends/error.h"
#include "strategies/store.h"

namespace datombench {
namespace {

std::string NodeKey(Address address) {
  return static_cast<char>(ObjectClass::kNode) + BigEndian(address);
}

}  // namespace

Address NodeStore::Store(const NodeView& node) {
  ThrowIfFenced();
  if (held_bytes_ >= batch_bytes_) WriteHeld(Durability::kVolatile);
  std::string key = NodeKey(next_);
  std::string bytes = codec_.EncodeNode(node);
  const size_t node_bytes = key.size() + bytes.size();
  {
    const std::lock_guard lock(mutex_);
    held_.Put(std::move(key), std::move(bytes));
  }
  held_bytes_ += node_bytes;
  return next_++;
}

NodeContents NodeStore::Restore(Address address) {
  const std::string key = NodeKey(address);
  std::optional<std::string> bytes = HeldNode(address);
  if (!bytes.has_value()) bytes = GetPresent(backend_, key);
  return DecodeObject(key, [&] {
    NodeContents node = codec_.DecodeNode(*bytes);
    CheckNode(node, attributes_end_);
    return node;
  });
}

void NodeStore::Commit(std::string key, std::string record, Durability durability) {
  ThrowIfFenced();
  {
    const std::lock_guard lock(mutex_);
    held_.Put(std::move(key), std::move(record));
  }
  WriteHeld(durability);
}

void NodeStore::ThrowIfFenced() const {
  if (is_fenced_) {
    throw StorageError(
        "an earlier flush failed while nodes were written: reopen the store to go on writing");
  }
}

void NodeStore::WriteHeld(Durability durability) {
  is_fenced_ = true;  // unless the write returns
  backend_.Write(held_, durability);
  is_fenced_ = false;
  const std::lock_guard lock(mutex_);
  held_ = Batch();
  first_held_ = next_;
  held_bytes_ = 0;
}

std::optional<std::string> NodeStore::HeldNode(Address address) {
  const std::lock_guard lock(mutex_);
  // The record may stand behind the last node: its place is no node's.
  if (address < first_held_ || address - first_held_ >= held_.operations().size() ||
      held_.operations()[address - first_held_].key != NodeKey(address)) {
    return std::nullopt;
  }
  return held_.operations()[address - first_held_].value;
}

}  // namespace datombench

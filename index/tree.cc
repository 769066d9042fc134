#include "index/tree.h"

namespace datombench {

NodeRef Tree::Restore(const Slot& slot) const {
  assert(options.storage != nullptr && slot.address() != kNoAddress);
  NodeContents contents = options.storage->Restore(slot.address());
  const auto size = static_cast<uint32_t>(contents.keys.size());
  NodePtr node = MakeNode(contents.level, size, /*owner=*/0);
  for (uint32_t i = 0; i < size; ++i) {
    if (contents.level == 0) {
      node->InsertKey(i, contents.keys[i]);
    } else {
      node->InsertChild(i, contents.keys[i], Slot(NodePtr(), contents.children[i]));
    }
  }
  node->KeepValues(std::move(contents.values));
  NodePtr published = slot.Publish(std::move(node));
  options.cache->Trim();
  return evicts() ? NodeRef(std::move(published)) : NodeRef(published.get());
}

}  // namespace datombench

#include "index/hitchhiker_lineage.h"

namespace datombench {

HitchhikerPtr HitchhikerLineage::MakeNode(NodeContents contents) const {
  HitchhikerPtr node = MakeNode(contents.level, /*owner=*/0);
  node->keys = std::move(contents.keys);
  node->keys.shrink_to_fit();
  node->children.reserve(contents.children.size());
  for (const Address child : contents.children) node->children.emplace_back(HitchhikerPtr(), child);
  node->buffer = std::move(contents.buffer);
  node->buffer.shrink_to_fit();
  node->Recount();
  node->KeepValues(std::move(contents.values));
  return node;
}

HitchhikerPin HitchhikerLineage::Restore(const HitchhikerSlot& slot) const {
  assert(options.storage != nullptr && slot.address() != kNoAddress);
  HitchhikerPtr published = slot.Publish(MakeNode(options.storage->Restore(slot.address())));
  options.cache->Trim();
  return evicts() ? HitchhikerPin(std::move(published)) : HitchhikerPin(published.get());
}

}  // namespace datombench

#include "index/tree.h"

#include <vector>

namespace datombench {

Node* Tree::MakeWhole(const Node::Origin& origin, std::span<const Datom> keys,
                      std::span<const Slot> children, NodePool& from) const {
  const auto fill = [&](Node* node, size_t begin, size_t end) {
    if (node->is_leaf()) return node->AppendKeys(keys.subspan(begin, end - begin));
    for (size_t i = begin; i < end; ++i) node->Append(keys[i], children[i]);
  };
  const auto size = static_cast<uint32_t>(keys.size());
  if (!is_divided()) {
    Node* const node = MakeNode({origin.level, NodeForm::kWhole, origin.birth, origin.is_restored},
                                std::max(size, 1u), from);
    fill(node, 0, size);
    return node;
  }
  const uint32_t parts = std::max(1u, (size + most_in_part() - 1) / most_in_part());
  Node* const directory =
      MakeNode({origin.level, NodeForm::kDirectory, origin.birth, origin.is_restored}, parts, from);
  for (uint32_t i = 0; i < parts; ++i) {
    const auto begin = static_cast<uint32_t>(uint64_t{size} * i / parts);
    const auto end = static_cast<uint32_t>(uint64_t{size} * (i + 1) / parts);
    Node* const chunk = MakeNode({origin.level, NodeForm::kChunk, origin.birth, origin.is_restored},
                                 std::max(end - begin, 1u), from);
    fill(chunk, begin, end);
    directory->Append(end > begin ? chunk->max_key() : Datom(), Slot(chunk, kNoAddress));
  }
  directory->set_total(size);
  return directory;
}

NodeRef Tree::Restore(const Slot& slot, uint64_t birth) const {
  assert(options.storage != nullptr && slot.address() != kNoAddress);
  NodeContents contents = options.storage->Restore(slot.address());
  std::vector<Slot> children;
  children.reserve(contents.children.size());
  for (const Address address : contents.children) children.emplace_back(nullptr, address);
  NodePool none;
  Node* const node = MakeWhole({contents.level, NodeForm::kWhole, birth, /*is_restored=*/true},
                               contents.keys, children, none);
  const auto values = Node::Shared(std::move(contents.values), options.cache);
  node->KeepValues(values);
  for (uint32_t i = 0; node->is_directory() && i < node->size(); ++i) {
    Part(*node, i).KeepValues(values);
  }
  if (!counts) {
    if (!slot.Publish(node)) node->Release();
    return NodeRef(slot.Peek());
  }
  // The caller's reference, taken before another thread can evict what is published.
  NodePtr kept(node);
  for (;;) {
    node->AddReference();
    if (slot.Publish(node)) break;
    node->Release();
    // Another thread was faster; if its node has been evicted again, try again.
    if (NodePtr winner = slot.Pin()) {
      kept = std::move(winner);
      break;
    }
  }
  options.cache->Trim();
  return NodeRef(std::move(kept));
}

}  // namespace datombench

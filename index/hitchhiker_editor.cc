#include "index/hitchhiker_editor.h"

#include <algorithm>
#include <utility>

#include "index/hitchhiker_operations.h"

namespace datombench {
namespace {

// How many nodes of at most `most` items hold `size` items. Where there are more than one, even
// shares are at least half full.
size_t Shares(size_t size, size_t most) { return size <= most ? 1 : (size + most - 1) / most; }

template <typename Item>
std::span<Item> Share(std::span<Item> items, size_t shares, size_t share) {
  const size_t begin = ShareBegin(items.size(), shares, share);
  return items.subspan(begin, ShareBegin(items.size(), shares, share + 1) - begin);
}

}  // namespace

template <typename Compare>
void HitchhikerEditor<Compare>::Put(HitchhikerPtr* root, const IndexEdit& operation) {
  if (!Adopt(**root)) *root = OwnWithBuffer(**root);
  HitchhikerNode& node = **root;
  Entries nodes;
  if (node.is_leaf()) {
    ApplyOperation(operation, compare_, &node.keys);
    node.Recount();
    if (node.keys.size() <= shape_.most_datoms()) return;
    const Bound last = BoundIn(node, node.keys.back());
    MakeLeaves(std::move(node.keys), last, {&node}, &nodes);
  } else {
    InsertOperation(operation, compare_, &node.buffer);
    node.Recount();
    if (node.buffer.size() <= shape_.most_operations) return;
    if (Entries children = Flush(node); !children.empty()) {
      MakeBranches(node.level, std::move(children), {}, BoundIn(node, node.keys.back()), {},
                   &nodes);
    }
  }
  // The analyzer takes a counted reference for the last one.
  *root = MakeRoot(std::move(nodes), node.level);  // NOLINT(clang-analyzer-cplusplus.NewDelete)
}

template <typename Compare>
bool HitchhikerEditor<Compare>::Adopt(HitchhikerNode& node) const {
  if (node.owner != owner_ && node.HasOneOwner()) node.owner = owner_;
  return node.owner == owner_;
}

template <typename Compare>
HitchhikerPtr HitchhikerEditor<Compare>::Own(HitchhikerNode& node) const {
  if (Adopt(node)) return HitchhikerPtr::Share(&node);
  HitchhikerPtr copy = lineage_.MakeNode(node.level, owner_);
  copy->keys = node.keys;
  copy->children.reserve(node.children.size());
  for (const HitchhikerSlot& slot : node.children) {
    copy->children.push_back(slot.Copy(lineage_.evicts()));
  }
  copy->values = node.values;
  copy->Recount();
  return copy;
}

template <typename Compare>
HitchhikerPtr HitchhikerEditor<Compare>::OwnWithBuffer(HitchhikerNode& node) const {
  HitchhikerPtr copy = Own(node);
  if (copy.get() == &node) return copy;
  // Room for a small transaction; it grows by doubling.
  constexpr size_t kRoom = 16;
  copy->buffer.reserve(node.is_leaf() ? 0 : node.buffer.size() + kRoom);
  copy->buffer.insert(copy->buffer.end(), node.buffer.begin(), node.buffer.end());
  copy->Recount();
  return copy;
}

template <typename Compare>
typename HitchhikerEditor<Compare>::Entries HitchhikerEditor<Compare>::Flush(
    HitchhikerNode& branch) const {
  const std::vector<IndexEdit> operations = std::exchange(branch.buffer, {});
  std::vector<HitchhikerSlot> slots = std::exchange(branch.children, {});
  Entries children;
  children.reserve(slots.size() + 1);
  size_t done = 0;
  for (size_t i = 0; i < slots.size(); ++i) {
    const auto rest = std::span(operations).subspan(done);
    const bool is_last = i + 1 == slots.size();
    const size_t own = is_last ? rest.size() : UpperPlace(rest, branch.keys[i], compare_);
    Entry child{std::move(slots[i]), BoundIn(branch, branch.keys[i])};
    if (own == 0) {
      children.push_back(std::move(child));
    } else {
      Update(std::move(child), rest.first(own), branch, &children);
    }
    done += own;
  }
  Rebalance(&children);
  return children;
}

template <typename Compare>
void HitchhikerEditor<Compare>::Update(Entry child, std::span<const IndexEdit> operations,
                                       const HitchhikerNode& parent, Entries* result) const {
  const HitchhikerPin node = lineage_.Load(child.slot);
  if (node->is_leaf()) {
    UpdateLeaf(*node, std::move(child.bound), operations, parent, result);
  } else {
    UpdateBranch(*node, std::move(child.bound), operations, parent, result);
  }
}

template <typename Compare>
void HitchhikerEditor<Compare>::UpdateLeaf(const HitchhikerNode& leaf, Bound bound,
                                           std::span<const IndexEdit> operations,
                                           const HitchhikerNode& parent, Entries* result) const {
  std::vector<Datom> datoms;
  datoms.reserve(leaf.keys.size() + operations.size());
  ApplyOperations(leaf.keys, operations, compare_, &datoms);
  if (!datoms.empty()) MakeLeaves(std::move(datoms), std::move(bound), {&leaf, &parent}, result);
}

template <typename Compare>
void HitchhikerEditor<Compare>::UpdateBranch(HitchhikerNode& branch, Bound bound,
                                             std::span<const IndexEdit> operations,
                                             const HitchhikerNode& parent, Entries* result) const {
  std::vector<IndexEdit> merged =
      MergeOperations(std::span<const IndexEdit>(branch.buffer), operations, compare_);
  HitchhikerPtr own = Own(branch);
  own->buffer = std::move(merged);
  own->KeepValuesOf(parent);
  own->Recount();
  if (own->buffer.size() <= shape_.most_operations) {
    result->push_back({HitchhikerSlot(std::move(own), kNoAddress), std::move(bound)});
  } else if (Entries children = Flush(*own); !children.empty()) {
    MakeBranches(own->level, std::move(children), {}, std::move(bound), {}, result);
  }
}

template <typename Compare>
void HitchhikerEditor<Compare>::Rebalance(Entries* children) const {
  const auto is_too_small = [this](const Entry& child) { return IsTooSmall(child); };
  if (std::none_of(children->begin(), children->end(), is_too_small)) return;
  Entries balanced;
  balanced.reserve(children->size());
  for (Entry& child : *children) {
    if (!balanced.empty() && (IsTooSmall(balanced.back()) || IsTooSmall(child))) {
      Entry left = std::move(balanced.back());
      balanced.pop_back();
      Join(std::move(left), std::move(child), &balanced);
    } else {
      balanced.push_back(std::move(child));
    }
  }
  *children = std::move(balanced);
}

template <typename Compare>
bool HitchhikerEditor<Compare>::IsTooSmall(const Entry& child) const {
  // Only what this transient has changed can be. Nobody evicts from an entry.
  const HitchhikerNode* const node = child.slot.Peek();
  if (node == nullptr || node->owner != owner_) return false;
  return node->is_leaf() ? node->keys.size() < shape_.least_datoms
                         : node->children.size() < shape_.least_children;
}

template <typename Compare>
void HitchhikerEditor<Compare>::Join(Entry left, Entry right, Entries* result) const {
  const HitchhikerPin x = lineage_.Load(left.slot);
  const HitchhikerPin y = lineage_.Load(right.slot);
  if (x->is_leaf()) {
    JoinLeaves(*x, *y, std::move(right.bound), result);
  } else {
    JoinBranches(*x, std::move(left.bound), *y, std::move(right.bound), result);
  }
}

template <typename Compare>
void HitchhikerEditor<Compare>::JoinLeaves(const HitchhikerNode& left, const HitchhikerNode& right,
                                           Bound bound, Entries* result) const {
  std::vector<Datom> datoms;
  datoms.reserve(left.keys.size() + right.keys.size());
  datoms.insert(datoms.end(), left.keys.begin(), left.keys.end());
  datoms.insert(datoms.end(), right.keys.begin(), right.keys.end());
  MakeLeaves(std::move(datoms), std::move(bound), {&left, &right}, result);
}

template <typename Compare>
void HitchhikerEditor<Compare>::JoinBranches(HitchhikerNode& left, Bound left_bound,
                                             HitchhikerNode& right, Bound bound,
                                             Entries* result) const {
  Entries children;
  std::vector<IndexEdit> buffer;
  for (HitchhikerNode* const node : {&left, &right}) {
    for (size_t i = 0; i < node->children.size(); ++i) {
      children.push_back(
          {node->children[i].Copy(lineage_.evicts()), BoundIn(*node, node->keys[i])});
    }
    // The last child of the left branch isn't the last one any more: now it needs a bound.
    if (node == &left) children.back().bound = left_bound;
    buffer.insert(buffer.end(), node->buffer.begin(), node->buffer.end());
  }
  Rebalance(&children);
  MakeBranches(left.level, std::move(children), buffer, std::move(bound), {&left, &right}, result);
}

template <typename Compare>
void HitchhikerEditor<Compare>::MakeLeaves(std::vector<Datom> datoms, Bound bound, Sources sources,
                                           Entries* result) const {
  const size_t shares = Shares(datoms.size(), shape_.most_datoms());
  for (size_t i = 0; i < shares; ++i) {
    HitchhikerPtr leaf = lineage_.MakeNode(0, owner_);
    const bool is_last = i + 1 == shares;
    if (shares == 1) {
      leaf->keys.swap(datoms);
    } else {
      const auto share = Share(std::span(datoms), shares, i);
      leaf->keys.assign(share.begin(), share.end());
    }
    leaf->Recount();
    for (const HitchhikerNode* source : sources) leaf->KeepValuesOf(*source);
    Bound own_bound = is_last ? bound : BoundIn(*leaf, leaf->keys.back());
    result->push_back({HitchhikerSlot(std::move(leaf), kNoAddress), std::move(own_bound)});
  }
}

template <typename Compare>
void HitchhikerEditor<Compare>::MakeBranches(uint32_t level, Entries children,
                                             std::span<const IndexEdit> buffer, Bound bound,
                                             Sources sources, Entries* result) const {
  const size_t shares = Shares(children.size(), shape_.most_children());
  for (size_t i = 0; i < shares; ++i) {
    const auto share = Share(std::span(children), shares, i);
    const bool is_last = i + 1 == shares;
    const size_t own =
        is_last ? buffer.size() : UpperPlace(buffer, share.back().bound.datom, compare_);
    HitchhikerPtr branch = MakeBranch(level, share, buffer.first(own), sources);
    buffer = buffer.subspan(own);
    Bound own_bound = is_last ? bound : BoundIn(*branch, branch->keys.back());
    result->push_back({HitchhikerSlot(std::move(branch), kNoAddress), std::move(own_bound)});
  }
}

template <typename Compare>
HitchhikerPtr HitchhikerEditor<Compare>::MakeBranch(uint32_t level, std::span<Entry> children,
                                                    std::span<const IndexEdit> buffer,
                                                    Sources sources) const {
  HitchhikerPtr branch = lineage_.MakeNode(level, owner_);
  branch->keys.reserve(children.size());
  branch->children.reserve(children.size());
  for (Entry& child : children) {
    branch->keys.push_back(child.bound.datom);
    branch->children.push_back(std::move(child.slot));
  }
  branch->buffer.assign(buffer.begin(), buffer.end());
  branch->Recount();
  for (const HitchhikerNode* source : sources) branch->KeepValuesOf(*source);
  for (const Entry& child : children) {
    if (child.bound.keeper && IsOutOfLine(child.bound.datom.v().type())) {
      branch->KeepValuesOf(*child.bound.keeper);
    }
  }
  return branch;
}

template <typename Compare>
HitchhikerPtr HitchhikerEditor<Compare>::MakeRoot(Entries nodes, uint32_t level) const {
  if (nodes.empty()) return lineage_.MakeNode(0, owner_);
  while (nodes.size() > 1) {
    Entries parents;
    const Bound last = nodes.back().bound;
    MakeBranches(++level, std::move(nodes), {}, last, {}, &parents);
    nodes = std::move(parents);
  }
  HitchhikerPtr root = HitchhikerPtr::Share(lineage_.Load(nodes[0].slot).get());
  // A root with nothing but one child gives way to it.
  while (root->children.size() == 1 && root->buffer.empty()) {
    root = HitchhikerPtr::Share(lineage_.Load(root->children[0]).get());
  }
  return root;
}

template class HitchhikerEditor<Comparer<OrderKind::kEavt>>;
template class HitchhikerEditor<Comparer<OrderKind::kAevt>>;
template class HitchhikerEditor<Comparer<OrderKind::kAvet>>;
template class HitchhikerEditor<CountingComparer>;

}  // namespace datombench

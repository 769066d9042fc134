#include "index/sorted_set.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include "index/tree.h"
#include "index/tree_cursor.h"
#include "index/tree_editor.h"

namespace datombench {
namespace {

class SortedSet final : public NodeAddressableIndex, public Sweepable {
 public:
  SortedSet(std::shared_ptr<Tree> tree, Slot root, uint64_t size)
      : tree_(std::move(tree)), root_(std::move(root)), size_(size) {
    if (tree_->evicts()) tree_->options.cache->Add(this);
  }
  ~SortedSet() override {
    if (tree_->evicts()) tree_->options.cache->Remove(this);
  }

  const DatomOrder& order() const override { return tree_->order; }
  uint64_t size() const override { return size_; }

  std::unique_ptr<Cursor> Slice(const Datom& from, const Datom& to) const override {
    return MakeForwardCursor(*tree_, root_, from, to);
  }
  std::unique_ptr<Cursor> SliceBackward(const Datom& from, const Datom& to) const override {
    return MakeBackwardCursor(*tree_, root_, from, to);
  }
  std::optional<Found> Seek(const Datom& from) const override {
    return SeekInTree(*tree_, root_, from);
  }

  std::unique_ptr<TransientIndex> Transient() const override;

  size_t MemoryBytes() const override {
    std::unordered_set<const ValueArena*> arenas;
    return sizeof(*this) + ResidentBytes(root_, &arenas);
  }

  StoredRoot Store(NodeStorage& storage) const override {
    StoredRoot root(StoreBelow(root_, storage));
    if (tree_->evicts()) tree_->options.cache->Trim();
    return root;
  }

  uint64_t DirtyNodes() const override { return DirtyBelow(root_); }

  void VisitAddresses(const std::function<void(Address, uint32_t level)>& visit) const override {
    VisitBelow(root_, tree_->Load(root_)->level(), visit);
  }

  size_t Sweep(size_t want_bytes) const override {
    const size_t before = tree_->options.cache->resident_bytes();
    const size_t target = before - std::min(before, want_bytes);
    if (Node* const node = root_.Peek(); node != nullptr && !node->is_leaf())
      SweepBelow(*node, target);
    const size_t after = tree_->options.cache->resident_bytes();
    return before > after ? before - after : 0;
  }

 private:
  static Address StoreBelow(const Slot& slot, NodeStorage& storage) {
    if (slot.address() != kNoAddress) return slot.address();
    const Node& node = *slot.Peek();
    std::vector<Address> children;
    if (!node.is_leaf()) {
      children.reserve(node.size());
      for (uint32_t i = 0; i < node.size(); ++i)
        children.push_back(StoreBelow(node.slot(i), storage));
    }
    const Address address = storage.Store({node.level(), node.keys(), children});
    assert(address != kNoAddress);
    slot.set_address(address);
    return address;
  }

  static uint64_t DirtyBelow(const Slot& slot) {
    if (slot.address() != kNoAddress) return 0;
    const Node& node = *slot.Peek();
    uint64_t nodes = 1;
    for (uint32_t i = 0; !node.is_leaf() && i < node.size(); ++i) nodes += DirtyBelow(node.slot(i));
    return nodes;
  }

  void VisitBelow(const Slot& slot, uint32_t level,
                  const std::function<void(Address, uint32_t)>& visit) const {
    if (slot.address() != kNoAddress) visit(slot.address(), level);
    if (level == 0) return;
    const NodeRef node = tree_->Load(slot);
    for (uint32_t i = 0; i < node->size(); ++i) VisitBelow(node->slot(i), level - 1, visit);
  }

  size_t ResidentBytes(const Slot& slot, std::unordered_set<const ValueArena*>* arenas) const {
    const NodePtr node = slot.Pin();
    if (!node) return 0;
    size_t bytes = node->bytes();
    for (const auto& arena : node->values()) {
      if (arenas->insert(arena.get()).second) bytes += arena->allocated_bytes();
    }
    for (uint32_t i = 0; !node->is_leaf() && i < node->size(); ++i) {
      bytes += ResidentBytes(node->slot(i), arenas);
    }
    return bytes;
  }

  // Returns whether a child of `branch` is still in memory.
  bool SweepBelow(const Node& branch, size_t target_bytes) const {
    bool has_child = false;
    for (uint32_t i = 0; i < branch.size(); ++i) {
      const Slot& slot = branch.slot(i);
      const Node* const child = slot.Peek();
      if (child == nullptr) continue;
      // Cleared on branches too, whose children may all go in this sweep.
      const bool was_used = child->TestAndClearUsed();
      const bool is_needed = !child->is_leaf() && SweepBelow(*child, target_bytes);
      if (is_needed || was_used || slot.address() == kNoAddress ||
          tree_->options.cache->resident_bytes() <= target_bytes) {
        has_child = true;
      } else {
        slot.Evict();
      }
    }
    return has_child;
  }

  const std::shared_ptr<Tree> tree_;
  const Slot root_;
  const uint64_t size_;
};

class SortedSetTransient final : public TransientIndex {
 public:
  SortedSetTransient(std::shared_ptr<Tree> tree, Slot root, uint64_t size)
      : tree_(std::move(tree)),
        editor_(*tree_, tree_->transients.fetch_add(1, std::memory_order_relaxed) + 1),
        root_(std::move(root)),
        size_(size) {}

  bool Insert(const Datom& datom) override {
    return tree_->order.Visit([&](const auto& compare) { return Insert(datom, compare); });
  }

  bool Erase(const Datom& datom) override {
    return tree_->order.Visit([&](const auto& compare) { return Erase(datom, compare); });
  }

  void Apply(std::span<const IndexEdit> edits) override {
    tree_->order.Visit([&](const auto& compare) {
      for (const IndexEdit& edit : edits) {
        [[maybe_unused]] const bool took_effect = edit.kind == IndexEdit::Kind::kInsert
                                                      ? Insert(edit.datom, compare)
                                                      : Erase(edit.datom, compare);
        assert(took_effect);
      }
    });
  }

  std::optional<Found> Seek(const Datom& from) const override {
    return SeekInTree(*tree_, root_, from);
  }
  uint64_t size() const override { return size_; }

  IndexPtr Persist() override {
    return std::make_shared<SortedSet>(std::move(tree_), std::move(root_), size_);
  }

 private:
  template <typename Compare>
  bool Insert(const Datom& datom, const Compare& compare) {
    const bool is_new = editor_.Insert(root_, datom, compare);
    size_ += is_new ? 1 : 0;
    return is_new;
  }
  template <typename Compare>
  bool Erase(const Datom& datom, const Compare& compare) {
    const bool was_there = editor_.Erase(root_, datom, compare);
    size_ -= was_there ? 1 : 0;
    return was_there;
  }

  std::shared_ptr<Tree> tree_;
  TreeEditor editor_;
  Slot root_;
  uint64_t size_;
};

std::unique_ptr<TransientIndex> SortedSet::Transient() const {
  return std::make_unique<SortedSetTransient>(tree_, root_.Copy(tree_->evicts()), size_);
}

// The sizes of the nodes that `size` keys are shared out to: as even as can be, three quarters full
// like the original's bulk load, so that neither the next insertion splits nor the next erasure
// joins.
class EvenShares {
 public:
  EvenShares(size_t size, uint32_t most) : size_(size) {
    const size_t wanted = std::max<size_t>(1, most * size_t{3} / 4);
    nodes_ = size <= most ? 1 : (size + wanted - 1) / wanted;
  }
  size_t nodes() const { return nodes_; }
  size_t begin(size_t node) const { return size_ / nodes_ * node + std::min(node, size_ % nodes_); }

 private:
  size_t size_;
  size_t nodes_;
};

class SortedKind final : public IndexKind {
 public:
  std::string_view name() const override { return "sorted_set"; }
  std::string_view summary() const override {
    return "persistent B+-tree after tonsky/persistent-sorted-set; nodes stored one by one";
  }
  bool is_node_addressable() const override { return true; }
  uint32_t default_branching_factor() const override { return 512; }

  IndexPtr FromSorted(const DatomOrder& order, const IndexOptions& options,
                      std::span<const Datom> datoms) const override {
    auto tree = std::make_shared<Tree>(order, options);
    std::vector<NodePtr> nodes = MakeLeaves(*tree, datoms);
    while (nodes.size() > 1) nodes = MakeBranches(*tree, std::move(nodes));
    return std::make_shared<SortedSet>(std::move(tree), Slot(std::move(nodes[0]), kNoAddress),
                                       datoms.size());
  }

  IndexPtr Restore(const DatomOrder& order, const IndexOptions& options, StoredRoot root,
                   uint64_t size) const override {
    assert(options.storage != nullptr && root.address != kNoAddress);
    return std::make_shared<SortedSet>(std::make_shared<Tree>(order, options),
                                       Slot(NodePtr(), root.address), size);
  }

 private:
  static std::vector<NodePtr> MakeLeaves(const Tree& tree, std::span<const Datom> datoms) {
    const EvenShares shares(datoms.size(), tree.most());
    std::vector<NodePtr> leaves;
    leaves.reserve(shares.nodes());
    for (size_t i = 0; i < shares.nodes(); ++i) {
      const size_t begin = shares.begin(i);
      const size_t size = shares.begin(i + 1) - begin;
      leaves.push_back(tree.MakeNode(0, static_cast<uint32_t>(size), /*owner=*/0));
      leaves.back()->AppendKeys(datoms.subspan(begin, size));
    }
    return leaves;
  }

  static std::vector<NodePtr> MakeBranches(const Tree& tree, std::vector<NodePtr> children) {
    const EvenShares shares(children.size(), tree.most());
    std::vector<NodePtr> branches;
    branches.reserve(shares.nodes());
    for (size_t i = 0; i < shares.nodes(); ++i) {
      const size_t begin = shares.begin(i);
      const auto size = static_cast<uint32_t>(shares.begin(i + 1) - begin);
      branches.push_back(tree.MakeNode(children[begin]->level() + 1, size, /*owner=*/0));
      for (uint32_t j = 0; j < size; ++j) {
        NodePtr& child = children[begin + j];
        const Datom key = child->max_key();
        branches.back()->InsertChild(j, key, Slot(std::move(child), kNoAddress));
      }
    }
    return branches;
  }
};

}  // namespace

const IndexKind& SortedSetKind() {
  static const SortedKind kind;
  return kind;
}

}  // namespace datombench

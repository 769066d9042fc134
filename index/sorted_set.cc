#include "index/sorted_set.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include "index/batch_editor.h"
#include "index/tree.h"
#include "index/tree_cursor.h"
#include "index/tree_editor.h"

namespace datombench {
namespace {

class SortedSet final : public NodeAddressableIndex,
                        public Sweepable,
                        public std::enable_shared_from_this<SortedSet> {
 public:
  // Takes over what `root` holds.
  SortedSet(std::shared_ptr<Tree> tree, const Slot& root, uint64_t size, uint64_t id)
      : tree_(std::move(tree)), root_(root), size_(size) {
    version_.id = id;
    if (tree_->counts) tree_->options.cache->Add(this);
  }
  ~SortedSet() override {
    if (!tree_->counts) {
      auto memory = tree_->memory.Take();
      tree_->versions.Remove(&version_, root_, memory->nodes);
      tree_->memory.Give(std::move(memory));
      return;
    }
    tree_->options.cache->Remove(this);
    if (Node* const root = root_.Peek(); root != nullptr) root->Release();
  }

  const DatomOrder& order() const override { return tree_->order; }
  uint64_t size() const override { return size_; }

  std::unique_ptr<Cursor> Slice(const Datom& from, const Datom& to) const override {
    return MakeForwardCursor(*tree_, LoadRoot(), from, to);
  }
  std::unique_ptr<Cursor> SliceBackward(const Datom& from, const Datom& to) const override {
    return MakeBackwardCursor(*tree_, LoadRoot(), from, to);
  }
  std::optional<Found> Seek(const Datom& from) const override {
    return SeekInTree(*tree_, LoadRoot(), from);
  }

  std::unique_ptr<TransientIndex> Transient() const override;

  // The version that a transient made of this one.
  IndexPtr Successor(const Slot& root, uint64_t size, uint64_t id,
                     std::vector<Node*> replaced) const {
    auto successor = std::make_shared<SortedSet>(tree_, root, size, id);
    if (!tree_->counts) {
      successor->version_.replaced = std::move(replaced);
      tree_->versions.Append(&successor->version_, &version_, shared_from_this());
    }
    return successor;
  }

  // For the transient that this version was given up for: takes the root out, and puts what became
  // of it back.
  Slot TakeRoot() {
    const Slot root = root_;
    root_.Set(nullptr, kNoAddress);
    return root;
  }
  void Renew(const Slot& root, uint64_t size, uint64_t id, std::vector<Node*> replaced,
             NodePool& pool) {
    root_ = root;
    size_ = size;
    tree_->versions.Renew(&version_, id, std::move(replaced), pool);
  }

  size_t MemoryBytes() const override {
    std::unordered_set<const ValueArena*> arenas;
    return sizeof(*this) + ResidentBytes(root_, &arenas);
  }

  StoredRoot Store(NodeStorage& storage) const override {
    StoredRoot root(StoreBelow(root_, storage));
    if (tree_->counts) tree_->options.cache->Trim();
    return root;
  }

  uint64_t DirtyNodes() const override { return DirtyBelow(root_); }

  void VisitAddresses(const std::function<void(Address, uint32_t level)>& visit) const override {
    VisitBelow(root_, version_.id, LoadRoot()->level(), visit);
  }

  size_t Sweep(size_t want_bytes) const override {
    const size_t before = tree_->options.cache->resident_bytes();
    const size_t target = before - std::min(before, want_bytes);
    if (Node* const node = root_.Peek(); node != nullptr && node->level() > 0)
      SweepBelow(*node, target);
    const size_t after = tree_->options.cache->resident_bytes();
    return before > after ? before - after : 0;
  }

 protected:
  std::unique_ptr<TransientIndex> TransientInPlace(std::shared_ptr<Index> self) override;

 private:
  NodeRef LoadRoot() const { return tree_->Load(root_, version_.id); }

  // Calls `visit` for the slot of each child of the branch `whole`.
  template <typename Visit>
  static void ForEachChild(const Node& whole, const Visit& visit) {
    for (uint32_t i = 0; i < Parts(whole); ++i) {
      const Node& part = Part(whole, i);
      for (uint32_t j = 0; j < part.size(); ++j) visit(part.slot(j));
    }
  }

  static Address StoreBelow(const Slot& slot, NodeStorage& storage) {
    if (slot.address() != kNoAddress) return slot.address();
    const Node& whole = *slot.Peek();
    std::vector<Address> children;
    if (whole.level() > 0) {
      children.reserve(whole.total());
      ForEachChild(whole,
                   [&](const Slot& child) { children.push_back(StoreBelow(child, storage)); });
    }
    std::vector<Datom> gathered;
    std::span<const Datom> keys = Part(whole, 0).keys();
    if (Parts(whole) > 1) {
      gathered.reserve(whole.total());
      for (uint32_t i = 0; i < Parts(whole); ++i) {
        const auto part = Part(whole, i).keys();
        gathered.insert(gathered.end(), part.begin(), part.end());
      }
      keys = gathered;
    }
    const Address address = storage.Store({whole.level(), keys, children});
    assert(address != kNoAddress);
    slot.set_address(address);
    return address;
  }

  static uint64_t DirtyBelow(const Slot& slot) {
    if (slot.address() != kNoAddress) return 0;
    const Node& whole = *slot.Peek();
    uint64_t nodes = 1;
    if (whole.level() > 0) {
      ForEachChild(whole, [&](const Slot& child) { nodes += DirtyBelow(child); });
    }
    return nodes;
  }

  void VisitBelow(const Slot& slot, uint64_t birth, uint32_t level,
                  const std::function<void(Address, uint32_t)>& visit) const {
    if (slot.address() != kNoAddress) visit(slot.address(), level);
    if (level == 0) return;
    const NodeRef whole = tree_->Load(slot, birth);
    for (uint32_t i = 0; i < Parts(*whole); ++i) {
      const Node& part = Part(*whole, i);
      for (uint32_t j = 0; j < part.size(); ++j) {
        VisitBelow(part.slot(j), part.birth(), level - 1, visit);
      }
    }
  }

  static void AddResident(const Node& node, size_t* bytes,
                          std::unordered_set<const ValueArena*>* arenas) {
    *bytes += node.bytes();
    for (const auto& arena : node.values()) {
      if (arenas->insert(arena.get()).second) *bytes += arena->allocated_bytes();
    }
  }

  size_t ResidentBytes(const Slot& slot, std::unordered_set<const ValueArena*>* arenas) const {
    const NodeRef whole = tree_->counts ? NodeRef(slot.Pin()) : NodeRef(slot.Peek());
    if (!whole) return 0;
    size_t bytes = 0;
    AddResident(*whole, &bytes, arenas);
    for (uint32_t i = 0; whole->is_directory() && i < whole->size(); ++i) {
      AddResident(Part(*whole, i), &bytes, arenas);
    }
    if (whole->level() > 0) {
      ForEachChild(*whole, [&](const Slot& child) { bytes += ResidentBytes(child, arenas); });
    }
    return bytes;
  }

  // Returns whether a child of the branch `whole` is still in memory.
  bool SweepBelow(const Node& whole, size_t target_bytes) const {
    bool has_child = false;
    ForEachChild(whole, [&](const Slot& slot) {
      const Node* const child = slot.Peek();
      if (child == nullptr) return;
      // Cleared on branches too, whose children may all go in this sweep.
      const bool was_used = child->TestAndClearUsed();
      const bool is_needed = child->level() > 0 && SweepBelow(*child, target_bytes);
      if (is_needed || was_used || slot.address() == kNoAddress ||
          tree_->options.cache->resident_bytes() <= target_bytes) {
        has_child = true;
      } else {
        slot.Evict();
      }
    });
    return has_child;
  }

  const std::shared_ptr<Tree> tree_;
  Slot root_;
  uint64_t size_;
  mutable Version version_;  // guarded by tree_->versions
};

class SortedSetTransient final : public TransientIndex {
 public:
  // Of a copy of `base`'s root.
  SortedSetTransient(std::shared_ptr<const SortedSet> base, std::shared_ptr<Tree> tree,
                     const Slot& root, uint64_t base_id)
      : SortedSetTransient(std::move(base), nullptr, std::move(tree), root, base_id) {}
  // In the place of `base`, with its root. The nodes younger than `oldest_id` are `base`'s alone.
  SortedSetTransient(const std::shared_ptr<SortedSet>& base, std::shared_ptr<Tree> tree,
                     uint64_t oldest_id)
      : SortedSetTransient(base, base.get(), std::move(tree), base->TakeRoot(), oldest_id) {}
  // What was never persisted is nobody's.
  ~SortedSetTransient() override {
    if (given_up_ != nullptr) {
      if (!is_persisted_) Renew();
    } else if (!tree_->counts) {
      NodePool none;
      FreeNewerThan(oldest_id_, root_, none);
    } else if (Node* const root = root_.Peek(); root != nullptr) {
      root->Release();
    }
  }

  bool Insert(const Datom& datom) override {
    return tree_->order.Visit([&](const auto& compare) { return Insert(datom, compare); });
  }

  bool Erase(const Datom& datom) override {
    return tree_->order.Visit([&](const auto& compare) { return Erase(datom, compare); });
  }

  void Apply(std::span<const IndexEdit> edits) override {
    if (!tree_->counts) {
      ApplyBatch(*tree_, editor_, edits);
      for (const IndexEdit& edit : edits) size_ += edit.kind == IndexEdit::Kind::kInsert ? 1 : -1;
      return;
    }
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
    return SeekInTree(*tree_, tree_->Load(root_, id_), from);
  }
  uint64_t size() const override { return size_; }

  IndexPtr Persist() override {
    // Enough for most transactions, and little beside the tree itself.
    editor_.nodes().set_most_kept_bytes(size_ * sizeof(Datom) / 4);
    if (given_up_ != nullptr) {
      Renew();
      is_persisted_ = true;
      return std::move(base_);
    }
    IndexPtr successor = base_->Successor(root_, size_, id_, editor_.TakeReplaced());
    root_.Set(nullptr, kNoAddress);
    return successor;
  }

 private:
  SortedSetTransient(std::shared_ptr<const SortedSet> base, SortedSet* given_up,
                     std::shared_ptr<Tree> tree, const Slot& root, uint64_t oldest_id)
      : base_(std::move(base)),
        given_up_(given_up),
        tree_(std::move(tree)),
        oldest_id_(oldest_id),
        id_(tree_->versions.NextId()),
        root_(root),
        editor_(*tree_, id_, oldest_id, root_),
        size_(base_->size()) {}

  void Renew() {
    given_up_->Renew(root_, size_, id_, editor_.TakeReplaced(), editor_.nodes().pool());
  }

  template <typename Compare>
  bool Insert(const Datom& datom, const Compare& compare) {
    const bool is_new = editor_.Insert(datom, compare);
    size_ += is_new ? 1 : 0;
    return is_new;
  }
  template <typename Compare>
  bool Erase(const Datom& datom, const Compare& compare) {
    const bool was_there = editor_.Erase(datom, compare);
    size_ -= was_there ? 1 : 0;
    return was_there;
  }

  // Keeps the nodes that both share until the version that this becomes is known.
  std::shared_ptr<const SortedSet> base_;
  SortedSet* const given_up_;  // the base if this takes its place, else null
  const std::shared_ptr<Tree> tree_;
  const uint64_t oldest_id_;  // the nodes born after it belong to this
  const uint64_t id_;
  Slot root_;
  TreeEditor editor_;
  uint64_t size_;
  bool is_persisted_ = false;
};

std::unique_ptr<TransientIndex> SortedSet::TransientInPlace(std::shared_ptr<Index> self) {
  // Where references are counted, who else has a node isn't known by its age.
  if (tree_->counts) return Transient();
  const std::optional<uint64_t> oldest_id = tree_->versions.OldestIdOfLast(version_);
  if (!oldest_id) return Transient();
  return std::make_unique<SortedSetTransient>(std::static_pointer_cast<SortedSet>(std::move(self)),
                                              tree_, *oldest_id);
}

std::unique_ptr<TransientIndex> SortedSet::Transient() const {
  return std::make_unique<SortedSetTransient>(shared_from_this(), tree_, tree_->CopyOf(root_),
                                              version_.id);
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
    const uint64_t id = tree->versions.NextId();
    Level level = MakeLeaves(*tree, id, datoms);
    for (uint32_t height = 1; level.nodes.size() > 1; ++height) {
      level = MakeBranches(*tree, {height, NodeForm::kWhole, id}, level);
    }
    return std::make_shared<SortedSet>(std::move(tree), level.nodes[0], datoms.size(), id);
  }

  IndexPtr Restore(const DatomOrder& order, const IndexOptions& options, StoredRoot root,
                   uint64_t size) const override {
    assert(options.storage != nullptr && root.address != kNoAddress);
    auto tree = std::make_shared<Tree>(order, options);
    const uint64_t id = tree->versions.NextId();
    return std::make_shared<SortedSet>(std::move(tree), Slot(nullptr, root.address), size, id);
  }

 private:
  // The nodes of one level, ascending, and the greatest datom below each: reading that from the
  // nodes would wait for memory that was written long ago.
  struct Level {
    explicit Level(size_t size) {
      nodes.reserve(size);
      keys.reserve(size);
    }
    std::vector<Slot> nodes;
    std::vector<Datom> keys;
  };

  static Level MakeLeaves(const Tree& tree, uint64_t id, std::span<const Datom> datoms) {
    NodePool none;
    const EvenShares shares(datoms.size(), tree.most());
    Level leaves(shares.nodes());
    for (size_t i = 0; i < shares.nodes(); ++i) {
      const size_t begin = shares.begin(i);
      const auto share = datoms.subspan(begin, shares.begin(i + 1) - begin);
      leaves.nodes.emplace_back(tree.MakeWhole({0, NodeForm::kWhole, id}, share, {}, none),
                                kNoAddress);
      leaves.keys.push_back(share.empty() ? Datom() : share.back());
    }
    return leaves;
  }

  static Level MakeBranches(const Tree& tree, const Node::Origin& origin, const Level& children) {
    NodePool none;
    const EvenShares shares(children.nodes.size(), tree.most());
    Level branches(shares.nodes());
    for (size_t i = 0; i < shares.nodes(); ++i) {
      const size_t begin = shares.begin(i);
      const size_t size = shares.begin(i + 1) - begin;
      const auto keys = std::span(children.keys).subspan(begin, size);
      const auto nodes = std::span(children.nodes).subspan(begin, size);
      branches.nodes.emplace_back(tree.MakeWhole(origin, keys, nodes, none), kNoAddress);
      branches.keys.push_back(keys.back());
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

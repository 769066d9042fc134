#include "index/hitchhiker_tree.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include "index/hitchhiker_cursor.h"
#include "index/hitchhiker_editor.h"
#include "index/hitchhiker_lineage.h"

namespace datombench {
namespace {

using LineagePtr = std::shared_ptr<HitchhikerLineage>;

class HitchhikerTree final : public NodeAddressableIndex, public Sweepable {
 public:
  HitchhikerTree(LineagePtr lineage, HitchhikerPtr root, uint64_t size)
      : lineage_(std::move(lineage)), root_(std::move(root)), size_(size) {
    if (lineage_->evicts()) lineage_->options.cache->Add(this);
  }
  ~HitchhikerTree() override {
    if (lineage_->evicts()) lineage_->options.cache->Remove(this);
  }

  const DatomOrder& order() const override { return lineage_->order; }
  uint64_t size() const override { return size_; }

  std::unique_ptr<Cursor> Slice(const Datom& from, const Datom& to) const override {
    return MakeForwardCursor(*lineage_, *root_, from, to);
  }
  std::unique_ptr<Cursor> SliceBackward(const Datom& from, const Datom& to) const override {
    return MakeBackwardCursor(*lineage_, *root_, from, to);
  }
  std::optional<Found> Seek(const Datom& from) const override {
    return SeekBelow(*lineage_, *root_, from);
  }

  std::unique_ptr<TransientIndex> Transient() const override;

  size_t MemoryBytes() const override {
    std::unordered_set<const ValueArena*> arenas;
    return sizeof(*this) + ResidentBytes(*root_, &arenas);
  }

  StoredRoot Store(NodeStorage& storage) const override {
    NodeContents root;
    root.level = root_->level;
    root.keys = root_->keys;
    root.children = StoreChildren(*root_, storage);
    root.buffer = root_->buffer;
    if (lineage_->evicts()) lineage_->options.cache->Trim();
    return StoredRoot(std::move(root));
  }

  uint64_t DirtyNodes() const override { return DirtyBelow(*root_); }

  void VisitAddresses(const std::function<void(Address, uint32_t level)>& visit) const override {
    VisitBelow(*root_, visit);
  }

  size_t Sweep(size_t want_bytes) const override {
    const size_t before = lineage_->options.cache->resident_bytes();
    SweepBelow(*root_, before - std::min(before, want_bytes));
    const size_t after = lineage_->options.cache->resident_bytes();
    return before > after ? before - after : 0;
  }

 protected:
  std::unique_ptr<TransientIndex> TransientInPlace(std::shared_ptr<Index> self) override;

 private:
  static std::vector<Address> StoreChildren(const HitchhikerNode& branch, NodeStorage& storage) {
    std::vector<Address> addresses;
    addresses.reserve(branch.children.size());
    for (const HitchhikerSlot& slot : branch.children) {
      if (slot.address() == kNoAddress) {
        const HitchhikerNode& child = *slot.Peek();
        const std::vector<Address> children = StoreChildren(child, storage);
        const Address address = storage.Store({child.level, child.keys, children, child.buffer});
        assert(address != kNoAddress);
        slot.set_address(address);
      }
      addresses.push_back(slot.address());
    }
    return addresses;
  }

  static uint64_t DirtyBelow(const HitchhikerNode& branch) {
    uint64_t nodes = 0;
    for (const HitchhikerSlot& slot : branch.children) {
      if (slot.address() == kNoAddress) nodes += 1 + DirtyBelow(*slot.Peek());
    }
    return nodes;
  }

  void VisitBelow(const HitchhikerNode& branch,
                  const std::function<void(Address, uint32_t)>& visit) const {
    for (const HitchhikerSlot& slot : branch.children) {
      if (slot.address() != kNoAddress) visit(slot.address(), branch.level - 1);
      if (branch.level > 1) VisitBelow(*lineage_->Load(slot), visit);
    }
  }

  size_t ResidentBytes(const HitchhikerNode& node,
                       std::unordered_set<const ValueArena*>* arenas) const {
    size_t bytes = node.Bytes();
    for (const auto& arena : node.values) {
      if (arenas->insert(arena.get()).second) bytes += arena->allocated_bytes();
    }
    for (const HitchhikerSlot& slot : node.children) {
      if (const HitchhikerPtr child = slot.Pin()) bytes += ResidentBytes(*child, arenas);
    }
    return bytes;
  }

  // Returns whether a child of `branch` is still in memory.
  bool SweepBelow(const HitchhikerNode& branch, size_t target_bytes) const {
    bool has_child = false;
    for (const HitchhikerSlot& slot : branch.children) {
      const HitchhikerNode* const child = slot.Peek();
      if (child == nullptr) continue;
      // Cleared on branches too, whose children may all go in this sweep.
      const bool was_used = child->TestAndClearUsed();
      const bool is_needed = SweepBelow(*child, target_bytes);
      if (is_needed || was_used || slot.address() == kNoAddress ||
          lineage_->options.cache->resident_bytes() <= target_bytes) {
        has_child = true;
      } else {
        slot.Evict();
      }
    }
    return has_child;
  }

  const LineagePtr lineage_;
  HitchhikerPtr root_;
  const uint64_t size_;
};

class HitchhikerTransient final : public TransientIndex {
 public:
  HitchhikerTransient(LineagePtr lineage, HitchhikerPtr root, uint64_t size)
      : lineage_(std::move(lineage)),
        owner_(lineage_->transients.fetch_add(1, std::memory_order_relaxed) + 1),
        root_(std::move(root)),
        size_(size) {}

  bool Insert(const Datom& datom) override { return PutIfEffective({kInsert, datom}); }
  bool Erase(const Datom& datom) override { return PutIfEffective({kErase, datom}); }

  void Apply(std::span<const IndexEdit> edits) override {
    lineage_->order.Visit([&](const auto& compare) {
      HitchhikerEditor editor(*lineage_, owner_, compare);
      for (const IndexEdit& edit : edits) {
        editor.Put(&root_, edit);
        edit.kind == kInsert ? ++size_ : --size_;
      }
    });
  }

  std::optional<Found> Seek(const Datom& from) const override {
    return SeekBelow(*lineage_, *root_, from);
  }
  uint64_t size() const override { return size_; }

  IndexPtr Persist() override {
    return std::make_shared<HitchhikerTree>(std::move(lineage_), std::move(root_), size_);
  }

 private:
  static constexpr IndexEdit::Kind kInsert = IndexEdit::Kind::kInsert;
  static constexpr IndexEdit::Kind kErase = IndexEdit::Kind::kErase;

  bool PutIfEffective(const IndexEdit& edit) {
    return lineage_->order.Visit([&](const auto& compare) {
      const bool is_there = ContainsBelow(*lineage_, *root_, edit.datom, compare);
      if (is_there == (edit.kind == kInsert)) return false;
      HitchhikerEditor(*lineage_, owner_, compare).Put(&root_, edit);
      is_there ? --size_ : ++size_;
      return true;
    });
  }

  LineagePtr lineage_;
  const uint64_t owner_;
  HitchhikerPtr root_;
  uint64_t size_;
};

std::unique_ptr<TransientIndex> HitchhikerTree::TransientInPlace(std::shared_ptr<Index>) {
  // Others may be sweeping this.
  if (lineage_->evicts()) return Transient();
  return std::make_unique<HitchhikerTransient>(lineage_, std::move(root_), size_);
}

std::unique_ptr<TransientIndex> HitchhikerTree::Transient() const {
  return std::make_unique<HitchhikerTransient>(lineage_, root_, size_);
}

// How many nodes share `size` items in a bulk build: three quarters full, so that neither the next
// operations split them nor they become too small.
size_t BulkShares(size_t size, size_t most) {
  const size_t wanted = most * 3 / 4;
  return size <= most ? 1 : (size + wanted - 1) / wanted;
}

class HitchhikerKind final : public IndexKind {
 public:
  std::string_view name() const override { return "hitchhiker_tree"; }
  std::string_view summary() const override {
    return "persistent B+-tree whose branches buffer operations; root kept in the record";
  }
  bool is_node_addressable() const override { return true; }
  bool keeps_root_in_record() const override { return true; }
  uint32_t default_branching_factor() const override { return 17; }

  IndexPtr FromSorted(const DatomOrder& order, const IndexOptions& options,
                      std::span<const Datom> datoms) const override {
    auto lineage = std::make_shared<HitchhikerLineage>(order, options);
    std::vector<HitchhikerPtr> nodes = MakeLeaves(*lineage, datoms);
    while (nodes.size() > 1) nodes = MakeBranches(*lineage, nodes);
    return std::make_shared<HitchhikerTree>(std::move(lineage), std::move(nodes[0]), datoms.size());
  }

  IndexPtr Restore(const DatomOrder& order, const IndexOptions& options, StoredRoot root,
                   uint64_t size) const override {
    assert(options.storage != nullptr && root.node.has_value());
    auto lineage = std::make_shared<HitchhikerLineage>(order, options);
    HitchhikerPtr node = lineage->MakeNode(*std::move(root.node));
    return std::make_shared<HitchhikerTree>(std::move(lineage), std::move(node), size);
  }

 private:
  static std::vector<HitchhikerPtr> MakeLeaves(const HitchhikerLineage& lineage,
                                               std::span<const Datom> datoms) {
    const size_t shares = BulkShares(datoms.size(), lineage.shape.most_datoms());
    std::vector<HitchhikerPtr> leaves;
    leaves.reserve(shares);
    for (size_t i = 0; i < shares; ++i) {
      const size_t begin = ShareBegin(datoms.size(), shares, i);
      const auto share = datoms.subspan(begin, ShareBegin(datoms.size(), shares, i + 1) - begin);
      leaves.push_back(lineage.MakeNode(0, /*owner=*/0));
      leaves.back()->keys.assign(share.begin(), share.end());
      leaves.back()->Recount();
    }
    return leaves;
  }

  static std::vector<HitchhikerPtr> MakeBranches(const HitchhikerLineage& lineage,
                                                 const std::vector<HitchhikerPtr>& children) {
    const size_t shares = BulkShares(children.size(), lineage.shape.most_children());
    std::vector<HitchhikerPtr> branches;
    branches.reserve(shares);
    for (size_t i = 0; i < shares; ++i) {
      const size_t begin = ShareBegin(children.size(), shares, i);
      const size_t end = ShareBegin(children.size(), shares, i + 1);
      branches.push_back(lineage.MakeNode(children[begin]->level + 1, /*owner=*/0));
      HitchhikerNode& branch = *branches.back();
      branch.keys.reserve(end - begin);
      branch.children.reserve(end - begin);
      for (size_t child = begin; child < end; ++child) {
        branch.keys.push_back(children[child]->keys.back());
        branch.children.emplace_back(children[child], kNoAddress);
      }
      branch.Recount();
    }
    return branches;
  }
};

}  // namespace

const IndexKind& HitchhikerTreeKind() {
  static const HitchhikerKind kind;
  return kind;
}

}  // namespace datombench

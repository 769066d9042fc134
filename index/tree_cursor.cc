#include "index/tree_cursor.h"

#include <vector>

namespace datombench {
namespace {

// The place of the first key >= `bound`, size() if there is none.
uint32_t LowerBound(const Tree& tree, const Node& node, const Datom& bound) {
  return tree.order.Visit([&](const auto& compare) {
    return PartitionPoint(node, [&](const Datom& key) { return compare.IsLess(key, bound); });
  });
}

// The place of the first key > `bound`.
uint32_t UpperBound(const Tree& tree, const Node& node, const Datom& bound) {
  return tree.order.Visit([&](const auto& compare) {
    return PartitionPoint(node, [&](const Datom& key) { return !compare.IsLess(bound, key); });
  });
}

// The way from the root down to a leaf: on each branch, the child that was taken.
class Path {
 public:
  explicit Path(const Tree& tree) : tree_(tree) {}

  // Goes down from `from`; `choose(node)` names the child to take. Returns the leaf.
  template <typename Choose>
  NodeRef Descend(NodeRef from, const Choose& choose) {
    NodeRef node = std::move(from);
    while (!node->is_leaf()) {
      const uint32_t i = choose(*node);
      NodeRef child = tree_.LoadChild(*node, i);
      steps_.push_back({std::move(node), i});
      node = std::move(child);
    }
    return node;
  }

  // The greatest datom below the last branch of the path, if there is one.
  const Datom* MaxKeyOfBranch() const {
    return steps_.empty() ? nullptr : &steps_.back().branch->max_key();
  }

  // The leaf after the one the path leads to if both are below the same branch and in memory.
  Node* NextSibling() {
    if (tree_.counts || steps_.empty()) return nullptr;
    Step& step = steps_.back();
    const uint32_t next = step.child + 1;
    if (next >= step.branch->size()) return nullptr;
    Node* const leaf = step.branch->slot(next).Peek();
    if (leaf == nullptr) return nullptr;
    step.child = next;
    FetchAhead(*step.branch, next);
    return leaf;
  }

  // The leaf after the one the path leads to, or nothing.
  NodeRef NextLeaf() {
    while (!steps_.empty() && steps_.back().child + 1 == steps_.back().branch->size())
      steps_.pop_back();
    if (steps_.empty()) return {};
    Step& step = steps_.back();
    return Descend(tree_.LoadChild(*step.branch, ++step.child), [](const Node&) { return 0u; });
  }

  // The leaf before it, or nothing.
  NodeRef PreviousLeaf() {
    while (!steps_.empty() && steps_.back().child == 0) steps_.pop_back();
    if (steps_.empty()) return {};
    Step& step = steps_.back();
    return Descend(tree_.LoadChild(*step.branch, --step.child),
                   [](const Node& node) { return node.size() - 1; });
  }

 private:
  // What is read some leaves later arrives while the ones before it are read: leaves of the last
  // branch of the path, of which `child` is being read, then those of the branch behind it.
  void FetchAhead(const Node& branch, uint32_t child) const {
    const uint32_t ahead = child + kLeavesAhead;
    if (ahead < branch.size()) {
      Prefetch<kLinesOfNextLeaf>(branch.slot(ahead).Peek());
      if (ahead + kLeavesAhead != branch.size()) return;
    }
    if (steps_.size() < 2) return;
    const Step& above = steps_[steps_.size() - 2];
    if (above.child + 1 >= above.branch->size()) return;
    const Node* const next_branch = above.branch->slot(above.child + 1).Peek();
    if (ahead < branch.size()) {
      Prefetch<Tree::kLinesToSearch>(next_branch);
    } else if (next_branch != nullptr && ahead - branch.size() < next_branch->size()) {
      Prefetch<kLinesOfNextLeaf>(next_branch->slot(ahead - branch.size()).Peek());
    }
  }

  // The processor fetches the rest by itself.
  static constexpr size_t kLinesOfNextLeaf = 12;
  static constexpr uint32_t kLeavesAhead = 4;

  struct Step {
    NodeRef branch;
    uint32_t child;
  };
  const Tree& tree_;
  std::vector<Step> steps_;
};

class ForwardCursor final : public Cursor {
 public:
  ForwardCursor(const Tree& tree, NodeRef root, const Datom& from, const Datom& to)
      : tree_(tree), path_(tree), to_(to) {
    leaf_ = path_.Descend(std::move(root), [&](const Node& branch) {
      return std::min(LowerBound(tree_, branch, from), branch.size() - 1);
    });
    begin_ = LowerBound(tree_, *leaf_, from);
    FindWhetherBranchIsInside();
  }

  std::span<const Datom> Next() override {
    if (is_started_ && leaf_) Advance();
    is_started_ = true;
    if (!leaf_ || begin_ == leaf_->size()) return Finish();
    const bool ends_here = !is_branch_inside_ && tree_.order.Compare(leaf_->max_key(), to_) > 0;
    const uint32_t end = ends_here ? UpperBound(tree_, *leaf_, to_) : leaf_->size();
    if (end <= begin_) return Finish();
    is_last_ = ends_here;
    return leaf_->keys().subspan(begin_, end - begin_);
  }

 private:
  std::span<const Datom> Finish() {
    leaf_ = NodeRef();
    return {};
  }

  void Advance() {
    begin_ = 0;
    if (is_last_) {
      leaf_ = NodeRef();
    } else if (Node* const sibling = path_.NextSibling(); sibling != nullptr) {
      leaf_ = NodeRef(sibling);
    } else {
      leaf_ = path_.NextLeaf();
      FindWhetherBranchIsInside();
    }
  }

  void FindWhetherBranchIsInside() {
    const Datom* const last = path_.MaxKeyOfBranch();
    is_branch_inside_ = last != nullptr && tree_.order.Compare(*last, to_) <= 0;
  }

  const Tree& tree_;
  Path path_;
  const Datom to_;
  NodeRef leaf_;
  uint32_t begin_ = 0;
  bool is_branch_inside_ = false;  // whether all below the leaf's branch is before `to_`
  bool is_started_ = false;
  bool is_last_ = false;
};

class BackwardCursor final : public Cursor {
 public:
  BackwardCursor(const Tree& tree, NodeRef root, const Datom& from, const Datom& to)
      : tree_(tree), path_(tree), from_(from) {
    leaf_ = path_.Descend(std::move(root), [&](const Node& branch) {
      return std::min(LowerBound(tree_, branch, to), branch.size() - 1);
    });
    end_ = UpperBound(tree_, *leaf_, to);
    // All of this leaf may lie behind `to`: then the slice ends in the one before.
    if (end_ == 0) Retreat();
  }

  std::span<const Datom> Next() override {
    if (is_started_ && leaf_) Retreat();
    is_started_ = true;
    if (!leaf_ || end_ == 0) return {};
    is_last_ = tree_.order.Compare(leaf_->key(0), from_) < 0;
    const uint32_t begin = is_last_ ? LowerBound(tree_, *leaf_, from_) : 0;
    if (begin >= end_) {
      leaf_ = NodeRef();
      return {};
    }
    return leaf_->keys().subspan(begin, end_ - begin);
  }

 private:
  void Retreat() {
    leaf_ = is_last_ ? NodeRef() : path_.PreviousLeaf();
    end_ = leaf_ ? leaf_->size() : 0;
  }

  const Tree& tree_;
  Path path_;
  const Datom from_;
  NodeRef leaf_;
  uint32_t end_ = 0;
  bool is_started_ = false;
  bool is_last_ = false;
};

}  // namespace

std::optional<Found> SeekInTree(const Tree& tree, NodeRef root, const Datom& from) {
  NodeRef node = std::move(root);
  const std::optional<uint32_t> found = tree.order.Visit([&](const auto& compare) {
    for (;;) {
      const uint32_t i =
          PartitionPoint(*node, [&](const Datom& key) { return compare.IsLess(key, from); });
      if (i == node->size()) return std::optional<uint32_t>();
      if (node->is_leaf()) return std::optional(i);
      node = tree.LoadChild(*node, i);
    }
  });
  if (!found) return std::nullopt;
  const Datom& datom = node->key(*found);
  return Found{datom, std::move(node).Keeper()};
}

std::unique_ptr<Cursor> MakeForwardCursor(const Tree& tree, NodeRef root, const Datom& from,
                                          const Datom& to) {
  return std::make_unique<ForwardCursor>(tree, std::move(root), from, to);
}

std::unique_ptr<Cursor> MakeBackwardCursor(const Tree& tree, NodeRef root, const Datom& from,
                                           const Datom& to) {
  return std::make_unique<BackwardCursor>(tree, std::move(root), from, to);
}

}  // namespace datombench

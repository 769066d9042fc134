#include "index/batch_editor.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "index/datom_sort.h"

namespace datombench {
namespace {

// Nodes that are fetched ahead of the one at hand.
constexpr size_t kAhead = 8;
// Edits that are made in a node as it is.
constexpr uint32_t kMostInPlace = 8;
// Datoms that a chunk keeps in any case when it is changed as it is.
constexpr uint32_t kLeastInPlace = Tree::kMostInChunk / 4;

using Group = EditGroup;
using Risk = EditGroup::Risk;

template <typename Compare>
class Batch {
 public:
  Batch(const Tree& tree, TreeEditor& editor, std::span<const IndexEdit> edits,
        const Compare& compare)
      : tree_(tree),
        editor_(editor),
        nodes_(editor.nodes()),
        edits_(edits),
        compare_(compare),
        sorted_(nodes_.memory().sorted),
        levels_(nodes_.memory().levels) {
    SortEdits(tree.order, edits, &sorted_);
    has_erasures_ = std::any_of(edits.begin(), edits.end(), [](const IndexEdit& edit) {
      return edit.kind == IndexEdit::Kind::kErase;
    });
  }

  void Apply() {
    Group root{
        &editor_.LoadRoot(), nullptr, {0, 0}, 0, static_cast<uint32_t>(sorted_.size()), 0, 0};
    levels_.resize(root.node->level() + 1);
    for (auto& groups : levels_) groups.clear();
    levels_.back().push_back(root);
    for (size_t level = levels_.size(); --level > 0;) FindChildren(level);
    for (size_t level = 0; level < levels_.size(); ++level) {
      for (Group& group : levels_[level]) Assess(level, &group);
    }
    const Group& top = levels_.back().front();
    if (top.risk != Risk::kNone) return ApplyInOrder(top);
    ApplyBelow(levels_.size() - 1, top, editor_.root());
    for (size_t i = 0; i < in_order_.size(); ++i) {
      // What was fetched for it before is gone if there were many.
      if (i + 1 < in_order_.size()) Prefetch<Tree::kLinesToSearch>(in_order_[i + 1]->node);
      ApplyInOrder(*in_order_[i]);
    }
  }

 private:
  const IndexEdit& Edit(uint32_t i) const { return edits_[sorted_[i]]; }

  bool IsBefore(const Datom& key, const Datom& datom) const { return compare_.IsLess(key, datom); }

  // Shares the groups of `level` out to the children.
  void FindChildren(size_t level) {
    std::vector<Group>& below = levels_[level - 1];
    for (size_t g = 0; g < levels_[level].size(); ++g) {
      Group& group = levels_[level][g];
      group.first_child = static_cast<uint32_t>(below.size());
      for (uint32_t i = group.begin; i < group.end;) {
        Place at =
            FindPlace(*group.node, [&](const Datom& key) { return IsBefore(key, Edit(i).datom); });
        const Node& part = Part(*group.node, at.part);
        // What is greater than everything goes to the last child.
        uint32_t end = group.end;
        if (at.offset == part.size()) {
          --at.offset;
        } else {
          end = EndOfGroup(i, group.end, part.key(at.offset));
        }
        if (end < group.end && IsLast(*group.node, at)) end = group.end;
        Node* const child = tree_.Load(part.slot(at.offset), part.birth()).get();
        // Of many leaves the first ones would be gone again before their turn comes.
        const bool is_late = level == 1 && below.size() >= 2 * kAhead;
        is_late ? Prefetch<1>(child) : Prefetch<Tree::kLinesToSearch>(child);
        below.push_back({child, &part.key(at.offset), at, i, end, 0, 0});
        i = end;
      }
      group.end_child = static_cast<uint32_t>(below.size());
    }
  }

  // The first edit from `begin` on that lies behind `last`.
  uint32_t EndOfGroup(uint32_t begin, uint32_t end, const Datom& last) const {
    uint32_t i = begin + 1;
    // Few go to the same child mostly.
    while (i < end && i < begin + 4 && !IsBefore(last, Edit(i).datom)) ++i;
    if (i < begin + 4) return i;
    const auto from = sorted_.begin() + i;
    return static_cast<uint32_t>(
        std::partition_point(from, sorted_.begin() + end,
                             [&](uint32_t e) { return !IsBefore(last, edits_[e].datom); }) -
        sorted_.begin());
  }

  void Assess(size_t level, Group* group) {
    // Entries that the node may gain or lose.
    uint32_t added = 0;
    uint32_t removed = 0;
    if (level == 0) {
      for (uint32_t i = group->begin; has_erasures_ && i < group->end; ++i) {
        removed += Edit(i).kind == IndexEdit::Kind::kErase ? 1 : 0;
      }
      added = group->end - group->begin - removed;
      group->insertions = added;
      group->erasures = removed;
      group->moves = added > 0 && removed > 0 && ErasesItsGreatest(*group);
    } else {
      for (uint32_t c = group->first_child; c < group->end_child; ++c) {
        const Group& child = levels_[level - 1][c];
        group->insertions += child.insertions;
        group->erasures += child.erasures;
        added += child.most_added;
        group->is_in_order |= child.risk == Risk::kShrinks;
        if (!child.moves) continue;
        const bool is_last = IsLast(*group->node, child.at) && level + 1 < levels_.size();
        group->moves |= is_last;
        group->is_in_order |= !is_last;
      }
      // Where children join and borrow, every insertion may cut one and every erasure end one.
      if (group->is_in_order) {
        added = group->insertions;
        removed = group->erasures;
      }
    }
    const uint32_t total = group->node->total();
    const bool is_root = level + 1 == levels_.size();
    // A root shrinks when it has one child left.
    const uint32_t least = is_root ? (level == 0 ? 0 : 2) : tree_.least();
    const bool may_split = total + added > tree_.most();
    if (removed > 0 && (total < least + removed || may_split)) {
      // The halves of a cut are so small that an erasure is enough.
      group->risk = Risk::kShrinks;
    } else if (may_split) {
      group->risk = Risk::kSplits;
      // Each half takes about half a node's worth of entries until it is full again.
      group->most_added = 1 + added / (tree_.most() / 2 - 1);
    }
  }

  // Whether the leaf's greatest datom is erased: from then on what lies between its predecessor and
  // it goes to the next leaf.
  bool ErasesItsGreatest(const Group& leaf) const {
    if (levels_.size() == 1) return false;
    for (uint32_t i = leaf.end; i-- > leaf.begin;) {
      if (Edit(i).kind == IndexEdit::Kind::kErase) {
        return compare_(Edit(i).datom, *leaf.bound) >= 0;
      }
    }
    return false;
  }

  static bool IsLast(const Node& whole, const Place& at) {
    return at.part + 1 == Parts(whole) && at.offset + 1 == Part(whole, at.part).size();
  }

  void ApplyBelow(size_t level, const Group& group, Slot& holder) {
    if (group.risk != Risk::kNone || group.is_in_order || group.moves) {
      in_order_.push_back(&group);
      return;
    }
    if (level == 0) return MergeIntoLeaf(group, holder);
    Node& whole = nodes_.Own(holder, 0);
    bool end_changed = false;
    for (uint32_t c = group.first_child; c < group.end_child; ++c) {
      const Group& child = levels_[level - 1][c];
      if (level == 1) FetchLeaves(c);
      Slot& slot = nodes_.OwnPart(whole, child.at.part, 0).slot(child.at.offset);
      end_changed_ = false;
      ApplyBelow(level - 1, child, slot);
      // Else the key is as it was: reading it back would wait for what has just been written.
      if (end_changed_) end_changed_ = nodes_.RaiseKey(whole, child.at);
      end_changed |= end_changed_;
    }
    end_changed_ = end_changed;
  }

  void FetchLeaves(uint32_t at) {
    const std::vector<Group>& leaves = levels_[0];
    for (; fetched_ < leaves.size() && fetched_ < at + 2 * kAhead; ++fetched_) {
      Prefetch<Tree::kLinesToSearch>(leaves[fetched_].node);
    }
    if (!tree_.is_divided()) return;
    for (; fetched_parts_ < leaves.size() && fetched_parts_ < at + kAhead; ++fetched_parts_) {
      const Group& leaf = leaves[fetched_parts_];
      const uint32_t part = PartitionPoint(
          *leaf.node, [&](const Datom& key) { return IsBefore(key, Edit(leaf.begin).datom); });
      Prefetch<Tree::kLinesToSearch>(&Part(*leaf.node, std::min(part, leaf.node->size() - 1)));
    }
  }

  void MergeIntoLeaf(const Group& group, Slot& holder) {
    // Not group.node: what was restored late isn't the transient's.
    Node* const leaf = tree_.Load(holder, editor_.id()).get();
    if (!leaf->is_directory()) {
      if (MergeInPlace(*leaf, group.begin, group.end)) return holder.set_address(kNoAddress);
      holder.Set(Merge(*leaf, group.begin, group.end), kNoAddress);
      return nodes_.Drop(leaf);
    }
    nodes_.Own(holder, 0);
    // From the back, so that a part that becomes two, or none, moves none that is still to come.
    for (uint32_t end = group.end; end > group.begin;) {
      const Node& directory = *holder.Peek();
      const Datom& last = Edit(end - 1).datom;
      const uint32_t part =
          std::min(PartitionPoint(directory, [&](const Datom& key) { return IsBefore(key, last); }),
                   directory.size() - 1);
      uint32_t begin = group.begin;
      if (part > 0) {
        begin = end - 1;
        while (begin > group.begin && IsBefore(directory.key(part - 1), Edit(begin - 1).datom)) {
          --begin;
        }
      }
      if (!MergeIntoChunk(*holder.Peek(), part, begin, end)) {
        nodes_.ReplacePart(holder, part, Merge(Part(directory, part), begin, end));
      }
      end = begin;
    }
  }

  // Applies the edits [begin, end) to a leaf or a chunk as it is; false, and nothing is done, if
  // that takes another one.
  bool MergeInPlace(Node& node, uint32_t begin, uint32_t end) {
    // Each edit moves what is behind it; many are cheaper merged.
    if (end - begin > kMostInPlace || !nodes_.Adopt(node, node.size() + (end - begin))) {
      return false;
    }
    for (uint32_t i = begin; i < end; ++i) {
      const auto& [kind, datom] = Edit(i);
      const uint32_t at = PositionFrom(node, 0, datom);
      end_changed_ |= at + 1 >= node.size();
      assert((at < node.size() && compare_(node.key(at), datom) == 0) ==
             (kind == IndexEdit::Kind::kErase));
      if (kind == IndexEdit::Kind::kInsert) {
        node.Insert(at, datom);
      } else {
        node.RemoveAt(at);
      }
    }
    return true;
  }

  bool MergeIntoChunk(Node& directory, uint32_t i, uint32_t begin, uint32_t end) {
    Node& chunk = Part(directory, i);
    const uint32_t former = chunk.size();
    const uint32_t edits = end - begin;
    // What may have to be cut or joined is left to ReplacePart.
    if (former + edits > tree_.most_in_part() || former < kLeastInPlace + edits) return false;
    if (!MergeInPlace(chunk, begin, end)) return false;
    directory.set_total(directory.total() + chunk.size() - former);
    if (end_changed_) nodes_.RaisePartKey(directory, i);
    return true;
  }

  // A new node of the datoms of `from` with the edits [begin, end) applied.
  Node* Merge(const Node& from, uint32_t begin, uint32_t end) {
    Node* const merged = nodes_.MakeLike(from, from.size() + (end - begin));
    uint32_t copied = 0;  // of `from`
    for (uint32_t i = begin; i < end;) {
      const Datom& datom = Edit(i).datom;
      uint32_t same = i + 1;
      while (same < end && compare_(Edit(same).datom, datom) == 0) ++same;
      const uint32_t at = PositionFrom(from, copied, datom);
      merged->AppendKeys(from.keys().subspan(copied, at - copied));
      copied = at;
      end_changed_ |= at + 1 >= from.size();
      // Of one datom insertions and erasures take turns, and the last one decides.
      const bool is_there = at < from.size() && compare_(from.key(at), datom) == 0;
      const IndexEdit& last = Edit(same - 1);
      assert(is_there == (Edit(i).kind == IndexEdit::Kind::kErase));
      if (last.kind == IndexEdit::Kind::kInsert) merged->AppendKeys(std::span(&last.datom, 1));
      if (is_there) ++copied;
      i = same;
    }
    merged->AppendKeys(from.keys().subspan(copied));
    merged->KeepValuesOf(from);
    return merged;
  }

  uint32_t PositionFrom(const Node& node, uint32_t begin, const Datom& datom) const {
    const auto keys = node.keys().subspan(begin);
    return begin + PartitionPoint(keys, [&](const Datom& key) { return IsBefore(key, datom); });
  }

  void ApplyInOrder(const Group& group) {
    std::vector<uint32_t> in_order(sorted_.begin() + group.begin, sorted_.begin() + group.end);
    std::sort(in_order.begin(), in_order.end());
    for (const uint32_t i : in_order) {
      const bool took_effect = edits_[i].kind == IndexEdit::Kind::kInsert
                                   ? editor_.Insert(edits_[i].datom, compare_)
                                   : editor_.Erase(edits_[i].datom, compare_);
      assert(took_effect);
      static_cast<void>(took_effect);
    }
  }

  const Tree& tree_;
  TreeEditor& editor_;
  NodeEditor& nodes_;
  const std::span<const IndexEdit> edits_;
  const Compare& compare_;
  std::vector<uint32_t>& sorted_;            // numbers of edits, by datom; of one datom in order
  std::vector<std::vector<Group>>& levels_;  // by level; each in order of keys
  std::vector<const Group*> in_order_;
  bool has_erasures_ = false;
  bool end_changed_ = false;     // whether the last node's greatest datom may be another
  size_t fetched_ = 2 * kAhead;  // leaves; the first ones are as soon as they are found
  size_t fetched_parts_ = 0;
};

}  // namespace

void ApplyBatch(const Tree& tree, TreeEditor& editor, std::span<const IndexEdit> edits) {
  assert(!tree.counts);
  if (edits.empty()) return;
  tree.order.Visit([&](const auto& compare) { Batch(tree, editor, edits, compare).Apply(); });
}

}  // namespace datombench

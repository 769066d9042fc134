#include "index/hitchhiker_cursor.h"

#include <utility>
#include <vector>

#include "index/hitchhiker_operations.h"

namespace datombench {
namespace {

HitchhikerPin PinRoot(const HitchhikerLineage& lineage, HitchhikerNode& root) {
  return lineage.evicts() ? HitchhikerPin(HitchhikerPtr::Share(&root)) : HitchhikerPin(&root);
}

// Finds one datom. The operations on the way down are never merged: the few next ones are compared.
template <typename Compare>
class Seeker {
 public:
  Seeker(const HitchhikerLineage& lineage, const Compare& compare, const Datom& from)
      : lineage_(lineage), compare_(compare), from_(from) {}

  std::optional<Found> Seek(const HitchhikerPin& root) { return Seek(root, nullptr, nullptr); }

 private:
  // A branch on the way down, and which of its operations come next.
  struct Frame {
    Frame* above;
    const HitchhikerPin* branch;
    const IndexEdit* next;
    const IndexEdit* end;
  };

  // `bound` is that of `node`, null where it has none.
  std::optional<Found> Seek(const HitchhikerPin& node, Frame* above, const Datom* bound) {
    if (node->is_leaf()) return SeekInLeaf(node, above, bound);
    const std::vector<IndexEdit>& buffer = node->buffer;
    const IndexEdit* const end = buffer.data() + buffer.size();
    Frame frame{above, &node, end - buffer.size() + LowerPlace(buffer, from_, compare_), end};
    const size_t size = node->children.size();
    for (size_t i = ChildPlace(node->keys, from_, compare_); i < size; ++i) {
      const HitchhikerPin child = lineage_.Load(node->children[i]);
      const bool is_last = i + 1 == size;
      if (auto found = Seek(child, &frame, is_last ? bound : &node->keys[i])) return found;
      // Everything that was there has been erased, by operations that wait: on to the next child.
    }
    return std::nullopt;
  }

  std::optional<Found> SeekInLeaf(const HitchhikerPin& leaf, Frame* frames, const Datom* bound) {
    const Datom* next = leaf->keys.data() + LowerPlace(leaf->keys, from_, compare_);
    const Datom* const end = leaf->keys.data() + leaf->keys.size();
    for (;;) {
      const Datom* first = next != end ? next : nullptr;
      const Frame* newest = nullptr;  // the newest that has an operation on `first`
      for (const Frame* frame = frames; frame != nullptr; frame = frame->above) {
        if (frame->next == frame->end) continue;
        if (first == nullptr || compare_(frame->next->datom, *first) <= 0) {
          first = &frame->next->datom;
          newest = frame;
        }
      }
      if (first == nullptr) return std::nullopt;
      if (newest == nullptr) return Found{*first, leaf.Keeper()};
      // No datom of the leaf is above its bound, but a waiting operation may be another leaf's.
      if (next == end && bound != nullptr && compare_(*first, *bound) > 0) return std::nullopt;
      if (newest->next->kind == IndexEdit::Kind::kInsert) {
        return Found{*first, newest->branch->Keeper()};
      }
      const Datom erased = *first;
      if (next != end && compare_(*next, erased) == 0) ++next;
      for (Frame* frame = frames; frame != nullptr; frame = frame->above) {
        if (frame->next != frame->end && compare_(frame->next->datom, erased) == 0) ++frame->next;
      }
    }
  }

  const HitchhikerLineage& lineage_;
  const Compare& compare_;
  const Datom& from_;
};

// Stands on a leaf and knows the way there.
class Path {
 public:
  Path(const HitchhikerLineage& lineage, HitchhikerNode& root, const Datom& to)
      : lineage_(lineage) {
    lineage_.order.Visit([&](const auto& compare) {
      Descend(PinRoot(lineage, root),
              [&](const HitchhikerNode& branch) { return ChildPlace(branch.keys, to, compare); });
    });
  }

  // Go to the leaf after, or before; false if there is none.
  bool Advance() {
    while (!steps_.empty() && steps_.back().child + 1 == steps_.back().branch->children.size()) {
      steps_.pop_back();
    }
    if (steps_.empty()) return false;
    Descend(LoadChild(++steps_.back().child), [](const HitchhikerNode&) { return size_t{0}; });
    return true;
  }
  bool Retreat() {
    while (!steps_.empty() && steps_.back().child == 0) steps_.pop_back();
    if (steps_.empty()) return false;
    Descend(LoadChild(--steps_.back().child),
            [](const HitchhikerNode& branch) { return branch.children.size() - 1; });
    return true;
  }

  // The leaf has what is above floor() and not above bound(); null where it has no such limit.
  const Datom* floor() const {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
      if (step->child > 0) return &step->branch->keys[step->child - 1];
    }
    return nullptr;
  }
  const Datom* bound() const {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
      if (step->child + 1 < step->branch->children.size()) return &step->branch->keys[step->child];
    }
    return nullptr;
  }

  // The leaf's datoms after the operations that wait for it: the leaf's own where none do. Valid
  // until the path goes on.
  std::span<const Datom> Run() {
    return lineage_.order.Visit([&](const auto& compare) -> std::span<const Datom> {
      const Datom* const floor_key = floor();
      const Datom* const bound_key = bound();
      operations_.clear();
      for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
        const std::span<const IndexEdit> buffer = step->branch->buffer;
        if (buffer.empty()) continue;
        const size_t begin = floor_key == nullptr ? 0 : UpperPlace(buffer, *floor_key, compare);
        const size_t end =
            bound_key == nullptr ? buffer.size() : UpperPlace(buffer, *bound_key, compare);
        if (begin == end) continue;
        const auto newer = buffer.subspan(begin, end - begin);
        if (operations_.empty()) {
          operations_.assign(newer.begin(), newer.end());
        } else {
          operations_ = MergeOperations(std::span<const IndexEdit>(operations_), newer, compare);
        }
      }
      if (operations_.empty()) return leaf_->keys;
      run_.clear();
      run_.reserve(leaf_->keys.size() + operations_.size());
      ApplyOperations(leaf_->keys, operations_, compare, &run_);
      return run_;
    });
  }

 private:
  struct Step {
    HitchhikerPin branch;
    size_t child;
  };

  HitchhikerPin LoadChild(size_t child) const {
    return lineage_.Load(steps_.back().branch->children[child]);
  }

  // Goes down from `node`; `choose(branch)` names the child to take.
  template <typename Choose>
  void Descend(HitchhikerPin node, const Choose& choose) {
    while (!node->is_leaf()) {
      const size_t child = choose(*node);
      steps_.push_back({std::move(node), child});
      node = LoadChild(child);
    }
    leaf_ = std::move(node);
  }

  const HitchhikerLineage& lineage_;
  std::vector<Step> steps_;
  HitchhikerPin leaf_;
  std::vector<IndexEdit> operations_;  // what waits for the leaf
  std::vector<Datom> run_;             // the leaf and that
};

// The part of `run` from `from` on, or up to `to`.
std::span<const Datom> From(const DatomOrder& order, std::span<const Datom> run,
                            const Datom& from) {
  return order.Visit(
      [&](const auto& compare) { return run.subspan(LowerPlace(run, from, compare)); });
}
std::span<const Datom> UpTo(const DatomOrder& order, std::span<const Datom> run, const Datom& to) {
  return order.Visit([&](const auto& compare) { return run.first(UpperPlace(run, to, compare)); });
}

class ForwardCursor final : public Cursor {
 public:
  ForwardCursor(const HitchhikerLineage& lineage, HitchhikerNode& root, const Datom& from,
                const Datom& to)
      : order_(lineage.order), path_(lineage, root, from), from_(from), to_(to) {}

  std::span<const Datom> Next() override {
    while (!is_done_) {
      const bool is_first = !std::exchange(is_started_, true);
      if (!is_first && !path_.Advance()) break;
      std::span<const Datom> run = path_.Run();
      if (is_first) run = From(order_, run, from_);
      const Datom* const bound = path_.bound();
      is_done_ = bound == nullptr || order_.Compare(to_, *bound) <= 0;
      if (is_done_) run = UpTo(order_, run, to_);
      if (!run.empty()) return run;
    }
    is_done_ = true;
    return {};
  }

 private:
  const DatomOrder& order_;
  Path path_;
  const Datom from_;
  const Datom to_;
  bool is_started_ = false;
  bool is_done_ = false;  // no leaf after this one matters
};

class BackwardCursor final : public Cursor {
 public:
  BackwardCursor(const HitchhikerLineage& lineage, HitchhikerNode& root, const Datom& from,
                 const Datom& to)
      : order_(lineage.order), path_(lineage, root, to), from_(from), to_(to) {}

  std::span<const Datom> Next() override {
    while (!is_done_) {
      const bool is_first = !std::exchange(is_started_, true);
      if (!is_first && !path_.Retreat()) break;
      std::span<const Datom> run = path_.Run();
      if (is_first) run = UpTo(order_, run, to_);
      const Datom* const floor = path_.floor();
      is_done_ = floor == nullptr || order_.Compare(from_, *floor) > 0;
      if (is_done_) run = From(order_, run, from_);
      if (!run.empty()) return run;
    }
    is_done_ = true;
    return {};
  }

 private:
  const DatomOrder& order_;
  Path path_;
  const Datom from_;
  const Datom to_;
  bool is_started_ = false;
  bool is_done_ = false;  // no leaf before this one matters
};

}  // namespace

std::optional<Found> SeekBelow(const HitchhikerLineage& lineage, HitchhikerNode& root,
                               const Datom& from) {
  return lineage.order.Visit([&](const auto& compare) {
    return Seeker(lineage, compare, from).Seek(PinRoot(lineage, root));
  });
}

template <typename Compare>
bool ContainsBelow(const HitchhikerLineage& lineage, HitchhikerNode& root, const Datom& datom,
                   const Compare& compare) {
  HitchhikerPin node = PinRoot(lineage, root);
  while (!node->is_leaf()) {
    const std::vector<IndexEdit>& buffer = node->buffer;
    const size_t place = LowerPlace(buffer, datom, compare);
    if (place < buffer.size() && compare(buffer[place].datom, datom) == 0) {
      return buffer[place].kind == IndexEdit::Kind::kInsert;
    }
    node = lineage.Load(node->children[ChildPlace(node->keys, datom, compare)]);
  }
  const size_t place = LowerPlace(node->keys, datom, compare);
  return place < node->keys.size() && compare(node->keys[place], datom) == 0;
}

template bool ContainsBelow(const HitchhikerLineage&, HitchhikerNode&, const Datom&,
                            const Comparer<OrderKind::kEavt>&);
template bool ContainsBelow(const HitchhikerLineage&, HitchhikerNode&, const Datom&,
                            const Comparer<OrderKind::kAevt>&);
template bool ContainsBelow(const HitchhikerLineage&, HitchhikerNode&, const Datom&,
                            const Comparer<OrderKind::kAvet>&);

std::unique_ptr<Cursor> MakeForwardCursor(const HitchhikerLineage& lineage, HitchhikerNode& root,
                                          const Datom& from, const Datom& to) {
  return std::make_unique<ForwardCursor>(lineage, root, from, to);
}

std::unique_ptr<Cursor> MakeBackwardCursor(const HitchhikerLineage& lineage, HitchhikerNode& root,
                                           const Datom& from, const Datom& to) {
  return std::make_unique<BackwardCursor>(lineage, root, from, to);
}

}  // namespace datombench

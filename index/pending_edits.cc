#include "index/pending_edits.h"

#include <cassert>
#include <iterator>
#include <map>
#include <memory_resource>
#include <set>

namespace datombench {

// What edits come to: datoms that are added to the base, and gaps, ranges in which the base's
// datoms don't count. A datom of the base that is erased and comes back is an added one in a gap.
class PendingEdits::Overlay {
 public:
  explicit Overlay(const Index& base)
      : base_(base),
        order_(base.order()),
        added_(Less{&order_}, &memory_),
        gaps_(Less{&order_}, &memory_) {}

  void Make(const IndexEdit& edit) {
    const Datom& d = edit.datom;
    if (edit.kind == IndexEdit::Kind::kInsert) {
      [[maybe_unused]] const size_t before = added_.size();
      // Most transactions go upwards.
      added_.insert(added_.end(), d);
      assert(added_.size() > before);
    } else if (added_.erase(d) == 0) {
      [[maybe_unused]] const bool was_there = gaps_.try_emplace(d, d.Successor()).second;
      assert(was_there);
    }
  }

  std::optional<Found> Seek(const Datom& from) {
    const auto added = added_.lower_bound(from);
    std::optional<Found> found = SeekInBase(from);
    if (added == added_.end() || (found && order_.Compare(*found, *added) < 0)) return found;
    return Found{*added, nullptr};
  }

  bool Inserts(const Datom& d) const { return added_.contains(d); }

 private:
  struct Less {
    const DatomOrder* order;
    bool operator()(const Datom& x, const Datom& y) const {
      return order->Visit([&](const auto& compare) { return compare.IsLess(x, y); });
    }
  };
  using Gaps = std::pmr::map<Datom, Datom, Less>;  // the first datom, and what follows the last

  // The gap that `d` lies in, or the end.
  Gaps::iterator GapAround(const Datom& d) {
    const auto after = gaps_.upper_bound(d);
    if (after == gaps_.begin()) return gaps_.end();
    const auto gap = std::prev(after);
    return order_.Compare(d, gap->second) < 0 ? gap : gaps_.end();
  }

  // The first datom >= `from` that lies in no gap. Joins gaps between which the base has nothing,
  // so that runs of erased datoms are walked through once.
  std::optional<Found> SeekInBase(const Datom& from) {
    if (gaps_.empty()) return base_.Seek(from);
    auto gap = GapAround(from);
    for (;;) {
      std::optional<Found> found = base_.Seek(gap == gaps_.end() ? from : gap->second);
      if (!found) return found;
      const auto next = GapAround(*found);
      if (next == gaps_.end()) return found;
      if (gap == gaps_.end()) {
        gap = next;
      } else {
        gap->second = next->second;
        gaps_.erase(next);
      }
    }
  }

  const Index& base_;
  const DatomOrder order_;
  // An edit is seldom undone, so memory goes with the overlay.
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::set<Datom, Less> added_;
  Gaps gaps_;
};

PendingEdits::PendingEdits() = default;
PendingEdits::PendingEdits(const Index& base) : base_(&base) {}
PendingEdits::~PendingEdits() = default;
PendingEdits::PendingEdits(PendingEdits&&) noexcept = default;
PendingEdits& PendingEdits::operator=(PendingEdits&&) noexcept = default;

std::optional<Found> PendingEdits::Seek(const Datom& from) {
  return edits_.empty() ? base_->Seek(from) : CaughtUp().Seek(from);
}

bool PendingEdits::Contains(const Datom& d) {
  const auto found = Seek(d);
  return found && base_->order().Compare(*found, d) == 0;
}

bool PendingEdits::Inserts(const Datom& d) { return !edits_.empty() && CaughtUp().Inserts(d); }

PendingEdits::Overlay& PendingEdits::CaughtUp() {
  if (overlay_ == nullptr) overlay_ = std::make_unique<Overlay>(*base_);
  for (; seen_ < edits_.size(); ++seen_) overlay_->Make(edits_[seen_]);
  return *overlay_;
}

}  // namespace datombench

#include "tests/fuzz/checks.h"

#include <algorithm>
#include <utility>

namespace datombench {

void CheckFound(const Universe& universe, const std::optional<Found>& found, const Fact* expected) {
  Require(found.has_value() == (expected != nullptr),
          expected != nullptr ? "a seek found nothing" : "a seek found something behind the last");
  Require(!found || universe.IsSame(*found, *expected), "a seek found another datom");
}

CheckedCursor::CheckedCursor(const Universe& universe, Version version, const Bounds& bounds,
                             ValueArena* values)
    : universe_(universe), version_(std::move(version)), is_backward_(bounds.is_backward) {
  const Facts& facts = *version_.facts;
  const FactOrder& order = universe.order();
  const auto first = std::lower_bound(facts.begin(), facts.end(), bounds.from, order);
  const auto last = std::upper_bound(facts.begin(), facts.end(), bounds.to, order);
  begin_ = static_cast<size_t>(first - facts.begin());
  end_ = std::max(begin_, static_cast<size_t>(last - facts.begin()));
  const Datom from = universe.ToDatom(bounds.from, values);
  const Datom to = universe.ToDatom(bounds.to, values);
  cursor_ =
      is_backward_ ? version_.index->SliceBackward(from, to) : version_.index->Slice(from, to);
}

bool CheckedCursor::Advance() {
  CheckRun();
  run_ = cursor_->Next();
  Require(!run_.empty() || begin_ == end_, "a slice ends too early");
  Require(run_.size() <= end_ - begin_, "a slice ends too late");
  if (is_backward_) {
    end_ -= run_.size();
    run_begin_ = end_;
  } else {
    run_begin_ = begin_;
    begin_ += run_.size();
  }
  CheckRun();
  return !run_.empty();
}

void CheckedCursor::CheckRun() const {
  for (size_t i = 0; i < run_.size(); ++i) {
    Require(universe_.IsSame(run_[i], (*version_.facts)[run_begin_ + i]),
            "a slice has another datom");
  }
}

void CheckAll(const Universe& universe, const Version& version) {
  Require(version.index->size() == version.facts->size(), "the size of a version is wrong");
  for (const bool is_backward : {false, true}) {
    ValueArena values;
    CheckedCursor cursor(universe, version, {LowestFact(), HighestFact(), is_backward}, &values);
    while (cursor.Advance()) {
    }
  }
}

}  // namespace datombench

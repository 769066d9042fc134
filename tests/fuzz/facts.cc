#include "tests/fuzz/facts.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace datombench {
namespace {

struct FactEdit {
  IndexEdit::Kind kind;
  Fact fact;
};

// One more edit of `facts` that takes effect, done to it; a fact in `spared` stays as it is.
bool MakeEdit(bool inserts, const Fact& fact, const FactSet& spared, FactSet* facts,
              FactEdit* edit) {
  if (inserts) {
    *edit = {IndexEdit::Kind::kInsert, fact};
    return !spared.contains(fact) && facts->insert(fact).second;
  }
  if (facts->empty()) return false;
  const auto doomed = NearestFrom(*facts, fact);
  *edit = {IndexEdit::Kind::kErase, *doomed};
  if (spared.contains(*doomed)) return false;
  facts->erase(doomed);
  return true;
}

}  // namespace

const Fact* FirstFrom(const FactSet& facts, const Fact& from) {
  const auto found = facts.lower_bound(from);
  return found == facts.end() ? nullptr : &*found;
}

const Fact* FirstFrom(const Facts& facts, const FactOrder& order, const Fact& from) {
  const auto found = std::lower_bound(facts.begin(), facts.end(), from, order);
  return found == facts.end() ? nullptr : &*found;
}

FactSet::const_iterator NearestFrom(const FactSet& facts, const Fact& from) {
  const auto found = facts.lower_bound(from);
  return found == facts.end() ? facts.begin() : found;
}

FactRun::FactRun(const Universe& universe, Input& input)
    : universe_(universe),
      step_(static_cast<Step>(input.Below(5))),
      by_(1),
      e_(input.Byte()),
      attribute_(input.Byte()),
      value_(input.Byte()),
      tx_(input.Byte()),
      state_(e_ << 24 | attribute_ << 16 | value_ << 8 | tx_) {
  const uint8_t stride = input.Byte();
  by_ = 1 + (stride >> 1) % 16;
  if (stride % 2 == 0) return;
  // Downwards, from where there is room for it.
  by_ = 0u - by_;
  e_ += 1u << 16;
  attribute_ += 1u << 16;
  value_ += 1u << 16;
  tx_ += 1u << 16;
}

Fact FactRun::Next() {
  if (step_ == Step::kScattered) {
    // Numerical Recipes' linear congruential generator; its high bits are the good ones.
    const auto random = [this] { return (state_ = state_ * 1664525 + 1013904223) >> 16; };
    const uint32_t e = random() % 1024;
    const uint32_t attribute = random();
    const uint32_t value = random();
    return universe_.MakeFact(e, attribute, value, random() % 8);
  }
  const Fact fact = universe_.MakeFact(e_, attribute_, value_, tx_);
  (step_ == Step::kEntity      ? e_
   : step_ == Step::kAttribute ? attribute_
   : step_ == Step::kValue     ? value_
                               : tx_) += by_;
  return fact;
}

size_t ReadCount(Input& input) {
  const uint8_t byte = input.Byte();
  // 1 to 64, or 8 to 512 in eights, or 32 to 2048 in 32s.
  constexpr size_t kScales[] = {1, 1, 8, 32};
  return (1 + byte % 64u) * kScales[byte / 64];
}

std::vector<IndexEdit> ReadEdits(const Universe& universe, size_t most, Input& input,
                                 ValueArena* values, FactSet* facts) {
  const size_t count = ReadCount(input);
  const size_t arrangement = input.Below(4);
  const size_t inserted_of_4 = input.Below(5);
  FactRun run(universe, input);
  const FactOrder& order = universe.order();
  // Where the edits are sorted afterwards, none may depend on another.
  FactSet spared(order);
  std::vector<FactEdit> made;
  for (size_t i = 0; i < count; ++i) {
    const bool inserts = i % 4 < inserted_of_4 && facts->size() < most;
    FactEdit edit;
    if (!MakeEdit(inserts, run.Next(), spared, facts, &edit)) continue;
    made.push_back(edit);
    if (arrangement != 0) spared.insert(edit.fact);
  }
  const auto before = [&](const FactEdit& x, const FactEdit& y) { return order(x.fact, y.fact); };
  if (arrangement != 0) std::sort(made.begin(), made.end(), before);
  if (arrangement == 2) std::reverse(made.begin(), made.end());
  if (arrangement == 3) {
    std::rotate(made.begin(), made.begin() + static_cast<ptrdiff_t>(made.size() / 2), made.end());
  }
  std::vector<IndexEdit> edits;
  edits.reserve(made.size());
  for (const FactEdit& edit : made)
    edits.push_back({edit.kind, universe.ToDatom(edit.fact, values)});
  return edits;
}

}  // namespace datombench

#include "index/db.h"

#include <algorithm>

namespace datombench {
namespace {

constexpr std::array<std::string_view, kIndexCount> kIndexTexts = {
    "eavt", "aevt", "avet", "temporal-eavt", "temporal-aevt", "temporal-avet"};

constexpr std::array kAllSemantics = {Semantics::kCurrent, Semantics::kDatahike6c1468fd};

IndexOptions WithDefaults(const IndexKind& kind, IndexOptions options) {
  options.branching_factor = kind.BranchingFactorOrDefault(options.branching_factor);
  return options;
}

StringOrder StringOrderOf(Semantics semantics) {
  return semantics == Semantics::kCurrent ? StringOrder::kCodePoint : StringOrder::kUtf16Unit;
}

}  // namespace

std::string_view IndexNameText(IndexName name) { return kIndexTexts[static_cast<size_t>(name)]; }

std::string_view SemanticsName(Semantics semantics) {
  return semantics == Semantics::kCurrent ? "current" : "datahike_6c1468fd";
}

std::optional<Semantics> ParseSemantics(std::string_view name) {
  const auto found = std::find_if(kAllSemantics.begin(), kAllSemantics.end(),
                                  [&](Semantics s) { return SemanticsName(s) == name; });
  if (found == kAllSemantics.end()) return std::nullopt;
  return *found;
}

Lineage::Lineage(const DbOptions& db_options, const IndexKind& kind,
                 const IndexOptions& options_of_index)
    : options(db_options),
      index_kind(kind),
      index_options(WithDefaults(kind, options_of_index)),
      attributes(std::make_shared<Attributes>(StringOrderOf(db_options.semantics))) {}

Db Db::Empty(std::shared_ptr<Lineage> lineage) {
  Db db;
  db.schema = Schema::Builtin(*lineage->attributes);
  for (const IndexName name : kIndexNames) {
    if (IsTemporal(name) && !lineage->options.keep_history) continue;
    db.index(name) = lineage->index_kind.Empty(lineage->Order(name), lineage->index_options);
  }
  db.lineage = std::move(lineage);
  return db;
}

}  // namespace datombench

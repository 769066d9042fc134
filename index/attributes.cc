#include "index/attributes.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace datombench {

Attributes::Attributes(StringOrder strings) : strings_(strings), idents_(kFirstAttribute) {
  Rank();
}

Attributes::~Attributes() = default;

AttributeId Attributes::Intern(std::string_view ident) {
  const auto [entry, is_new] = ids_.try_emplace(std::string(ident), end());
  if (is_new) {
    idents_.emplace_back(ident);
    Rank();
  }
  return entry->second;
}

AttributeId Attributes::Find(std::string_view ident) const {
  const auto found = ids_.find(std::string(ident));
  return found == ids_.end() ? kNoAttribute : found->second;
}

void Attributes::Rank() {
  std::vector<std::string> bytes(idents_.size());
  std::transform(idents_.begin(), idents_.end(), bytes.begin(),
                 [](const std::string& ident) { return KeywordBytes(ident); });
  std::vector<AttributeId> ascending(idents_.size() - kFirstAttribute);
  std::iota(ascending.begin(), ascending.end(), kFirstAttribute);
  std::sort(ascending.begin(), ascending.end(), [&](AttributeId x, AttributeId y) {
    return CompareOutOfLine(ValueType::kKeyword, bytes[x], bytes[y], strings_) < 0;
  });
  auto table = std::make_unique_for_overwrite<uint32_t[]>(idents_.size());
  table[kLowestAttribute] = 0;
  table[kHighestAttribute] = std::numeric_limits<uint32_t>::max();
  for (uint32_t i = 0; i < ascending.size(); ++i) table[ascending[i]] = i + 1;
  ranks_.store(table.get(), std::memory_order_release);
  rank_tables_.push_back(std::move(table));
}

}  // namespace datombench

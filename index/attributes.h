// Attributes maps attribute idents to small numbers and back, and knows the order of the idents.
#ifndef DATOMBENCH_INDEX_ATTRIBUTES_H_
#define DATOMBENCH_INDEX_ATTRIBUTES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "index/value.h"

namespace datombench {

using AttributeId = uint32_t;

// Two ids that name no attribute: the bounds of a slice over all attributes.
inline constexpr AttributeId kLowestAttribute = 0;
inline constexpr AttributeId kHighestAttribute = 1;
inline constexpr AttributeId kFirstAttribute = 2;
// "There is no such attribute."
inline constexpr AttributeId kNoAttribute = 0xFFFFFFFF;

// Append-only. An id once given stays; what changes when an attribute is added is the ranks, never
// the relative order of two attributes. Idents are written as a person does, with the colon:
// ":db/ident".
//
// Thread safety: one writer; ranks() may be read from any thread for ids that the reader has met.
class Attributes {
 public:
  explicit Attributes(StringOrder strings);
  ~Attributes();
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  // The id of `ident`, added if it is new.
  AttributeId Intern(std::string_view ident);
  AttributeId Find(std::string_view ident) const;  // kNoAttribute if it isn't there
  const std::string& Ident(AttributeId a) const { return idents_[a]; }
  // One past the highest id.
  AttributeId end() const { return static_cast<AttributeId>(idents_.size()); }

  // ranks()[a] is the place of attribute `a` in keyword order.
  const uint32_t* ranks() const { return ranks_.load(std::memory_order_acquire); }
  StringOrder strings() const { return strings_; }

 private:
  void Rank();

  const StringOrder strings_;
  std::vector<std::string> idents_;
  std::unordered_map<std::string, AttributeId> ids_;
  std::atomic<const uint32_t*> ranks_{nullptr};
  // Former rank tables too: a reader may still be in one.
  std::vector<std::unique_ptr<uint32_t[]>> rank_tables_;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_ATTRIBUTES_H_

#include "backends/backend.h"

#include <cassert>
#include <utility>

namespace datombench {
namespace {

[[maybe_unused]] bool IsValidKey(std::string_view key) {
  return key.size() <= kMaxKeyBytes && ObjectClassOf(key).has_value();
}

}  // namespace

std::string_view DurabilityName(Durability durability) {
  switch (durability) {
    case Durability::kVolatile:
      return "volatile";
    case Durability::kProcess:
      return "process";
    case Durability::kPower:
      return "power";
  }
  assert(false);
  return "";
}

std::optional<Durability> ParseDurability(std::string_view name) {
  for (const Durability durability :
       {Durability::kVolatile, Durability::kProcess, Durability::kPower}) {
    if (DurabilityName(durability) == name) {
      return durability;
    }
  }
  return std::nullopt;
}

void Batch::Put(std::string key, std::string value) {
  assert(IsValidKey(key));
  operations_.push_back({false, std::move(key), std::move(value)});
}

void Batch::Delete(std::string key) {
  assert(IsValidKey(key));
  operations_.push_back({true, std::move(key), {}});
}

}  // namespace datombench

#include <algorithm>
#include <cassert>

#include "backends/backend.h"

namespace datombench {

std::string_view ObjectClassName(ObjectClass object_class) {
  switch (object_class) {
    case ObjectClass::kCheckpoint:
      return "checkpoint";
    case ObjectClass::kLog:
      return "log";
    case ObjectClass::kNode:
      return "node";
    case ObjectClass::kRecord:
      return "record";
    case ObjectClass::kSnapshot:
      return "snapshot";
  }
  assert(false);
  return "";
}

std::optional<ObjectClass> ObjectClassOf(std::string_view key) {
  if (key.empty()) {
    return std::nullopt;
  }
  const auto named = static_cast<ObjectClass>(key.front());
  if (std::ranges::find(kObjectClasses, named) == kObjectClasses.end()) {
    return std::nullopt;
  }
  return named;
}

}  // namespace datombench

#include "backends/key_name.h"

#include <fmt/core.h>

#include "backends/backend.h"

namespace datombench {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void AppendHex(std::string_view bytes, std::string& out) {
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    out += kHexDigits[value >> 4];
    out += kHexDigits[value & 0xf];
  }
}

}  // namespace

std::string KeyName(std::string_view key) {
  const bool is_key = ObjectClassOf(key).has_value();
  std::string name;
  name.reserve(2 + 2 * key.size());
  name += is_key ? key.front() : '?';
  name += '-';
  AppendHex(is_key ? key.substr(1) : key, name);
  return name;
}

std::optional<std::string> ParseKeyName(std::string_view name) {
  if (name.size() < 2 || name.size() % 2 != 0 || name[1] != '-' || !ObjectClassOf(name)) {
    return std::nullopt;
  }
  std::string key(1, name.front());
  for (size_t i = 2; i < name.size(); i += 2) {
    const size_t high = kHexDigits.find(name[i]);
    const size_t low = kHexDigits.find(name[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return std::nullopt;
    }
    key += static_cast<char>(high << 4 | low);
  }
  if (key.size() > kMaxKeyBytes) {
    return std::nullopt;
  }
  return key;
}

std::string DescribeObject(std::string_view key) {
  const std::optional<ObjectClass> object_class = ObjectClassOf(key);
  return fmt::format("{} {}", object_class ? ObjectClassName(*object_class) : "object",
                     KeyName(key));
}

}  // namespace datombench

#include "index/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "index/parse_number.h"

namespace datombench {
namespace {

constexpr std::array kTypeNames = {
    std::pair{ValueType::kLong, std::string_view("long")},
    std::pair{ValueType::kDouble, std::string_view("double")},
    std::pair{ValueType::kBoolean, std::string_view("boolean")},
    std::pair{ValueType::kInstant, std::string_view("instant")},
    std::pair{ValueType::kRef, std::string_view("ref")},
    std::pair{ValueType::kString, std::string_view("string")},
    std::pair{ValueType::kKeyword, std::string_view("keyword")},
    std::pair{ValueType::kUuid, std::string_view("uuid")},
    std::pair{ValueType::kBytes, std::string_view("bytes")},
};

constexpr size_t kUuidBytes = 16;
constexpr size_t kUuidTextBytes = 36;

// UTF-8 bytes order as code points do; UTF-16 units differ only in that a surrogate (from lead
// bytes F0..F4) sorts before U+E000..U+FFFF (lead bytes EE, EF). Continuation bytes are below C0,
// so the first bytes that differ tell.
int CompareText(std::string_view x, std::string_view y, StringOrder strings) {
  const size_t common = std::min(x.size(), y.size());
  if (strings == StringOrder::kCodePoint) {
    const int c = std::memcmp(x.data(), y.data(), common);
    if (c != 0) return c < 0 ? -1 : 1;
  } else {
    const auto [in_x, in_y] =
        std::mismatch(x.begin(), x.begin() + static_cast<ptrdiff_t>(common), y.begin());
    if (in_x != x.begin() + static_cast<ptrdiff_t>(common)) {
      const auto unit = [](char c) {
        const int byte = static_cast<unsigned char>(c);
        if (byte >= 0xF5) return byte;  // in no valid text
        return byte >= 0xF0 ? byte - 2 : byte >= 0xEE ? byte + 5 : byte;
      };
      return unit(*in_x) < unit(*in_y) ? -1 : 1;
    }
  }
  return (x.size() > y.size()) - (x.size() < y.size());
}

int CompareUuid(std::string_view x, std::string_view y) {
  for (const size_t half : {size_t{0}, kUuidBytes / 2}) {
    // The first byte of each half carries its sign.
    const auto sign_x = static_cast<signed char>(x[half]);
    const auto sign_y = static_cast<signed char>(y[half]);
    if (sign_x != sign_y) return sign_x < sign_y ? -1 : 1;
    const int c = std::memcmp(x.data() + half, y.data() + half, kUuidBytes / 2);
    if (c != 0) return c < 0 ? -1 : 1;
  }
  return 0;
}

void AppendEscaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    switch (c) {
      case '\\':
        *out += "\\\\";
        break;
      case '\t':
        *out += "\\t";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\0':
        *out += "\\0";
        break;
      default:
        *out += c;
    }
  }
}

bool Unescape(std::string_view text, std::string* out) {
  out->clear();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      *out += text[i];
      continue;
    }
    if (++i == text.size()) return false;
    constexpr std::string_view kEscapes = "\\tnr0";
    constexpr std::string_view kMeanings{"\\\t\n\r\0", 5};
    const size_t which = kEscapes.find(text[i]);
    if (which == std::string_view::npos) return false;
    *out += kMeanings[which];
  }
  return true;
}

template <typename Integer>
void AppendInteger(Integer v, std::string* out) {
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v).ptr;
  out->append(buffer.data(), end);
}

// The shortest digits that read back to the same double, in the notation of Java's Double/toString:
// plain from 1e-3 to below 1e7, else d.dddE±x; always a digit behind the point.
void AppendDouble(double v, std::string* out) {
  if (std::isinf(v)) {
    *out += v < 0 ? "-Infinity" : "Infinity";
    return;
  }
  std::array<char, 40> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), v, std::chars_format::scientific)
          .ptr;
  std::string_view text(buffer.data(), static_cast<size_t>(end - buffer.data()));
  if (text.front() == '-') {
    *out += '-';
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 1) digits += text.substr(2, e - 2);
  int exponent = 0;
  const std::string_view exponent_text = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  if (v == 0.0) {
    *out += "0.0";
    return;
  }
  const double magnitude = std::fabs(v);
  if (magnitude < 1e-3 || magnitude >= 1e7) {
    *out += digits[0];
    *out += '.';
    *out += digits.size() > 1 ? std::string_view(digits).substr(1) : std::string_view("0");
    *out += 'E';
    AppendInteger(exponent, out);
    return;
  }
  if (exponent < 0) {
    *out += "0.";
    out->append(static_cast<size_t>(-exponent - 1), '0');
    *out += digits;
    return;
  }
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  out->append(digits, 0, whole);
  *out += '.';
  *out += digits.size() > whole ? std::string_view(digits).substr(whole) : std::string_view("0");
}

void AppendHex(std::string_view bytes, std::string* out) {
  for (const char c : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    *out += kDigits[static_cast<unsigned char>(c) >> 4];
    *out += kDigits[static_cast<unsigned char>(c) & 15];
  }
}

bool ParseHex(std::string_view text, std::string* out) {
  if (text.size() % 2 != 0) return false;
  out->clear();
  for (size_t i = 0; i < text.size(); i += 2) {
    uint8_t byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc() || end != text.data() + i + 2) return false;
    *out += static_cast<char>(byte);
  }
  return true;
}

void AppendUuid(std::string_view bytes, std::string* out) {
  size_t at = 0;
  for (const size_t group : {4, 2, 2, 2, 6}) {
    if (at > 0) *out += '-';
    AppendHex(bytes.substr(at, group), out);
    at += group;
  }
}

bool ParseUuid(std::string_view text, std::string* out) {
  if (text.size() != kUuidTextBytes) return false;
  std::string hex;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash != (text[i] == '-')) return false;
    if (!is_dash) hex += text[i];
  }
  return ParseHex(hex, out);
}

bool ParseDouble(std::string_view text, double* number) {
  if (text == "Infinity" || text == "-Infinity") {
    *number = text.front() == '-' ? -INFINITY : INFINITY;
    return true;
  }
  return ParseNumber(text, number) && std::isfinite(*number);
}

}  // namespace

std::string_view ValueTypeName(ValueType type) {
  const auto found = std::find_if(kTypeNames.begin(), kTypeNames.end(),
                                  [&](const auto& entry) { return entry.first == type; });
  return found == kTypeNames.end() ? "none" : found->second;
}

std::optional<ValueType> ParseValueType(std::string_view name) {
  for (const auto& [type, type_name] : kTypeNames) {
    if (type_name == name) return type;
  }
  return std::nullopt;
}

int CompareOutOfLine(ValueType type, std::string_view x, std::string_view y, StringOrder strings) {
  switch (type) {
    case ValueType::kUuid:
      return CompareUuid(x, y);
    case ValueType::kBytes:
      return CompareText(x, y, StringOrder::kCodePoint);
    default:
      return CompareText(x, y, strings);
  }
}

std::string KeywordBytes(std::string_view text) {
  if (text.starts_with(':')) text.remove_prefix(1);
  const size_t slash = text.size() > 1 ? text.find('/') : std::string_view::npos;
  if (slash == std::string_view::npos) return std::string(1, '\0').append(text);
  std::string bytes(text);
  bytes[slash] = '\0';
  return bytes;
}

std::string KeywordText(std::string_view bytes) {
  std::string text = ":";
  if (bytes.starts_with('\0')) return text.append(bytes.substr(1));
  text.append(bytes);
  const size_t separator = text.find('\0');
  if (separator != std::string::npos) text[separator] = '/';
  return text;
}

void AppendValueText(const Value& value, std::string* out) {
  switch (value.type()) {
    case ValueType::kLong:
    case ValueType::kInstant:
      return AppendInteger(static_cast<int64_t>(value.bits()), out);
    case ValueType::kDouble:
      return AppendDouble(value.AsDouble(), out);
    case ValueType::kBoolean:
      *out += value.AsBoolean() ? "true" : "false";
      return;
    case ValueType::kRef:
      return AppendInteger(value.AsRef(), out);
    case ValueType::kString:
      return AppendEscaped(value.AsBytes(), out);
    case ValueType::kKeyword:
      *out += KeywordText(value.AsBytes());
      return;
    case ValueType::kUuid:
      return AppendUuid(value.AsBytes(), out);
    case ValueType::kBytes:
      return AppendHex(value.AsBytes(), out);
    case ValueType::kLowest:
    case ValueType::kHighest:
      *out += value.type() == ValueType::kLowest ? "lowest" : "highest";
  }
}

bool ParseValueText(ValueType type, std::string_view text, ParsedValue* value) {
  value->type = type;
  value->bits = 0;
  switch (type) {
    case ValueType::kLong:
    case ValueType::kInstant: {
      int64_t number = 0;
      if (!ParseNumber(text, &number)) return false;
      value->bits = static_cast<uint64_t>(number);
      return true;
    }
    case ValueType::kDouble: {
      double number = 0;
      if (!ParseDouble(text, &number)) return false;
      value->bits = std::bit_cast<uint64_t>(number);
      return true;
    }
    case ValueType::kBoolean:
      value->bits = text == "true";
      return text == "true" || text == "false";
    case ValueType::kRef:
      return ParseNumber(text, &value->bits);
    case ValueType::kString:
      return Unescape(text, &value->bytes);
    case ValueType::kKeyword:
      if (text.size() < 2 || text.front() != ':') return false;
      value->bytes = KeywordBytes(text);
      return true;
    case ValueType::kUuid:
      return ParseUuid(text, &value->bytes);
    case ValueType::kBytes:
      return ParseHex(text, &value->bytes);
    case ValueType::kLowest:
    case ValueType::kHighest:
      break;
  }
  return false;
}

}  // namespace datombench

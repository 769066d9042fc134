#include "tests/support/model_order.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

namespace datombench {
namespace {

template <typename T>
int Sign(const T& x, const T& y) {
  return x < y ? -1 : y < x ? 1 : 0;
}

bool IsAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// REQUIRES: valid UTF-8.
std::vector<uint32_t> CodePoints(const std::string& text) {
  std::vector<uint32_t> points;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      points.push_back(byte);
    } else if (byte < 0xC0) {
      points.back() = points.back() << 6 | (byte & 0x3F);
    } else {
      points.push_back(byte < 0xE0 ? byte & 0x1F : byte < 0xF0 ? byte & 0x0F : byte & 0x07);
    }
  }
  return points;
}

std::vector<uint32_t> Utf16Units(const std::string& text) {
  std::vector<uint32_t> units;
  for (const uint32_t point : CodePoints(text)) {
    if (point < 0x10000) {
      units.push_back(point);
    } else {
      units.push_back(0xD800 + ((point - 0x10000) >> 10));
      units.push_back(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return units;
}

using Keyword = std::pair<std::string, std::string>;  // namespace, "" where there is none; name

Keyword KeywordOfIdent(const std::string& ident) {
  const std::string text = ident.substr(1);
  const size_t slash = text.find('/');
  if (slash == std::string::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

Keyword KeywordOfBytes(const std::string& bytes) {
  const size_t separator = bytes.find('\0');
  return {bytes.substr(0, separator), bytes.substr(separator + 1)};
}

int CompareKeywords(const Keyword& x, const Keyword& y, StringOrder strings) {
  const int c = CompareModelText(x.first, y.first, strings);
  return c != 0 ? c : CompareModelText(x.second, y.second, strings);
}

std::pair<int64_t, int64_t> SignedHalves(const std::string& uuid) {
  uint64_t halves[2] = {0, 0};
  for (size_t i = 0; i < 16; ++i) {
    halves[i / 8] = halves[i / 8] << 8 | static_cast<unsigned char>(uuid[i]);
  }
  return {static_cast<int64_t>(halves[0]), static_cast<int64_t>(halves[1])};
}

}  // namespace

int CompareModelText(const std::string& x, const std::string& y, StringOrder strings) {
  // Only text beyond ASCII is worth decoding.
  if (IsAscii(x) && IsAscii(y)) return Sign(x, y);
  return strings == StringOrder::kUtf16Unit ? Sign(Utf16Units(x), Utf16Units(y))
                                            : Sign(CodePoints(x), CodePoints(y));
}

int CompareModelIdents(const std::string& x, const std::string& y, StringOrder strings) {
  if (x == y) return 0;
  return CompareKeywords(KeywordOfIdent(x), KeywordOfIdent(y), strings);
}

int CompareModelValues(const ModelValue& x, const ModelValue& y, StringOrder strings) {
  switch (x.type) {
    case ValueType::kLong:
    case ValueType::kInstant:
      return Sign(static_cast<int64_t>(x.bits), static_cast<int64_t>(y.bits));
    case ValueType::kDouble:
      return Sign(std::bit_cast<double>(x.bits), std::bit_cast<double>(y.bits));
    case ValueType::kString:
      return CompareModelText(x.bytes, y.bytes, strings);
    case ValueType::kKeyword:
      return CompareKeywords(KeywordOfBytes(x.bytes), KeywordOfBytes(y.bytes), strings);
    case ValueType::kUuid:
      return Sign(SignedHalves(x.bytes), SignedHalves(y.bytes));
    case ValueType::kBytes: {
      const std::vector<unsigned char> in_x(x.bytes.begin(), x.bytes.end());
      return Sign(in_x, std::vector<unsigned char>(y.bytes.begin(), y.bytes.end()));
    }
    default:
      return Sign(x.bits, y.bits);
  }
}

int CompareModelDatoms(const ModelDatom& x, const ModelDatom& y, OrderKind order,
                       StringOrder strings) {
  const int e = Sign(x.e, y.e);
  if (order == OrderKind::kEavt && e != 0) return e;
  if (const int a = CompareModelIdents(x.attribute, y.attribute, strings); a != 0) return a;
  if (order == OrderKind::kAevt && e != 0) return e;
  if (const int v = CompareModelValues(x.v, y.v, strings); v != 0) return v;
  if (e != 0) return e;
  return Sign(std::pair(x.tx, x.added), std::pair(y.tx, y.added));
}

}  // namespace datombench

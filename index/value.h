// A Value is one typed value of a datom in 16 bytes; values longer than 8 bytes lie in a
// ValueArena.
#ifndef DATOMBENCH_INDEX_VALUE_H_
#define DATOMBENCH_INDEX_VALUE_H_

#include <bit>
#include <cassert>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace datombench {

// The numbers are stored in files: they never change. kLowest and kHighest sort before and after
// every value; they occur in bounds of slices only, never in a database.
enum class ValueType : uint8_t {
  kLowest = 0,
  kLong = 1,
  kDouble = 2,
  kBoolean = 3,
  kInstant = 4,  // milliseconds since 1970-01-01T00:00:00Z
  kRef = 5,
  kString = 6,
  kKeyword = 7,
  kUuid = 8,
  kBytes = 9,
  kHighest = 255,
};

// "long", "string", ... as in a schema file and after `:db.type/`.
std::string_view ValueTypeName(ValueType type);
std::optional<ValueType> ParseValueType(std::string_view name);

// Whether values of this type keep their bytes in an arena.
constexpr bool IsOutOfLine(ValueType type) {
  return type >= ValueType::kString && type <= ValueType::kBytes;
}

// How strings and keywords compare: the original, on the JVM, compares UTF-16 units.
enum class StringOrder : uint8_t { kCodePoint, kUtf16Unit };

// What an arena holds of an out-of-line value: a length, then the bytes.
struct OutOfLineBytes {
  uint32_t size;
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }
  std::string_view view() const { return {data(), size}; }
};

// A plain value: copying copies 16 bytes. An out-of-line value borrows its bytes from the arena
// that made it, which must outlive it.
//
// A keyword's bytes are its namespace, a zero byte, its name, without colon ("\0name" where there
// is no namespace), so that bytewise order is the order of keywords: no namespace first, then by
// namespace, then by name. KeywordText() gives the text a person writes.
class Value {
 public:
  constexpr Value() = default;
  constexpr Value(ValueType type, uint64_t bits) : bits_(bits), type_(type) {}

  static constexpr Value Long(int64_t v) { return {ValueType::kLong, static_cast<uint64_t>(v)}; }
  // REQUIRES: `v` is not NaN, which has no place in an order.
  static Value Double(double v) {
    assert(v == v);
    return {ValueType::kDouble, std::bit_cast<uint64_t>(v)};
  }
  static constexpr Value Boolean(bool v) { return {ValueType::kBoolean, v ? 1u : 0u}; }
  static constexpr Value Instant(int64_t milliseconds) {
    return {ValueType::kInstant, static_cast<uint64_t>(milliseconds)};
  }
  static constexpr Value Ref(uint64_t e) { return {ValueType::kRef, e}; }
  static Value OutOfLine(ValueType type, const OutOfLineBytes* bytes) {
    assert(IsOutOfLine(type));
    return {type, reinterpret_cast<uint64_t>(bytes)};
  }
  static constexpr Value Lowest() { return {ValueType::kLowest, 0}; }
  static constexpr Value Highest() { return {ValueType::kHighest, 0}; }

  constexpr ValueType type() const { return type_; }
  constexpr uint64_t bits() const { return bits_; }

  int64_t AsLong() const { return Checked<int64_t>(ValueType::kLong); }
  double AsDouble() const { return Checked<double>(ValueType::kDouble); }
  bool AsBoolean() const { return Checked<uint64_t>(ValueType::kBoolean) != 0; }
  int64_t AsInstant() const { return Checked<int64_t>(ValueType::kInstant); }
  uint64_t AsRef() const { return Checked<uint64_t>(ValueType::kRef); }
  // The bytes of a string (UTF-8), keyword (form above), uuid (16, big-endian) or bytes value.
  std::string_view AsBytes() const {
    assert(IsOutOfLine(type_));
    return reinterpret_cast<const OutOfLineBytes*>(bits_)->view();
  }

 private:
  template <typename T>
  T Checked([[maybe_unused]] ValueType expected) const {
    assert(type_ == expected);
    return std::bit_cast<T>(bits_);
  }

  uint64_t bits_ = 0;
  ValueType type_ = ValueType::kLowest;
};

// Orders values: by type first (an attribute has one type, so only bounds ever meet another), then
// numbers by value (-0.0 equals 0.0), uuids as two signed 64-bit halves, bytes unsigned, strings
// and keywords as `strings` says.
int CompareOutOfLine(ValueType type, std::string_view x, std::string_view y, StringOrder strings);

inline int CompareValues(const Value& x, const Value& y, StringOrder strings) {
  const auto sign = [](auto a, auto b) { return (a > b) - (a < b); };
  if (x.type() != y.type()) return sign(x.type(), y.type());
  switch (x.type()) {
    case ValueType::kLong:
    case ValueType::kInstant:
      return sign(static_cast<int64_t>(x.bits()), static_cast<int64_t>(y.bits()));
    case ValueType::kDouble:
      return sign(x.AsDouble(), y.AsDouble());
    case ValueType::kBoolean:
    case ValueType::kRef:
      return sign(x.bits(), y.bits());
    case ValueType::kString:
    case ValueType::kKeyword:
    case ValueType::kUuid:
    case ValueType::kBytes:
      if (x.bits() == y.bits()) return 0;
      return CompareOutOfLine(x.type(), x.AsBytes(), y.AsBytes(), strings);
    case ValueType::kLowest:
    case ValueType::kHighest:
      return 0;
  }
  return 0;
}

// ":movie/title" -> the bytes of a keyword value, and back. The colon may be missing on the way in.
std::string KeywordBytes(std::string_view text);
std::string KeywordText(std::string_view bytes);

// The value as in a .dtl file (docs/trace-format.md): strings escaped, instants in
// milliseconds, doubles as Java's Double/toString writes them, keywords with their colon.
void AppendValueText(const Value& value, std::string* out);

// The inverse for values of `type`, their bytes placed into `*storage` where they are out of line.
// Returns false if `text` is no value of that type.
struct ParsedValue {
  ValueType type;
  uint64_t bits;      // of an in-line value
  std::string bytes;  // of an out-of-line value
};
bool ParseValueText(ValueType type, std::string_view text, ParsedValue* value);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_VALUE_H_

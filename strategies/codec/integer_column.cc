#include "strategies/codec/integer_column.h"

#include <algorithm>
#include <cassert>

namespace datombench {
namespace {

// Numbers are stored: they never change.
constexpr uint8_t kVarintLayout = 0;  // each number by itself
constexpr uint8_t kRunLayout = 1;     // (number, how often it repeats) pairs
constexpr uint8_t kFixedLayout = 1;   // + w: each number in w bytes, little-endian; w is 1 to 8
constexpr uint8_t kHighestLayout = kFixedLayout + 8;

size_t FixedWidth(uint64_t bits_in_use) {
  return std::max<size_t>(1, (static_cast<size_t>(std::bit_width(bits_in_use)) + 7) / 8);
}

// Calls `visit(value, repeats)` for each stretch of equal numbers.
template <typename Visitor>
void VisitRuns(std::span<const uint64_t> values, Visitor&& visit) {
  for (size_t i = 0; i < values.size();) {
    size_t end = i + 1;
    while (end < values.size() && values[end] == values[i]) ++end;
    visit(values[i], end - i);
    i = end;
  }
}

void WriteFixed(std::span<const uint64_t> values, size_t width, std::string* bytes) {
  for (const uint64_t value : values) {
    char little_endian[8];
    for (size_t i = 0; i < 8; ++i) little_endian[i] = static_cast<char>(value >> (8 * i));
    bytes->append(little_endian, width);
  }
}

template <size_t kWidth>
void ReadFixed(const char* from, std::span<uint64_t> values) {
  for (uint64_t& value : values) {
    value = 0;
    for (size_t i = 0; i < kWidth; ++i) {
      value |= static_cast<uint64_t>(static_cast<uint8_t>(from[i])) << (8 * i);
    }
    from += kWidth;
  }
}

void ReadFixed(ByteReader& reader, size_t width, std::span<uint64_t> values) {
  const char* from = reader.Bytes(values.size() * width).data();
  switch (width) {
    case 1:
      return ReadFixed<1>(from, values);
    case 2:
      return ReadFixed<2>(from, values);
    case 3:
      return ReadFixed<3>(from, values);
    case 4:
      return ReadFixed<4>(from, values);
    case 5:
      return ReadFixed<5>(from, values);
    case 6:
      return ReadFixed<6>(from, values);
    case 7:
      return ReadFixed<7>(from, values);
    default:
      return ReadFixed<8>(from, values);
  }
}

// As long as enough bytes remain for any number, none of them is checked for the end.
void ReadVarints(ByteReader& reader, std::span<uint64_t> values) {
  size_t done = 0;
  while (done < values.size() && reader.remaining() >= kMaxVarintBytes) {
    const auto* from = reinterpret_cast<const uint8_t*>(reader.next());
    if (from[0] < 0x80) {
      values[done++] = from[0];
      reader.Skip(1);
    } else if (from[1] < 0x80) {
      values[done++] = (from[0] & 0x7Fu) | static_cast<uint64_t>(from[1]) << 7;
      reader.Skip(2);
    } else {
      values[done++] = reader.Varint();
    }
  }
  for (; done < values.size(); ++done) values[done] = reader.Varint();
}

void ReadRuns(ByteReader& reader, std::span<uint64_t> values) {
  for (size_t done = 0; done < values.size();) {
    const uint64_t value = reader.Varint();
    const uint64_t repeats = reader.Varint();
    if (repeats == 0 || repeats > values.size() - done) {
      throw CorruptionError("a run of equal numbers doesn't fit its column");
    }
    std::fill_n(values.begin() + static_cast<ptrdiff_t>(done), repeats, value);
    done += repeats;
  }
}

}  // namespace

ColumnPlan PlanColumn(std::span<const uint64_t> values) {
  size_t varint_bytes = 0;
  size_t run_bytes = 0;
  uint64_t bits_in_use = 0;
  VisitRuns(values, [&](uint64_t value, size_t repeats) {
    const size_t bytes = VarintBytes(value);
    varint_bytes += bytes * repeats;
    run_bytes += bytes + VarintBytes(repeats);
    bits_in_use |= value;
  });
  // Where two are equal, the one that decodes faster.
  const size_t width = FixedWidth(bits_in_use);
  ColumnPlan plan{static_cast<uint8_t>(kFixedLayout + width), values.size() * width};
  if (run_bytes < plan.bytes) plan = {kRunLayout, run_bytes};
  if (varint_bytes < plan.bytes) plan = {kVarintLayout, varint_bytes};
  ++plan.bytes;
  return plan;
}

void AppendColumn(std::span<const uint64_t> values, const ColumnPlan& plan, uint8_t transform,
                  std::string* bytes) {
  assert(transform < kTransforms);
  bytes->push_back(static_cast<char>(transform << 4 | plan.layout));
  if (plan.layout == kVarintLayout) {
    for (const uint64_t value : values) AppendVarint(value, bytes);
  } else if (plan.layout == kRunLayout) {
    VisitRuns(values, [&](uint64_t value, size_t repeats) {
      AppendVarint(value, bytes);
      AppendVarint(repeats, bytes);
    });
  } else {
    WriteFixed(values, plan.layout - kFixedLayout, bytes);
  }
}

uint8_t ReadColumn(ByteReader& reader, std::span<uint64_t> values) {
  const uint8_t head = reader.Byte();
  const uint8_t layout = head & 0x0F;
  if (layout > kHighestLayout) throw CorruptionError("unknown layout of a column");
  if (layout == kVarintLayout) {
    ReadVarints(reader, values);
  } else if (layout == kRunLayout) {
    ReadRuns(reader, values);
  } else {
    ReadFixed(reader, layout - kFixedLayout, values);
  }
  return head >> 4;
}

}  // namespace datombench

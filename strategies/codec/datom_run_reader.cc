#include <algorithm>
#include <array>
#include <memory>

#include "strategies/codec/checks.h"
#include "strategies/codec/datom_columns.h"
#include "strategies/codec/datom_run.h"
#include "strategies/codec/integer_column.h"

namespace datombench {
namespace {

// No block is smaller: three columns of a byte and a number each, a byte of dictionary.
constexpr size_t kLeastBlockBytes = 7;
// As much room as is taken for datoms announced; beyond it, only for datoms that are there.
constexpr uint64_t kMostReserved = 4096;

using Numbers = std::array<uint64_t, kBlockDatoms>;

[[noreturn]] void UnknownTransform() { throw CorruptionError("unknown transform of a column"); }

class RunReader {
 public:
  RunReader(ByteReader& reader, Placement placement, ValueArena& values)
      : reader_(reader), placement_(placement), values_(values) {}

  void ReadBlock(std::span<Datom> block) {
    ReadCodes(block.size());
    ReadEntities(block.size());
    ReadTransactions(block.size());
    ReadValueBits(block.size());
    for (size_t i = 0; i < block.size(); ++i) {
      const DictionaryEntry& entry = dictionary_[codes_[i]];
      block[i] = Datom(entities_[i], entry.a, Value(entry.type, bits_[i]), transactions_[i] >> 1,
                       (transactions_[i] & 1) != 0);
    }
  }

 private:
  void ReadCodes(size_t count) {
    const size_t added = reader_.Count(2);
    for (size_t i = 0; i < added; ++i) {
      const AttributeId a = CheckedAttribute(reader_.Varint());
      dictionary_.emplace_back(a, CheckedValueType(reader_.Byte()));
    }
    if (ReadColumn(reader_, {codes_.data(), count}) != kPlain) UnknownTransform();
    column_sizes_ = {};
    for (size_t i = 0; i < count; ++i) {
      if (codes_[i] >= dictionary_.size()) {
        throw CorruptionError("a datom's attribute is not in its run's dictionary");
      }
      ++column_sizes_[static_cast<size_t>(dictionary_[codes_[i]].column)];
    }
  }

  // Undoes the deltas of `numbers`.
  static void Accumulate(uint8_t transform, uint64_t previous, std::span<uint64_t> numbers) {
    if ((transform & kAscendingDelta) != 0) {
      for (uint64_t& number : numbers) number = previous += number;
    } else {
      for (uint64_t& number : numbers) number = previous += Unzigzag(number);
    }
  }

  void ReadEntities(size_t count) {
    const std::span<uint64_t> entities(entities_.data(), count);
    const uint8_t transform = ReadColumn(reader_, entities);
    if (transform > kAscendingDelta) UnknownTransform();
    Accumulate(transform, previous_e_, entities);
    previous_e_ = entities.back();
  }

  void ReadTransactions(size_t count) {
    const std::span<uint64_t> transactions(transactions_.data(), count);
    const uint8_t transform = ReadColumn(reader_, transactions);
    if (transform > (kAscendingDelta | kWithAdded)) UnknownTransform();
    const bool with_added = (transform & kWithAdded) != 0;
    Accumulate(transform, with_added ? previous_t_ : previous_t_ >> 1, transactions);
    if (!with_added) {
      uint64_t all_bits = 0;
      for (uint64_t& t : transactions) {
        all_bits |= t;
        t = t << 1 | 1;
      }
      CheckedTx(all_bits);
    }
    previous_t_ = transactions.back();
  }

  size_t ColumnSize(ValueColumn column) const { return column_sizes_[static_cast<size_t>(column)]; }

  // Calls `take(entry, i)` for the datoms whose value lies in `column`.
  template <typename Take>
  void VisitColumn(ValueColumn column, size_t count, Take&& take) {
    if (ColumnSize(column) == count) {
      for (size_t i = 0; i < count; ++i) take(dictionary_[codes_[i]], i);
      return;
    }
    for (size_t i = 0; i < count; ++i) {
      DictionaryEntry& entry = dictionary_[codes_[i]];
      if (entry.column == column) take(entry, i);
    }
  }

  void ReadValueBits(size_t count) {
    if (ColumnSize(ValueColumn::kInteger) > 0) ReadIntegers(count);
    if (ColumnSize(ValueColumn::kDouble) > 0) ReadDoubles(count);
    if (ColumnSize(ValueColumn::kOutOfLine) > 0) ReadOutOfLine(count);
  }

  // Reads a column of in-line values into numbers_.
  uint8_t ReadNumbers(ValueColumn column) {
    const uint8_t transform = ReadColumn(reader_, {numbers_.data(), ColumnSize(column)});
    if (transform > kDeltaOfAttribute) UnknownTransform();
    return transform;
  }

  void ReadIntegers(size_t count) {
    const uint8_t transform = ReadNumbers(ValueColumn::kInteger);
    const uint64_t keep_previous = transform == kDeltaOfAttribute ? ~uint64_t{0} : 0;
    size_t next = 0;
    VisitColumn(ValueColumn::kInteger, count, [&](DictionaryEntry& entry, size_t i) {
      const uint64_t bits = Unzigzag(numbers_[next++]) + (entry.previous_bits & keep_previous);
      if (entry.type == ValueType::kBoolean) CheckInLineValue(entry.type, bits);
      bits_[i] = entry.previous_bits = bits;
    });
  }

  void ReadDoubles(size_t count) {
    const uint8_t transform = ReadNumbers(ValueColumn::kDouble);
    const uint64_t keep_previous = transform == kDeltaOfAttribute ? ~uint64_t{0} : 0;
    size_t next = 0;
    VisitColumn(ValueColumn::kDouble, count, [&](DictionaryEntry& entry, size_t i) {
      const uint64_t bits = SwappedBytes(numbers_[next++]) ^ (entry.previous_bits & keep_previous);
      CheckInLineValue(entry.type, bits);
      bits_[i] = entry.previous_bits = bits;
    });
  }

  void ReadOutOfLine(size_t count) {
    const std::span<uint64_t> shares(shares_.data(), ColumnSize(ValueColumn::kOutOfLine));
    if (ReadColumn(reader_, shares) != kPlain) UnknownTransform();
    const auto new_values =
        static_cast<size_t>(shares.size() - std::count(shares.begin(), shares.end(), kSameValue));
    if (new_values > 0 && ReadColumn(reader_, {numbers_.data(), new_values}) != kPlain) {
      UnknownTransform();
    }
    size_t next_share = 0;
    size_t next_suffix = 0;
    VisitColumn(ValueColumn::kOutOfLine, count, [&](DictionaryEntry& entry, size_t i) {
      const uint64_t share = shares_[next_share++];
      if (share != kSameValue) {
        entry.previous_bits = NewValue(entry, share - 1, numbers_[next_suffix++]).bits();
      } else if (entry.previous_bits == 0) {
        throw CorruptionError("a value repeats one that isn't there");
      }
      bits_[i] = entry.previous_bits;
    });
  }

  Value NewValue(const DictionaryEntry& entry, uint64_t shared_bytes, uint64_t suffix_bytes) {
    if (suffix_bytes > reader_.remaining()) throw CorruptionError("a value's bytes are missing");
    std::string_view bytes = reader_.Bytes(static_cast<size_t>(suffix_bytes));
    if (shared_bytes > 0) {
      const std::string_view previous = entry.previous_bits == 0
                                            ? std::string_view()
                                            : Value(entry.type, entry.previous_bits).AsBytes();
      if (shared_bytes > std::min(previous.size(), kMostSharedBytes)) {
        throw CorruptionError("a value shares more bytes than there are");
      }
      composed_.assign(previous.substr(0, static_cast<size_t>(shared_bytes)));
      composed_.append(bytes);
      bytes = composed_;
    }
    CheckOutOfLineValue(entry.type, bytes);
    return placement_ == Placement::kIntern ? values_.Intern(entry.type, bytes)
                                            : values_.Copy(entry.type, bytes);
  }

  ByteReader& reader_;
  const Placement placement_;
  ValueArena& values_;
  std::vector<DictionaryEntry> dictionary_;
  uint64_t previous_e_ = 0;
  uint64_t previous_t_ = kFirstPreviousT;

  std::array<size_t, 3> column_sizes_{};  // of the block, by ValueColumn
  Numbers codes_;
  Numbers entities_;
  Numbers transactions_;
  Numbers bits_;     // of values
  Numbers numbers_;  // of one column of values
  Numbers shares_;
  std::string composed_;
};

}  // namespace

void ReadDatomRun(ByteReader& reader, Placement placement, ValueArena& values,
                  std::vector<Datom>* datoms) {
  const uint64_t count = reader.Varint();
  const uint64_t blocks = count / kBlockDatoms + (count % kBlockDatoms != 0 ? 1 : 0);
  if (blocks > reader.remaining() / kLeastBlockBytes) {
    throw CorruptionError("more datoms announced than the object has bytes for");
  }
  if (count == 0) return;
  if (datoms->empty()) datoms->reserve(static_cast<size_t>(std::min(count, kMostReserved)));
  const auto run = std::make_unique<RunReader>(reader, placement, values);
  for (uint64_t left = count; left > 0;) {
    const auto block = static_cast<size_t>(std::min<uint64_t>(left, kBlockDatoms));
    const size_t before = datoms->size();
    datoms->resize(before + block);
    run->ReadBlock(std::span(*datoms).subspan(before));
    left -= block;
  }
}

}  // namespace datombench

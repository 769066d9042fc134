#include <algorithm>
#include <array>
#include <unordered_map>

#include "strategies/codec/datom_columns.h"
#include "strategies/codec/datom_run.h"
#include "strategies/codec/integer_column.h"

namespace datombench {
namespace {

// A column under way. Two candidates where two transforms compete: the smaller is written.
class Column {
 public:
  void Clear() { size_ = 0; }
  void Add(uint64_t value) { values_[size_++] = value; }
  bool empty() const { return size_ == 0; }
  std::span<const uint64_t> values() const { return {values_.data(), size_}; }

 private:
  std::array<uint64_t, kBlockDatoms> values_;
  size_t size_ = 0;
};

void AppendSmaller(const Column& first, uint8_t first_transform, const Column& second,
                   uint8_t second_transform, std::string* bytes) {
  const ColumnPlan first_plan = PlanColumn(first.values());
  const ColumnPlan second_plan = PlanColumn(second.values());
  if (second_plan.bytes < first_plan.bytes) {
    AppendColumn(second.values(), second_plan, second_transform, bytes);
  } else {
    AppendColumn(first.values(), first_plan, first_transform, bytes);
  }
}

size_t SharedBytes(std::string_view x, std::string_view y) {
  const size_t most = std::min({x.size(), y.size(), kMostSharedBytes});
  return static_cast<size_t>(std::mismatch(x.begin(), x.begin() + most, y.begin()).first -
                             x.begin());
}

class RunWriter {
 public:
  explicit RunWriter(std::string* bytes) : bytes_(bytes) {}

  void AppendBlock(std::span<const Datom> block) {
    AppendCodes(block);
    AppendEntities(block);
    AppendTransactions(block);
    AppendValues(block);
  }

  size_t arena_bytes() const { return arena_bytes_; }

 private:
  uint64_t CodeOf(const Datom& datom) {
    const AttributeId a = datom.a();
    const ValueType type = datom.v().type();
    const uint64_t key = uint64_t{a} << 8 | static_cast<uint64_t>(type);
    auto& [cached_key, cached_code] = cache_[(key ^ key >> 8) % cache_.size()];
    if (cached_key != key) {
      const auto [entry, is_new] = codes_of_.try_emplace(key, dictionary_.size());
      if (is_new) dictionary_.emplace_back(a, type);
      cached_key = key;
      cached_code = entry->second;
    }
    return cached_code;
  }

  void AppendCodes(std::span<const Datom> block) {
    const size_t known = dictionary_.size();
    codes_.Clear();
    for (const Datom& datom : block) codes_.Add(CodeOf(datom));
    AppendVarint(dictionary_.size() - known, bytes_);
    for (size_t i = known; i < dictionary_.size(); ++i) {
      AppendVarint(dictionary_[i].a, bytes_);
      bytes_->push_back(static_cast<char>(dictionary_[i].type));
    }
    AppendColumn(codes_.values(), bytes_);
  }

  void AppendEntities(std::span<const Datom> block) {
    first_.Clear();
    second_.Clear();
    for (const Datom& datom : block) {
      const uint64_t delta = datom.e() - previous_e_;
      first_.Add(Zigzag(delta));
      second_.Add(delta);
      previous_e_ = datom.e();
    }
    AppendSmaller(first_, kZigzagDelta, second_, kAscendingDelta, bytes_);
  }

  void AppendTransactions(std::span<const Datom> block) {
    const bool all_added =
        std::all_of(block.begin(), block.end(), [](const Datom& datom) { return datom.added(); });
    const unsigned shift = all_added ? 1 : 0;
    const uint8_t with_added = all_added ? 0 : kWithAdded;
    first_.Clear();
    second_.Clear();
    for (const Datom& datom : block) {
      const uint64_t delta = (datom.tx_and_added() >> shift) - (previous_t_ >> shift);
      first_.Add(Zigzag(delta));
      second_.Add(delta);
      previous_t_ = datom.tx_and_added();
    }
    AppendSmaller(first_, kZigzagDelta | with_added, second_, kAscendingDelta | with_added, bytes_);
  }

  void AppendValues(std::span<const Datom> block) {
    for (Column* column : {&first_, &second_, &doubles_, &double_changes_, &shares_, &suffixes_}) {
      column->Clear();
    }
    suffix_bytes_.clear();
    const auto codes = codes_.values();
    for (size_t i = 0; i < block.size(); ++i) AddValue(block[i].v(), dictionary_[codes[i]]);
    if (!first_.empty()) AppendSmaller(first_, kPlain, second_, kDeltaOfAttribute, bytes_);
    if (!doubles_.empty()) {
      AppendSmaller(doubles_, kPlain, double_changes_, kDeltaOfAttribute, bytes_);
    }
    if (!shares_.empty()) AppendColumn(shares_.values(), bytes_);
    if (!suffixes_.empty()) AppendColumn(suffixes_.values(), bytes_);
    bytes_->append(suffix_bytes_);
  }

  void AddValue(const Value& value, DictionaryEntry& entry) {
    switch (entry.column) {
      case ValueColumn::kInteger:
        first_.Add(Zigzag(value.bits()));
        second_.Add(Zigzag(value.bits() - entry.previous_bits));
        break;
      case ValueColumn::kDouble:
        doubles_.Add(SwappedBytes(value.bits()));
        double_changes_.Add(SwappedBytes(value.bits() ^ entry.previous_bits));
        break;
      case ValueColumn::kOutOfLine:
        AddOutOfLine(value, entry);
        break;
    }
    entry.previous_bits = value.bits();
  }

  void AddOutOfLine(const Value& value, const DictionaryEntry& entry) {
    const std::string_view bytes = value.AsBytes();
    size_t shared = 0;
    if (entry.previous_bits != 0) {
      const std::string_view previous = Value(entry.type, entry.previous_bits).AsBytes();
      if (value.bits() == entry.previous_bits || bytes == previous) {
        shares_.Add(kSameValue);
        return;
      }
      shared = SharedBytes(bytes, previous);
    }
    shares_.Add(1 + shared);
    suffixes_.Add(bytes.size() - shared);
    suffix_bytes_.append(bytes.substr(shared));
    arena_bytes_ += ValueArena::StoredBytes(bytes.size());
  }

  std::string* bytes_;
  std::vector<DictionaryEntry> dictionary_;
  std::unordered_map<uint64_t, uint64_t> codes_of_;  // attribute and type -> place in dictionary_
  std::array<std::pair<uint64_t, uint64_t>, 64> cache_{};  // the same, for most of them
  uint64_t previous_e_ = 0;
  uint64_t previous_t_ = kFirstPreviousT;
  size_t arena_bytes_ = 0;

  Column codes_;
  Column first_;  // of entities, of transactions, of integer values
  Column second_;
  Column doubles_;
  Column double_changes_;
  Column shares_;
  Column suffixes_;
  std::string suffix_bytes_;
};

}  // namespace

size_t AppendDatomRun(std::span<const Datom> datoms, std::string* bytes) {
  AppendVarint(datoms.size(), bytes);
  if (datoms.empty()) return 0;
  const auto writer = std::make_unique<RunWriter>(bytes);
  for (size_t done = 0; done < datoms.size(); done += kBlockDatoms) {
    writer->AppendBlock(datoms.subspan(done, std::min(kBlockDatoms, datoms.size() - done)));
  }
  return writer->arena_bytes();
}

}  // namespace datombench

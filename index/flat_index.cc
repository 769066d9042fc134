#include "index/flat_index.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace datombench {
namespace {

constexpr size_t kChunkDatoms = 1024;

using Chunk = std::vector<Datom>;
// Never holds an empty chunk.
using Chunks = std::vector<std::shared_ptr<const Chunk>>;

// A place between two datoms: `offset` into chunk `chunk`; the end is {number of chunks, 0}.
struct Place {
  size_t chunk;
  size_t offset;
  friend auto operator<=>(const Place&, const Place&) = default;
};

// The place before the first datom for which `is_before` is false.
template <typename IsBefore>
Place Partition(const Chunks& chunks, const IsBefore& is_before) {
  const auto chunk = std::partition_point(chunks.begin(), chunks.end(),
                                          [&](const auto& c) { return is_before(c->back()); });
  if (chunk == chunks.end()) return {chunks.size(), 0};
  const auto datom = std::partition_point((*chunk)->begin(), (*chunk)->end(), is_before);
  return {static_cast<size_t>(chunk - chunks.begin()),
          static_cast<size_t>(datom - (*chunk)->begin())};
}

Place LowerBound(const Chunks& chunks, const DatomOrder& order, const Datom& bound) {
  return order.Visit([&](const auto& compare) {
    return Partition(chunks, [&](const Datom& d) { return compare(d, bound) < 0; });
  });
}

Place UpperBound(const Chunks& chunks, const DatomOrder& order, const Datom& bound) {
  return order.Visit([&](const auto& compare) {
    return Partition(chunks, [&](const Datom& d) { return compare(d, bound) <= 0; });
  });
}

std::optional<Found> At(const Chunks& chunks, const Place& place) {
  if (place.chunk == chunks.size()) return std::nullopt;
  return Found{(*chunks[place.chunk])[place.offset], nullptr};
}

// Runs from `begin` to `end`, forwards or backwards.
class FlatCursor final : public Cursor {
 public:
  FlatCursor(const Chunks& chunks, Place begin, Place end, bool backward)
      : chunks_(chunks), begin_(begin), end_(std::max(begin, end)), backward_(backward) {}

  std::span<const Datom> Next() override {
    if (begin_ >= end_) return {};
    if (backward_) {
      if (end_.offset == 0) end_ = {end_.chunk - 1, chunks_[end_.chunk - 1]->size()};
      const size_t first = begin_.chunk == end_.chunk ? begin_.offset : 0;
      const std::span<const Datom> run(chunks_[end_.chunk]->data() + first, end_.offset - first);
      end_.offset = first;
      return run;
    }
    const Chunk& chunk = *chunks_[begin_.chunk];
    const size_t last = begin_.chunk == end_.chunk ? end_.offset : chunk.size();
    const std::span<const Datom> run(chunk.data() + begin_.offset, last - begin_.offset);
    begin_ = {begin_.chunk + 1, 0};
    return run;
  }

 private:
  const Chunks& chunks_;
  Place begin_;
  Place end_;
  const bool backward_;
};

class FlatIndex final : public Index {
 public:
  FlatIndex(DatomOrder order, Chunks chunks, uint64_t size)
      : order_(std::move(order)), chunks_(std::move(chunks)), size_(size) {}

  const DatomOrder& order() const override { return order_; }
  uint64_t size() const override { return size_; }

  std::unique_ptr<Cursor> Slice(const Datom& from, const Datom& to) const override {
    return MakeCursor(from, to, /*backward=*/false);
  }
  std::unique_ptr<Cursor> SliceBackward(const Datom& from, const Datom& to) const override {
    return MakeCursor(from, to, /*backward=*/true);
  }
  std::optional<Found> Seek(const Datom& from) const override {
    return At(chunks_, LowerBound(chunks_, order_, from));
  }

  std::unique_ptr<TransientIndex> Transient() const override;

  size_t MemoryBytes() const override {
    size_t bytes = sizeof(*this) + chunks_.capacity() * sizeof(chunks_[0]);
    for (const auto& chunk : chunks_) bytes += sizeof(Chunk) + chunk->capacity() * sizeof(Datom);
    return bytes;
  }

 protected:
  std::unique_ptr<TransientIndex> TransientInPlace(std::shared_ptr<Index> self) override;

 private:
  std::unique_ptr<Cursor> MakeCursor(const Datom& from, const Datom& to, bool backward) const {
    return std::make_unique<FlatCursor>(chunks_, LowerBound(chunks_, order_, from),
                                        UpperBound(chunks_, order_, to), backward);
  }

  const DatomOrder order_;
  Chunks chunks_;
  const uint64_t size_;
};

// Changes the chunks that no index shares.
class FlatTransient final : public TransientIndex {
 public:
  FlatTransient(const DatomOrder& order, Chunks chunks, uint64_t size)
      : order_(order), chunks_(std::move(chunks)), size_(size) {}

  bool Insert(const Datom& datom) override {
    Place place = LowerBound(chunks_, order_, datom);
    if (const auto found = At(chunks_, place); found && order_.Compare(*found, datom) == 0)
      return false;
    ++size_;
    if (chunks_.empty()) {
      chunks_.push_back(std::make_shared<Chunk>(1, datom));
      return true;
    }
    if (place.chunk == chunks_.size()) place = {chunks_.size() - 1, chunks_.back()->size()};
    Chunk& chunk = Own(place.chunk);
    chunk.insert(chunk.begin() + static_cast<ptrdiff_t>(place.offset), datom);
    if (chunk.size() > kChunkDatoms) Split(place.chunk);
    return true;
  }

  bool Erase(const Datom& datom) override {
    const Place place = LowerBound(chunks_, order_, datom);
    const auto found = At(chunks_, place);
    if (!found || order_.Compare(*found, datom) != 0) return false;
    --size_;
    Chunk& chunk = Own(place.chunk);
    chunk.erase(chunk.begin() + static_cast<ptrdiff_t>(place.offset));
    if (chunk.empty()) chunks_.erase(chunks_.begin() + static_cast<ptrdiff_t>(place.chunk));
    return true;
  }

  void Apply(std::span<const IndexEdit> edits) override {
    for (const IndexEdit& edit : edits) {
      [[maybe_unused]] const bool took_effect =
          edit.kind == IndexEdit::Kind::kInsert ? Insert(edit.datom) : Erase(edit.datom);
      assert(took_effect);
    }
  }

  std::optional<Found> Seek(const Datom& from) const override {
    return At(chunks_, LowerBound(chunks_, order_, from));
  }
  uint64_t size() const override { return size_; }

  IndexPtr Persist() override {
    return std::make_shared<FlatIndex>(order_, std::move(chunks_), size_);
  }

 private:
  // The chunk, copied if an index still shares it.
  Chunk& Own(size_t i) {
    if (!IsSoleOwner(chunks_[i])) chunks_[i] = std::make_shared<Chunk>(*chunks_[i]);
    // No chunk was made const.
    return const_cast<Chunk&>(*chunks_[i]);
  }

  void Split(size_t i) {
    Chunk& left = Own(i);
    const auto middle = left.begin() + static_cast<ptrdiff_t>(left.size() / 2);
    auto right = std::make_shared<Chunk>(middle, left.end());
    left.erase(middle, left.end());
    chunks_.insert(chunks_.begin() + static_cast<ptrdiff_t>(i) + 1, std::move(right));
  }

  const DatomOrder order_;
  Chunks chunks_;
  uint64_t size_;
};

std::unique_ptr<TransientIndex> FlatIndex::Transient() const {
  return std::make_unique<FlatTransient>(order_, chunks_, size_);
}

std::unique_ptr<TransientIndex> FlatIndex::TransientInPlace(std::shared_ptr<Index>) {
  return std::make_unique<FlatTransient>(order_, std::move(chunks_), size_);
}

class FlatKind final : public IndexKind {
 public:
  std::string_view name() const override { return "flat_index"; }
  std::string_view summary() const override {
    return "sorted chunks under one array of pointers; plain, and no tree of nodes";
  }
  bool is_node_addressable() const override { return false; }
  uint32_t default_branching_factor() const override { return 0; }

  IndexPtr FromSorted(const DatomOrder& order, const IndexOptions&,
                      std::span<const Datom> datoms) const override {
    Chunks chunks;
    chunks.reserve(datoms.size() / kChunkDatoms + 1);
    for (size_t begin = 0; begin < datoms.size(); begin += kChunkDatoms) {
      const auto run = datoms.subspan(begin, std::min(kChunkDatoms, datoms.size() - begin));
      chunks.push_back(std::make_shared<Chunk>(run.begin(), run.end()));
    }
    return std::make_shared<FlatIndex>(order, std::move(chunks), datoms.size());
  }

  IndexPtr Restore(const DatomOrder&, const IndexOptions&, StoredRoot, uint64_t) const override {
    assert(!"flat_index is not node-addressable");
    return nullptr;
  }
};

}  // namespace

const IndexKind& FlatIndexKind() {
  static const FlatKind kind;
  return kind;
}

}  // namespace datombench

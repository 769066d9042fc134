// Strategy B: each flush writes every index in full, then the record that points there.
#include <array>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "strategies/datom_chunks.h"
#include "strategies/extra_options.h"
#include "strategies/store.h"

namespace datombench {
namespace {

class RecordSnapshot final : public Strategy {
 public:
  RecordSnapshot(const StrategyKind& kind, Backend& backend, const StrategyOptions& options)
      : backend_(backend),
        options_(options),
        chunk_bytes_(ExtraOptions(kind, options.extra).Unsigned("chunk_bytes", 1)),
        record_(EmptyRecord(kind, options, IndexDependence::kNone)) {
    record_.extra.resize(1 + kIndexCount);
  }

  Db Connect() override;
  void Append(const TxReport&) override {}
  FlushReport Flush(const Db& db) override;
  size_t MemoryBytes() const override { return sizeof(*this); }

 private:
  // The record's `extra`: the generation that its chunks belong to (0: there are none), then how
  // many chunks each index has.
  static uint64_t Generation(const RecordContents& record) { return record.extra[0]; }
  static uint64_t Chunks(const RecordContents& record, IndexName name) {
    return record.extra[1 + static_cast<size_t>(name)];
  }
  static std::string ChunkPrefix(uint64_t generation, IndexName name) {
    return static_cast<char>(ObjectClass::kSnapshot) + BigEndian(generation) +
           static_cast<char>(name);
  }

  void CommitRecord(RecordContents record);
  void WriteSnapshot(const Db& db, RecordContents* record);
  void DeleteChunks(const RecordContents& record);
  void DeleteAllButLive();
  void ReadIndex(IndexName name, Db* db);

  Backend& backend_;
  const StrategyOptions options_;
  const size_t chunk_bytes_;
  RecordContents record_;  // as last written
  // Each attempt writes under a number of its own: where a write of the record has failed, nobody
  // knows whether the store's record points to that attempt's chunks, and they stay as they are.
  uint64_t next_generation_ = 1;
  // There may be chunks that neither the record nor the former one points to.
  bool may_have_leftovers_ = false;
};

Db RecordSnapshot::Connect() {
  const auto lineage = std::make_shared<Lineage>(options_.db, *options_.index,
                                                 IndexOptions{options_.branching_factor});
  Db db = Db::Empty(lineage);
  std::optional<RecordContents> stored = LoadRecord(backend_, options_, record_);
  if (!stored.has_value()) {
    record_.attributes = AttributesOf(db, kFirstAttribute);
    CommitRecord(record_);
    return db;
  }
  if (stored->extra.size() != record_.extra.size()) {
    throw CorruptionError(DescribeObject(kRecordKey) + ": it counts chunks of other indexes");
  }
  record_ = *std::move(stored);
  next_generation_ = Generation(record_) + 1;
  may_have_leftovers_ = true;
  DecodeObject(kRecordKey, [&] { RestoreAttributes(record_.attributes, &db); });
  db.max_tx = record_.max_tx;
  db.max_eid = record_.max_eid;
  for (const IndexName name : kIndexNames) {
    if (db.has(name)) ReadIndex(name, &db);
  }
  return db;
}

void RecordSnapshot::ReadIndex(IndexName name, Db* db) {
  Lineage& lineage = *db->lineage;
  std::vector<Datom> datoms;
  const std::string prefix = ChunkPrefix(Generation(record_), name);
  ReadChunks(backend_, *options_.codec, prefix, Chunks(record_, name), lineage.attributes->end(),
             lineage.values, &datoms);
  if (datoms.size() != record_.sizes[static_cast<size_t>(name)]) {
    throw CorruptionError(DescribeObject(prefix) + ": its chunks hold " +
                          std::to_string(datoms.size()) + " datoms, not " +
                          std::to_string(record_.sizes[static_cast<size_t>(name)]));
  }
  const DatomOrder order = lineage.Order(name);
  DecodeObject(prefix, [&] { CheckAscending(order, datoms); });
  db->index(name) = options_.index->FromSorted(order, lineage.index_options, datoms);
}

FlushReport RecordSnapshot::Flush(const Db& db) {
  RecordContents record = record_;
  ++record.commits;
  if (db.max_tx == record_.max_tx) {
    CommitRecord(std::move(record));
    return {};
  }
  record.attributes = AttributesOf(db, kFirstAttribute);
  record.max_tx = db.max_tx;
  record.max_eid = db.max_eid;
  const RecordContents former = record_;
  const bool had_leftovers = std::exchange(may_have_leftovers_, true);
  WriteSnapshot(db, &record);
  CommitRecord(std::move(record));
  // Only now is it certain which chunks are live.
  if (had_leftovers) {
    DeleteAllButLive();
  } else {
    DeleteChunks(former);
  }
  may_have_leftovers_ = false;
  return {};
}

void RecordSnapshot::WriteSnapshot(const Db& db, RecordContents* record) {
  const uint64_t generation = record->extra[0] = next_generation_++;
  for (const IndexName name : kIndexNames) {
    if (!db.has(name)) continue;
    const auto i = static_cast<size_t>(name);
    record->extra[1 + i] = WriteChunks(*db.index(name), ChunkPrefix(generation, name), chunk_bytes_,
                                       *options_.codec, backend_)
                               .chunks;
    record->sizes[i] = db.size(name);
  }
}

void RecordSnapshot::CommitRecord(RecordContents record) {
  WriteRecord(backend_, options_, record);
  record_ = std::move(record);
}

void RecordSnapshot::DeleteChunks(const RecordContents& record) {
  Batch batch;
  for (const IndexName name : kIndexNames) {
    const std::string prefix = ChunkPrefix(Generation(record), name);
    for (uint64_t chunk = 0; chunk < Chunks(record, name); ++chunk) {
      batch.Delete(ChunkKey(prefix, chunk));
    }
  }
  if (!batch.empty()) backend_.Write(batch, Durability::kVolatile);
}

void RecordSnapshot::DeleteAllButLive() {
  std::set<std::string, std::less<>> live;
  for (const IndexName name : kIndexNames) {
    AddChunkKeys(ChunkPrefix(Generation(record_), name), Chunks(record_, name), &live);
  }
  DeleteLeftovers(backend_, std::string(1, static_cast<char>(ObjectClass::kSnapshot)),
                  [&](std::string_view key) { return live.contains(key); });
}

}  // namespace

StrategyKind RecordSnapshotKind() {
  return {
      .name = "record_snapshot",
      .letter = "B",
      .summary = "each flush writes the whole record with its indexes, then switches to it",
      .options = {{"chunk_bytes", "4194304",
                   "the most that goes into one object: 32 bytes a datom and its value's"}},
      .needs_node_addressable_index = false,
      .make = [](Backend& backend, const StrategyOptions& options) -> std::unique_ptr<Strategy> {
        const StrategyKind kind = RecordSnapshotKind();
        CheckOptions(kind, backend, options);
        return std::make_unique<RecordSnapshot>(kind, backend, options);
      }};
}

}  // namespace datombench

// Strategy C, preset `append`: each flush appends the operations since the last one to a log;
// connect loads the last checkpoint, replays the log and builds the indexes.
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "index/replay.h"
#include "strategies/datom_chunks.h"
#include "strategies/extra_options.h"
#include "strategies/op_log.h"
#include "strategies/store.h"

namespace datombench {
namespace {

constexpr std::string_view kLogPrefix = "l";
constexpr std::string_view kCheckpointPrefix = "c";
static_assert(kLogPrefix[0] == static_cast<char>(ObjectClass::kLog));
static_assert(kCheckpointPrefix[0] == static_cast<char>(ObjectClass::kCheckpoint));

std::string LogKey(uint64_t sequence) { return std::string(kLogPrefix) + BigEndian(sequence); }

// The record's `extra`, named.
struct CheckpointPlace {
  uint64_t generation = 0;    // 0: there is no checkpoint
  uint64_t next_segment = 1;  // the first log segment that it doesn't cover
  uint64_t current_chunks = 0;
  uint64_t temporal_chunks = 0;

  static CheckpointPlace Of(const RecordContents& record) {
    if (record.extra.size() != 4) {
      throw CorruptionError(DescribeObject(kRecordKey) + ": it doesn't say where a checkpoint is");
    }
    return {record.extra[0], record.extra[1], record.extra[2], record.extra[3]};
  }
  std::vector<uint64_t> ToExtra() const {
    return {generation, next_segment, current_chunks, temporal_chunks};
  }

  std::string ChunkPrefix(IndexName name) const {
    return std::string(kCheckpointPrefix) + BigEndian(generation) + static_cast<char>(name);
  }
};

class OpLogReplay final : public Strategy {
 public:
  OpLogReplay(const StrategyKind& kind, Backend& backend, const StrategyOptions& options)
      : OpLogReplay(kind, backend, options, ExtraOptions(kind, options.extra)) {}

  Db Connect() override;
  void Append(const TxReport& report) override { pending_.Append(report); }
  FlushReport Flush(const Db& db) override;
  size_t MemoryBytes() const override { return sizeof(*this) + pending_.MemoryBytes(); }

 private:
  // What is replayed on top of the checkpoint.
  struct Log {
    std::vector<Datom> deltas;
    TxId max_tx;
    EntityId max_eid;
  };

  OpLogReplay(const StrategyKind& kind, Backend& backend, const StrategyOptions& options,
              const ExtraOptions& extra)
      : backend_(backend),
        options_(options),
        checkpoint_ratio_(extra.RatioOrNever("checkpoint_ratio")),
        checkpoint_min_bytes_(extra.Unsigned("checkpoint_min_bytes", 0)),
        chunk_bytes_(extra.Unsigned("chunk_bytes", 1)),
        record_(EmptyRecord(kind, options, IndexDependence::kNone)) {
    record_.extra = checkpoint_.ToExtra();
  }

  Sequences ReadCheckpoint(Lineage& lineage);
  Log ReadLog(Lineage& lineage);
  void ReadSegment(std::string_view bytes, Lineage& lineage, Log* log) const;

  void AppendSegment(const Db& db);
  bool IsCheckpointDue() const;
  void Checkpoint(const Db& db);
  void DeleteCovered(const CheckpointPlace& former);
  void DeleteAllButLive();
  RecordContents RecordAt(const Db& db, const CheckpointPlace& place) const;
  void CommitRecord(RecordContents record);

  Backend& backend_;
  const StrategyOptions options_;
  const std::optional<double> checkpoint_ratio_;
  const uint64_t checkpoint_min_bytes_;
  const size_t chunk_bytes_;

  RecordContents record_;       // as last written
  CheckpointPlace checkpoint_;  // what its `extra` says
  uint64_t checkpoint_bytes_ = 0;
  uint64_t log_bytes_ = 0;             // of the segments that no checkpoint covers
  uint64_t next_segment_ = 1;          // to be written
  AttributeId stored_attributes_ = 0;  // one past the last that the store knows
  // Each attempt writes under a number of its own: where a write of the record has failed, nobody
  // knows whether the store's record points to that attempt's chunks, and they stay as they are.
  uint64_t next_generation_ = 1;
  bool may_have_leftovers_ = false;  // of a checkpoint cut short, or covered by one
  OpLog pending_;
};

Db OpLogReplay::Connect() {
  const auto lineage = std::make_shared<Lineage>(options_.db, *options_.index,
                                                 IndexOptions{options_.branching_factor});
  Db db = Db::Empty(lineage);
  std::optional<RecordContents> stored = LoadRecord(backend_, options_, record_);
  if (!stored.has_value()) {
    record_.attributes = AttributesOf(db, kFirstAttribute);
    stored_attributes_ = lineage->attributes->end();
    CommitRecord(record_);
    return db;
  }
  record_ = *std::move(stored);
  checkpoint_ = CheckpointPlace::Of(record_);
  next_generation_ = checkpoint_.generation + 1;
  may_have_leftovers_ = true;
  DecodeObject(kRecordKey, [&] { RestoreAttributes(record_.attributes, &db); });
  Sequences sequences = ReadCheckpoint(*lineage);
  const Log log = ReadLog(*lineage);
  stored_attributes_ = lineage->attributes->end();
  auto schema = ReplayInBulk(*lineage, db.schema, log.deltas, &sequences);
  return BuildDb(lineage, std::move(schema), log.max_tx, log.max_eid, std::move(sequences));
}

Sequences OpLogReplay::ReadCheckpoint(Lineage& lineage) {
  Sequences sequences;
  checkpoint_bytes_ = 0;
  const auto read = [&](IndexName name, uint64_t chunks, std::vector<Datom>* datoms) {
    const std::string prefix = checkpoint_.ChunkPrefix(name);
    checkpoint_bytes_ += ReadChunks(backend_, *options_.codec, prefix, chunks,
                                    lineage.attributes->end(), lineage.values, datoms);
    DecodeObject(prefix, [&] {
      if (datoms->size() != record_.sizes[static_cast<size_t>(name)]) {
        throw CorruptionError("a checkpoint of another number of datoms");
      }
      CheckAscending(lineage.Order(name), *datoms);
    });
  };
  read(IndexName::kEavt, checkpoint_.current_chunks, &sequences.current);
  if (options_.db.keep_history) {
    read(IndexName::kTemporalEavt, checkpoint_.temporal_chunks, &sequences.temporal);
  }
  return sequences;
}

OpLogReplay::Log OpLogReplay::ReadLog(Lineage& lineage) {
  Log log{{}, record_.max_tx, record_.max_eid};
  next_segment_ = checkpoint_.next_segment;
  log_bytes_ = 0;
  backend_.Scan(kLogPrefix, [&](std::string_view key, std::string_view bytes) {
    const uint64_t sequence = NumberOfKey(key);
    if (sequence < checkpoint_.next_segment) return;  // covered, about to be deleted
    if (sequence != next_segment_) {
      throw CorruptionError(DescribeObject(LogKey(next_segment_)) + ": missing, though there is " +
                            DescribeObject(key));
    }
    DecodeObject(key, [&] { ReadSegment(bytes, lineage, &log); });
    log_bytes_ += bytes.size();
    ++next_segment_;
  });
  return log;
}

void OpLogReplay::ReadSegment(std::string_view bytes, Lineage& lineage, Log* log) const {
  LogSegment segment = options_.codec->DecodeLogSegment(bytes, lineage.values);
  if (segment.new_attributes.first_id != lineage.attributes->end()) {
    throw CorruptionError("its attributes don't continue those before it");
  }
  RestoreIdents(segment.new_attributes, *lineage.attributes);
  CheckAttributes(segment.deltas, lineage.attributes->end());
  for (const LogSegment::Transaction& transaction : segment.transactions) {
    if (transaction.tx <= log->max_tx) {
      throw CorruptionError("its transactions don't come after those before it");
    }
    log->max_tx = transaction.tx;
    log->max_eid = transaction.max_eid;
  }
  log->deltas.insert(log->deltas.end(), segment.deltas.begin(), segment.deltas.end());
}

FlushReport OpLogReplay::Flush(const Db& db) {
  if (pending_.empty()) return {};
  AppendSegment(db);
  if (IsCheckpointDue()) Checkpoint(db);
  return {};
}

// A segment under one key is log and metadata at once: no crash can part them. Where a write fails,
// the next flush writes the same segment again, with more in it or not.
void OpLogReplay::AppendSegment(const Db& db) {
  const Attributes& attributes = *db.lineage->attributes;
  const AttributeTable new_attributes = IdentsOf(attributes, stored_attributes_);
  Batch batch;
  std::string segment = options_.codec->EncodeLogSegment(
      {new_attributes, pending_.transactions(), pending_.deltas()});
  const size_t segment_bytes = segment.size();
  batch.Put(LogKey(next_segment_), std::move(segment));
  backend_.Write(batch, options_.durability);
  log_bytes_ += segment_bytes;
  ++next_segment_;
  stored_attributes_ = attributes.end();
  pending_.Clear();
}

bool OpLogReplay::IsCheckpointDue() const {
  if (!checkpoint_ratio_.has_value() || log_bytes_ <= checkpoint_min_bytes_) return false;
  return static_cast<double>(log_bytes_) >
         *checkpoint_ratio_ * static_cast<double>(checkpoint_bytes_);
}

// Comes after the flush is durable; the record is the switch from the old checkpoint and log to the
// new checkpoint and an empty log.
void OpLogReplay::Checkpoint(const Db& db) {
  const CheckpointPlace former = checkpoint_;
  const bool had_leftovers = std::exchange(may_have_leftovers_, true);
  CheckpointPlace place{next_generation_++, next_segment_, 0, 0};
  uint64_t bytes = 0;
  const auto write = [&](IndexName name) {
    if (!db.has(name)) return uint64_t{0};
    const WrittenChunks written = WriteChunks(*db.index(name), place.ChunkPrefix(name),
                                              chunk_bytes_, *options_.codec, backend_);
    bytes += written.bytes;
    return written.chunks;
  };
  place.current_chunks = write(IndexName::kEavt);
  place.temporal_chunks = write(IndexName::kTemporalEavt);
  CommitRecord(RecordAt(db, place));
  checkpoint_ = place;
  checkpoint_bytes_ = bytes;
  log_bytes_ = 0;
  // Only now is it certain which objects are live.
  if (had_leftovers) {
    DeleteAllButLive();
  } else {
    DeleteCovered(former);
  }
  may_have_leftovers_ = false;
}

RecordContents OpLogReplay::RecordAt(const Db& db, const CheckpointPlace& place) const {
  RecordContents record = record_;
  record.max_tx = db.max_tx;
  record.max_eid = db.max_eid;
  record.attributes = AttributesOf(db, kFirstAttribute);
  for (const IndexName name : {IndexName::kEavt, IndexName::kTemporalEavt}) {
    record.sizes[static_cast<size_t>(name)] = db.size(name);
  }
  record.extra = place.ToExtra();
  return record;
}

void OpLogReplay::CommitRecord(RecordContents record) {
  WriteRecord(backend_, options_, record);
  record_ = std::move(record);
}

// The log segments and the checkpoint that the new one stands for.
void OpLogReplay::DeleteCovered(const CheckpointPlace& former) {
  Batch batch;
  for (uint64_t sequence = former.next_segment; sequence < checkpoint_.next_segment; ++sequence) {
    batch.Delete(LogKey(sequence));
  }
  const auto remove = [&](IndexName name, uint64_t chunks) {
    for (uint64_t chunk = 0; chunk < chunks; ++chunk) {
      batch.Delete(ChunkKey(former.ChunkPrefix(name), chunk));
    }
  };
  remove(IndexName::kEavt, former.current_chunks);
  remove(IndexName::kTemporalEavt, former.temporal_chunks);
  backend_.Write(batch, Durability::kVolatile);
}

void OpLogReplay::DeleteAllButLive() {
  std::set<std::string, std::less<>> live;
  AddChunkKeys(checkpoint_.ChunkPrefix(IndexName::kEavt), checkpoint_.current_chunks, &live);
  AddChunkKeys(checkpoint_.ChunkPrefix(IndexName::kTemporalEavt), checkpoint_.temporal_chunks,
               &live);
  DeleteLeftovers(backend_, kCheckpointPrefix,
                  [&](std::string_view key) { return live.contains(key); });
  DeleteLeftovers(backend_, kLogPrefix, [&](std::string_view key) {
    return NumberOfKey(key) >= checkpoint_.next_segment;
  });
}

}  // namespace

StrategyKind OpLogReplayKind() {
  return {
      .name = "op_log_replay",
      .letter = "C",
      .summary = "each flush appends operations to a log; connect replays it on a checkpoint",
      .options = {{"checkpoint_ratio", "1",
                   "a checkpoint when the log is more than this times the last one; or never"},
                  {"checkpoint_min_bytes", "1048576", "no checkpoint of a log up to this size"},
                  {"chunk_bytes", "4194304",
                   "the most of a checkpoint in one object: 32 bytes a datom and its value's"}},
      .needs_node_addressable_index = false,
      .make = [](Backend& backend, const StrategyOptions& options) -> std::unique_ptr<Strategy> {
        const StrategyKind kind = OpLogReplayKind();
        CheckOptions(kind, backend, options);
        return std::make_unique<OpLogReplay>(kind, backend, options);
      }};
}

}  // namespace datombench

// Strategy C, preset `append`: each flush appends the operations since the last one to a log;
// connect loads the last checkpoint, replays the log and builds the indexes.
#include <cassert>
#include <memory>
#include <utility>

#include "index/replay.h"
#include "strategies/datom_chunks.h"
#include "strategies/extra_options.h"
#include "strategies/op_log.h"
#include "strategies/store.h"

namespace datombench {
namespace {

const std::string kLogPrefix(1, static_cast<char>(ObjectClass::kLog));
const std::string kCheckpointPrefix(1, static_cast<char>(ObjectClass::kCheckpoint));

std::string LogKey(uint64_t sequence) { return kLogPrefix + BigEndian(sequence); }

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

  std::string GenerationPrefix() const { return kCheckpointPrefix + BigEndian(generation); }
  std::string ChunkPrefix(IndexName name) const {
    return GenerationPrefix() + static_cast<char>(name);
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
  void ReadSegment(std::string_view key, std::string_view bytes, Lineage& lineage, Log* log);

  void AppendSegment(const Db& db);
  bool IsCheckpointDue() const;
  void Checkpoint(const Db& db);
  void DeleteCovered(const CheckpointPlace& former);
  void DeleteUnfinished();
  void CommitRecord();

  Backend& backend_;
  const StrategyOptions options_;
  const std::optional<double> checkpoint_ratio_;
  const uint64_t checkpoint_min_bytes_;
  const size_t chunk_bytes_;

  RecordContents record_;       // as last written, but for `extra`
  CheckpointPlace checkpoint_;  // what `extra` says
  uint64_t checkpoint_bytes_ = 0;
  uint64_t log_bytes_ = 0;               // of the segments that no checkpoint covers
  uint64_t next_segment_ = 1;            // to be written
  AttributeId stored_attributes_ = 0;    // one past the last that the store knows
  bool may_have_leftovers_ = false;      // of a checkpoint cut short, or covered by one
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
    CommitRecord();
    return db;
  }
  record_ = *std::move(stored);
  checkpoint_ = CheckpointPlace::Of(record_);
  may_have_leftovers_ = true;
  DecodeObject(kRecordKey,
               [&] { db.schema = RestoreAttributes(record_.attributes, *lineage, db.schema); });
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
    DecodeObject(key, [&] { ReadSegment(key, bytes, lineage, &log); });
    log_bytes_ += bytes.size();
    ++next_segment_;
  });
  return log;
}

void OpLogReplay::ReadSegment(std::string_view, std::string_view bytes, Lineage& lineage,
                              Log* log) {
  LogSegment segment = options_.codec->DecodeLogSegment(bytes, lineage.values);
  if (segment.new_attributes.first_id != lineage.attributes->end()) {
    throw CorruptionError("its attributes don't continue those before it");
  }
  RestoreAttributes(segment.new_attributes, lineage, Db::Empty(nullptr).schema);
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
  if (may_have_leftovers_) DeleteUnfinished();
  may_have_leftovers_ = true;  // until what it covers is gone
  const CheckpointPlace former = checkpoint_;
  CheckpointPlace place{former.generation + 1, next_segment_, 0, 0};
  WrittenChunks current;
  WrittenChunks temporal;
  const auto write = [&](IndexName name) {
    return WriteChunks(*db.index(name), place.ChunkPrefix(name), chunk_bytes_, *options_.codec,
                       backend_);
  };
  current = write(IndexName::kEavt);
  if (db.has(IndexName::kTemporalEavt)) temporal = write(IndexName::kTemporalEavt);
  place.current_chunks = current.chunks;
  place.temporal_chunks = temporal.chunks;
}

}  // namespace
}  // namespace datombench

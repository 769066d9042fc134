// The codec `packed`: columns, delta and varint coded, compressed where it pays.
#include <array>

#include "strategies/codec/bytes.h"
#include "strategies/codec/checks.h"
#include "strategies/codec/codec.h"
#include "strategies/codec/compression.h"
#include "strategies/codec/datom_run.h"
#include "strategies/codec/integer_column.h"
#include "strategies/codec/object_header.h"

namespace datombench {
namespace {

constexpr uint8_t kKeepHistoryBit = 1;

std::string Finish(ObjectKind kind, std::string_view body) {
  std::string bytes;
  AppendObjectHeader(CodecTag::kPacked, kind, &bytes);
  AppendBody(body, &bytes);
  return bytes;
}

// The body of an object while it is decoded.
class Body {
 public:
  Body(ObjectKind kind, std::string_view bytes)
      : reader(ReadBody(SkipObjectHeader(CodecTag::kPacked, kind, bytes), &buffer_)) {}
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

 private:
  std::string buffer_;

 public:
  ByteReader reader;
};

void AppendOptions(const DbOptions& options, std::string* bytes) {
  bytes->push_back(static_cast<char>(options.keep_history ? kKeepHistoryBit : 0));
  bytes->push_back(static_cast<char>(options.semantics));
}

DbOptions ReadOptions(ByteReader& reader) {
  const uint8_t flags = reader.Byte();
  const uint8_t semantics = reader.Byte();
  if (flags > kKeepHistoryBit || semantics > static_cast<uint8_t>(Semantics::kDatahike6c1468fd)) {
    throw CorruptionError("unknown options of a database");
  }
  return {.keep_history = flags == kKeepHistoryBit, .semantics = static_cast<Semantics>(semantics)};
}

void AppendAttributes(const AttributeTable& table, std::string* bytes) {
  AppendVarint(table.first_id, bytes);
  AppendVarint(table.entries.size(), bytes);
  for (const AttributeTable::Entry& entry : table.entries) {
    AppendString(entry.ident, bytes);
    const PropertyBytes properties = ToBytes(entry.properties);
    bytes->push_back(static_cast<char>(properties.value_type));
    bytes->push_back(static_cast<char>(properties.flags));
  }
}

AttributeTable ReadAttributes(ByteReader& reader) {
  AttributeTable table;
  table.first_id = CheckedAttribute(reader.Varint());
  const size_t count = reader.Count(3);
  CheckedAttribute(uint64_t{table.first_id} + count);
  table.entries.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    std::string ident(reader.String());
    const uint8_t value_type = reader.Byte();
    const uint8_t flags = reader.Byte();
    table.entries.push_back({std::move(ident), CheckedProperties({value_type, flags})});
  }
  return table;
}

void AppendNumbers(std::span<const uint64_t> numbers, std::string* bytes) {
  for (const uint64_t number : numbers) AppendVarint(number, bytes);
}

class PackedCodec final : public Codec {
 public:
  std::string_view name() const override { return "packed"; }
  std::string_view summary() const override {
    return "columns, delta and varint coded, zstd where it pays";
  }

  std::string EncodeNode(const NodeView& node) const override {
    std::string run;
    std::string buffer;
    size_t arena_bytes = AppendDatomRun(node.keys, &run);
    if (!node.buffer.empty()) arena_bytes += AppendBuffer(node.buffer, &buffer);
    std::string body;
    AppendVarint(node.level, &body);
    AppendVarint(arena_bytes, &body);
    body += run;
    if (!node.children.empty()) AppendChildren(node.children, &body);
    body += buffer;
    return Finish(node.buffer.empty() ? ObjectKind::kNode : ObjectKind::kBufferingNode, body);
  }

  NodeContents DecodeNode(std::string_view bytes) const override {
    const ObjectKind kind = KindOf(bytes, ObjectKind::kNode, ObjectKind::kBufferingNode);
    Body body(kind, bytes);
    NodeContents node;
    const uint64_t level = body.reader.Varint();
    if (level > kHighestLevel) throw CorruptionError("a node of an impossible level");
    node.level = static_cast<uint32_t>(level);
    node.values = std::make_unique<ValueArena>(ReadArenaBytes(body.reader));
    ReadDatomRun(body.reader, Placement::kCopy, *node.values, &node.keys);
    if (level > 0) node.children = ReadChildren(body.reader, node.keys.size());
    if (kind == ObjectKind::kBufferingNode) ReadBuffer(body.reader, &node);
    body.reader.ExpectEnd();
    CheckNodeShape(node);
    return node;
  }

  std::string EncodeRecord(const RecordContents& record) const override {
    std::string body;
    AppendString(record.strategy, &body);
    AppendOptions(record.options, &body);
    AppendString(record.index, &body);
    AppendNumbers(std::array<uint64_t, 4>{record.branching_factor, record.max_tx, record.max_eid,
                                          record.commits},
                  &body);
    AppendNumbers(record.roots, &body);
    AppendNumbers(record.sizes, &body);
    AppendVarint(record.extra.size(), &body);
    AppendNumbers(record.extra, &body);
    AppendAttributes(record.attributes, &body);
    if (!record.has_root_nodes()) return Finish(ObjectKind::kRecord, body);
    for (const std::string& node : record.root_nodes) AppendString(node, &body);
    return Finish(ObjectKind::kRecordWithRoots, body);
  }

  RecordContents DecodeRecord(std::string_view bytes) const override {
    const ObjectKind kind = KindOf(bytes, ObjectKind::kRecord, ObjectKind::kRecordWithRoots);
    Body body(kind, bytes);
    ByteReader& reader = body.reader;
    RecordContents record;
    record.strategy = reader.String();
    record.options = ReadOptions(reader);
    record.index = reader.String();
    const uint64_t branching_factor = reader.Varint();
    if (branching_factor > UINT32_MAX) throw CorruptionError("an impossible branching factor");
    record.branching_factor = static_cast<uint32_t>(branching_factor);
    record.max_tx = CheckedTx(reader.Varint());
    record.max_eid = reader.Varint();
    record.commits = reader.Varint();
    for (Address& root : record.roots) root = reader.Varint();
    for (uint64_t& size : record.sizes) size = reader.Varint();
    record.extra.resize(reader.Count(1));
    for (uint64_t& number : record.extra) number = reader.Varint();
    record.attributes = ReadAttributes(reader);
    if (kind == ObjectKind::kRecordWithRoots) {
      for (std::string& node : record.root_nodes) node = reader.String();
    }
    reader.ExpectEnd();
    return record;
  }

  std::string EncodeDatoms(std::span<const Datom> datoms) const override {
    std::string body;
    AppendDatomRun(datoms, &body);
    return Finish(ObjectKind::kDatoms, body);
  }

  void DecodeDatoms(std::string_view bytes, ValueArena& values,
                    std::vector<Datom>* datoms) const override {
    Body body(ObjectKind::kDatoms, bytes);
    ReadDatomRun(body.reader, Placement::kIntern, values, datoms);
    body.reader.ExpectEnd();
  }

  std::string EncodeLogSegment(const LogSegmentView& segment) const override {
    std::string body;
    AppendAttributes(segment.new_attributes, &body);
    AppendVarint(segment.transactions.size(), &body);
    TxId previous_tx = 0;
    EntityId previous_max_eid = 0;
    for (const LogSegment::Transaction& transaction : segment.transactions) {
      AppendVarint(transaction.tx - previous_tx, &body);
      AppendVarint(Zigzag(transaction.max_eid - previous_max_eid), &body);
      AppendVarint(transaction.datoms, &body);
      previous_tx = transaction.tx;
      previous_max_eid = transaction.max_eid;
    }
    AppendDatomRun(segment.deltas, &body);
    return Finish(ObjectKind::kLogSegment, body);
  }

  LogSegment DecodeLogSegment(std::string_view bytes, ValueArena& values) const override {
    Body body(ObjectKind::kLogSegment, bytes);
    LogSegment segment;
    segment.new_attributes = ReadAttributes(body.reader);
    const uint64_t datoms = ReadTransactions(body.reader, &segment.transactions);
    ReadDatomRun(body.reader, Placement::kIntern, values, &segment.deltas);
    body.reader.ExpectEnd();
    if (segment.deltas.size() != datoms) {
      throw CorruptionError("a log segment's transactions don't add up to its datoms");
    }
    return segment;
  }

 private:
  static constexpr uint64_t kHighestLevel = 64;
  // A stored value's share of an arena, at most, for each byte that it takes in an object.
  static constexpr size_t kMostArenaBytes = 512;
  // Of the edits of a buffer, a bit each: so that the numbers of their column are of one byte.
  static constexpr size_t kKindsANumber = 8;

  static void AppendChildren(std::span<const Address> children, std::string* body) {
    std::vector<uint64_t> deltas(children.size());
    Address previous = 0;
    for (size_t i = 0; i < children.size(); ++i) {
      deltas[i] = Zigzag(children[i] - previous);
      previous = children[i];
    }
    AppendColumn(deltas, body);
  }

  static std::vector<Address> ReadChildren(ByteReader& reader, size_t count) {
    std::vector<Address> children(count);
    ReadColumn(reader, children);
    Address previous = 0;
    for (Address& child : children) child = previous += Unzigzag(child);
    return children;
  }

  // Returns the bytes that its values take in an arena.
  static size_t AppendBuffer(std::span<const IndexEdit> buffer, std::string* body) {
    std::vector<Datom> datoms;
    std::vector<uint64_t> kinds((buffer.size() + kKindsANumber - 1) / kKindsANumber);
    for (size_t i = 0; i < buffer.size(); ++i) {
      datoms.push_back(buffer[i].datom);
      const uint64_t is_erased = buffer[i].kind == IndexEdit::Kind::kErase ? 1 : 0;
      kinds[i / kKindsANumber] |= is_erased << i % kKindsANumber;
    }
    const size_t arena_bytes = AppendDatomRun(datoms, body);
    AppendColumn(kinds, body);
    return arena_bytes;
  }

  static void ReadBuffer(ByteReader& reader, NodeContents* node) {
    std::vector<Datom> datoms;
    ReadDatomRun(reader, Placement::kCopy, *node->values, &datoms);
    if (datoms.empty()) throw CorruptionError("a buffer without edits");
    std::vector<uint64_t> kinds((datoms.size() + kKindsANumber - 1) / kKindsANumber);
    ReadColumn(reader, kinds);
    node->buffer.reserve(datoms.size());
    for (size_t i = 0; i < datoms.size(); ++i) {
      uint64_t& rest = kinds[i / kKindsANumber];
      node->buffer.push_back(
          {(rest & 1) != 0 ? IndexEdit::Kind::kErase : IndexEdit::Kind::kInsert, datoms[i]});
      rest >>= 1;
    }
    for (const uint64_t rest : kinds) {
      if (rest != 0) throw CorruptionError("a buffer with more kinds than edits");
    }
  }

  static size_t ReadArenaBytes(ByteReader& reader) {
    const uint64_t arena_bytes = reader.Varint();
    if (arena_bytes / kMostArenaBytes > reader.remaining()) {
      throw CorruptionError("more bytes of values announced than the object has");
    }
    return static_cast<size_t>(arena_bytes);
  }

  // Returns the sum of their datoms.
  static uint64_t ReadTransactions(ByteReader& reader,
                                   std::vector<LogSegment::Transaction>* transactions) {
    transactions->resize(reader.Count(3));
    uint64_t datoms = 0;
    TxId tx = 0;
    EntityId max_eid = 0;
    for (LogSegment::Transaction& transaction : *transactions) {
      tx = CheckedTx(tx + reader.Varint());
      max_eid += Unzigzag(reader.Varint());
      const uint64_t own_datoms = reader.Varint();
      if (own_datoms > UINT32_MAX) throw CorruptionError("a transaction of too many datoms");
      transaction = {tx, max_eid, static_cast<uint32_t>(own_datoms)};
      datoms += own_datoms;
    }
    return datoms;
  }
};

}  // namespace

const Codec& Packed() {
  static const PackedCodec codec;
  return codec;
}

}  // namespace datombench

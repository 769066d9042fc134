// The codec `boost`: Boost.Serialization's binary archive, lean: no header, nothing tracked, one
// archive an object, primitives member by member.
//
// Archives are not portable between machines of different byte order or word size.
#include <boost/archive/archive_exception.hpp>
#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/array_wrapper.hpp>
#include <limits>
#include <streambuf>

#include "backends/error.h"
#include "strategies/codec/checks.h"
#include "strategies/codec/codec.h"
#include "strategies/codec/object_header.h"

namespace datombench {
namespace {

constexpr unsigned kArchiveFlags = boost::archive::no_header | boost::archive::no_codecvt |
                                   boost::archive::no_tracking |
                                   boost::archive::no_xml_tag_checking;

// Appends to a string.
class StringSink final : public std::streambuf {
 public:
  explicit StringSink(std::string* bytes) : bytes_(bytes) {}

 protected:
  std::streamsize xsputn(const char* data, std::streamsize size) override {
    bytes_->append(data, static_cast<size_t>(size));
    return size;
  }
  int_type overflow(int_type c) override {
    if (!traits_type::eq_int_type(c, traits_type::eof())) {
      bytes_->push_back(traits_type::to_char_type(c));
    }
    return traits_type::not_eof(c);
  }

 private:
  std::string* bytes_;
};

// Reads from bytes that outlive it.
class BytesSource final : public std::streambuf {
 public:
  explicit BytesSource(std::string_view bytes) {
    char* begin = const_cast<char*>(bytes.data());  // a get area is never written to
    setg(begin, begin, begin + bytes.size());
  }
  size_t remaining() const { return static_cast<size_t>(egptr() - gptr()); }
  std::string_view Take(size_t size) {
    const std::string_view bytes(gptr(), size);
    setg(eback(), gptr() + size, egptr());
    return bytes;
  }
};

// An object being written.
class Writer {
 public:
  Writer(ObjectKind kind, size_t expected_bytes)
      : sink_(&bytes_), archive_(Start(kind), kArchiveFlags) {
    bytes_.reserve(expected_bytes);
  }

  template <typename Number>
  void Put(Number number) {
    static_assert(std::is_unsigned_v<Number> && !std::is_same_v<Number, bool>);
    archive_ << number;
  }
  void Put(std::string_view text) {
    Put<uint64_t>(text.size());
    archive_.save_binary(text.data(), text.size());
  }
  void Put(std::span<const uint64_t> numbers) {
    Put<uint64_t>(numbers.size());
    archive_ << boost::serialization::make_array(numbers.data(), numbers.size());
  }
  void Put(const AttributeTable& table) {
    Put<uint32_t>(table.first_id);
    Put<uint64_t>(table.entries.size());
    for (const AttributeTable::Entry& entry : table.entries) {
      Put(std::string_view(entry.ident));
      const PropertyBytes properties = ToBytes(entry.properties);
      Put(properties.value_type);
      Put(properties.flags);
    }
  }
  void Put(std::span<const Datom> datoms) {
    Put<uint64_t>(datoms.size());
    for (const Datom& datom : datoms) {
      Put<uint64_t>(datom.e());
      Put<uint32_t>(datom.a());
      Put<uint64_t>(datom.tx_and_added());
      const Value v = datom.v();
      Put(static_cast<uint8_t>(v.type()));
      if (IsOutOfLine(v.type())) {
        const std::string_view bytes = v.AsBytes();
        Put<uint32_t>(static_cast<uint32_t>(bytes.size()));
        archive_.save_binary(bytes.data(), bytes.size());
      } else {
        Put<uint64_t>(v.bits());
      }
    }
  }

  std::string Finish() && { return std::move(bytes_); }

 private:
  std::streambuf& Start(ObjectKind kind) {
    AppendObjectHeader(CodecTag::kBoost, kind, &bytes_);
    return sink_;
  }

  std::string bytes_;
  StringSink sink_;
  boost::archive::binary_oarchive archive_;
};

// An object being read. What Boost throws at torn bytes becomes a CorruptionError.
class Reader {
 public:
  Reader(ObjectKind kind, std::string_view bytes)
      : source_(SkipObjectHeader(CodecTag::kBoost, kind, bytes)),
        archive_(source_, kArchiveFlags) {}

  template <typename Number>
  Number Get() {
    static_assert(std::is_unsigned_v<Number> && !std::is_same_v<Number, bool>);
    Number number;
    try {
      archive_ >> number;
    } catch (const boost::archive::archive_exception& error) {
      throw CorruptionError(std::string("object ends too early: ") + error.what());
    }
    return number;
  }

  // `count` things, of which each takes at least `least_bytes` bytes of what remains.
  size_t Count(uint64_t count, size_t least_bytes) const {
    if (count > source_.remaining() / least_bytes) {
      throw CorruptionError("more items announced than the object has bytes for");
    }
    return static_cast<size_t>(count);
  }
  size_t GetCount(size_t least_bytes) { return Count(Get<uint64_t>(), least_bytes); }

  std::string_view GetBytes(uint64_t size) { return source_.Take(Count(size, 1)); }
  std::string_view GetString() { return GetBytes(Get<uint64_t>()); }

  std::vector<uint64_t> GetNumbers() {
    std::vector<uint64_t> numbers(GetCount(sizeof(uint64_t)));
    archive_ >> boost::serialization::make_array(numbers.data(), numbers.size());
    return numbers;
  }

  AttributeTable GetAttributes() {
    AttributeTable table;
    table.first_id = CheckedAttribute(Get<uint32_t>());
    const size_t count = GetCount(sizeof(uint64_t) + 2);
    CheckedAttribute(uint64_t{table.first_id} + count);
    table.entries.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      std::string ident(GetString());
      const auto value_type = Get<uint8_t>();
      const auto flags = Get<uint8_t>();
      table.entries.push_back({std::move(ident), CheckedProperties({value_type, flags})});
    }
    return table;
  }

  // `place(type, bytes)` gives an out-of-line value.
  template <typename Place>
  void GetDatoms(std::vector<Datom>* datoms, Place&& place) {
    const size_t count = GetCount(kLeastDatomBytes);
    // One reserve for many calls would make each of them copy what the others left.
    if (datoms->empty()) datoms->reserve(count);
    for (size_t i = 0; i < count; ++i) {
      const auto e = Get<uint64_t>();
      const AttributeId a = CheckedAttribute(Get<uint32_t>());
      const auto t = Get<uint64_t>();
      const ValueType type = CheckedValueType(Get<uint8_t>());
      datoms->emplace_back(e, a, GetValue(type, place), t >> 1, (t & 1) != 0);
    }
  }

  void ExpectEnd() const {
    if (source_.remaining() != 0) throw CorruptionError("bytes left over at the end of the object");
  }

 private:
  static constexpr size_t kLeastDatomBytes = 25;

  template <typename Place>
  Value GetValue(ValueType type, Place&& place) {
    if (!IsOutOfLine(type)) {
      const auto bits = Get<uint64_t>();
      CheckInLineValue(type, bits);
      return {type, bits};
    }
    const std::string_view bytes = GetBytes(Get<uint32_t>());
    CheckOutOfLineValue(type, bytes);
    return place(type, bytes);
  }

  BytesSource source_;
  boost::archive::binary_iarchive archive_;
};

// A guess that saves growing the buffer, never a limit.
size_t ExpectedBytes(std::span<const Datom> datoms) {
  constexpr size_t kObjectBytes = 64;
  constexpr size_t kDatomBytes = 40;
  return kObjectBytes + datoms.size() * kDatomBytes;
}

class BoostCodec final : public Codec {
 public:
  std::string_view name() const override { return "boost"; }
  std::string_view summary() const override {
    return "Boost.Serialization's binary archive, one an object, without header and tracking";
  }

  std::string EncodeNode(const NodeView& node) const override {
    std::vector<Datom> buffer;
    for (const IndexEdit& edit : node.buffer) buffer.push_back(edit.datom);
    Writer writer(buffer.empty() ? ObjectKind::kNode : ObjectKind::kBufferingNode,
                  ExpectedBytes(node.keys) + ExpectedBytes(buffer));
    writer.Put<uint32_t>(node.level);
    writer.Put<uint64_t>(ArenaBytes(node.keys) + ArenaBytes(buffer));
    writer.Put(node.keys);
    writer.Put(node.children);
    if (!buffer.empty()) {
      writer.Put(std::span<const Datom>(buffer));
      for (const IndexEdit& edit : node.buffer) writer.Put(static_cast<uint8_t>(edit.kind));
    }
    return std::move(writer).Finish();
  }

  NodeContents DecodeNode(std::string_view bytes) const override {
    const ObjectKind kind = KindOf(bytes, ObjectKind::kNode, ObjectKind::kBufferingNode);
    Reader reader(kind, bytes);
    NodeContents node;
    node.level = reader.Get<uint32_t>();
    if (node.level > kHighestLevel) throw CorruptionError("a node of an impossible level");
    node.values = std::make_unique<ValueArena>(reader.GetCount(1));
    const auto place = [&](ValueType type, std::string_view value) {
      return node.values->Copy(type, value);
    };
    reader.GetDatoms(&node.keys, place);
    node.children = reader.GetNumbers();
    if (kind == ObjectKind::kBufferingNode) {
      std::vector<Datom> datoms;
      reader.GetDatoms(&datoms, place);
      if (datoms.empty()) throw CorruptionError("a buffer without edits");
      node.buffer.reserve(datoms.size());
      for (const Datom& datom : datoms) node.buffer.push_back({GetEditKind(reader), datom});
    }
    reader.ExpectEnd();
    CheckNodeShape(node);
    return node;
  }

  std::string EncodeRecord(const RecordContents& record) const override {
    const bool has_roots = record.has_root_nodes();
    Writer writer(has_roots ? ObjectKind::kRecordWithRoots : ObjectKind::kRecord,
                  256 + 64 * record.attributes.entries.size());
    writer.Put(std::string_view(record.strategy));
    writer.Put<uint8_t>(record.options.keep_history ? 1 : 0);
    writer.Put(static_cast<uint8_t>(record.options.semantics));
    writer.Put(std::string_view(record.index));
    writer.Put<uint32_t>(record.branching_factor);
    writer.Put<uint64_t>(record.max_tx);
    writer.Put<uint64_t>(record.max_eid);
    writer.Put<uint64_t>(record.commits);
    for (const Address root : record.roots) writer.Put<uint64_t>(root);
    for (const uint64_t size : record.sizes) writer.Put<uint64_t>(size);
    writer.Put(std::span<const uint64_t>(record.extra));
    writer.Put(record.attributes);
    if (has_roots) {
      for (const std::string& node : record.root_nodes) writer.Put(std::string_view(node));
    }
    return std::move(writer).Finish();
  }

  RecordContents DecodeRecord(std::string_view bytes) const override {
    const ObjectKind kind = KindOf(bytes, ObjectKind::kRecord, ObjectKind::kRecordWithRoots);
    Reader reader(kind, bytes);
    RecordContents record;
    record.strategy = reader.GetString();
    const auto keep_history = reader.Get<uint8_t>();
    const auto semantics = reader.Get<uint8_t>();
    if (keep_history > 1 || semantics > static_cast<uint8_t>(Semantics::kDatahike6c1468fd)) {
      throw CorruptionError("unknown options of a database");
    }
    record.options = {keep_history == 1, static_cast<Semantics>(semantics)};
    record.index = reader.GetString();
    record.branching_factor = reader.Get<uint32_t>();
    record.max_tx = CheckedTx(reader.Get<uint64_t>());
    record.max_eid = reader.Get<uint64_t>();
    record.commits = reader.Get<uint64_t>();
    for (Address& root : record.roots) root = reader.Get<uint64_t>();
    for (uint64_t& size : record.sizes) size = reader.Get<uint64_t>();
    record.extra = reader.GetNumbers();
    record.attributes = reader.GetAttributes();
    if (kind == ObjectKind::kRecordWithRoots) {
      for (std::string& node : record.root_nodes) node = reader.GetString();
    }
    reader.ExpectEnd();
    return record;
  }

  std::string EncodeDatoms(std::span<const Datom> datoms) const override {
    Writer writer(ObjectKind::kDatoms, ExpectedBytes(datoms));
    writer.Put(datoms);
    return std::move(writer).Finish();
  }

  void DecodeDatoms(std::string_view bytes, ValueArena& values,
                    std::vector<Datom>* datoms) const override {
    Reader reader(ObjectKind::kDatoms, bytes);
    GetInterned(reader, values, datoms);
    reader.ExpectEnd();
  }

  std::string EncodeLogSegment(const LogSegmentView& segment) const override {
    Writer writer(ObjectKind::kLogSegment, ExpectedBytes(segment.deltas));
    writer.Put(segment.new_attributes);
    writer.Put<uint64_t>(segment.transactions.size());
    for (const LogSegment::Transaction& transaction : segment.transactions) {
      writer.Put<uint64_t>(transaction.tx);
      writer.Put<uint64_t>(transaction.max_eid);
      writer.Put<uint32_t>(transaction.datoms);
    }
    writer.Put(segment.deltas);
    return std::move(writer).Finish();
  }

  LogSegment DecodeLogSegment(std::string_view bytes, ValueArena& values) const override {
    Reader reader(ObjectKind::kLogSegment, bytes);
    LogSegment segment;
    segment.new_attributes = reader.GetAttributes();
    segment.transactions.resize(reader.GetCount(kTransactionBytes));
    uint64_t datoms = 0;
    for (LogSegment::Transaction& transaction : segment.transactions) {
      transaction.tx = CheckedTx(reader.Get<uint64_t>());
      transaction.max_eid = reader.Get<uint64_t>();
      transaction.datoms = reader.Get<uint32_t>();
      datoms += transaction.datoms;
    }
    GetInterned(reader, values, &segment.deltas);
    reader.ExpectEnd();
    if (segment.deltas.size() != datoms) {
      throw CorruptionError("a log segment's transactions don't add up to its datoms");
    }
    return segment;
  }

 private:
  static constexpr uint32_t kHighestLevel = 64;
  static constexpr size_t kTransactionBytes = 20;

  static size_t ArenaBytes(std::span<const Datom> datoms) {
    size_t bytes = 0;
    for (const Datom& datom : datoms) {
      if (IsOutOfLine(datom.v().type()))
        bytes += ValueArena::StoredBytes(datom.v().AsBytes().size());
    }
    return bytes;
  }

  static IndexEdit::Kind GetEditKind(Reader& reader) {
    const auto kind = reader.Get<uint8_t>();
    if (kind > static_cast<uint8_t>(IndexEdit::Kind::kErase)) {
      throw CorruptionError("unknown kind of an edit");
    }
    return static_cast<IndexEdit::Kind>(kind);
  }

  static void GetInterned(Reader& reader, ValueArena& values, std::vector<Datom>* datoms) {
    reader.GetDatoms(
        datoms, [&](ValueType type, std::string_view bytes) { return values.Intern(type, bytes); });
  }
};

}  // namespace

const Codec& Boost() {
  static const BoostCodec codec;
  return codec;
}

}  // namespace datombench

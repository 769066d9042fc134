// A Codec turns what strategies store into bytes and back.
//
// Attributes are encoded by id; what stores the ids stores the idents too (AttributeTable).
//
// Decoders get bytes whose frame has been verified, but trust none of them: malformed bytes, and
// objects of another kind, throw CorruptionError; an object that another codec wrote throws
// StorageError that names both. A decoded attribute id is at least kFirstAttribute, and a decoded
// value one that its type allows; whether the id names an attribute of the database only the caller
// knows. Where a decoder appends and throws, what it appended to is left in any valid state.
#ifndef DATOMBENCH_STRATEGIES_CODEC_CODEC_H_
#define DATOMBENCH_STRATEGIES_CODEC_CODEC_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/db.h"
#include "index/node_storage.h"

namespace datombench {

// Idents and properties of attributes first_id, first_id + 1, ...
struct AttributeTable {
  struct Entry {
    std::string ident;
    AttributeProperties properties;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  AttributeId first_id = kFirstAttribute;
  std::vector<Entry> entries;
  friend bool operator==(const AttributeTable&, const AttributeTable&) = default;
};

// The small object that a strategy writes last: the commit point. Strategies use the fields they
// need.
struct RecordContents {
  std::string strategy;  // the name of the strategy that wrote it
  DbOptions options;
  std::string index;              // the index kind's name; "" where the store doesn't depend on it
  uint32_t branching_factor = 0;  // likewise 0
  TxId max_tx = kTx0;
  EntityId max_eid = 0;
  uint64_t commits = 0;  // flushes so far
  AttributeTable attributes;
  std::array<Address, kIndexCount> roots{};
  // Roots that are kept here, as EncodeNode encodes them; "" where there is none.
  std::array<std::string, kIndexCount> root_nodes;
  std::array<uint64_t, kIndexCount> sizes{};
  std::vector<uint64_t> extra;  // what else the strategy needs: next address, chunk counts, ...

  bool has_root_nodes() const {
    return std::any_of(root_nodes.begin(), root_nodes.end(),
                       [](const std::string& node) { return !node.empty(); });
  }
  friend bool operator==(const RecordContents&, const RecordContents&) = default;
};

// One flushed stretch of an operation log: whole transactions, in order.
struct LogSegment {
  struct Transaction {
    TxId tx;
    EntityId max_eid;  // after it
    uint32_t datoms;   // how many of `deltas` are its own
    friend bool operator==(const Transaction&, const Transaction&) = default;
  };
  // Idents first used here; their properties follow from the deltas and stay unset.
  AttributeTable new_attributes;
  std::vector<Transaction> transactions;
  std::vector<Datom> deltas;  // as many as the transactions have in all
};

// The same, borrowed: what is encoded.
struct LogSegmentView {
  const AttributeTable& new_attributes;
  std::span<const LogSegment::Transaction> transactions;
  std::span<const Datom> deltas;
};

// Thread safety: codecs have no state; any number of threads.
class Codec {
 public:
  virtual ~Codec() = default;
  virtual std::string_view name() const = 0;  // as in a cell's name: "packed", "boost"
  virtual std::string_view summary() const = 0;

  virtual std::string EncodeNode(const NodeView& node) const = 0;
  // `values` of the result own its out-of-line values.
  virtual NodeContents DecodeNode(std::string_view bytes) const = 0;

  virtual std::string EncodeRecord(const RecordContents& record) const = 0;
  virtual RecordContents DecodeRecord(std::string_view bytes) const = 0;

  // A run of datoms; the encoding is smallest where they ascend in one of the orders, and right in
  // any case.
  virtual std::string EncodeDatoms(std::span<const Datom> datoms) const = 0;
  // Appends to `*datoms`, values interned in `values`.
  virtual void DecodeDatoms(std::string_view bytes, ValueArena& values,
                            std::vector<Datom>* datoms) const = 0;

  virtual std::string EncodeLogSegment(const LogSegmentView& segment) const = 0;
  virtual LogSegment DecodeLogSegment(std::string_view bytes, ValueArena& values) const = 0;
};

std::span<const Codec* const> AllCodecs();
const Codec* FindCodec(std::string_view name);  // nullptr if there is none

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_CODEC_CODEC_H_

// A Db is one immutable value of a database: the record of its indexes, schema, max-tx and max-eid.
#ifndef DATOMBENCH_INDEX_DB_H_
#define DATOMBENCH_INDEX_DB_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "index/attributes.h"
#include "index/index.h"
#include "index/registry.h"
#include "index/schema.h"
#include "index/value_arena.h"

namespace datombench {

// The numbers are stored in files.
enum class IndexName : uint8_t {
  kEavt = 0,
  kAevt = 1,
  kAvet = 2,
  kTemporalEavt = 3,
  kTemporalAevt = 4,
  kTemporalAvet = 5,
};
inline constexpr size_t kIndexCount = 6;
inline constexpr std::array kIndexNames = {IndexName::kEavt,         IndexName::kAevt,
                                           IndexName::kAvet,         IndexName::kTemporalEavt,
                                           IndexName::kTemporalAevt, IndexName::kTemporalAvet};

// "eavt", "aevt", "avet", "temporal-eavt", "temporal-aevt", "temporal-avet".
std::string_view IndexNameText(IndexName name);
constexpr OrderKind OrderOf(IndexName name) {
  return static_cast<OrderKind>(static_cast<uint8_t>(name) % 3);
}
constexpr bool IsTemporal(IndexName name) { return name >= IndexName::kTemporalEavt; }

// Which rules a transaction follows; docs/fidelity.md has the differences.
enum class Semantics : uint8_t {
  kCurrent = 0,           // what a database should do
  kDatahike6c1468fd = 1,  // what Datahike 6c1468fd does, to the letter
};
std::string_view SemanticsName(Semantics semantics);  // "current", "datahike_6c1468fd"
std::optional<Semantics> ParseSemantics(std::string_view name);

struct DbOptions {
  bool keep_history = true;
  Semantics semantics = Semantics::kCurrent;
  friend bool operator==(const DbOptions&, const DbOptions&) = default;
};

// What all versions of one database share: how it was made, the attribute idents, the arena in
// which values of transactions live.
struct Lineage {
  Lineage(const DbOptions& db_options, const IndexKind& kind, const IndexOptions& options_of_index);

  const DbOptions options;
  const IndexKind& index_kind;
  const IndexOptions index_options;
  const std::shared_ptr<Attributes> attributes;
  ValueArena values;

  DatomOrder Order(IndexName name) const { return {OrderOf(name), attributes}; }
};

// A value: copying is cheap, older copies stay readable.
struct Db {
  std::shared_ptr<Lineage> lineage;
  std::shared_ptr<const Schema> schema;
  std::array<IndexPtr, kIndexCount> indexes;  // temporal ones are null without history
  TxId max_tx = kTx0;
  EntityId max_eid = 0;  // the highest entity id below kTx0 that was ever asserted

  // The database without datoms.
  static Db Empty(std::shared_ptr<Lineage> lineage);

  const IndexPtr& index(IndexName name) const { return indexes[static_cast<size_t>(name)]; }
  IndexPtr& index(IndexName name) { return indexes[static_cast<size_t>(name)]; }
  bool has(IndexName name) const { return index(name) != nullptr; }
  // The number of datoms in an index, 0 where there is none.
  uint64_t size(IndexName name) const { return has(name) ? index(name)->size() : 0; }
};

// What one transaction did.
struct TxReport {
  Db db_before;  // empty (no lineage, no index) where it was given up
  Db db_after;
  // The effective deltas in the order in which they took effect, never netted: replay.h says how
  // they are applied. Values live in the lineage's arena.
  std::vector<Datom> tx_data;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_DB_H_

// What all strategies do alike with a store: its record, its keys, what is checked when it opens.
#ifndef DATOMBENCH_STRATEGIES_STORE_H_
#define DATOMBENCH_STRATEGIES_STORE_H_

#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "backends/backend.h"
#include "backends/error.h"
#include "backends/key_name.h"
#include "index/db.h"
#include "strategies/codec/codec.h"
#include "strategies/strategy.h"

namespace datombench {

inline constexpr std::string_view kRecordKey = "r";

// The bytes of `value`, highest first, so that keys ascend as numbers do.
std::string BigEndian(uint64_t value, size_t bytes = sizeof(uint64_t));
// What `key` says after its class. Throws CorruptionError unless that is eight bytes.
uint64_t NumberOfKey(std::string_view key);

// Runs `decode()`, naming the object under `key` in what it throws.
template <typename Decode>
auto DecodeObject(std::string_view key, Decode&& decode) {
  try {
    return decode();
  } catch (const CorruptionError& error) {
    throw CorruptionError(DescribeObject(key) + ": " + error.what());
  } catch (const StorageError& error) {
    throw StorageError(DescribeObject(key) + ": " + error.what());
  }
}

// The bytes under `key`. Throws CorruptionError if there are none.
std::string GetPresent(Backend& backend, std::string_view key);

// Whether the store's contents depend on the index and its branching factor.
enum class IndexDependence : uint8_t { kNone, kNodes };

// Throws StorageError, in one line, if `kind` can't work with `options` on `backend`.
void CheckOptions(const StrategyKind& kind, const Backend& backend, const StrategyOptions& options);

// The record of a database without datoms, as `kind` writes it.
RecordContents EmptyRecord(const StrategyKind& kind, const StrategyOptions& options,
                           IndexDependence dependence);

// The store's record; nullopt where the store is empty. Reads one object if there is a record.
// Throws StorageError if the store was written with other options (naming both), CorruptionError if
// there are objects and no record.
std::optional<RecordContents> LoadRecord(Backend& backend, const StrategyOptions& options,
                                         const RecordContents& expected);

// Writes `record` where LoadRecord finds it; returns when it is durable as options.durability says.
void WriteRecord(Backend& backend, const StrategyOptions& options, const RecordContents& record);

// Idents and properties of the attributes of `db` from `first_id` on.
AttributeTable AttributesOf(const Db& db, AttributeId first_id);
// Idents only.
AttributeTable IdentsOf(const Attributes& attributes, AttributeId first_id);

// Gives `lineage` the attributes of `table`. Throws CorruptionError if they turn out to have other
// ids.
void RestoreIdents(const AttributeTable& table, Attributes& attributes);
// The same for a database without datoms: its schema too becomes what `table` declares.
void RestoreAttributes(const AttributeTable& table, Db* db);

// Throws CorruptionError if an attribute of `datoms` isn't below `end`.
void CheckAttributes(std::span<const Datom> datoms, AttributeId end);
// Throws CorruptionError if one of `node` isn't, or if it is a branch without children.
void CheckNode(const NodeContents& node, AttributeId end);
// Throws CorruptionError unless `datoms` ascend strictly.
void CheckAscending(const DatomOrder& order, std::span<const Datom> datoms);

// Deletes what lies under `prefix` and `is_live(key)` denies, without waiting for it to be durable.
template <typename IsLive>
void DeleteLeftovers(Backend& backend, std::string_view prefix, IsLive&& is_live) {
  Batch batch;
  backend.ScanKeys(prefix, [&](std::string_view key) {
    if (!is_live(key)) batch.Delete(std::string(key));
  });
  if (!batch.empty()) backend.Write(batch, Durability::kVolatile);
}

}  // namespace datombench

#endif  // DATOMBENCH_STRATEGIES_STORE_H_

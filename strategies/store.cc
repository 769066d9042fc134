#include "strategies/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace datombench {
namespace {

[[noreturn]] void OtherOption(std::string_view what, std::string_view stored,
                              std::string_view wanted) {
  throw StorageError(
      fmt::format("the store was written with {} {}, opened with {}", what, stored, wanted));
}

std::string_view HistoryText(const DbOptions& options) {
  return options.keep_history ? "on" : "off";
}

void CheckSameOptions(const RecordContents& stored, const RecordContents& expected) {
  if (stored.strategy != expected.strategy) {
    OtherOption("strategy", stored.strategy, expected.strategy);
  }
  if (stored.options.keep_history != expected.options.keep_history) {
    OtherOption("history", HistoryText(stored.options), HistoryText(expected.options));
  }
  if (stored.options.semantics != expected.options.semantics) {
    OtherOption("semantics", SemanticsName(stored.options.semantics),
                SemanticsName(expected.options.semantics));
  }
  if (stored.index != expected.index) OtherOption("index", stored.index, expected.index);
  if (stored.branching_factor != expected.branching_factor) {
    OtherOption("branching factor", std::to_string(stored.branching_factor),
                std::to_string(expected.branching_factor));
  }
}

}  // namespace

std::string BigEndian(uint64_t value, size_t bytes) {
  std::string text(bytes, '\0');
  for (size_t i = bytes; i-- > 0; value >>= 8) text[i] = static_cast<char>(value);
  return text;
}

uint64_t NumberOfKey(std::string_view key) {
  if (key.size() != 1 + sizeof(uint64_t)) {
    throw CorruptionError(DescribeObject(key) + ": its key is none that is ever written");
  }
  uint64_t number = 0;
  for (const char byte : key.substr(1)) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

std::string GetPresent(Backend& backend, std::string_view key) {
  std::optional<std::string> bytes = backend.Get(key);
  if (!bytes.has_value()) throw CorruptionError(DescribeObject(key) + ": missing");
  return *std::move(bytes);
}

void CheckOptions(const StrategyKind& kind, const Backend& backend,
                  const StrategyOptions& options) {
  assert(options.index != nullptr && options.codec != nullptr);
  if (kind.needs_node_addressable_index && !options.index->is_node_addressable()) {
    throw StorageError(fmt::format(
        "strategy {} stores an index node by node, which index {} has none of: take another index",
        kind.name, options.index->name()));
  }
  if (options.durability > backend.strongest_durability()) {
    throw StorageError(fmt::format("durability {} asked for, the backend has {} at best",
                                   DurabilityName(options.durability),
                                   DurabilityName(backend.strongest_durability())));
  }
}

RecordContents EmptyRecord(const StrategyKind& kind, const StrategyOptions& options,
                           IndexDependence dependence) {
  RecordContents record;
  record.strategy = kind.name;
  record.options = options.db;
  if (dependence == IndexDependence::kNodes) {
    record.index = options.index->name();
    record.branching_factor = options.index->BranchingFactorOrDefault(options.branching_factor);
  }
  return record;
}

std::optional<RecordContents> LoadRecord(Backend& backend, const StrategyOptions& options,
                                         const RecordContents& expected) {
  const std::optional<std::string> bytes = backend.Get(kRecordKey);
  if (!bytes.has_value()) {
    backend.ScanKeys("", [](std::string_view key) {
      throw CorruptionError(fmt::format("{}: missing, though there is {}",
                                        DescribeObject(kRecordKey), DescribeObject(key)));
    });
    return std::nullopt;
  }
  RecordContents record =
      DecodeObject(kRecordKey, [&] { return options.codec->DecodeRecord(*bytes); });
  CheckSameOptions(record, expected);
  return record;
}

void WriteRecord(Backend& backend, const StrategyOptions& options, const RecordContents& record) {
  Batch batch;
  batch.Put(std::string(kRecordKey), options.codec->EncodeRecord(record));
  backend.Write(batch, options.durability);
}

AttributeTable AttributesOf(const Db& db, AttributeId first_id) {
  AttributeTable table = IdentsOf(*db.lineage->attributes, first_id);
  for (size_t i = 0; i < table.entries.size(); ++i) {
    table.entries[i].properties = (*db.schema)[first_id + static_cast<AttributeId>(i)];
  }
  return table;
}

AttributeTable IdentsOf(const Attributes& attributes, AttributeId first_id) {
  AttributeTable table;
  table.first_id = first_id;
  for (AttributeId a = first_id; a < attributes.end(); ++a) {
    table.entries.push_back({attributes.Ident(a), {}});
  }
  return table;
}

void RestoreIdents(const AttributeTable& table, Attributes& attributes) {
  AttributeId a = table.first_id;
  for (const AttributeTable::Entry& entry : table.entries) {
    if (attributes.Intern(entry.ident) != a) {
      throw CorruptionError(fmt::format("attribute {} isn't number {}", entry.ident, a));
    }
    ++a;
  }
}

void RestoreAttributes(const AttributeTable& table, Db* db) {
  RestoreIdents(table, *db->lineage->attributes);
  AttributeId a = table.first_id;
  for (const AttributeTable::Entry& entry : table.entries) {
    if (const AttributeProperties& known = (*db->schema)[a]; known.is_declared()) {
      if (known != entry.properties) {
        throw CorruptionError(
            fmt::format("built-in attribute {} is not what it should be", entry.ident));
      }
    } else if (entry.properties.is_declared()) {
      db->schema = db->schema->With(a, entry.properties);
    }
    ++a;
  }
}

void CheckAttributes(std::span<const Datom> datoms, AttributeId end) {
  AttributeId highest = 0;
  for (const Datom& datom : datoms) highest = std::max(highest, datom.a());
  if (highest >= end) {
    throw CorruptionError(fmt::format("attribute {}, of {} that there are", highest, end));
  }
}

void CheckNode(const NodeContents& node, AttributeId end) {
  CheckAttributes(node.keys, end);
  for (const IndexEdit& edit : node.buffer) CheckAttributes(std::span(&edit.datom, 1), end);
  if (node.level > 0 && node.children.empty()) throw CorruptionError("a branch without children");
}

void CheckAscending(const DatomOrder& order, std::span<const Datom> datoms) {
  const bool ascend = order.Visit([&](const auto& compare) {
    return std::adjacent_find(datoms.begin(), datoms.end(), [&](const Datom& x, const Datom& y) {
             return compare(x, y) >= 0;
           }) == datoms.end();
  });
  if (!ascend) throw CorruptionError("a stored sequence of datoms doesn't ascend");
}

}  // namespace datombench

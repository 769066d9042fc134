// Strategy A: each flush stores the nodes that changed, connect loads what is touched.
#include <array>
#include <cassert>
#include <memory>
#include <utility>

#include "strategies/extra_options.h"
#include "strategies/node_store.h"
#include "strategies/store.h"

namespace datombench {
namespace {

class DirtyNodeTree final : public Strategy {
 public:
  DirtyNodeTree(const StrategyKind& kind, Backend& backend, const StrategyOptions& options)
      : backend_(backend),
        options_(options),
        nodes_(backend, *options.codec,
               ExtraOptions(kind, options.extra).Unsigned("batch_bytes", 1)),
        cache_(options.cache_bytes),
        record_(EmptyRecord(kind, options, IndexDependence::kNodes)) {}

  Db Connect() override;
  void Append(const TxReport&) override {}
  FlushReport Flush(const Db& db) override;
  size_t MemoryBytes() const override { return sizeof(*this) + nodes_.held_bytes(); }

 private:
  void CheckRoots() const;
  StoredRoot ReadRoot(size_t index, AttributeId attributes_end) const;

  Backend& backend_;
  const StrategyOptions options_;
  NodeStore nodes_;
  NodeCache cache_;
  // As last written, without roots that it keeps; extra: the first address not taken.
  RecordContents record_;
};

Db DirtyNodeTree::Connect() {
  const auto lineage = std::make_shared<Lineage>(
      options_.db, *options_.index, IndexOptions{options_.branching_factor, &nodes_, &cache_});
  Db db = Db::Empty(lineage);
  std::optional<RecordContents> stored = LoadRecord(backend_, options_, record_);
  if (!stored.has_value()) {
    record_.attributes = AttributesOf(db, kFirstAttribute);
    record_.extra = {nodes_.next_address()};
    WriteRecord(backend_, options_, record_);
    return db;
  }
  record_ = *std::move(stored);
  CheckRoots();
  DecodeObject(kRecordKey, [&] { RestoreAttributes(record_.attributes, &db); });
  nodes_.Open(record_.extra[0]);
  nodes_.SetAttributesEnd(lineage->attributes->end());
  db.max_tx = record_.max_tx;
  db.max_eid = record_.max_eid;
  for (const IndexName name : kIndexNames) {
    const auto i = static_cast<size_t>(name);
    if (record_.commits == 0 || !db.has(name)) continue;
    db.index(name) = options_.index->Restore(
        lineage->Order(name), lineage->index_options,
        DecodeObject(kRecordKey, [&] { return ReadRoot(i, lineage->attributes->end()); }),
        record_.sizes[i]);
  }
  record_.root_nodes = {};
  return db;
}

// Until the first flush there are no roots; from then on one for each index that the database has.
void DirtyNodeTree::CheckRoots() const {
  bool is_right = record_.extra.size() == 1 && record_.extra[0] != kNoAddress;
  for (const IndexName name : kIndexNames) {
    const Address root = record_.roots[static_cast<size_t>(name)];
    const bool has_node = !record_.root_nodes[static_cast<size_t>(name)].empty();
    const bool has_root = record_.commits > 0 && (options_.db.keep_history || !IsTemporal(name));
    const bool keeps_node = options_.index->keeps_root_in_record();
    is_right = is_right && (has_root && !keeps_node) == (root != kNoAddress) &&
               (has_root && keeps_node) == has_node && root < record_.extra[0];
  }
  if (!is_right) {
    throw CorruptionError(DescribeObject(kRecordKey) + ": its roots are not those of its indexes");
  }
}

StoredRoot DirtyNodeTree::ReadRoot(size_t index, AttributeId attributes_end) const {
  if (!options_.index->keeps_root_in_record()) return StoredRoot(record_.roots[index]);
  NodeContents node = options_.codec->DecodeNode(record_.root_nodes[index]);
  CheckNode(node, attributes_end);
  return StoredRoot(std::move(node));
}

FlushReport DirtyNodeTree::Flush(const Db& db) {
  FlushReport report;
  RecordContents record = record_;
  record.attributes = AttributesOf(db, kFirstAttribute);
  nodes_.SetAttributesEnd(db.lineage->attributes->end());
  for (const IndexName name : kIndexNames) {
    if (!db.has(name)) continue;
    const auto i = static_cast<size_t>(name);
    const auto& index = dynamic_cast<const NodeAddressableIndex&>(*db.index(name));
    const Address before = nodes_.next_address();
    const StoredRoot root = index.Store(nodes_);
    record.roots[i] = root.address;
    if (root.node) record.root_nodes[i] = options_.codec->EncodeNode(root.node->View());
    record.sizes[i] = index.size();
    report.nodes[i] = nodes_.next_address() - before;
  }
  record.max_tx = db.max_tx;
  record.max_eid = db.max_eid;
  ++record.commits;
  record.extra = {nodes_.next_address()};
  nodes_.Commit(std::string(kRecordKey), options_.codec->EncodeRecord(record), options_.durability);
  record_ = std::move(record);
  record_.root_nodes = {};
  return report;
}

}  // namespace

StrategyKind DirtyNodeTreeKind() {
  return {
      .name = "dirty_node_tree",
      .letter = "A",
      .summary = "each flush stores the tree nodes that changed; connect loads what is touched",
      .options = {{"batch_bytes", "16777216",
                   "nodes that a flush holds in memory before it writes them"}},
      .needs_node_addressable_index = true,
      .make = [](Backend& backend, const StrategyOptions& options) -> std::unique_ptr<Strategy> {
        const StrategyKind kind = DirtyNodeTreeKind();
        CheckOptions(kind, backend, options);
        return std::make_unique<DirtyNodeTree>(kind, backend, options);
      }};
}

}  // namespace datombench

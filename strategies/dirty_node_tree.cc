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

  Backend& backend_;
  const StrategyOptions options_;
  NodeStore nodes_;
  NodeCache cache_;
  RecordContents record_;  // as last written; extra: the first address not taken
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
    if (record_.roots[i] == kNoAddress) continue;
    db.index(name) = options_.index->Restore(lineage->Order(name), lineage->index_options,
                                             record_.roots[i], record_.sizes[i]);
  }
  return db;
}

// Until the first flush there are no roots; from then on one for each index that the database has.
void DirtyNodeTree::CheckRoots() const {
  bool is_right = record_.extra.size() == 1 && record_.extra[0] != kNoAddress;
  for (const IndexName name : kIndexNames) {
    const Address root = record_.roots[static_cast<size_t>(name)];
    const bool has_root = record_.commits > 0 && (options_.db.keep_history || !IsTemporal(name));
    is_right = is_right && has_root == (root != kNoAddress) && root < record_.extra[0];
  }
  if (!is_right) {
    throw CorruptionError(DescribeObject(kRecordKey) + ": its roots are not those of its indexes");
  }
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
    record.roots[i] = index.Store(nodes_);
    record.sizes[i] = index.size();
    report.nodes[i] = nodes_.next_address() - before;
  }
  record.max_tx = db.max_tx;
  record.max_eid = db.max_eid;
  ++record.commits;
  record.extra = {nodes_.next_address()};
  nodes_.Commit(std::string(kRecordKey), options_.codec->EncodeRecord(record), options_.durability);
  record_ = std::move(record);
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

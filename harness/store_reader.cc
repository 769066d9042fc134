#include "harness/store_reader.h"

#include <fmt/format.h>

#include <cassert>
#include <chrono>
#include <utility>

#include "backends/error.h"
#include "index/transactor.h"
#include "workloads/random.h"

namespace datombench {
namespace {

void ProveUsable(const Db& db) {
  const std::string doc = "usable";
  ValueArena values;
  Operation operation;
  operation.e = db.max_eid + 1;
  operation.attribute = ":db/doc";
  operation.v = values.Copy(ValueType::kString, doc);
  Transaction transaction;
  transaction.operations.push_back(operation);
  const TxReport report = Transact(db, transaction);
  if (report.db_after.size(IndexName::kEavt) <= db.size(IndexName::kEavt)) {
    throw StorageError("the database took a transaction and didn't grow");
  }
}

size_t CacheBytes(const StoreDescription& description) {
  return description.cell.cache.Bytes(description.contents->all_nodes_bytes);
}

}  // namespace

StoreReader::StoreReader(std::filesystem::path folder, const StoreDescription& description)
    : folder_(std::move(folder)), description_(description) {
  assert(description.contents.has_value());
}

StoreReader::StoreReader(Store& store, const StoreDescription& description)
    : description_(description), store_(&store) {
  assert(description.contents.has_value());
}

double StoreReader::OpenEngine() {
  if (store_ != nullptr) return 0;
  const auto start = std::chrono::steady_clock::now();
  owned_store_ = std::make_unique<Store>(description_.cell, folder_);
  store_ = owned_store_.get();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void StoreReader::Connect() {
  strategy_ = store_->MakeStrategy(CacheBytes(description_));
  db_ = strategy_->Connect();
  // An empty directory connects as well as a full one.
  const TxId max_tx = description_.contents->fingerprint.max_tx;
  if (db_.max_tx != max_tx) {
    throw CorruptionError(fmt::format(
        "connected to a database whose max_tx is {}, the writer left {}", db_.max_tx, max_tx));
  }
  ProveUsable(db_);
}

void StoreReader::FirstRead(uint64_t seed) {
  const auto& entities = description_.contents->entities;
  if (entities.empty()) return;
  const EntityId e = entities[SplitMix64(seed).Below(entities.size())];
  const auto found = db_.index(IndexName::kEavt)->Seek(LowestDatom({.e = e, .a = {}, .v = {}}));
  if (!found || found->e() != e) {
    throw CorruptionError(fmt::format("entity {} has no datom in eavt, expected one", e));
  }
}

uint64_t StoreReader::Scan() {
  uint64_t datoms = 0;
  uint64_t checksum = 0;
  for (const IndexPtr& index : db_.indexes) {
    if (index == nullptr) continue;
    const auto cursor = index->All();
    for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
      datoms += run.size();
      for (const Datom& datom : run) checksum += datom.e() ^ datom.tx_and_added();
    }
  }
  // Equal orders of the same datoms have equal sums: reading wasn't optimised away.
  [[maybe_unused]] volatile uint64_t used = checksum;
  return datoms;
}

std::optional<std::string> StoreReader::FirstDifference() const {
  return datombench::FirstDifference(description_.contents->fingerprint, FingerprintOf(db_));
}

std::vector<EntityId> SampleEntities(const Db& db, size_t count, uint64_t seed) {
  std::vector<EntityId> sample;
  SplitMix64 random(seed);
  uint64_t seen = 0;
  std::optional<EntityId> last;
  const auto cursor = db.index(IndexName::kEavt)->All();
  for (auto run = cursor->Next(); !run.empty(); run = cursor->Next()) {
    for (const Datom& datom : run) {
      if (last == datom.e() || datom.e() >= kTx0) continue;
      last = datom.e();
      ++seen;
      if (sample.size() < count) {
        sample.push_back(*last);
      } else if (const uint64_t place = random.Below(seen); place < count) {
        sample[place] = *last;
      }
    }
  }
  return sample;
}

}  // namespace datombench

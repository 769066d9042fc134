// FaultyStorage keeps nodes in memory and fails where it is told to.
#ifndef DATOMBENCH_TESTS_FUZZ_FAULTY_STORAGE_H_
#define DATOMBENCH_TESTS_FUZZ_FAULTY_STORAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/node_storage.h"
#include "index/registry.h"

namespace datombench {

// What is restored lies in memory of its own, exactly as large as it must be, so that a use after
// its eviction is a sanitizer's find. Thread safety: one thread.
class FaultyStorage final : public NodeStorage {
 public:
  Address Store(const NodeView& node) override;
  NodeContents Restore(Address address) override;

  // The k-th call from now throws StorageError, k from 1; the ones before and after it don't.
  void FailRestore(uint64_t k) { restores_until_failure_ = k; }
  void FailStore(uint64_t k) { stores_until_failure_ = k; }
  // No call fails any more.
  void Heal() { restores_until_failure_ = stores_until_failure_ = 0; }

  // How many nodes were stored.
  size_t size() const { return nodes_.size(); }
  const NodeContents& node(Address address) const;
  // Whether two trees are node by node the same.
  bool IsSameTree(Address x, Address y) const;

 private:
  std::vector<NodeContents> nodes_;  // at its address - 1
  uint64_t restores_until_failure_ = 0;
  uint64_t stores_until_failure_ = 0;
};

// The root of a stored version: all that Store returns and Restore takes. The one place where the
// fuzzer uses either.
struct StoredVersion {
  Address root = kNoAddress;
  uint64_t size = 0;
};
StoredVersion StoreVersion(const NodeAddressableIndex& index, NodeStorage& storage);
IndexPtr RestoreVersion(const IndexKind& kind, const DatomOrder& order, const IndexOptions& options,
                        const StoredVersion& stored);

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_FUZZ_FAULTY_STORAGE_H_

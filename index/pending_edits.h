// PendingEdits are changes to an index that are yet to be made, and the index as it will be.
#ifndef DATOMBENCH_INDEX_PENDING_EDITS_H_
#define DATOMBENCH_INDEX_PENDING_EDITS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "index/index.h"

namespace datombench {

// So a transaction that may still be refused is evaluated on an index that stays as it is. Thread
// safety: one thread.
class PendingEdits {
 public:
  // Of no index; for nothing but to be assigned to.
  PendingEdits();
  // `base` must stay as it is until the last call of Seek, Contains and Inserts.
  explicit PendingEdits(const Index& base);
  ~PendingEdits();
  PendingEdits(PendingEdits&& other) noexcept;
  PendingEdits& operator=(PendingEdits&& other) noexcept;

  // REQUIRES: it takes effect on the base with the edits so far. An out-of-line value lives as long
  // as this.
  void Add(IndexEdit::Kind kind, const Datom& d) {
    if (edits_.empty()) edits_.reserve(kUsualEdits);
    edits_.push_back({kind, d});
  }

  bool empty() const { return edits_.empty(); }
  // All of them, in the order in which they were added.
  std::span<const IndexEdit> edits() const { return edits_; }

  // The first datom >= `from` of the base with the edits made; its value is valid as one that the
  // base found. Takes O(log n), amortised: erased datoms are passed over once. Throws StorageError
  // where a node has to be restored.
  std::optional<Found> Seek(const Datom& from);
  // Whether the base with the edits made has `d`. Throws as Seek.
  bool Contains(const Datom& d);
  // The same of a datom that the base doesn't have.
  bool Inserts(const Datom& d);

 private:
  class Overlay;

  static constexpr size_t kUsualEdits = 16;  // of a short transaction

  Overlay& CaughtUp();

  const Index* base_ = nullptr;
  std::vector<IndexEdit> edits_;
  // What the first `seen_` edits come to; null until it is asked for.
  std::unique_ptr<Overlay> overlay_;
  size_t seen_ = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_PENDING_EDITS_H_

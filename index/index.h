// An Index is an immutable sorted set of datoms; a change makes another one that shares what it
// can.
#ifndef DATOMBENCH_INDEX_INDEX_H_
#define DATOMBENCH_INDEX_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "index/datom.h"
#include "index/datom_order.h"
#include "index/sole_owner.h"

namespace datombench {

class TransientIndex;

// A datom that was sought. Its value stays valid while this, or the index, lives.
struct Found : Datom {
  // The node it lies in, where a bounded node cache might forget that one meanwhile.
  std::shared_ptr<const void> node;
};

// Walks a slice in runs: as many datoms at a time as lie next to each other in memory.
// Thread safety: one thread. The index that made it must outlive it.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // The next run, in ascending order, empty at the end. It and the values in it stay valid until
  // the next call. Throws StorageError if a node has to be restored and can't be.
  virtual std::span<const Datom> Next() = 0;
};

// Thread safety: any number of threads may read an Index, also while a transient made from it
// changes.
//
// Lifetimes: an out-of-line value in a datom that goes in must live as long as the index's database
// (its ValueArena does). One that comes out lives as long as the index, or, where a node cache is
// bounded (node_cache.h), as long as the Found or until the next call of the Cursor: copy what you
// keep.
class Index {
 public:
  virtual ~Index() = default;

  virtual const DatomOrder& order() const = 0;
  virtual uint64_t size() const = 0;

  // The datoms `from` <= d <= `to`, ascending.
  virtual std::unique_ptr<Cursor> Slice(const Datom& from, const Datom& to) const = 0;
  // The same, run by run from the back; within a run datoms still ascend: read it from its end.
  virtual std::unique_ptr<Cursor> SliceBackward(const Datom& from, const Datom& to) const = 0;
  // The first datom >= `from`, if any. What one point read costs.
  virtual std::optional<Found> Seek(const Datom& from) const = 0;

  // A changeable copy, made in O(1).
  virtual std::unique_ptr<TransientIndex> Transient() const = 0;
  // The same of an index that the caller gives up: if nobody else has it, what no other version
  // shares is changed in place, and the index is gone whether the transient is made persistent or
  // not.
  static std::unique_ptr<TransientIndex> TransientOf(std::shared_ptr<const Index> index) {
    if (!IsSoleOwner(index)) return index->Transient();
    Index& sole = const_cast<Index&>(*index);
    return sole.TransientInPlace(std::const_pointer_cast<Index>(std::move(index)));
  }

  // Bytes of heap that the index's nodes take, shared ones included.
  virtual size_t MemoryBytes() const = 0;

  // Every datom, ascending.
  std::unique_ptr<Cursor> All() const { return Slice(LowestDatom({}), HighestDatom({})); }

 protected:
  // `self` is the only reference to this. No Index object is const.
  virtual std::unique_ptr<TransientIndex> TransientInPlace(std::shared_ptr<Index> self) = 0;
};
using IndexPtr = std::shared_ptr<const Index>;

// One change to an index.
struct IndexEdit {
  enum class Kind : uint8_t { kInsert = 0, kErase = 1 };  // the numbers are stored in files
  Kind kind;
  Datom datom;
};

// A changeable version of an index, owned by one thread and used for one transaction or one load.
// Once a change has thrown it may only be destroyed; the index that it was made from is as it was,
// unless it was given up (Index::TransientOf).
class TransientIndex {
 public:
  virtual ~TransientIndex() = default;

  // Inserts `datom`; false if it was there. Throws StorageError where a node has to be restored.
  virtual bool Insert(const Datom& datom) = 0;
  // Erases `datom` (all components equal); false if it wasn't there. Throws as Insert.
  virtual bool Erase(const Datom& datom) = 0;
  // The edits one after the other: the same set, and the same tree, as the calls one by one.
  // REQUIRES: each of them takes effect, so that an index may take note of it without looking.
  virtual void Apply(std::span<const IndexEdit> edits) = 0;

  // The first datom >= `from` as of now.
  virtual std::optional<Found> Seek(const Datom& from) const = 0;
  virtual uint64_t size() const = 0;

  // Freezes it in O(1). REQUIRES: not called before; nothing else is called afterwards.
  virtual IndexPtr Persist() = 0;
};

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_INDEX_H_

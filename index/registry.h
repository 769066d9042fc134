// The indexes there are. To add one: a new .cc file, its kind declared and listed in registry.cc.
#ifndef DATOMBENCH_INDEX_REGISTRY_H_
#define DATOMBENCH_INDEX_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "index/datom_order.h"
#include "index/index.h"
#include "index/node_cache.h"
#include "index/node_storage.h"

namespace datombench {

struct IndexOptions {
  // What an index kind makes of it, and its default, the kind says. At least 4; 0 where it has
  // none, and, in a Lineage, for the default.
  uint32_t branching_factor = 0;
  // Where nodes are restored from, and what bounds them in memory; set both or neither. They belong
  // to one database and must outlive every version of its indexes. Indexes that aren't
  // node-addressable ignore them.
  NodeStorage* storage = nullptr;
  NodeCache* cache = nullptr;
};

// How one kind of index is made.
class IndexKind {
 public:
  virtual ~IndexKind() = default;
  virtual std::string_view name() const = 0;     // as in a cell's name
  virtual std::string_view summary() const = 0;  // one line
  virtual bool is_node_addressable() const = 0;
  // Whether NodeAddressableIndex::Store returns the root itself instead of storing it.
  virtual bool keeps_root_in_record() const { return false; }
  virtual uint32_t default_branching_factor() const = 0;  // 0 where it has none
  bool has_branching_factor() const { return default_branching_factor() != 0; }
  uint32_t BranchingFactorOrDefault(uint32_t branching_factor) const {
    return branching_factor != 0 ? branching_factor : default_branching_factor();
  }

  // An index of `datoms`, which ascend strictly in `order`, built in bulk.
  virtual IndexPtr FromSorted(const DatomOrder& order, const IndexOptions& options,
                              std::span<const Datom> datoms) const = 0;
  IndexPtr Empty(const DatomOrder& order, const IndexOptions& options) const {
    return FromSorted(order, options, {});
  }

  // An index of `size` datoms whose root is `root`, its nodes in options.storage: nothing is read
  // until needed. REQUIRES: is_node_addressable(), options.storage and options.cache; `root` is a
  // node if keeps_root_in_record(), else an address.
  virtual IndexPtr Restore(const DatomOrder& order, const IndexOptions& options, StoredRoot root,
                           uint64_t size) const = 0;
};

std::span<const IndexKind* const> AllIndexes();
const IndexKind* FindIndex(std::string_view name);  // nullptr if there is none

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_REGISTRY_H_

// Sorting many datoms at once, by counting digits of keys rather than by comparing datoms.
#ifndef DATOMBENCH_INDEX_DATOM_SORT_H_
#define DATOMBENCH_INDEX_DATOM_SORT_H_

#include <cstdint>
#include <span>
#include <vector>

#include "index/attributes.h"
#include "index/datom.h"
#include "index/datom_order.h"
#include "index/index.h"
#include "index/schema.h"

namespace datombench {

// Sorts by entity, then attribute; equal ones keep their order.
void SortByEntityAndAttribute(const Attributes& attributes, std::vector<Datom>* datoms);

// The same datoms in AEVT order. REQUIRES: `eavt` ascends in EAVT order.
std::vector<Datom> InAevtOrder(const Attributes& attributes, std::span<const Datom> eavt);

// Those of them that belong into AVET, in AVET order. REQUIRES: `aevt` ascends in AEVT order.
std::vector<Datom> InAvetOrder(const Attributes& attributes, const Schema& schema,
                               std::span<const Datom> aevt);

// Sets `*sorted` to the numbers of `edits` by the order of their datoms; edits of equal datoms stay
// in order.
void SortEdits(const DatomOrder& order, std::span<const IndexEdit> edits,
               std::vector<uint32_t>* sorted);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_DATOM_SORT_H_

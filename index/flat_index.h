// The flat index: sorted chunks of datoms under one array of pointers; no tree, no addresses.
#ifndef DATOMBENCH_INDEX_FLAT_INDEX_H_
#define DATOMBENCH_INDEX_FLAT_INDEX_H_

#include "index/registry.h"

namespace datombench {

// The plain index that shows what any index must do and no more. A transaction copies the array of
// pointers and the chunks that it changes.
const IndexKind& FlatIndexKind();

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_FLAT_INDEX_H_

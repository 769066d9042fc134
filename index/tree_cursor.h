// Walking and searching a persistent B+-tree.
#ifndef DATOMBENCH_INDEX_TREE_CURSOR_H_
#define DATOMBENCH_INDEX_TREE_CURSOR_H_

#include <memory>
#include <optional>

#include "index/index.h"
#include "index/tree.h"

namespace datombench {

// The first datom >= `from` below `root`.
std::optional<Found> SeekInTree(const Tree& tree, NodeRef root, const Datom& from);

// The datoms from `from` to `to`, both included. The tree and the version
// that `root` is of must outlive the cursor.
std::unique_ptr<Cursor> MakeForwardCursor(const Tree& tree, NodeRef root, const Datom& from,
                                          const Datom& to);
std::unique_ptr<Cursor> MakeBackwardCursor(const Tree& tree, NodeRef root, const Datom& from,
                                           const Datom& to);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_TREE_CURSOR_H_

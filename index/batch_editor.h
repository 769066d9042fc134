// Applies many edits to a tree at once and leaves the tree that they leave one by one.
#ifndef DATOMBENCH_INDEX_BATCH_EDITOR_H_
#define DATOMBENCH_INDEX_BATCH_EDITOR_H_

#include <span>

#include "index/index.h"
#include "index/tree_editor.h"

namespace datombench {

// Sorts the edits, finds the way of all of them level by level, so that the memory that they need
// is fetched at once, and merges into each leaf what goes there.
//
// The order of edits can't matter to a leaf that, whatever the order, neither overflows nor falls
// below half: nor to a branch whose children all are such. What goes into others is applied edit by
// edit in the order given: into a node that may be cut, its own edits; where children may join or
// borrow, or what is inserted go to another one when a leaf's greatest datom is gone, all edits
// below their branch.
//
// REQUIRES: every edit takes effect; references aren't counted (tree.h). Throws as TreeEditor.
void ApplyBatch(const Tree& tree, TreeEditor& editor, std::span<const IndexEdit> edits);

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_BATCH_EDITOR_H_

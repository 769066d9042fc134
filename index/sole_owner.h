// Whether a shared object may be changed in place.
#ifndef DATOMBENCH_INDEX_SOLE_OWNER_H_
#define DATOMBENCH_INDEX_SOLE_OWNER_H_

#include <memory>

namespace datombench {

// Whether `pointer` is the only owner. Then what former owners on other threads did has happened
// before. REQUIRES: no weak_ptr to the object is locked meanwhile.
template <typename T>
bool IsSoleOwner(const std::shared_ptr<T>& pointer) {
  if (pointer.use_count() != 1) return false;
  // use_count() orders nothing; giving a reference back does.
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  { const std::shared_ptr<T> ordered = pointer; }
  return true;
}

}  // namespace datombench

#endif  // DATOMBENCH_INDEX_SOLE_OWNER_H_

// What an index answers, compared with its model. All throw Mismatch, and StorageError where a node
// can't be restored.
#ifndef DATOMBENCH_TESTS_FUZZ_CHECKS_H_
#define DATOMBENCH_TESTS_FUZZ_CHECKS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "index/index.h"
#include "tests/fuzz/facts.h"
#include "tests/fuzz/universe.h"

namespace datombench {

// A version of an index and what it must hold.
struct Version {
  IndexPtr index;
  std::shared_ptr<const Facts> facts;
};

// Whether a seek found what it should: `expected`, which is null for nothing.
void CheckFound(const Universe& universe, const std::optional<Found>& found, const Fact* expected);

struct Bounds {
  Fact from;
  Fact to;
  bool is_backward;
};

// Walks a slice and compares run by run. Keeps the version alive.
class CheckedCursor {
 public:
  // Values of the bounds lie in `values`, which must outlive it, as must `universe`.
  CheckedCursor(const Universe& universe, Version version, const Bounds& bounds,
                ValueArena* values);

  // Compares the former run again, which must be valid until now, and then the next one. False at
  // the end.
  bool Advance();

 private:
  void CheckRun() const;

  const Universe& universe_;
  const Version version_;
  const bool is_backward_;
  size_t begin_ = 0;  // of the facts that are still to come
  size_t end_ = 0;
  std::unique_ptr<Cursor> cursor_;
  std::span<const Datom> run_;
  size_t run_begin_ = 0;
};

// Every datom, forwards and backwards.
void CheckAll(const Universe& universe, const Version& version);

}  // namespace datombench

#endif  // DATOMBENCH_TESTS_FUZZ_CHECKS_H_

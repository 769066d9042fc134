// A Suite is a list of cells with what it takes to run them, kept as data: harness/suites/*.json,
// which are compiled in, or a file of the same form. harness/suites/README.md says how to write
// one.
#ifndef DATOMBENCH_HARNESS_SUITE_H_
#define DATOMBENCH_HARNESS_SUITE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/cell.h"

namespace datombench {

struct SuiteCell {
  Cell cell;
  // One repetition's wall time, as the suite's file states it; nullopt where it states none.
  std::optional<double> estimated_seconds;
};

struct Suite {
  std::string name;
  std::string summary;
  uint32_t repetitions = 1;  // of each cell, each in a fresh store
  uint32_t connects = 10;    // to each loaded store, cold as well as warm
  std::vector<SuiteCell> cells;
  std::string hash;  // SHA-256 of the file, in hexadecimal: results of unlike suites don't compare
};

// The names of the compiled-in suites, ascending.
std::vector<std::string_view> SuiteNames();

// The compiled-in suite of that name, or else the one in the file of that path. Throws InputError
// (nearest names; the file, the place in it and what was expected).
Suite LoadSuite(const std::string& name_or_path);

// A suite from its text. `origin` names it in errors. Throws InputError.
Suite ParseSuite(std::string_view text, const std::string& origin);

// The cells whose short or full name the regular expression (ECMAScript) is found in. Throws
// InputError where it is malformed.
std::vector<SuiteCell> FilterCells(const std::vector<SuiteCell>& cells,
                                   const std::string& regular_expression);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_SUITE_H_

// The parameters that every cell has, as one table: how each is read, written and documented.
#ifndef DATOMBENCH_HARNESS_CELL_PARAMETERS_H_
#define DATOMBENCH_HARNESS_CELL_PARAMETERS_H_

#include <span>
#include <string>
#include <string_view>

#include "harness/cell.h"

namespace datombench {

struct CellParameter {
  std::string_view name;
  std::string_view default_text;  // as documented; DefaultCell has the value
  std::string_view values;        // what it may be, as in "`name` must be ..."
  std::string_view summary;
  // Why the parameter would have no effect in a cell of these four components; "" if it has one.
  std::string_view (*without_effect)(const Cell& cell);
  // Sets it from text; false, and the cell as it was, where the text is none of `values`.
  bool (*parse)(std::string_view text, Cell& cell);
  std::string (*format)(const Cell& cell);
  // Whether short names have it too: sizes are what rows are compared by.
  bool is_always_named = false;
};

// In canonical order.
std::span<const CellParameter> CellParameters();
const CellParameter* FindCellParameter(std::string_view name);  // nullptr if there is none

// A workload whose kind has a parameter of its own name takes it with its name: `trace:git-git`.
bool TakesNameArgument(const WorkloadKind& workload);

// The cell of these components with every parameter at its default.
Cell DefaultCell(const StrategyKind& strategy, const IndexKind& index, const BackendKind& backend,
                 const WorkloadKind& workload);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_CELL_PARAMETERS_H_

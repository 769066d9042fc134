// What `datombench run` was asked for, checked. runner.h runs it.
#ifndef DATOMBENCH_HARNESS_RUN_OPTIONS_H_
#define DATOMBENCH_HARNESS_RUN_OPTIONS_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/suite.h"

namespace datombench {

struct RunOptions {
  std::string suite_name;  // "" where cells were named one by one
  std::string suite_hash;
  std::vector<SuiteCell> cells;  // not empty
  uint32_t repetitions = 1;
  uint32_t connects = 10;
  uint64_t seed = 1;  // of what the harness itself draws; each cell has its own

  std::filesystem::path out;  // an empty folder that can be written to
  std::vector<std::filesystem::path> trace_folders;
  std::optional<std::filesystem::path> commit_log;  // only with one cell: a row a flush goes there
  bool keep_stores = false;                         // else each store is deleted when it was read
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_RUN_OPTIONS_H_

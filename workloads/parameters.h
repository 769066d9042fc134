// Reads the parameters that a cell's name gives to its workload.
#ifndef DATOMBENCH_WORKLOADS_PARAMETERS_H_
#define DATOMBENCH_WORKLOADS_PARAMETERS_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "workloads/workload.h"

namespace datombench {

// Every failure is a WorkloadError of one line that names the workload, the parameter and what is
// valid. `kind` and `given` must outlive the reader.
class ParameterReader {
 public:
  // Throws WorkloadError if `given` has a parameter that `kind` doesn't declare, `datoms` included.
  ParameterReader(const WorkloadKind& kind, const WorkloadParameters& given);

  // The live user datoms asked for, or the workload's default.
  uint64_t Datoms(uint64_t highest) const;

  // The parameter's value, or its declared default. REQUIRES: `kind` declares `name`.
  std::string Text(std::string_view name) const;
  uint64_t Unsigned(std::string_view name, uint64_t lowest, uint64_t highest) const;
  double Real(std::string_view name, double lowest, double highest) const;
  std::string Choice(std::string_view name, std::initializer_list<std::string_view> choices) const;

 private:
  [[noreturn]] void Refuse(std::string_view name, const std::string& expected,
                           std::string_view got) const;

  const WorkloadKind& kind_;
  const WorkloadParameters& given_;
};

}  // namespace datombench

#endif  // DATOMBENCH_WORKLOADS_PARAMETERS_H_

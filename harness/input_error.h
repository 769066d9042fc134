// What a user typed or handed in is wrong.
#ifndef DATOMBENCH_HARNESS_INPUT_ERROR_H_
#define DATOMBENCH_HARNESS_INPUT_ERROR_H_

#include <stdexcept>

namespace datombench {

// One line: the input, the place in it, the remedy. main prints it and exits with
// ExitStatus::kFailed.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What `datombench` exits with.
enum class ExitStatus : int {
  kFine = 0,
  kRegression = 1,
  kFailed = 2,  // a cell or an input
  kInconclusive = 3,
  kWrongUsage = 64,
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_INPUT_ERROR_H_

// The command line of `datombench`: what main calls, and tests.
#ifndef DATOMBENCH_HARNESS_COMMAND_LINE_H_
#define DATOMBENCH_HARNESS_COMMAND_LINE_H_

#include <iosfwd>
#include <string>
#include <vector>

#include "harness/input_error.h"

namespace datombench {

// Runs `datombench ARGUMENTS`: data go to `out`, progress and errors to `progress`. Throws nothing:
// every error becomes one line and a status.
ExitStatus RunCommandLine(const std::vector<std::string>& arguments, std::ostream& out,
                          std::ostream& progress);

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_COMMAND_LINE_H_

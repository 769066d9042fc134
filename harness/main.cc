// The program `datombench`; command_line.h is its door, commands/ its rooms.
#include <iostream>
#include <string>
#include <vector>

#include "harness/command_line.h"

int main(int argument_count, char** arguments) {
  const std::vector<std::string> given(arguments + 1, arguments + argument_count);
  return static_cast<int>(datombench::RunCommandLine(given, std::cout, std::cerr));
}

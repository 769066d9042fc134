#include <memory>
#include <string>

#include "harness/commands/commands.h"
#include "harness/phases.h"

namespace datombench {

void AddPhaseCommand(CLI::App& app, CommandContext& context) {
  const auto job = std::make_shared<std::string>();
  CLI::App* const command = app.add_subcommand("phase", "Runs one process of a cell");
  command->group("");  // left out of the help: the runner's, not the user's
  command->add_option("JOB", *job)->required();
  command->callback([job, &context] { context.status = RunPhaseJob(*job); });
}

}  // namespace datombench

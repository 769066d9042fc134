#include "harness/verify.h"

#include <memory>
#include <string>

#include "harness/commands/commands.h"

namespace datombench {

void AddVerifyCommand(CLI::App& app, CommandContext& context) {
  const auto store = std::make_shared<std::string>();
  CLI::App* const command = app.add_subcommand(
      "verify", "Checks a store object by object and says what is wrong and where");
  command->add_option("STORE", *store, "The store's folder")->required();
  command->callback([store, &context] { context.status = VerifyStore(*store, context.out); });
}

}  // namespace datombench

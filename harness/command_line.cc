#include "harness/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <new>
#include <ostream>
#include <system_error>

#include "backends/error.h"
#include "harness/build_info.h"
#include "harness/commands/commands.h"
#include "index/transactor.h"
#include "workloads/workload.h"

namespace datombench {
namespace {

std::string FirstLine(std::string text) {
  text.resize(std::min(text.size(), text.find('\n')));
  return text;
}

// The command that the arguments name, for the hint where its help is.
std::string CommandOf(const CLI::App& app) {
  std::string command = "datombench";
  auto chosen = app.get_subcommands();
  while (!chosen.empty()) {
    command += ' ' + chosen.front()->get_name();
    chosen = chosen.front()->get_subcommands();
  }
  return command;
}

ExitStatus Fail(std::ostream& progress, std::string_view message) {
  progress << "datombench: " << message << std::endl;
  return ExitStatus::kFailed;
}

// Everything that a command may throw ends here, as one line.
ExitStatus ParseAndRun(CLI::App& app, std::vector<std::string> arguments, CommandContext& context) {
  try {
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them off the back
    app.parse(std::move(arguments));
    context.out.flush();
    if (!context.out) return Fail(context.progress, "standard output can't be written to");
    return context.status;
  } catch (const CLI::Success& success) {
    app.exit(success, context.out, context.progress);  // --help, --version
    return ExitStatus::kFine;
  } catch (const CLI::ParseError& error) {
    context.progress << fmt::format("datombench: {} (see {} --help)", FirstLine(error.what()),
                                    CommandOf(app))
                     << std::endl;
    return ExitStatus::kWrongUsage;
  } catch (const InputError& error) {
    return Fail(context.progress, error.what());
  } catch (const WorkloadError& error) {
    return Fail(context.progress, error.what());
  } catch (const TransactionError& error) {
    return Fail(context.progress, error.what());
  } catch (const StorageError& error) {  // CorruptionError is one
    return Fail(context.progress, error.what());
  } catch (const std::system_error& error) {  // std::filesystem's are
    return Fail(context.progress, error.what());
  } catch (const std::bad_alloc&) {
    return Fail(context.progress, "out of memory: choose a smaller cell (datoms:N)");
  }
}

}  // namespace

ExitStatus RunCommandLine(const std::vector<std::string>& arguments, std::ostream& out,
                          std::ostream& progress) {
  CommandContext context{out, progress};
  CLI::App app("Measures how strategies make an immutable datom database durable.", "datombench");
  app.require_subcommand(1);
  const BuildInfo& build = ThisBuild();
  app.set_version_flag("--version", fmt::format("datombench {} ({})", build.version, build.commit));
  app.footer(
      "Exit status: 0 fine, 1 regression found, 2 a cell or an input failed, 3 inconclusive, 64 "
      "wrong usage.");
  AddListCommand(app, context);
  AddRunCommand(app, context);
  AddReportCommand(app, context);
  AddTraceCommand(app, context);
  AddVerifyCommand(app, context);
  AddPhaseCommand(app, context);
  return ParseAndRun(app, arguments, context);
}

}  // namespace datombench

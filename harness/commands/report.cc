#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <ostream>
#include <system_error>

#include "harness/build_info.h"
#include "harness/commands/commands.h"
#include "harness/result.h"

namespace datombench {
namespace {

namespace fs = std::filesystem;

struct ReportArguments {
  std::vector<std::string> runs;
  std::optional<std::string> out;
};

// Runs a program with our standard streams; its exit status. Throws std::system_error if it can't
// be started.
int RunProgram(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Report(const ReportArguments& arguments, CommandContext& context) {
  for (const std::string& run : arguments.runs) ReadResult(run);  // bad input is told here
  const fs::path scripts = fs::path(ThisBuild().source_directory) / "scripts";
  const fs::path script = scripts / "report.py";
  if (!fs::exists(script)) {
    throw InputError(
        fmt::format("{}: not there: the report is drawn by the sources' scripts, which "
                    "have moved since the build",
                    script.string()));
  }
  // scripts/python finds the interpreter that has matplotlib.
  std::vector<std::string> command = {(scripts / "python").string(), script.string()};
  command.insert(command.end(), arguments.runs.begin(), arguments.runs.end());
  if (arguments.out) command.insert(command.end(), {"--out", *arguments.out});
  context.out.flush();
  if (RunProgram(command) != 0) context.status = ExitStatus::kFailed;
}

}  // namespace

void AddReportCommand(CLI::App& app, CommandContext& context) {
  const auto arguments = std::make_shared<ReportArguments>();
  CLI::App* const command =
      app.add_subcommand("report", "Draws the figures of runs and writes their report");
  command->add_option("RUN", arguments->runs, "Folders or result files of runs")->required();
  command->add_option("--out", arguments->out, "The folder for it; default: the first run's");
  command->callback([arguments, &context] { Report(*arguments, context); });
}

}  // namespace datombench

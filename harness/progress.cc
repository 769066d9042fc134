#include "harness/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <ostream>

namespace datombench {
namespace {

constexpr std::string_view kGreen = "\033[32m";
constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kPlain = "\033[0m";
constexpr std::string_view kEraseLine = "\r\033[K";
constexpr size_t kBarColumns = 24;

// The weights with every unknown one replaced by the mean of the known, 1 if none is.
std::vector<double> Completed(std::vector<double> weights) {
  const auto known = std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; });
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double mean = known > 0 ? sum / static_cast<double>(known) : 1.0;
  for (double& weight : weights) {
    if (weight <= 0) weight = mean;
  }
  return weights;
}

}  // namespace

ProgressStyle StyleOfStandardError() {
  ProgressStyle style;
  const char* const terminal = std::getenv("TERM");
  style.redraws =
      isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
  const char* const no_colour = std::getenv("NO_COLOR");
  style.colours = style.redraws && (no_colour == nullptr || *no_colour == '\0');
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.columns = size.ws_col;
  return style;
}

std::optional<double> RemainingSeconds(double done, double total, double elapsed_seconds,
                                       bool total_is_seconds) {
  if (done > 0) return std::max(0.0, (total - done) * elapsed_seconds / done);
  if (total_is_seconds) return std::max(0.0, total - elapsed_seconds);
  return std::nullopt;
}

std::string DurationText(double seconds) {
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<uint64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

Progress::Progress(std::ostream& out, const ProgressStyle& style,
                   const std::vector<double>& weights)
    : out_(out), style_(style), weights_(Completed(weights)) {
  weights_are_seconds_ =
      std::any_of(weights.begin(), weights.end(), [](double weight) { return weight > 0; });
  total_weight_ = std::accumulate(weights_.begin(), weights_.end(), 0.0);
}

Progress::~Progress() { Erase(); }

void Progress::StartStep(std::string_view name) {
  name_ = name;
  phase_.clear();
  step_start_ = std::chrono::steady_clock::now();
  Draw();
}

void Progress::SetPhase(std::string_view phase) {
  phase_ = phase;
  Draw();
}

void Progress::Tick() { Draw(); }

void Progress::FinishStep() { EndStep("ok", kGreen, ""); }

void Progress::FailStep(std::string_view message) { EndStep("FAILED", kRed, message); }

void Progress::EndStep(std::string_view mark, std::string_view colour, std::string_view text) {
  Erase();
  done_weight_ += weights_[steps_done_++];
  finished_seconds_ = ElapsedSeconds();
  const std::chrono::duration<double> step = std::chrono::steady_clock::now() - step_start_;
  const std::string shown =
      style_.colours ? fmt::format("{}{}{}", colour, mark, kPlain) : std::string(mark);
  out_ << fmt::format("[{:>{}}/{}] {} {} {}{}", steps_done_, std::to_string(weights_.size()).size(),
                      weights_.size(), shown, name_, DurationText(step.count()),
                      text.empty() ? "" : fmt::format(": {}", text));
  if (steps_done_ < weights_.size()) out_ << fmt::format(" (ETA {})", EtaText());
  out_ << "\n" << std::flush;
}

void Progress::Draw() {
  if (!style_.redraws) return;
  const double share = total_weight_ > 0 ? done_weight_ / total_weight_ : 1;
  const auto full = static_cast<size_t>(share * kBarColumns);
  std::string line =
      fmt::format("[{}{}] {:3.0f} % ETA {}  {} {}", std::string(full, '#'),
                  std::string(kBarColumns - full, '.'), 100 * share, EtaText(), name_, phase_);
  if (line.size() >= style_.columns) line.resize(style_.columns - 1);
  out_ << kEraseLine << line << std::flush;
  is_drawn_ = true;
}

void Progress::Erase() {
  if (!is_drawn_) return;
  out_ << kEraseLine << std::flush;
  is_drawn_ = false;
}

double Progress::ElapsedSeconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

std::string Progress::EtaText() const {
  // Going by finished steps alone; the time since the last one ended counts against what is left.
  const bool goes_by_steps = done_weight_ > 0;
  const auto remaining =
      RemainingSeconds(done_weight_, total_weight_,
                       goes_by_steps ? finished_seconds_ : ElapsedSeconds(), weights_are_seconds_);
  if (!remaining) return "?";
  const double since_seconds = goes_by_steps ? ElapsedSeconds() - finished_seconds_ : 0;
  return DurationText(std::max(0.0, *remaining - since_seconds));
}

}  // namespace datombench

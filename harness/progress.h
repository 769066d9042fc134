// Progress tells a person on stderr how far a run is: a bar with an estimate on a terminal, a line
// a finished cell elsewhere.
#ifndef DATOMBENCH_HARNESS_PROGRESS_H_
#define DATOMBENCH_HARNESS_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datombench {

// How progress is shown.
struct ProgressStyle {
  bool redraws = false;  // one line, drawn again and again: a terminal
  bool colours = false;  // NO_COLOR isn't set
  size_t columns = 80;
};
// What fits where stderr goes, and to the environment (NO_COLOR, TERM=dumb).
ProgressStyle StyleOfStandardError();

// Seconds until all is done, from what is: `done` of `total` weights took `elapsed_seconds`;
// nullopt while there is nothing to go by. Where `total_is_seconds` the weights are estimates of
// seconds and count as such until something is done.
std::optional<double> RemainingSeconds(double done, double total, double elapsed_seconds,
                                       bool total_is_seconds);

// "9 s", "4 min 10 s", "1 h 2 min".
std::string DurationText(double seconds);

// Thread safety: one thread. `out` must outlive it.
class Progress {
 public:
  // `weights`: the expected seconds of each step, in order; 0 where nothing is known, which then
  // counts as the mean of the others.
  Progress(std::ostream& out, const ProgressStyle& style, const std::vector<double>& weights);
  ~Progress();  // leaves no half-drawn line behind

  void StartStep(std::string_view name);
  void SetPhase(std::string_view phase);  // what the step is doing
  void Tick();                            // redraws the clock where there is a bar
  void FinishStep();
  void FailStep(std::string_view message);

 private:
  void Draw();
  void Erase();
  void EndStep(std::string_view mark, std::string_view colour, std::string_view text);
  double ElapsedSeconds() const;
  std::string EtaText() const;

  std::ostream& out_;
  const ProgressStyle style_;
  std::vector<double> weights_;
  bool weights_are_seconds_ = false;
  double total_weight_ = 0;
  double done_weight_ = 0;
  double finished_seconds_ = 0;  // from the start to the end of the last step that ended
  size_t steps_done_ = 0;
  std::string name_;
  std::string phase_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point step_start_ = start_;
  bool is_drawn_ = false;
};

}  // namespace datombench

#endif  // DATOMBENCH_HARNESS_PROGRESS_H_

#include "harness/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace datombench {
namespace {

using testing::Eq;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

TEST(ProgressTest, EstimatesFromWhatIsDone) {
  EXPECT_THAT(RemainingSeconds(2, 8, 10, false), Optional(30.0));
  EXPECT_THAT(RemainingSeconds(8, 8, 10, false), Optional(0.0));
  EXPECT_EQ(RemainingSeconds(0, 8, 10, false), std::nullopt);
  EXPECT_THAT(RemainingSeconds(0, 8, 3, true), Optional(5.0));
  EXPECT_THAT(RemainingSeconds(0, 8, 30, true), Optional(0.0));
}

TEST(ProgressTest, WritesDurationsForPeople) {
  EXPECT_EQ(DurationText(0.04), "0.0 s");
  EXPECT_EQ(DurationText(9.94), "9.9 s");
  EXPECT_EQ(DurationText(9.96), "10 s");
  EXPECT_EQ(DurationText(59.7), "1 min 0 s");
  EXPECT_EQ(DurationText(3661), "1 h 1 min");
}

TEST(ProgressTest, PrintsAPlainLineAStepWhereNothingIsRedrawn) {
  std::ostringstream out;
  Progress progress(out, {}, {0, 0});
  progress.StartStep("first");
  progress.SetPhase("writing");
  progress.Tick();
  progress.FinishStep();
  progress.StartStep("second");
  progress.FailStep("the disk is full");
  EXPECT_THAT(out.str(), Not(HasSubstr("\r")));
  EXPECT_THAT(out.str(), Not(HasSubstr("\033")));
  EXPECT_THAT(out.str(), HasSubstr("[1/2] ok first 0.0 s (ETA 0.0 s)\n"));
  EXPECT_THAT(out.str(), HasSubstr("[2/2] FAILED second 0.0 s: the disk is full\n"));
}

TEST(ProgressTest, DrawsABarThatFitsTheTerminal) {
  std::ostringstream out;
  const ProgressStyle style = {.redraws = true, .colours = false, .columns = 60};
  {
    Progress progress(out, style, {3, 1});
    progress.StartStep("first");
    progress.FinishStep();
    out.str("");
    progress.StartStep(std::string(200, 'x'));
  }
  const std::string text = out.str();
  EXPECT_THAT(text, HasSubstr("[##################......]  75 % ETA "));
  EXPECT_TRUE(text.ends_with("\r\033[K")) << "a half-drawn line is left behind";
  EXPECT_LT(text.find("\r\033[K", 1), 60u + 4u);
}

TEST(ProgressTest, UsesColoursOnlyWhereAsked) {
  for (const bool colours : {false, true}) {
    std::ostringstream out;
    Progress progress(out, {.redraws = true, .colours = colours, .columns = 60}, {1});
    progress.StartStep("only");
    progress.FinishStep();
    EXPECT_EQ(out.str().find("\033[32m") != std::string::npos, colours);
  }
}

}  // namespace
}  // namespace datombench

#include "harness/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <string>

#include "harness/commands/commands.h"

namespace datombench {
namespace {

TEST(MetricsTest, NamesAreUniqueAndFound) {
  std::set<std::string> names;
  for (const Metric& metric : AllMetrics()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_EQ(FindMetric(metric.name), &metric);
  }
  EXPECT_EQ(FindMetric("wall_second"), nullptr);
}

TEST(MetricsTest, NamesEndWithTheirUnit) {
  for (const Metric& metric : AllMetrics()) {
    const std::string& name = metric.name;
    const bool per_second = name.ends_with("_per_second");
    EXPECT_EQ(metric.unit == "s", name.ends_with("_seconds")) << name;
    EXPECT_EQ(metric.unit == "ms", name.ends_with("_ms")) << name;
    EXPECT_EQ(metric.unit == "bytes", name.ends_with("_bytes")) << name;
    EXPECT_EQ(metric.unit == "1/s", per_second) << name;
    EXPECT_EQ(metric.unit == "ratio", name.ends_with("_amplification")) << name;
  }
}

TEST(MetricsTest, EveryMetricIsDefinedInASentence) {
  for (const Metric& metric : AllMetrics()) {
    EXPECT_TRUE(metric.definition.ends_with('.')) << metric.name;
    EXPECT_EQ(metric.definition.find('\n'), std::string::npos) << metric.name;
  }
}

TEST(MetricsTest, PhaseNamesDiffer) {
  std::set<std::string_view> names;
  for (const Phase phase : kPhases) names.insert(PhaseName(phase));
  EXPECT_EQ(names.size(), kPhases.size());
  EXPECT_EQ(PhaseName(Phase::kVerify), "verify");
}

TEST(MetricsTest, FamiliesAreInTheTable) {
  for (const ObjectClass object_class : kObjectClasses) {
    for (const IoCount count : {IoCount::kPuts, IoCount::kPutBytes, IoCount::kGets,
                                IoCount::kGetBytes, IoCount::kDeletes}) {
      EXPECT_NE(FindMetric(IoMetric(object_class, count)), nullptr);
    }
  }
  for (const IndexName index : kIndexNames) {
    EXPECT_NE(FindMetric(NodesMetric(index)), nullptr);
    EXPECT_NE(FindMetric(DatomsMetric(index)), nullptr);
  }
}

TEST(MetricsTest, WhatWasNotMeasuredIsAbsent) {
  Measurements measurements(Phase::kLoad);
  EXPECT_EQ(measurements.Get("puts"), std::nullopt);
  measurements.SetCount("puts", 0);
  EXPECT_EQ(measurements.Get("puts"), 0.0);
  EXPECT_EQ(measurements.values().size(), 1u);
}

#ifndef NDEBUG
TEST(MetricsDeathTest, OnlyTheTablesMetricsInTheirPhasesAreTaken) {
  Measurements measurements(Phase::kLoad);
  EXPECT_DEATH(measurements.Set("speed", 1), "no such metric");
  EXPECT_DEATH(measurements.Set("connect_to_usable_seconds", 1), "does not apply");
  EXPECT_DEATH(measurements.Set("wall_seconds", std::nan("")), "isfinite");
}
#endif

TEST(MetricsTest, DocumentIsMadeFromTheTable) {
  std::ifstream file(DATOMBENCH_SOURCE_DIR "/docs/metrics.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), MetricsMarkdown())
      << "make it anew: datombench list --metrics > docs/metrics.md";
}

}  // namespace
}  // namespace datombench

#include "common/metrics/metrics.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/metrics/process.h"

namespace vg::metrics {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RegistryTest, ShowsSeriesBeforeTheirFirstEvent) {
  Registry registry;
  registry.Counter("vg_responses_total", "Responses.", {{"outcome", "accepted"}});
  registry.Counter("vg_responses_total", "Responses.", {{"outcome", "refused"}}).Increment();
  EXPECT_THAT(registry.Text(), HasSubstr("# HELP vg_responses_total Responses.\n"
                                         "# TYPE vg_responses_total counter\n"));
  EXPECT_THAT(registry.Text(), HasSubstr("vg_responses_total{outcome=\"accepted\"} 0\n"));
  EXPECT_THAT(registry.Text(), HasSubstr("vg_responses_total{outcome=\"refused\"} 1\n"));
}

TEST(RegistryTest, GivesTheSameSeriesForTheSameLabels) {
  Registry registry;
  EXPECT_EQ(&registry.Counter("a_total", "A.", {{"x", "1"}}),
            &registry.Counter("a_total", "A.", {{"x", "1"}}));
}

TEST(RegistryTest, ReadsObservedSeriesAtEveryScrapeUntilTheirOwnerIsGone) {
  Registry registry;
  double depth = 1;
  {
    Observation first = registry.Observe(Kind::kGauge, "vg_depth", "Depth.", {{"queue", "a"}},
                                         [&] { return depth; });
    Observation second =
        registry.Observe(Kind::kGauge, "vg_depth", "Depth.", {{"queue", "b"}}, [] { return 7; });
    Observation moved = std::move(first);
    EXPECT_THAT(registry.Text(), HasSubstr("vg_depth{queue=\"a\"} 1\n"));
    depth = 2;
    EXPECT_THAT(registry.Text(), HasSubstr("vg_depth{queue=\"a\"} 2\nvg_depth{queue=\"b\"} 7\n"));
  }
  EXPECT_THAT(registry.Text(), Not(HasSubstr("vg_depth")));
}

TEST(ProcessCollectorTest, TellsAboutThisProcess) {
  Registry registry;
  ProcessCollector process;
  registry.AddSource(process);
  SetBuildInfo(registry, "1.51.1");
  const std::string text = registry.Text();
  EXPECT_THAT(text, ContainsRegex("process_resident_memory_bytes [1-9]"));
  EXPECT_THAT(text, ContainsRegex("process_open_fds [1-9]"));
  EXPECT_THAT(text, ContainsRegex("process_threads [1-9]"));
  EXPECT_THAT(text, ContainsRegex("process_start_time_seconds [1-9]"));
  EXPECT_THAT(text, ContainsRegex("voortgang_build_info[{]grpc=\"1.51.1\",revision="));
}

}  // namespace
}  // namespace vg::metrics

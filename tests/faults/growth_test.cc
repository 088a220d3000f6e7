#include "tests/faults/growth.h"

#include <gmock/gmock.h>

namespace vg::faults {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(GrowthTest, TellsWhatGrowsFromWhatHasWarmedUpAndWhatGoesUpAndDown) {
  Growth growth({{.name = "warms up", .share = 0.05},
                 {.name = "leaks", .share = 0.05},
                 {.name = "up and down", .share = 0.05, .least = 10},
                 {.name = "shrinks", .share = 0.05}});
  for (int i = 0; i < 60; ++i) {
    growth.Add(absl::Seconds(i),
               {i < 25 ? 4.0 * i : 100.0, 100 + 0.4 * i, i % 7 == 0 ? 20.0 : 12.0, 100.0 - i});
  }
  EXPECT_THAT(growth.Grown(), ElementsAre("leaks: by 11.6, of 117.8"));
}

TEST(GrowthTest, AllowsForOneMoreOrLessOfWhatIsCounted) {
  Growth growth({{.name = "descriptors", .share = 0.02, .least = 2}});
  for (int i = 0; i < 20; ++i) growth.Add(absl::Seconds(i), {i < 18 ? 10.0 : 12.0});
  EXPECT_THAT(growth.Grown(), IsEmpty());
}

TEST(GrowthTest, ShowsValuesOverTimeAndTheirRise) {
  Growth growth({{.name = "MB", .share = 0.05}});
  for (int i = 0; i < 10; ++i) growth.Add(absl::Seconds(i), {10.0 * i});
  EXPECT_EQ(growth.Table(2),
            " seconds           MB\n"
            "       4         40.0\n"
            "       9         90.0\n"
            "    rise         40.0\n");
}

}  // namespace
}  // namespace vg::faults

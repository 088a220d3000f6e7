#include "services/report/domain/verification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vg::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(VerificationTest, FindsNothingBetweenEqualSides) {
  EXPECT_THAT(
      CompareInputs({{"runs/a", "1"}, {"waves/b", "2"}}, {{"waves/b", "2"}, {"runs/a", "1"}}),
      IsEmpty());
  EXPECT_THAT(CompareFiles({{"x", "1"}}, {{.path = "x", .sha256 = "1"}}), IsEmpty());
}

TEST(VerificationTest, NamesWhatMovedWhatIsGoneAndWhatIsNew) {
  EXPECT_THAT(CompareInputs({{"gone", "1"}, {"moved", "2"}}, {{"moved", "3"}, {"new", "4"}}),
              ElementsAre(Difference{"gone", "1", ""}, Difference{"moved", "2", "3"},
                          Difference{"new", "", "4"}));
  EXPECT_THAT(CompareFiles({{"gone", "1"}, {"moved", "2"}},
                           {{.path = "moved", .sha256 = "3"}, {.path = "new", .sha256 = "4"}}),
              ElementsAre(Difference{"gone", "1", ""}, Difference{"moved", "2", "3"},
                          Difference{"new", "", "4"}));
}

TEST(VerificationTest, MindsTheDayUpToWhichAWaveCounts) {
  const Input before{.resource = "waves/a", .digest = "1", .cut_off = absl::CivilDay(2022, 3, 1)};
  Input after = before;
  after.cut_off = absl::CivilDay(2022, 3, 2);
  EXPECT_THAT(CompareInputs({before}, {after}),
              ElementsAre(Difference{"waves/a", "1 until 2022-03-01", "1 until 2022-03-02"}));
}

}  // namespace
}  // namespace vg::report

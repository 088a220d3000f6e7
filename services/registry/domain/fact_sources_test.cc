#include "services/registry/domain/fact_sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(FactSourcesTest, WritesRunsOfLinesShortAndReadsThemBack) {
  const std::vector<Place> places = {{2, 12}, {2, 10}, {2, 11}, {2, 20}, {5, 7}};
  std::string text;
  AddFactSource(kRegisterFact, std::vector<Place>{{0, 3}}, text);
  AddFactSource(PupilsFact(SchoolType::kVo), places, text);
  EXPECT_EQ(text, "r@0:3 5@2:10-12,20 5@5:7");
  EXPECT_THAT(FactSourcesOf(text), IsOkAndHolds(ElementsAre(FactSource{'r', 0, {3}},
                                                            FactSource{'5', 2, {10, 11, 12, 20}},
                                                            FactSource{'5', 5, {7}})));
}

TEST(FactSourcesTest, ReadsAFactWithoutLinesOfItsOwnFromTheRowOfTheSchool) {
  School school{.pupil_counts = {{SchoolType::kBo, Count::Known(5)}},
                .disadvantage_score = Exact(3),
                .fact_sources = "r@0:3 s@1:9"};
  EXPECT_THAT(FactSourcesOf(school),
              IsOkAndHolds(ElementsAre(FactSource{'r', 0, {3}}, FactSource{'s', 1, {9}},
                                       FactSource{'1', 0, {3}})));
}

TEST(FactSourcesTest, KnowsNothingOfASchoolThatWasImportedBeforeLinesWereKept) {
  EXPECT_THAT(FactSourcesOf(School{.pupil_counts = {{SchoolType::kBo, Count::Known(5)}}}),
              IsOkAndHolds(IsEmpty()));
}

TEST(FactSourcesTest, RefusesTextThatItDidNotWrite) {
  for (const char* text : {"r", "r@", "r@0", "r@0:", "x@0:1", "9@0:1", "r@0:1-", "r@0:3-1",
                           "r@-1:3", "r@0:1,,2", "r@0:1-99999999", "rr@0:1"}) {
    EXPECT_THAT(FactSourcesOf(text), StatusIs(absl::StatusCode::kInternal)) << text;
  }
}

}  // namespace
}  // namespace vg::registry

#include "services/catalogue/domain/plan_warnings.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::CivilDay kDay(2021, 6, 1);

std::vector<std::string> Warnings(const Plan& plan, const std::string& school_year,
                                  std::optional<absl::CivilDay> last_day = {}) {
  MenuEdition edition = ExampleEdition();  // From 10 May 2021.
  edition.end_date = last_day;
  const Menu menu("menuEditions/2021-spring", edition);
  std::vector<std::string> words;
  for (const Finding& finding : WarningsOf({"16SW03", school_year}, plan, menu)) {
    words.push_back(finding.field + " " + finding.code);
  }
  return words;
}

std::vector<std::string> Warnings(const Plan& plan) { return Warnings(plan, "2021-2022"); }

TEST(PlanWarningsTest, WarnOfAnEditionFromWhichNobodyChoseForTheYear) {
  const Plan plan = ExamplePlan();
  EXPECT_THAT(Warnings(plan, "2020-2021"), IsEmpty());
  EXPECT_THAT(Warnings(plan, "2019-2020"), ElementsAre("menu_edition EDITION_NOT_VALID"));
  EXPECT_THAT(Warnings(plan, "2029-2030"), IsEmpty());
  // Schools begin to choose in April.
  EXPECT_THAT(Warnings(plan, "2022-2023", absl::CivilDay(2022, 4, 1)), IsEmpty());
  EXPECT_THAT(Warnings(plan, "2022-2023", absl::CivilDay(2022, 3, 31)),
              ElementsAre("menu_edition EDITION_NOT_VALID"));
}

TEST(PlanWarningsTest, WarnOfStepsThatCameTooEarly) {
  Plan plan = ExamplePlan();
  plan.scan_date = kDay;
  plan.goals_set = Milestone{.date = kDay};
  plan.choices_made = Milestone{.date = kDay};
  EXPECT_THAT(Warnings(plan), IsEmpty());
  plan.goals_set->date = kDay - 1;
  EXPECT_THAT(Warnings(plan), ElementsAre("goals_set STEPS_OUT_OF_ORDER"));
  plan.choices_made->date = kDay - 2;
  EXPECT_THAT(Warnings(plan),
              ElementsAre("goals_set STEPS_OUT_OF_ORDER", "choices_made STEPS_OUT_OF_ORDER"));
  // After the goals, and yet before the scan.
  plan.scan_date = kDay + 9;
  plan.goals_set->date = kDay;
  plan.choices_made->date = kDay + 4;
  EXPECT_THAT(Warnings(plan),
              ElementsAre("goals_set STEPS_OUT_OF_ORDER", "choices_made STEPS_OUT_OF_ORDER"));
}

TEST(PlanWarningsTest, HoldTheChoicesAgainstTheScanWhereGoalsHaveNoDay) {
  Plan plan = ExamplePlan();
  plan.scan_date = kDay;
  plan.choices_made = Milestone{.date = kDay - 1};
  EXPECT_THAT(Warnings(plan), ElementsAre("choices_made STEPS_OUT_OF_ORDER"));
  plan.scan_date.reset();
  EXPECT_THAT(Warnings(plan), IsEmpty());
}

}  // namespace
}  // namespace vg::catalogue

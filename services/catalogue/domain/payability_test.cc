#include "services/catalogue/domain/payability.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Feedback may be paid until the end of 2021.
std::vector<std::string> NotPayable(const std::string& school_year, const Plan& plan) {
  MenuEdition edition = ExampleEdition();
  edition.interventions[0].grants = {{.grant = "npo-schools",
                                      .start_date = absl::CivilDay(2021, 8, 1),
                                      .end_date = absl::CivilDay(2021, 12, 31)}};
  const Menu menu("menuEditions/2021-spring", edition);
  std::vector<std::string> words;
  for (const Finding& finding : FindNotPayable({"16SW03", school_year}, plan, menu)) {
    words.push_back(finding.field + " " + finding.code);
  }
  return words;
}

TEST(PayabilityTest, SaysNothingWhereAGrantPaysInTheYear) {
  EXPECT_THAT(NotPayable("2021-2022", ExamplePlan()), IsEmpty());
}

TEST(PayabilityTest, SaysNothingWhereTheMenuSaysNothing) {
  const Plan plan = ExamplePlan({{"directe-instructie", ChoiceStatus::kPlanned}});
  EXPECT_THAT(NotPayable("2029-2030", plan), IsEmpty());
}

TEST(PayabilityTest, WarnsOfAYearInWhichNoGrantPays) {
  EXPECT_THAT(NotPayable("2022-2023", ExamplePlan()), ElementsAre("choices[0] NOT_PAYABLE"));
}

TEST(PayabilityTest, MindsThePlannedPeriod) {
  Plan plan = ExamplePlan();
  plan.choices[0].planned_start = absl::CivilDay(2021, 12, 31);
  EXPECT_THAT(NotPayable("2021-2022", plan), IsEmpty());
  plan.choices[0].planned_start = absl::CivilDay(2022, 1, 1);
  EXPECT_THAT(NotPayable("2021-2022", plan), ElementsAre("choices[0] NOT_PAYABLE"));
}

}  // namespace
}  // namespace vg::catalogue

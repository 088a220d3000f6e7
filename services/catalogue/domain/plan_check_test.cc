#include "services/catalogue/domain/plan_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::CivilDay kToday(2022, 4, 1);

std::vector<std::string> Words(const std::vector<FieldViolation>& violations) {
  std::vector<std::string> words;
  for (const FieldViolation& violation : violations) {
    words.push_back(violation.field + " " + violation.reason);
  }
  return words;
}

std::vector<std::string> Faults(const Plan& plan) {
  static const Menu& menu = *new Menu("menuEditions/2021-spring", ExampleEdition());
  return Words(CheckPlan({"16SW03", "2021-2022"}, plan, menu, kToday));
}

TEST(CheckKeyTest, AcceptsABranchCodeAndAYear) {
  EXPECT_THAT(CheckKey({"16SW03", "2021-2022"}), IsEmpty());
}

TEST(CheckKeyTest, RefusesWhatIsNoBranchCode) {
  for (const char* code : {"16SW", "16sw03", "1SSW03", "16SW3", "16SW033", "GM0363"}) {
    EXPECT_THAT(Words(CheckKey({code, "2021-2022"})), ElementsAre("name BAD_SCHOOL")) << code;
  }
}

TEST(CheckKeyTest, RefusesYearsThatDoNotFollowEachOther) {
  for (const char* year : {"2021-2021", "2021-2023", "2022-2021", "2021", "21-22", "2021_2022",
                           "2021-22", "202a-2022", "+021-0022"}) {
    EXPECT_THAT(Words(CheckKey({"16SW03", year})), ElementsAre("name BAD_YEAR")) << year;
  }
}

TEST(CheckPlanTest, AcceptsAPlanFromTheMenu) {
  EXPECT_THAT(Faults(ExamplePlan()), IsEmpty());
  EXPECT_THAT(Faults(ExamplePlan({})), IsEmpty());
  EXPECT_THAT(Faults(ExamplePlan({{"leermiddelen", kPlanned}, {"feedback", kPlanned}})), IsEmpty());
}

TEST(CheckPlanTest, RefusesWhatIsNotOnTheMenu) {
  EXPECT_THAT(Faults(ExamplePlan({{"feedback", kRunning}, {"zomerschool", kRunning}})),
              ElementsAre("choices[1].intervention NOT_ON_MENU"));
}

TEST(CheckPlanTest, RefusesTheSameInterventionTwice) {
  EXPECT_THAT(Faults(ExamplePlan({{"feedback", kRunning}, {"feedback", kPlanned}})),
              ElementsAre("choices[1].intervention CHOSEN_TWICE"));
}

TEST(CheckPlanTest, RefusesSupportOfNothing) {
  EXPECT_THAT(Faults(ExamplePlan({{"leermiddelen", kRunning}})),
              ElementsAre("choices[0].intervention SUPPORTING_ALONE"));
}

TEST(CheckPlanTest, AsksForAReasonWhereItWasStoppedAndOnlyThere) {
  Plan plan = ExamplePlan({{"feedback", kStopped}, {"directe-instructie", kFinished}});
  plan.choices[1].stop_reason = "Geen personeel";
  EXPECT_THAT(Faults(plan), ElementsAre("choices[0].stop_reason NO_STOP_REASON",
                                        "choices[1].stop_reason NOT_STOPPED"));
}

TEST(CheckPlanTest, RefusesNegativeAndForeignAmounts) {
  Plan plan = ExamplePlan({{"feedback", kPlanned}, {"directe-instructie", kPlanned}});
  plan.choices[0].planned_amount = Money{-1};
  plan.choices[1].planned_amount = Money{100, Currency::Usd()};
  EXPECT_THAT(Faults(plan), ElementsAre("choices[0].planned_amount BAD_AMOUNT",
                                        "choices[1].planned_amount BAD_AMOUNT"));
  plan.choices[0].planned_amount = Money{0};
  plan.choices[1].planned_amount = Money{100'000'000'000};
  EXPECT_THAT(Faults(plan), IsEmpty());
  plan.choices[1].planned_amount = Money{100'000'000'001};
  EXPECT_THAT(Faults(plan), ElementsAre("choices[1].planned_amount BAD_AMOUNT"));
}

TEST(CheckPlanTest, RefusesAConsiderationWithTwoPlaces) {
  Plan plan = ExamplePlan();
  plan.considerations = {"support_base", "fits_vision", "support_base"};
  plan.choices[0].considerations = {"fits_delays", "fits_delays"};
  EXPECT_THAT(Faults(plan), ElementsAre("choices[0].considerations[1] RANKED_TWICE",
                                        "considerations[2] RANKED_TWICE"));
}

TEST(CheckPlanTest, AsksForTheDayOfAScanThatIsDescribed) {
  Plan plan = ExamplePlan();
  plan.scan.made_by = "Intern begeleider";
  EXPECT_THAT(Faults(plan), IsEmpty());
  plan.scan_date.reset();
  EXPECT_THAT(Faults(plan), ElementsAre("scan_date NO_SCAN_DATE"));
}

TEST(CheckPlanTest, RefusesStepsThatAreStillToCome) {
  Plan plan = ExamplePlan();
  const absl::CivilDay tomorrow = kToday + 1;
  plan.scan_date = tomorrow;
  plan.goals_set = {tomorrow, ""};
  plan.choices_made = {tomorrow, ""};
  plan.choices[0].status_date = tomorrow;
  plan.moments = {{InvolvedGroup::kTeam, tomorrow, "", ""}, {InvolvedGroup::kTeam, kToday, "", ""}};
  EXPECT_THAT(Faults(plan), ElementsAre("scan_date DATE_IN_FUTURE", "goals_set.date DATE_IN_FUTURE",
                                        "choices[0].status_date DATE_IN_FUTURE",
                                        "choices_made.date DATE_IN_FUTURE",
                                        "involvement_moments[0].date DATE_IN_FUTURE"));
}

TEST(CheckPlanTest, LetsChoicesServeGoalsThatThereAre) {
  Plan plan = ExamplePlan();
  plan.structured_goals = {{.id = "rekenen"}, {.id = "welbevinden"}, {.id = "rekenen"}};
  plan.choices[0].goals = {"rekenen", "lezen", "rekenen"};
  EXPECT_THAT(Faults(plan),
              ElementsAre("structured_goals[2].id DUPLICATE_ID", "choices[0].goals[1] UNKNOWN_GOAL",
                          "choices[0].goals[2] DUPLICATE_ID"));
}

TEST(CheckPlanTest, KnowsTheOtherSchoolsThatShare) {
  Plan plan = ExamplePlan();
  plan.choices[0].joint_schools = {"16SW04", "16SW03", "16SW04", "GM0363"};
  EXPECT_THAT(Faults(plan), ElementsAre("choices[0].joint_schools[1] SHARED_WITH_ITSELF",
                                        "choices[0].joint_schools[2] DUPLICATE_ID",
                                        "choices[0].joint_schools[3] BAD_SCHOOL"));
}

TEST(CheckPlanTest, TakesAPartOnlyOfMoneyAboveSchoolLevel) {
  Plan plan = ExamplePlan();
  plan.choices[0].above_school_percent = 30;
  EXPECT_THAT(Faults(plan), ElementsAre("choices[0].above_school_percent NOT_ABOVE_SCHOOL_LEVEL"));
  plan.choices[0].above_school_level = true;
  EXPECT_THAT(Faults(plan), IsEmpty());
}

TEST(CheckPlanTest, RefusesAPeriodThatEndsBeforeItBegins) {
  Plan plan = ExamplePlan();
  plan.choices[0].planned_start = absl::CivilDay(2021, 9, 1);
  plan.choices[0].planned_end = absl::CivilDay(2021, 8, 31);
  EXPECT_THAT(Faults(plan), ElementsAre("choices[0].planned_end_date PERIOD_REVERSED"));
  plan.choices[0].planned_end = plan.choices[0].planned_start;
  EXPECT_THAT(Faults(plan), IsEmpty());
}

TEST(CheckPlanTest, HasMomentsOnlyOfGroupsThatTookPart) {
  Plan plan = ExamplePlan();
  plan.parents = Involvement::kNone;
  plan.moments = {{InvolvedGroup::kTeam, kToday, "studiedag", ""},
                  {InvolvedGroup::kParents, kToday, "ouderavond", ""},
                  {InvolvedGroup::kPupils, kToday, "leerlingenraad", ""}};
  EXPECT_THAT(Faults(plan), ElementsAre("involvement_moments[1].group NOT_INVOLVED",
                                        "involvement_moments[2].group NOT_INVOLVED"));
}

TEST(CheckConsentTest, RefusesADecisionOfTomorrow) {
  const absl::CivilDay today(2021, 9, 1);
  const Consent consent = ExampleConsent(ConsentState::kGiven, today);
  EXPECT_THAT(CheckConsent(consent, today), IsEmpty());
  EXPECT_THAT(Words(CheckConsent(consent, today - 1)), ElementsAre("date CONSENT_IN_FUTURE"));
}

}  // namespace
}  // namespace vg::catalogue

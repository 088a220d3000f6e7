#include "services/catalogue/domain/programme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Words(const std::vector<FieldViolation>& violations) {
  std::vector<std::string> words;
  for (const FieldViolation& violation : violations) {
    words.push_back(violation.field + " " + violation.reason);
  }
  return words;
}

std::vector<std::string> Faults(const Plan& plan) {
  static const Menu& menu = *new Menu("menuEditions/2021-spring", ExampleEdition());
  return Words(CheckPlan(plan, menu));
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
  plan.choices[1].planned_amount = Money{1250050};
  EXPECT_THAT(Faults(plan), IsEmpty());
}

TEST(CheckPlanTest, RefusesAConsiderationWithTwoPlaces) {
  Plan plan = ExamplePlan();
  plan.considerations = {"support_base", "fits_vision", "support_base"};
  EXPECT_THAT(Faults(plan), ElementsAre("considerations[2] RANKED_TWICE"));
}

TEST(CheckConsentTest, RefusesADecisionOfTomorrow) {
  const absl::CivilDay today(2021, 9, 1);
  const Consent consent = ExampleConsent(ConsentState::kGiven, today);
  EXPECT_THAT(CheckConsent(consent, today), IsEmpty());
  EXPECT_THAT(Words(CheckConsent(consent, today - 1)), ElementsAre("date CONSENT_IN_FUTURE"));
}

TEST(TodayTest, IsTheDayInTheNetherlands) {
  const absl::Time late =
      absl::FromCivil(absl::CivilMinute(2021, 12, 31, 23, 30), absl::UTCTimeZone());
  EXPECT_EQ(Today(late), absl::CivilDay(2022, 1, 1));
}

TEST(EtagTest, ChangesWithTheContentAndTheRevision) {
  Programme programme{.key = {"16SW03", "2021-2022"}, .plan = ExamplePlan(), .revision = 1};
  const std::string first = EtagOf(programme);
  programme.consents.push_back(ExampleConsent(ConsentState::kGiven, absl::CivilDay(2021, 9, 1)));
  const std::string consented = EtagOf(programme);
  programme.revision = 2;
  EXPECT_NE(first, consented);
  EXPECT_NE(consented, EtagOf(programme));
}

}  // namespace
}  // namespace vg::catalogue

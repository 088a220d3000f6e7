#include "services/catalogue/domain/programme_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

Programme Example() { return {.plan = ExamplePlan({{"feedback", kRunning}})}; }

TEST(ProgrammeDiffTest, FindsNothingBetweenTheSame) {
  Programme after = Example();
  after.revision = 7;
  after.plan.choices[0].history = {{.status = kRunning}};
  after.warnings = {{"SOMETHING", "", ""}};
  EXPECT_THAT(Diff(Example(), after), IsEmpty());
}

TEST(ProgrammeDiffTest, NamesEveryFieldByWhatItIsAbout) {
  Programme before = Example();
  before.plan.parents = Involvement::kInformed;
  Programme after = Example();
  after.plan.scan_date = absl::CivilDay(2021, 6, 2);
  after.plan.structured_goals = {{.id = "rekenen", .text = "Inlopen"}};
  after.plan.choices[0].status = kStopped;
  after.plan.choices[0].stop_reason = "Geen personeel";
  after.plan.choices[0].planned_amount = Money{1250050};
  after.plan.considerations = {"fits_vision", "support_base"};
  after.consents = {ExampleConsent(ConsentState::kGiven, absl::CivilDay(2021, 9, 1))};
  EXPECT_THAT(Diff(before, after),
              ElementsAre(Difference{"scan_date", "2021-06-01", "2021-06-02"},
                          Difference{"structured_goals[rekenen].text", "", "Inlopen"},
                          Difference{"choices[feedback].status", "RUNNING", "STOPPED"},
                          Difference{"choices[feedback].stop_reason", "", "Geen personeel"},
                          Difference{"choices[feedback].planned_amount", "", "EUR 12500.50"},
                          Difference{"considerations", "support_base, fits_vision",
                                     "fits_vision, support_base"},
                          Difference{"consents[MR 2021-09-01 GIVEN]", "", "Notulen MR"},
                          Difference{"parent_involvement", "INFORMED", ""}));
}

TEST(ProgrammeDiffTest, TellsWhatWasTakenBack) {
  Programme before = Example();
  before.consents = {ExampleConsent(ConsentState::kGiven, absl::CivilDay(2021, 9, 1))};
  Programme after = before;
  after.consents[0].retract_time = absl::UnixEpoch();
  EXPECT_THAT(Diff(before, after), ElementsAre(Difference{"consents[MR 2021-09-01 GIVEN]",
                                                          "Notulen MR", "Notulen MR, taken back"}));
}

TEST(ProgrammeDiffTest, TellsAConfirmationByTheRevisionThatItIsAbout) {
  Programme before = Example();
  before.consents = {ExampleConsent(ConsentState::kGiven, absl::CivilDay(2021, 9, 1))};
  before.consents[0].revision = 2;
  Programme after = before;
  after.consents.insert(after.consents.begin(), before.consents[0]);
  after.consents[0].revision = 4;
  EXPECT_THAT(Diff(before, after), ElementsAre(Difference{"consents[MR 2021-09-01 GIVEN]", "",
                                                          "Notulen MR, to revision 4"}));
}

TEST(ProgrammeDiffTest, DoesNotMindTheOrderOfChoices) {
  const Programme before{.plan = ExamplePlan({{"feedback", kRunning}, {"leermiddelen", kPlanned}})};
  const Programme after{.plan = ExamplePlan({{"leermiddelen", kPlanned}, {"feedback", kRunning}})};
  EXPECT_THAT(Diff(before, after), IsEmpty());
}

TEST(ProgrammeDiffTest, TellsMomentsOfOneDayApart) {
  Programme before = Example();
  const absl::CivilDay day(2021, 6, 1);
  before.plan.moments = {{InvolvedGroup::kTeam, day, "studiedag", ""},
                         {InvolvedGroup::kTeam, day, "", ""}};
  Programme after = before;
  after.plan.moments.pop_back();
  EXPECT_THAT(Diff(before, after),
              ElementsAre(Difference{"involvement_moments[TEAM 2021-06-01].form", "not said", ""}));
}

TEST(ProgrammeDiffTest, HoldsAFirstRevisionAgainstNothing) {
  const std::vector<Difference> differences = Diff({}, Example());
  EXPECT_THAT(differences, Each(Field(&Difference::before, "")));
  EXPECT_EQ(Diff(Example(), {}).size(), differences.size());
}

}  // namespace
}  // namespace vg::catalogue

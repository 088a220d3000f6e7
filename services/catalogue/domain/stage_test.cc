#include "services/catalogue/domain/stage.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/catalogue/domain/examples.h"

namespace vg::catalogue {
namespace {

using enum ChoiceStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::CivilDay kDay(2021, 9, 1);
constexpr int kChosen = 3;  // The revision with which the choices last changed.

Programme With(Plan plan) { return {.key = {"16SW03", "2021-2022"}, .plan = std::move(plan)}; }

// Scanned, with goals, choices and the team and parents involved.
Programme Chosen(std::initializer_list<std::pair<const char*, ChoiceStatus>> choices) {
  Programme programme = With(ExamplePlan(choices));
  programme.plan.parents = Involvement::kInformed;
  programme.choices_revision = kChosen;
  return programme;
}

// The newest decision, about a revision.
void Decide(CouncilBody body, ConsentState state, int revision, Programme& programme) {
  Consent consent = ExampleConsent(state, kDay);
  consent.body = body;
  consent.revision = revision;
  programme.consents.insert(programme.consents.begin(), consent);
}

std::vector<std::string> Gaps(const Programme& programme) {
  std::vector<std::string> codes;
  for (const Finding& gap : GapsOf(programme)) codes.push_back(gap.code);
  return codes;
}

TEST(StageTest, IsTheFurthestStepThatWasReached) {
  Programme programme = With({.menu_edition = "2021-spring"});
  EXPECT_EQ(StageOf(programme), Stage::kFiled);
  programme.plan.scan_date = kDay;
  EXPECT_EQ(StageOf(programme), Stage::kScanned);
  programme.plan.structured_goals = {{.id = "rekenen", .text = "Inlopen"}};
  EXPECT_EQ(StageOf(programme), Stage::kGoalsSet);
  programme.plan.choices = {{.intervention = "feedback", .status = kPlanned}};
  EXPECT_EQ(StageOf(programme), Stage::kChosen);
  programme.plan.team = Involvement::kConsulted;
  EXPECT_EQ(StageOf(programme), Stage::kConsulted);
  Decide(CouncilBody::kMr, ConsentState::kGiven, kChosen, programme);
  EXPECT_EQ(StageOf(programme), Stage::kConsented);
  programme.plan.choices[0].status = kRunning;
  EXPECT_EQ(StageOf(programme), Stage::kRunning);
  programme.plan.choices[0].status = kStopped;
  EXPECT_EQ(StageOf(programme), Stage::kFinished);
}

TEST(StageTest, RunsWithoutConsentButSaysThatItIsMissing) {
  const Programme programme = Chosen({{"feedback", kRunning}});
  EXPECT_EQ(StageOf(programme), Stage::kRunning);
  EXPECT_THAT(Gaps(programme), ElementsAre("MR_CONSENT_MISSING"));
}

TEST(StageTest, StillRunsWhereOneIsFinishedAndOneIsPlanned) {
  EXPECT_EQ(StageOf(Chosen({{"feedback", kFinished}, {"directe-instructie", kPlanned}})),
            Stage::kRunning);
}

TEST(GapsTest, AreAllStepsOfAnEmptyProgramme) {
  EXPECT_THAT(Gaps(With({})),
              ElementsAre("NO_SCAN", "NO_GOALS", "NO_CHOICES", "NO_TEAM_INVOLVEMENT",
                          "NO_PARENT_INVOLVEMENT", "MR_CONSENT_MISSING"));
}

TEST(GapsTest, AreNoneOfACompleteProgramme) {
  Programme programme = Chosen({{"feedback", kPlanned}});
  Decide(CouncilBody::kMr, ConsentState::kGiven, kChosen, programme);
  EXPECT_THAT(GapsOf(programme), IsEmpty());
}

TEST(GapsTest, IncludeConsentToAPart) {
  Programme programme = Chosen({{"feedback", kPlanned}});
  Decide(CouncilBody::kMr, ConsentState::kPartly, kChosen, programme);
  EXPECT_THAT(Gaps(programme), ElementsAre("CONSENT_PARTIAL"));
  EXPECT_EQ(GapsOf(programme)[0].field, "consents[0]");
  EXPECT_EQ(StageOf(programme), Stage::kConsented);
}

TEST(GapsTest, TellOfConsentFromBeforeTheChoicesWereMade) {
  Programme programme = Chosen({{"feedback", kPlanned}});
  Decide(CouncilBody::kMr, ConsentState::kGiven, kChosen, programme);
  programme.plan.choices_made = Milestone{.date = kDay};
  EXPECT_THAT(Gaps(programme), IsEmpty());
  programme.plan.choices_made->date = kDay + 1;
  EXPECT_THAT(Gaps(programme), ElementsAre("CONSENT_OUTDATED"));
  EXPECT_EQ(GapsOf(programme)[0].sentence,
            "the MR consented on 2021-09-01, before the choices were made on 2021-09-02; ask it "
            "about those and record the day on which it consents");
  EXPECT_EQ(StageOf(programme), Stage::kConsulted);
}

TEST(GapsTest, PassOverWhatWasTakenBack) {
  Programme programme = Chosen({{"feedback", kPlanned}});
  Decide(CouncilBody::kMr, ConsentState::kGiven, kChosen, programme);
  Decide(CouncilBody::kMr, ConsentState::kRefused, kChosen, programme);
  programme.consents[0].retract_time = absl::UnixEpoch();
  EXPECT_THAT(Gaps(programme), IsEmpty());
  programme.consents[1].retract_time = absl::UnixEpoch();
  EXPECT_THAT(Gaps(programme), ElementsAre("MR_CONSENT_MISSING"));
  EXPECT_EQ(GapsOf(programme)[0].field, "");
}

TEST(GapsTest, IncludeEveryDecisionThatIsNoConsent) {
  for (const ConsentState state : {ConsentState::kRequested, ConsentState::kRefused}) {
    Programme programme = Chosen({{"feedback", kPlanned}});
    Decide(CouncilBody::kMr, ConsentState::kGiven, kChosen, programme);
    Decide(CouncilBody::kMr, state, kChosen, programme);
    EXPECT_THAT(Gaps(programme), ElementsAre("MR_CONSENT_MISSING"));
    EXPECT_EQ(GapsOf(programme)[0].field, "consents[0]");
  }
}

TEST(GapsTest, AskTheGmrWhereMoneyIsUsedAboveSchoolLevel) {
  Programme programme = Chosen({{"feedback", kPlanned}, {"directe-instructie", kPlanned}});
  Decide(CouncilBody::kMr, ConsentState::kGiven, kChosen, programme);
  programme.plan.choices[1].above_school_level = true;
  EXPECT_THAT(Gaps(programme), ElementsAre("GMR_CONSENT_MISSING"));
  EXPECT_EQ(StageOf(programme), Stage::kConsulted);
  Decide(CouncilBody::kGmr, ConsentState::kGiven, kChosen, programme);
  EXPECT_THAT(Gaps(programme), IsEmpty());
  EXPECT_EQ(StageOf(programme), Stage::kConsented);
}

TEST(GapsTest, TellWhenTheChoicesChangedAfterConsent) {
  Programme programme = Chosen({{"feedback", kPlanned}});
  Decide(CouncilBody::kMr, ConsentState::kGiven, kChosen - 1, programme);
  EXPECT_THAT(Gaps(programme), ElementsAre("CONSENT_OUTDATED"));
  EXPECT_EQ(StageOf(programme), Stage::kConsulted);
  Decide(CouncilBody::kMr, ConsentState::kGiven, kChosen + 1, programme);
  EXPECT_THAT(Gaps(programme), IsEmpty());
}

}  // namespace
}  // namespace vg::catalogue

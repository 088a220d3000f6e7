#include "services/catalogue/domain/filing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/catalogue/domain/examples.h"
#include "services/catalogue/domain/stage.h"

namespace vg::catalogue {
namespace {

using enum ConsentState;
using ::testing::ElementsAre;
using ::testing::SizeIs;

const absl::Time kNow = absl::FromUnixSeconds(1'650'000'000);
const absl::CivilDay kDay(2021, 9, 1);

Filing FilingWith(std::vector<Consent> consents, Plan plan = ExamplePlan()) {
  return {.key = {"16SW03", "2021-2022"}, .plan = std::move(plan), .consents = std::move(consents)};
}

Programme Filed(const Filing& filing, const Programme* stored = nullptr, absl::Time now = kNow) {
  absl::StatusOr<std::optional<Programme>> programme = Apply(filing, stored, now);
  EXPECT_THAT(programme, IsOk());
  EXPECT_TRUE(programme->has_value());
  return **programme;
}

TEST(FilingTest, MakesTheFirstRevision) {
  const Programme programme = Filed(FilingWith({ExampleConsent(kGiven, kDay)}));
  EXPECT_EQ(programme.revision, 1);
  EXPECT_EQ(programme.update_time, kNow);
  ASSERT_THAT(programme.consents, SizeIs(1));
  EXPECT_EQ(programme.consents[0].record_time, kNow);
}

TEST(FilingTest, ChangesNothingTheSecondTime) {
  const Filing filing = FilingWith({ExampleConsent(kGiven, kDay)});
  const Programme first = Filed(filing);
  EXPECT_THAT(Apply(filing, &first, kNow + absl::Hours(1)), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(Apply(FilingWith({}), &first, kNow), IsOkAndHolds(std::nullopt));
}

TEST(FilingTest, KeepsDecisionsWhenThePlanChanges) {
  const Programme first = Filed(FilingWith({ExampleConsent(kGiven, kDay)}));
  const Programme second =
      Filed(FilingWith({}, ExamplePlan({{"feedback", ChoiceStatus::kFinished}})), &first,
            kNow + absl::Hours(1));
  EXPECT_EQ(second.revision, 2);
  EXPECT_EQ(second.update_time, kNow + absl::Hours(1));
  ASSERT_THAT(second.consents, SizeIs(1));
  EXPECT_EQ(second.consents[0].record_time, kNow);
}

TEST(FilingTest, CountsPlanAndDecisionsAsOneChange) {
  const Programme first = Filed(FilingWith({ExampleConsent(kRequested, kDay)}));
  const Programme second =
      Filed(FilingWith({ExampleConsent(kRequested, kDay), ExampleConsent(kGiven, kDay + 9)},
                       ExamplePlan({})),
            &first);
  EXPECT_EQ(second.revision, 2);
  ASSERT_THAT(second.consents, SizeIs(2));
}

TEST(FilingTest, SaysWithWhichRevisionTheChoicesChanged) {
  Programme programme = Filed(FilingWith({}, ExamplePlan({})));
  EXPECT_EQ(programme.choices_revision, 0);
  programme = Filed(FilingWith({}), &programme);
  EXPECT_EQ(programme.choices_revision, 2);
  programme =
      Filed(FilingWith({}, ExamplePlan({{"feedback", ChoiceStatus::kFinished}})), &programme);
  EXPECT_EQ(programme.choices_revision, 2);
  Plan dearer = programme.plan;
  dearer.choices[0].planned_amount = Money{100};
  programme = Filed(FilingWith({}, dearer), &programme);
  EXPECT_EQ(programme.choices_revision, 4);
}

TEST(FilingTest, RecordsDecisionsAboutTheRevisionThatItMakes) {
  const Programme first = Filed(FilingWith({}, ExamplePlan({})));
  Consent older = ExampleConsent(kRequested, kDay);
  older.revision = 1;
  const Programme second = Filed(FilingWith({older, ExampleConsent(kGiven, kDay + 9)}), &first);
  EXPECT_EQ(second.consents[0].revision, 2);
  EXPECT_EQ(second.consents[1].revision, 1);
  Consent later = ExampleConsent(kRefused, kDay);
  later.revision = 4;
  EXPECT_THAT(Apply(FilingWith({later}), &second, kNow), HasReason("UNKNOWN_REVISION"));
  EXPECT_THAT(Apply(FilingWith({later}), &second, kNow), HasViolation("consents[0].revision"));
}

// As it comes by a stream.
Filing Imported(Plan plan) {
  Filing filing = FilingWith({}, std::move(plan));
  filing.imported_digest = Digest(filing.plan);
  return filing;
}

TEST(ImportedTest, DoesNotUndoWhatOthersAddedSince) {
  const Programme filed = Filed(Imported(ExamplePlan()));
  Plan richer = filed.plan;
  richer.structured_goals = {{.id = "rekenen", .text = "Inlopen"}};
  richer.choices[0].status = ChoiceStatus::kFinished;
  const Programme changed = Filed(FilingWith({}, richer), &filed);
  EXPECT_THAT(Apply(Imported(ExamplePlan()), &changed, kNow), IsOkAndHolds(std::nullopt));

  Filing with_decision = Imported(ExamplePlan());
  with_decision.consents = {ExampleConsent(kGiven, kDay)};
  const Programme consented = Filed(with_decision, &changed);
  EXPECT_EQ(consented.plan, changed.plan);
  EXPECT_THAT(consented.consents, SizeIs(1));
}

TEST(ImportedTest, UndoesItWhereTheCallerHasSeenIt) {
  const Programme filed = Filed(Imported(ExamplePlan()));
  Plan richer = filed.plan;
  richer.goals.push_back("Welbevinden");
  const Programme changed = Filed(FilingWith({}, richer), &filed);
  Filing insisting = Imported(ExamplePlan());
  insisting.insists = true;
  EXPECT_EQ(Filed(insisting, &changed).plan, filed.plan);
}

TEST(ImportedTest, RemembersAFilingThatSaysWhatIsKeptAlready) {
  const Programme filed = Filed(FilingWith({}));
  const Programme imported = Filed(Imported(ExamplePlan()), &filed, kNow + absl::Hours(1));
  EXPECT_EQ(imported.revision, filed.revision);
  EXPECT_EQ(imported.update_time, filed.update_time);
  const Programme changed = Filed(FilingWith({}, ExamplePlan({})), &imported);
  EXPECT_THAT(Apply(Imported(ExamplePlan()), &changed, kNow), IsOkAndHolds(std::nullopt));
}

// The decision that comes with the plan of `imported`, sent again after others changed the choices.
Consent GivenAfterAChange(const Programme& imported) {
  Plan other = ExamplePlan({{"directe-instructie", ChoiceStatus::kRunning}});
  const Programme changed = Filed(FilingWith({}, std::move(other)), &imported);
  Filing again = Imported(ExamplePlan());
  again.consents = {ExampleConsent(kGiven, kDay)};
  const Programme consented = Filed(again, &changed);
  EXPECT_EQ(consented.plan, changed.plan);
  EXPECT_EQ(StandingOf(consented, CouncilBody::kMr), Standing::kOutdated);
  return consented.consents[0];
}

TEST(ImportedTest, DoesNotTakeConsentToItForConsentToWhatOthersChose) {
  EXPECT_EQ(GivenAfterAChange(Filed(Imported(ExamplePlan()))).revision, 1);
  // Also where the school had filed the same before the stream did.
  Programme filed = Filed(FilingWith({}, ExamplePlan({})));
  filed = Filed(FilingWith({}), &filed);
  EXPECT_EQ(GivenAfterAChange(Filed(Imported(ExamplePlan()), &filed)).revision, 2);
}

TEST(ImportedTest, LetsADecisionNameTheRevisionThatItIsAbout) {
  const Programme filed = Filed(Imported(ExamplePlan()));
  const Programme changed = Filed(FilingWith({}, ExamplePlan({})), &filed);
  Filing again = Imported(ExamplePlan());
  again.consents = {ExampleConsent(kGiven, kDay)};
  again.consents[0].revision = 3;
  EXPECT_EQ(Filed(again, &changed).consents[0].revision, 3);
  again.consents[0].revision = 4;
  EXPECT_THAT(Apply(again, &changed, kNow), HasReason("UNKNOWN_REVISION"));
}

TEST(ImportedTest, KnowsTheRevisionAtWhichAnInsistentFilingFoundThePlan) {
  Programme programme = Filed(Imported(ExamplePlan()));
  programme = Filed(FilingWith({}, ExamplePlan({})), &programme);
  programme = Filed(FilingWith({}), &programme);
  Filing insisting = Imported(ExamplePlan());
  insisting.insists = true;
  programme = Filed(insisting, &programme);
  EXPECT_EQ(programme.revision, 3);
  EXPECT_EQ(programme.imported_revision, 3);
  EXPECT_THAT(Apply(insisting, &programme, kNow), IsOkAndHolds(std::nullopt));
}

TEST(ImportedTest, TakesEveryFilingThatIsNotTheLastOne) {
  const Plan other = ExamplePlan({{"directe-instructie", ChoiceStatus::kRunning}});
  Programme programme = Filed(Imported(ExamplePlan()));
  for (const Plan& plan : {other, ExamplePlan(), other}) {
    programme = Filed(Imported(plan), &programme);
    EXPECT_EQ(programme.plan.choices[0].intervention, plan.choices[0].intervention);
  }
  EXPECT_EQ(programme.revision, 4);
}

TEST(FilingTest, GivesAChangedStatusTheDayOfFilingWhereItWasReadWithAnother) {
  const Programme planned =
      Filed(FilingWith({}, ExamplePlan({{"feedback", ChoiceStatus::kPlanned}})), nullptr,
            kNow - absl::Hours(24 * 30));
  Plan running = planned.plan;
  running.choices[0].status = ChoiceStatus::kRunning;
  EXPECT_EQ(Filed(FilingWith({}, running), &planned).plan.choices[0].status_date, Today(kNow));
}

// The statuses that "feedback-2022", which replaces feedback, goes through once it is filed.
std::vector<ChoiceStatus> HistoryOfSuccessor(ChoiceStatus was, Plan plan) {
  const Programme former = Filed(FilingWith({}, ExamplePlan({{"feedback", was}})));
  Filing filing = FilingWith({}, std::move(plan));
  filing.replaced = {{"feedback-2022", {"feedback"}}};
  std::vector<ChoiceStatus> statuses;
  const Programme filed = Filed(filing, &former);
  for (const StatusChange& change : filed.plan.choices[0].history) {
    statuses.push_back(change.status);
  }
  return statuses;
}

TEST(SuccessorTest, GoesOnFromTheHistoryOfWhatItReplaces) {
  using enum ChoiceStatus;
  const Plan moved = ExamplePlan({{"feedback-2022", kFinished}});
  EXPECT_THAT(HistoryOfSuccessor(kRunning, moved), ElementsAre(kRunning, kFinished));
  EXPECT_THAT(HistoryOfSuccessor(kFinished, moved), ElementsAre(kFinished));
}

TEST(SuccessorTest, BeginsWhereTheFormerStaysOrCannotGoOn) {
  using enum ChoiceStatus;
  const Plan beside = ExamplePlan({{"feedback-2022", kFinished}, {"feedback", kRunning}});
  EXPECT_THAT(HistoryOfSuccessor(kRunning, beside), ElementsAre(kFinished));
  const Plan anew = ExamplePlan({{"feedback-2022", kPlanned}});
  EXPECT_THAT(HistoryOfSuccessor(kRunning, anew), ElementsAre(kPlanned));
}

TEST(RecordTest, KeepsDecisionsNewestFirst) {
  Programme programme = Filed(FilingWith({ExampleConsent(kGiven, kDay)}));
  for (const auto& [state, date] :
       {std::pair(kRequested, kDay - 5), std::pair(kRefused, kDay + 3), std::pair(kPartly, kDay)}) {
    ASSERT_OK_AND_ASSIGN(const std::optional<Programme> changed,
                         Record(ExampleConsent(state, date), programme, kNow));
    ASSERT_TRUE(changed.has_value());
    programme = *changed;
  }
  std::vector<ConsentState> states;
  for (const Consent& consent : programme.consents) states.push_back(consent.state);
  EXPECT_THAT(states, testing::ElementsAre(kRefused, kPartly, kGiven, kRequested));
  EXPECT_EQ(programme.revision, 4);
}

TEST(RecordTest, LetsAConfirmationStandWhateverIsRecordedAfterIt) {
  const Programme first = Filed(FilingWith({}));
  Programme programme = Filed(FilingWith({}, ExamplePlan({})), &first);
  Consent older = ExampleConsent(kRequested, kDay);
  older.revision = 1;
  Consent of_gmr = ExampleConsent(kRequested, kDay);
  of_gmr.body = CouncilBody::kGmr;
  of_gmr.revision = 1;
  for (const Consent& consent : {ExampleConsent(kGiven, kDay), of_gmr, older}) {
    ASSERT_OK_AND_ASSIGN(const std::optional<Programme> changed, Record(consent, programme, kNow));
    programme = *changed;
  }
  EXPECT_EQ(StandingOf(programme, CouncilBody::kMr), Standing::kGiven);
  std::vector<int> revisions;
  for (const Consent& consent : programme.consents) revisions.push_back(consent.revision);
  EXPECT_THAT(revisions, ElementsAre(2, 1, 1));
}

TEST(RecordTest, ChangesNothingForADecisionThatIsThere) {
  const Programme programme = Filed(FilingWith({ExampleConsent(kGiven, kDay)}));
  EXPECT_THAT(Record(ExampleConsent(kGiven, kDay), programme, kNow + absl::Hours(1)),
              IsOkAndHolds(std::nullopt));
}

TEST(RecordTest, TakesADecisionAgainThatConfirmsALaterRevision) {
  const Programme first = Filed(FilingWith({ExampleConsent(kGiven, kDay)}));
  const Programme second = Filed(FilingWith({}, ExamplePlan({})), &first);
  Consent confirmed = ExampleConsent(kGiven, kDay);
  confirmed.revision = 1;
  EXPECT_THAT(Record(confirmed, second, kNow), IsOkAndHolds(std::nullopt));
  confirmed.revision = 2;
  ASSERT_OK_AND_ASSIGN(const std::optional<Programme> third, Record(confirmed, second, kNow));
  ASSERT_THAT(third->consents, SizeIs(2));
  EXPECT_EQ(third->consents[0].revision, 2);
  confirmed.revision = 4;
  EXPECT_THAT(Record(confirmed, *third, kNow), HasReason("UNKNOWN_REVISION"));
  EXPECT_THAT(Record(confirmed, *third, kNow), HasViolation("consent.revision"));
}

TEST(RetractTest, KeepsTheDecisionWithTheTime) {
  const Programme given = Filed(FilingWith({ExampleConsent(kGiven, kDay)}));
  ASSERT_OK_AND_ASSIGN(const std::optional<Programme> retracted,
                       Retract(ExampleConsent(kGiven, kDay), given, kNow));
  EXPECT_EQ(retracted->revision, 2);
  ASSERT_THAT(retracted->consents, SizeIs(1));
  EXPECT_EQ(retracted->consents[0].retract_time, kNow);
  // Neither again nor by the decision that is sent again does it change.
  EXPECT_THAT(Retract(ExampleConsent(kGiven, kDay), *retracted, kNow), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(Record(ExampleConsent(kGiven, kDay), *retracted, kNow), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(Apply(FilingWith({ExampleConsent(kGiven, kDay)}), &*retracted, kNow),
              IsOkAndHolds(std::nullopt));
}

TEST(RetractTest, TakesBackOnlyTheRevisionThatIsNamed) {
  Programme programme = Filed(FilingWith({ExampleConsent(kGiven, kDay)}));
  Consent confirmed = ExampleConsent(kGiven, kDay);
  programme.consents.push_back(confirmed);
  programme.consents[1].revision = 2;
  confirmed.revision = 2;
  ASSERT_OK_AND_ASSIGN(const std::optional<Programme> one, Retract(confirmed, programme, kNow));
  EXPECT_FALSE(one->consents[0].retract_time);
  EXPECT_TRUE(one->consents[1].retract_time);
  confirmed.revision = 0;
  ASSERT_OK_AND_ASSIGN(const std::optional<Programme> all, Retract(confirmed, programme, kNow));
  EXPECT_TRUE(all->consents[0].retract_time);
  EXPECT_TRUE(all->consents[1].retract_time);
}

TEST(RetractTest, RefusesWhatIsNotRecorded) {
  const Programme programme = Filed(FilingWith({ExampleConsent(kGiven, kDay)}));
  EXPECT_THAT(Retract(ExampleConsent(kGiven, kDay + 1), programme, kNow),
              HasReason("NOT_RECORDED"));
  EXPECT_THAT(Retract(ExampleConsent(kGiven, kDay + 1), programme, kNow), HasViolation("consent"));
}

TEST(RecordTest, RefusesMoreDecisionsThanAProgrammeKeeps) {
  Programme programme = Filed(FilingWith({}));
  for (int i = 0; i < kMaxConsents; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::optional<Programme> changed,
                         Record(ExampleConsent(kRequested, kDay + i), programme, kNow));
    programme = *changed;
  }
  EXPECT_THAT(Record(ExampleConsent(kGiven, kDay), programme, kNow),
              HasReason("TOO_MANY_CONSENTS"));
}

}  // namespace
}  // namespace vg::catalogue

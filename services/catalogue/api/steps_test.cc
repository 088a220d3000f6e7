// The steps of a programme, how far it is, and what it was.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "common/yaml/yaml.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// Every step with its date and evidence.
constexpr char kWhole[] = R"(
name: schools/16SW03/programmes/2021-2022
menu_edition: menuEditions/2021-spring
scan_date: 2021-06-01
scan:
  made_by: Intern begeleider
  instruments: [Leerlingvolgsysteem]
  outcome_areas: [mathematics, wellbeing]
  evidence: Scan 2021
structured_goals:
  - id: rekenen
    text: Groep 5 haalt het niveau van voor de sluiting
    outcome_area: mathematics
    need: Groep 5 loopt tien weken achter
    target_group: groep 5
goals_set: {date: 2021-06-10, evidence: Notulen team}
choices:
  - intervention: interventions/feedback
    status: planned
    status_date: 2021-07-01
    planned_amount: 12500
    above_school_level: true
    above_school_percent: 20
    joint_schools: [schools/16SW04]
    goals: [rekenen]
    considerations: [fits_delays]
    planned_start_date: 2021-09-01
    planned_end_date: 2022-06-30
choices_made: {date: 2021-07-01, evidence: Notulen team}
team_involvement: decided
parent_involvement: consulted
involvement_moments:
  - {group: team, date: 2021-06-10, form: studiedag, evidence: Notulen team}
  - {group: parents, date: 2021-06-20, form: ouderavond}
)";

v1::Programme Whole() {
  v1::Programme programme;
  EXPECT_OK(ParseYaml(kWhole, &programme));
  return programme;
}

std::vector<std::string> Gaps(const v1::Programme& programme) {
  std::vector<std::string> codes;
  for (const v1::ProgrammeFinding& gap : programme.gaps()) codes.push_back(gap.code());
  return codes;
}

class StepsTest : public testing::Test {
 protected:
  StepsTest() {
    v1::MenuEdition menu = MenuProto();
    v1::GrantEligibility& grant = *menu.mutable_interventions(1)->add_grants();
    grant.set_grant("npo-schools");
    SetDate(*grant.mutable_start_date(), 2019, 1, 1);
    SetDate(*grant.mutable_end_date(), 2020, 12, 31);
    grant.set_legal_reference("Stcrt. 2019, 1");
    EXPECT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring", menu)));
  }

  absl::StatusOr<v1::Programme> Submit(const v1::Programme& programme) {
    return server_.Call(&Stub::SubmitProgramme, SubmitRequest(programme));
  }
  absl::StatusOr<v1::Programme> Consent(v1::CouncilBody body, int revision = 0) {
    v1::RecordConsentRequest request;
    request.set_name(NameOf("16SW03"));
    *request.mutable_consent() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
    request.mutable_consent()->set_body(body);
    request.mutable_consent()->set_revision(revision);
    return server_.Call(&Stub::RecordConsent, request);
  }
  static v1::RecordChoiceStatusRequest Status(v1::ChoiceStatus status, int month, int day) {
    v1::RecordChoiceStatusRequest request;
    request.set_name(NameOf("16SW03"));
    request.set_intervention("interventions/feedback");
    request.set_status(status);
    SetDate(*request.mutable_date(), 2022, month, day);
    return request;
  }
  absl::StatusOr<v1::Programme> Record(const v1::RecordChoiceStatusRequest& request) {
    return server_.Call(&Stub::RecordChoiceStatus, request);
  }
  std::vector<std::string> Differences(int before, int after) {
    v1::DiffProgrammeRevisionsRequest request;
    request.set_name(NameOf("16SW03"));
    request.set_before(before);
    request.set_after(after);
    const auto diff = server_.Call(&Stub::DiffProgrammeRevisions, request);
    EXPECT_THAT(diff, IsOk());
    std::vector<std::string> words;
    for (const v1::ProgrammeDifference& difference : diff->differences()) {
      words.push_back(
          absl::StrCat(difference.field(), ": ", difference.before(), " -> ", difference.after()));
    }
    return words;
  }

  TestServer server_;
};

TEST_F(StepsTest, KeepsEveryStepAsItWasFiled) {
  ASSERT_OK_AND_ASSIGN(v1::Programme filed, Submit(Whole()));
  EXPECT_EQ(filed.choices(0).status_history_size(), 1);
  EXPECT_EQ(filed.choices(0).status_history(0).date().month(), 7);
  // What the service adds put aside, it is what was sent.
  filed.clear_stage();
  filed.clear_gaps();
  filed.clear_revision();
  filed.clear_update_time();
  filed.clear_choices_change_time();
  filed.clear_choices_revision();
  filed.clear_etag();
  filed.mutable_choices(0)->clear_status_history();
  EXPECT_EQ(filed.DebugString(), Whole().DebugString());
}

TEST_F(StepsTest, TellsHowFarItIsAndWhatIsMissing) {
  ASSERT_OK_AND_ASSIGN(v1::Programme programme, Submit(Whole()));
  EXPECT_EQ(programme.stage(), v1::PROGRAMME_STAGE_CONSULTED);
  EXPECT_THAT(Gaps(programme), ElementsAre("MR_CONSENT_MISSING", "GMR_CONSENT_MISSING"));
  ASSERT_OK_AND_ASSIGN(programme, Consent(v1::COUNCIL_BODY_MR));
  EXPECT_THAT(Gaps(programme), ElementsAre("GMR_CONSENT_MISSING"));
  ASSERT_OK_AND_ASSIGN(programme, Consent(v1::COUNCIL_BODY_GMR));
  EXPECT_EQ(programme.stage(), v1::PROGRAMME_STAGE_CONSENTED);
  EXPECT_THAT(Gaps(programme), IsEmpty());

  v1::Programme dearer = Whole();
  dearer.mutable_choices(0)->mutable_planned_amount()->set_units(20'000);
  ASSERT_OK_AND_ASSIGN(programme, Submit(dearer));
  EXPECT_EQ(programme.choices_revision(), 4);
  EXPECT_THAT(Gaps(programme), ElementsAre("CONSENT_OUTDATED", "CONSENT_OUTDATED"));
  EXPECT_NE(programme.gaps(0).message(), "");
  v1::GetProgrammeRequest get;
  get.set_name(NameOf("16SW03"));
  ASSERT_OK_AND_ASSIGN(const v1::Programme read, server_.Call(&Stub::GetProgramme, get));
  EXPECT_EQ(read.SerializeAsString(), programme.SerializeAsString());
}

TEST_F(StepsTest, LetsACouncilStandByItsConsentAfterTheChoicesChanged) {
  ASSERT_OK(Submit(Whole()));
  ASSERT_OK(Consent(v1::COUNCIL_BODY_GMR));
  ASSERT_OK(Consent(v1::COUNCIL_BODY_MR));
  v1::Programme dearer = Whole();
  dearer.mutable_choices(0)->mutable_planned_amount()->set_units(20'000);
  ASSERT_OK(Submit(dearer));
  // The same decision is recorded already, unless it says that it is about the choices as they are.
  ASSERT_OK_AND_ASSIGN(v1::Programme programme, Consent(v1::COUNCIL_BODY_MR));
  EXPECT_THAT(Gaps(programme), ElementsAre("CONSENT_OUTDATED", "CONSENT_OUTDATED"));
  ASSERT_OK_AND_ASSIGN(programme, Consent(v1::COUNCIL_BODY_MR, 4));
  EXPECT_THAT(Gaps(programme), ElementsAre("CONSENT_OUTDATED"));
  ASSERT_EQ(programme.consents_size(), 3);
  EXPECT_EQ(programme.consents(0).revision(), 4);
  EXPECT_EQ(programme.consents(1).revision(), 2);
  EXPECT_THAT(Consent(v1::COUNCIL_BODY_MR, 6), HasReason("UNKNOWN_REVISION"));
  EXPECT_THAT(Consent(v1::COUNCIL_BODY_MR, 6), HasViolation("consent.revision"));
  EXPECT_THAT(Consent(v1::COUNCIL_BODY_MR, -1), HasReason("OUT_OF_RANGE"));
}

TEST_F(StepsTest, AnswersAChangedStatusThatIsSentAgain) {
  ASSERT_OK_AND_ASSIGN(v1::Programme read, Submit(Whole()));
  read.mutable_choices(0)->set_status(v1::CHOICE_STATUS_RUNNING);
  ASSERT_OK_AND_ASSIGN(const v1::Programme running, Submit(read));
  EXPECT_EQ(running.revision(), 2);
  EXPECT_NE(running.choices(0).status_date().DebugString(),
            read.choices(0).status_date().DebugString());
  server_.clock().Advance(absl::Hours(48));
  ASSERT_OK_AND_ASSIGN(v1::Programme again, Submit(read));
  EXPECT_EQ(again.SerializeAsString(), running.SerializeAsString());
  read.clear_etag();
  ASSERT_OK_AND_ASSIGN(again, Submit(read));
  EXPECT_EQ(again.SerializeAsString(), running.SerializeAsString());
}

TEST_F(StepsTest, KeepsConsentWhenOnlyTheStatusChanges) {
  ASSERT_OK(Submit(Whole()));
  ASSERT_OK(Consent(v1::COUNCIL_BODY_MR));
  ASSERT_OK(Consent(v1::COUNCIL_BODY_GMR));
  server_.clock().Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Programme programme,
                       Record(Status(v1::CHOICE_STATUS_RUNNING, 1, 10)));
  EXPECT_THAT(Gaps(programme), IsEmpty());
  EXPECT_EQ(programme.stage(), v1::PROGRAMME_STAGE_RUNNING);
}

TEST_F(StepsTest, WarnsOfWhatTheMenuDoesNotLetBePaid) {
  ASSERT_OK_AND_ASSIGN(const v1::Programme programme,
                       Submit(ProgrammeProto("16SW03", {"feedback", "directe-instructie"})));
  ASSERT_EQ(programme.warnings_size(), 1);
  EXPECT_EQ(programme.warnings(0).code(), "NOT_PAYABLE");
  EXPECT_EQ(programme.warnings(0).field(), "choices[1]");
}

TEST_F(StepsTest, WarnsOfStepsThatCameTooEarly) {
  v1::Programme hasty = Whole();
  SetDate(*hasty.mutable_goals_set()->mutable_date(), 2021, 5, 31);
  ASSERT_OK_AND_ASSIGN(const v1::Programme programme, Submit(hasty));
  ASSERT_EQ(programme.warnings_size(), 1);
  EXPECT_EQ(programme.warnings(0).code(), "STEPS_OUT_OF_ORDER");
  EXPECT_EQ(programme.warnings(0).field(), "goals_set");
}

// An edition of the year after, in which another intervention takes the place of feedback.
TEST_F(StepsTest, CarriesTheHistoryToWhatTakesThePlaceOfAnIntervention) {
  v1::MenuEdition next = MenuProto();
  SetDate(*next.mutable_start_date(), 2022, 1, 1);
  next.mutable_interventions(0)->set_id("feedback-en-coaching");
  next.mutable_interventions(0)->add_replaces("feedback");
  ASSERT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2022", next)));
  ASSERT_OK(Submit(Whole()));
  v1::Programme moved = Whole();
  moved.set_menu_edition("menuEditions/2022");
  moved.mutable_choices(0)->set_intervention("interventions/feedback-en-coaching");
  moved.mutable_choices(0)->set_status(v1::CHOICE_STATUS_RUNNING);
  SetDate(*moved.mutable_choices(0)->mutable_status_date(), 2022, 2, 1);
  ASSERT_OK_AND_ASSIGN(const v1::Programme programme, Submit(moved));
  ASSERT_EQ(programme.choices(0).status_history_size(), 2);
  EXPECT_EQ(programme.choices(0).status_history(0).status(), v1::CHOICE_STATUS_PLANNED);
}

TEST_F(StepsTest, RecordsHowFarAnInterventionIs) {
  ASSERT_OK(Submit(Whole()));
  ASSERT_OK(Record(Status(v1::CHOICE_STATUS_RUNNING, 1, 10)));
  v1::RecordChoiceStatusRequest stop = Status(v1::CHOICE_STATUS_STOPPED, 3, 1);
  stop.set_stop_reason("Geen personeel");
  stop.set_evidence("Brief aan ouders");
  stop.set_pupils_reached(12);
  ASSERT_OK_AND_ASSIGN(const v1::Programme stopped, Record(stop));
  EXPECT_EQ(stopped.revision(), 3);
  const v1::Choice& choice = stopped.choices(0);
  EXPECT_EQ(choice.status(), v1::CHOICE_STATUS_STOPPED);
  EXPECT_EQ(choice.stop_reason(), "Geen personeel");
  EXPECT_EQ(choice.pupils_reached(), 12);
  ASSERT_EQ(choice.status_history_size(), 3);
  EXPECT_EQ(choice.status_history(1).status(), v1::CHOICE_STATUS_RUNNING);
  EXPECT_EQ(choice.status_history(2).evidence(), "Brief aan ouders");
  server_.clock().Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Programme again, Record(stop));
  EXPECT_EQ(again.SerializeAsString(), stopped.SerializeAsString());

  // Filing what was read changes nothing.
  ASSERT_OK_AND_ASSIGN(const v1::Programme filed, Submit(stopped));
  EXPECT_EQ(filed.SerializeAsString(), stopped.SerializeAsString());
}

TEST_F(StepsTest, RefusesStatusesThatCannotBe) {
  EXPECT_THAT(Record(Status(v1::CHOICE_STATUS_RUNNING, 1, 10)),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Submit(Whole()));
  EXPECT_THAT(Record(Status(v1::CHOICE_STATUS_RUNNING, 4, 2)), HasReason("DATE_IN_FUTURE"));
  EXPECT_THAT(Record(Status(v1::CHOICE_STATUS_RUNNING, 2, 30)), HasReason("IMPOSSIBLE_DATE"));
  EXPECT_THAT(Record(Status(v1::CHOICE_STATUS_STOPPED, 1, 10)), HasReason("NO_STOP_REASON"));
  v1::RecordChoiceStatusRequest early = Status(v1::CHOICE_STATUS_RUNNING, 1, 10);
  early.mutable_date()->set_year(2021);
  EXPECT_THAT(Record(early), HasReason("STATUS_OUT_OF_ORDER"));
  EXPECT_THAT(Record(early), HasViolation("date"));
  v1::RecordChoiceStatusRequest other = Status(v1::CHOICE_STATUS_RUNNING, 1, 10);
  other.set_intervention("interventions/directe-instructie");
  EXPECT_THAT(Record(other), HasReason("NOT_CHOSEN"));
  v1::RecordChoiceStatusRequest stale = Status(v1::CHOICE_STATUS_RUNNING, 1, 10);
  stale.set_etag("0-stale");
  EXPECT_THAT(Record(stale), HasReason("ETAG_MISMATCH"));
  ASSERT_OK(Record(Status(v1::CHOICE_STATUS_RUNNING, 1, 10)));
  EXPECT_THAT(Record(Status(v1::CHOICE_STATUS_PLANNED, 2, 10)), HasReason("ILLEGAL_TRANSITION"));
  EXPECT_THAT(Submit(Whole()), HasReason("ILLEGAL_TRANSITION"));
  EXPECT_THAT(Submit(Whole()), HasViolation("programme.choices[0].status"));
}

TEST_F(StepsTest, TakesWhatBeganAndEndedSinceTheLastFiling) {
  ASSERT_OK(Submit(Whole()));
  v1::Programme finished = Whole();
  finished.mutable_choices(0)->set_status(v1::CHOICE_STATUS_FINISHED);
  ASSERT_OK_AND_ASSIGN(const v1::Programme programme, Submit(finished));
  EXPECT_EQ(programme.stage(), v1::PROGRAMME_STAGE_FINISHED);
  // The date was that of being planned: it is not that of being finished.
  EXPECT_EQ(programme.choices(0).status_date().year(), 2022);
  EXPECT_EQ(programme.choices(0).status_history_size(), 2);
}

TEST_F(StepsTest, AnswersARetriedStatusAsBefore) {
  ASSERT_OK(Submit(Whole()));
  v1::RecordChoiceStatusRequest request = Status(v1::CHOICE_STATUS_RUNNING, 1, 10);
  request.set_request_id("r1");
  ASSERT_OK_AND_ASSIGN(const v1::Programme first, Record(request));
  ASSERT_OK(Record(Status(v1::CHOICE_STATUS_FINISHED, 2, 10)));
  ASSERT_OK_AND_ASSIGN(const v1::Programme retried, Record(request));
  EXPECT_EQ(retried.SerializeAsString(), first.SerializeAsString());
  request.set_pupils_reached(1);
  EXPECT_THAT(Record(request), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(StepsTest, TellsWhatChangedBetweenRevisions) {
  ASSERT_OK(Submit(Whole()));
  ASSERT_OK(Record(Status(v1::CHOICE_STATUS_RUNNING, 1, 10)));
  ASSERT_OK(Consent(v1::COUNCIL_BODY_MR));
  EXPECT_THAT(Differences(1, 2), ElementsAre("choices[feedback].status: PLANNED -> RUNNING",
                                             "choices[feedback].status_date: 2021-07-01 -> "
                                             "2022-01-10"));
  EXPECT_THAT(Differences(0, 0), ElementsAre("consents[MR 2021-09-01 GIVEN]:  -> Notulen MR"));
  EXPECT_EQ(Differences(1, 3).size(), 3u);
  EXPECT_THAT(Differences(3, 3), IsEmpty());
  EXPECT_THAT(Differences(0, 1), Not(IsEmpty()));
  v1::DiffProgrammeRevisionsRequest request;
  request.set_name(NameOf("16SW03"));
  request.set_after(4);
  EXPECT_THAT(server_.Call(&Stub::DiffProgrammeRevisions, request),
              StatusIs(absl::StatusCode::kNotFound));
  request.set_after(3);
  request.set_before(9);
  EXPECT_THAT(server_.Call(&Stub::DiffProgrammeRevisions, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StepsTest, KeepsWordsAndEvidenceOutOfTheFeed) {
  ASSERT_OK(Submit(Whole()));
  v1::RecordChoiceStatusRequest request = Status(v1::CHOICE_STATUS_RUNNING, 1, 10);
  request.set_evidence("Brief aan ouders");
  ASSERT_OK(Record(request));
  ASSERT_OK_AND_ASSIGN(const auto batches, server_.Tail({}));
  ASSERT_EQ(batches[0].changes_size(), 2);
  const v1::Programme& after = batches[0].changes(1).after();
  EXPECT_EQ(after.stage(), v1::PROGRAMME_STAGE_RUNNING);
  EXPECT_EQ(after.scan().outcome_areas_size(), 2);
  EXPECT_EQ(after.choices(0).joint_schools_size(), 1);
  const std::string text = batches[0].changes(1).DebugString();
  for (const char* word : {"Intern", "Leerlingvolg", "Scan 2021", "niveau", "tien weken", "Notulen",
                           "studiedag", "Brief", "MR was", "recorded of"}) {
    EXPECT_EQ(text.find(word), std::string::npos) << word;
  }
}

// Racers that start and finish the same intervention, again and again: no change is lost, and none
// is made of what another racer changed in between.
TEST_F(StepsTest, KeepsTheHistoryRightUnderRacers) {
  ASSERT_OK(Submit(Whole()));
  ASSERT_OK(Record(Status(v1::CHOICE_STATUS_RUNNING, 1, 10)));
  constexpr int kRacers = 4;
  constexpr int kRounds = 20;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> racers;
  for (int racer = 0; racer < kRacers; ++racer) {
    racers.emplace_back([&, racer] {
      for (int round = 0; round < kRounds; ++round) {
        const bool start = (round + racer) % 2 == 0;
        v1::RecordChoiceStatusRequest request =
            Status(start ? v1::CHOICE_STATUS_RUNNING : v1::CHOICE_STATUS_FINISHED, 1, 10);
        const auto recorded = Record(request);
        // Another racer may have done so.
        if (!recorded.ok() && DetailsOf(recorded.status()).violations.empty()) ++wrong;
      }
    });
  }
  for (std::thread& racer : racers) racer.join();
  EXPECT_EQ(wrong, 0);
  v1::GetProgrammeRequest get;
  get.set_name(NameOf("16SW03"));
  ASSERT_OK_AND_ASSIGN(const v1::Programme programme, server_.Call(&Stub::GetProgramme, get));
  const auto& history = programme.choices(0).status_history();
  EXPECT_EQ(history.size(), programme.revision());
  for (int i = 1; i < history.size(); ++i) {
    EXPECT_EQ(history[i].status(),
              i % 2 == 1 ? v1::CHOICE_STATUS_RUNNING : v1::CHOICE_STATUS_FINISHED);
  }
}

}  // namespace
}  // namespace vg::catalogue

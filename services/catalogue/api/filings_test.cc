#include "services/catalogue/api/filings.h"

#include <functional>

#include "absl/strings/str_format.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/postgres_server.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "services/catalogue/api/test_server.h"

namespace vg::catalogue {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Property;

class FilingsTest : public testing::Test {
 protected:
  FilingsTest() {
    EXPECT_OK(server_.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring")));
  }

  absl::StatusOr<v1::Programme> Submit(const v1::SubmitProgrammeRequest& request) {
    return server_.Call(&Stub::SubmitProgramme, request);
  }
  absl::StatusOr<v1::Programme> Submit(const v1::Programme& programme) {
    return Submit(SubmitRequest(programme));
  }
  absl::StatusOr<v1::Programme> Get(const std::string& name) {
    v1::GetProgrammeRequest request;
    request.set_name(name);
    return server_.Call(&Stub::GetProgramme, request);
  }
  absl::StatusOr<v1::Programme> Consent(const v1::Consent& consent, const std::string& etag = "",
                                        const std::string& request_id = "") {
    v1::RecordConsentRequest request;
    request.set_name(NameOf("16SW03"));
    *request.mutable_consent() = consent;
    request.set_etag(etag);
    request.set_request_id(request_id);
    return server_.Call(&Stub::RecordConsent, request);
  }

  TestServer server_;
};

TEST_F(FilingsTest, FilesAProgramme) {
  v1::Programme programme = ProgrammeProto("16SW03");
  *programme.add_consents() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);  // Set by the server.
  ASSERT_OK_AND_ASSIGN(const v1::Programme filed, Submit(programme));
  EXPECT_EQ(filed.revision(), 1);
  EXPECT_EQ(filed.consents_size(), 0);
  EXPECT_EQ(filed.choices(0).planned_amount().units(), 12500);
  EXPECT_EQ(filed.choices(0).planned_amount().nanos(), 500'000'000);
  EXPECT_EQ(filed.update_time().seconds(), absl::ToUnixSeconds(server_.clock().Now()));
  ASSERT_OK_AND_ASSIGN(const v1::Programme read, Get(NameOf("16SW03")));
  EXPECT_EQ(read.SerializeAsString(), filed.SerializeAsString());
}

TEST_F(FilingsTest, ChangesNothingForTheSameContent) {
  ASSERT_OK_AND_ASSIGN(const v1::Programme first, Submit(ProgrammeProto("16SW03")));
  server_.clock().Advance(absl::Hours(1));
  v1::Programme stale = ProgrammeProto("16SW03");
  stale.set_etag("0-stale");
  ASSERT_OK_AND_ASSIGN(const v1::Programme again, Submit(stale));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
}

TEST_F(FilingsTest, ChangesOnlyWhatTheCallerHasSeen) {
  ASSERT_OK_AND_ASSIGN(v1::Programme mine, Submit(ProgrammeProto("16SW03")));
  v1::Programme other = mine;
  other.add_goals("Welbevinden");
  ASSERT_OK_AND_ASSIGN(const v1::Programme second, Submit(other));
  EXPECT_EQ(second.revision(), 2);
  EXPECT_NE(second.etag(), mine.etag());
  mine.clear_goals();
  EXPECT_THAT(Submit(mine), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Submit(mine), HasReason("ETAG_MISMATCH"));
  mine.set_etag(second.etag());
  EXPECT_OK(Submit(mine));
  v1::Programme unseen = ProgrammeProto("16SW04");
  unseen.set_etag(second.etag());
  EXPECT_THAT(Submit(unseen), HasReason("ETAG_MISMATCH"));
}

TEST_F(FilingsTest, AnswersARetriedRequestAsBefore) {
  v1::SubmitProgrammeRequest request = SubmitRequest(ProgrammeProto("16SW03"));
  request.set_request_id("r1");
  ASSERT_OK_AND_ASSIGN(const v1::Programme first, Submit(request));
  ASSERT_OK(Submit(ProgrammeProto("16SW03", {})));
  ASSERT_OK_AND_ASSIGN(const v1::Programme retried, Submit(request));
  EXPECT_EQ(retried.SerializeAsString(), first.SerializeAsString());
  *request.mutable_programme() = ProgrammeProto("16SW03", {"directe-instructie"});
  EXPECT_THAT(Submit(request), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Submit(request), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(FilingsTest, ChecksWithoutStoring) {
  v1::SubmitProgrammeRequest request = SubmitRequest(ProgrammeProto("16SW03"));
  request.set_validate_only(true);
  ASSERT_OK_AND_ASSIGN(const v1::Programme checked, Submit(request));
  EXPECT_EQ(checked.revision(), 1);
  EXPECT_THAT(Get(NameOf("16SW03")), StatusIs(absl::StatusCode::kNotFound));
}

// Each way in which one field makes a programme a wrong one.
struct Fault {
  std::string reason;
  std::string field;
  std::function<void(v1::Programme&)> spoil;
};

std::vector<Fault> Faults() {
  const auto stopped = [](v1::Programme& p) {
    p.mutable_choices(0)->set_status(v1::CHOICE_STATUS_STOPPED);
  };
  return {
      {"BAD_SCHOOL", "name", [](auto& p) { p.set_name(NameOf("GM0363")); }},
      {"BAD_YEAR", "name", [](auto& p) { p.set_name(NameOf("16SW03", "2021-2023")); }},
      {"MALFORMED_NAME", "name", [](auto& p) { p.set_name("schools/16SW03"); }},
      {"MALFORMED_NAME", "name", [](auto& p) { p.set_name(NameOf("-")); }},
      {"IMPOSSIBLE_DATE", "scan_date", [](auto& p) { p.mutable_scan_date()->set_month(13); }},
      {"IMPOSSIBLE_DATE", "scan_date", [](auto& p) { p.mutable_scan_date()->clear_day(); }},
      {"NOT_ON_MENU", "choices[0].intervention",
       [](auto& p) { p.mutable_choices(0)->set_intervention("interventions/zomerschool"); }},
      {"MALFORMED_NAME", "choices[0].intervention",
       [](auto& p) { p.mutable_choices(0)->set_intervention("feedback"); }},
      {"CHOSEN_TWICE", "choices[1].intervention",
       [](auto& p) { *p.add_choices() = v1::Choice(p.choices(0)); }},
      {"SUPPORTING_ALONE", "choices[0].intervention",
       [](auto& p) { p.mutable_choices(0)->set_intervention("interventions/leermiddelen"); }},
      {"REQUIRED", "choices[0].status", [](auto& p) { p.mutable_choices(0)->clear_status(); }},
      {"UNKNOWN_ENUM_VALUE", "choices[0].status",
       [](auto& p) { p.mutable_choices(0)->set_status(static_cast<v1::ChoiceStatus>(9)); }},
      {"NO_STOP_REASON", "choices[0].stop_reason", stopped},
      {"NOT_STOPPED", "choices[0].stop_reason",
       [](auto& p) { p.mutable_choices(0)->set_stop_reason("Geen personeel"); }},
      {"BAD_AMOUNT", "choices[0].planned_amount",
       [](auto& p) { p.mutable_choices(0)->mutable_planned_amount()->set_currency_code("USD"); }},
      {"BAD_AMOUNT", "choices[0].planned_amount",
       [](auto& p) { p.mutable_choices(0)->mutable_planned_amount()->set_nanos(1'000'000); }},
      {"BAD_AMOUNT", "choices[0].planned_amount",
       [](auto& p) {
         p.mutable_choices(0)->mutable_planned_amount()->set_units(-1);
         p.mutable_choices(0)->mutable_planned_amount()->set_nanos(0);
       }},
      {"OUT_OF_RANGE", "choices[0].pupils_reached",
       [](auto& p) { p.mutable_choices(0)->set_pupils_reached(-1); }},
      {"RANKED_TWICE", "considerations[2]", [](auto& p) { p.add_considerations("support_base"); }},
      {"MALFORMED", "considerations[2]", [](auto& p) { p.add_considerations("Support Base"); }},
      {"TOO_LONG", "goals[1]", [](auto& p) { p.add_goals(std::string(2001, 'x')); }},
  };
}

TEST_F(FilingsTest, RefusesEveryFaultWithItsReasonAndField) {
  for (const Fault& fault : Faults()) {
    v1::Programme programme = ProgrammeProto("16SW03");
    fault.spoil(programme);
    const auto refused = Submit(programme);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument)) << fault.reason;
    EXPECT_THAT(refused, HasReason(fault.reason));
    EXPECT_THAT(refused, HasViolation("programme." + fault.field));
  }
  EXPECT_THAT(Get(NameOf("16SW03")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(FilingsTest, RefusesAnEditionThatIsNotThere) {
  v1::Programme programme = ProgrammeProto("16SW03");
  programme.set_menu_edition("menuEditions/2099");
  const auto refused = Submit(programme);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(DetailsOf(refused.status()).metadata.at("resource"), "menuEditions/2099");
}

TEST_F(FilingsTest, RecordsWhatACouncilDecided) {
  ASSERT_OK_AND_ASSIGN(const v1::Programme filed, Submit(ProgrammeProto("16SW03")));
  ASSERT_OK(Consent(ConsentProto(v1::CONSENT_STATE_REQUESTED, 7, 1)));
  ASSERT_OK_AND_ASSIGN(const v1::Programme given,
                       Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1)));
  EXPECT_EQ(given.revision(), 3);
  ASSERT_EQ(given.consents_size(), 2);
  EXPECT_EQ(given.consents(0).state(), v1::CONSENT_STATE_GIVEN);
  EXPECT_EQ(given.consents(0).evidence(), "Notulen MR");
  EXPECT_TRUE(given.consents(0).has_record_time());
  EXPECT_EQ(given.consents(1).state(), v1::CONSENT_STATE_REQUESTED);
  server_.clock().Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Programme again,
                       Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1), filed.etag()));
  EXPECT_EQ(again.SerializeAsString(), given.SerializeAsString());
}

TEST_F(FilingsTest, KeepsDecisionsWhenTheProgrammeIsFiledAgain) {
  ASSERT_OK(Submit(ProgrammeProto("16SW03")));
  ASSERT_OK(Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1)));
  ASSERT_OK_AND_ASSIGN(const v1::Programme changed,
                       Submit(ProgrammeProto("16SW03", {"directe-instructie"})));
  EXPECT_EQ(changed.revision(), 3);
  EXPECT_EQ(changed.consents_size(), 1);
}

TEST_F(FilingsTest, TakesBackWhatWasRecordedByMistake) {
  ASSERT_OK(Submit(ProgrammeProto("16SW03")));
  v1::RecordConsentRequest request;
  request.set_name(NameOf("16SW03"));
  *request.mutable_consent() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  request.set_retract(true);
  EXPECT_THAT(server_.Call(&Stub::RecordConsent, request), HasReason("NOT_RECORDED"));
  ASSERT_OK(Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1)));
  server_.clock().Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Programme retracted, server_.Call(&Stub::RecordConsent, request));
  ASSERT_EQ(retracted.consents_size(), 1);
  EXPECT_EQ(retracted.consents(0).retract_time().seconds(),
            absl::ToUnixSeconds(server_.clock().Now()));
  EXPECT_THAT(retracted.gaps(),
              Contains(Property(&v1::ProgrammeFinding::code, "MR_CONSENT_MISSING")));
  EXPECT_THAT(server_.metrics().Text(), HasSubstr("voortgang_catalogue_consents_total 1"));
  // Whoever records it again brings it back as little as whoever takes it back again.
  ASSERT_OK_AND_ASSIGN(v1::Programme again, Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1)));
  EXPECT_EQ(again.SerializeAsString(), retracted.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(again, server_.Call(&Stub::RecordConsent, request));
  EXPECT_EQ(again.SerializeAsString(), retracted.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::Programme read, Get(NameOf("16SW03")));
  EXPECT_EQ(read.SerializeAsString(), retracted.SerializeAsString());
}

TEST_F(FilingsTest, RefusesDecisionsThatCannotBe) {
  EXPECT_THAT(Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1)),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const v1::Programme filed, Submit(ProgrammeProto("16SW03")));
  v1::Consent tomorrow = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  SetDate(*tomorrow.mutable_date(), 2022, 4, 2);
  EXPECT_THAT(Consent(tomorrow), HasReason("CONSENT_IN_FUTURE"));
  EXPECT_THAT(Consent(tomorrow), HasViolation("consent.date"));
  EXPECT_THAT(Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 2, 30)), HasReason("IMPOSSIBLE_DATE"));
  EXPECT_THAT(Consent(ConsentProto(v1::CONSENT_STATE_UNSPECIFIED, 9, 1)), HasReason("REQUIRED"));
  EXPECT_THAT(Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1), "0-stale"),
              HasReason("ETAG_MISMATCH"));
  ASSERT_OK(Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1), filed.etag(), "r1"));
  EXPECT_OK(Consent(ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1), filed.etag(), "r1"));
  EXPECT_THAT(Consent(ConsentProto(v1::CONSENT_STATE_REFUSED, 9, 1), filed.etag(), "r1"),
              HasReason("REQUEST_ID_REUSED"));
}

std::vector<std::string> Words(const v1::ImportProgrammesResponse& answer) {
  std::vector<std::string> words;
  for (const v1::FilingResult& result : answer.results()) {
    words.push_back(absl::StrCat(result.index(), " ",
                                 v1::FilingOutcome_Name(result.outcome()).substr(15),
                                 result.reason().empty() ? "" : " ", result.reason(),
                                 result.field().empty() ? "" : " ", result.field()));
  }
  return words;
}

TEST_F(FilingsTest, ImportsFilingsAndRepeatsThem) {
  v1::ImportProgrammesRequest first;
  *first.add_filings()->mutable_programme() = ProgrammeProto("16SW03");
  *first.mutable_filings(0)->add_consents() = ConsentProto(v1::CONSENT_STATE_REQUESTED, 7, 1);
  *first.mutable_filings(0)->add_consents() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  *first.add_filings()->mutable_programme() = ProgrammeProto("16SW04");
  v1::ImportProgrammesRequest second;
  *second.add_filings()->mutable_programme() = ProgrammeProto("31FR00");
  ASSERT_OK_AND_ASSIGN(auto answers, server_.Import({first, second}));
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_THAT(Words(answers[0]), ElementsAre("0 ACCEPTED", "1 ACCEPTED"));
  EXPECT_EQ(answers[0].results(0).programme(), NameOf("16SW03"));
  EXPECT_THAT(Words(answers[1]), ElementsAre("2 ACCEPTED"));
  EXPECT_EQ(answers[1].acknowledged_count(), 3);

  ASSERT_OK_AND_ASSIGN(const v1::Programme before, Get(NameOf("16SW03")));
  EXPECT_EQ(before.revision(), 1);
  EXPECT_EQ(before.consents_size(), 2);
  server_.clock().Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(answers, server_.Import({first, second}));
  EXPECT_THAT(Words(answers[0]), ElementsAre("0 REPEATED", "1 REPEATED"));
  EXPECT_THAT(Words(answers[1]), ElementsAre("2 REPEATED"));
  ASSERT_OK_AND_ASSIGN(const v1::Programme after, Get(NameOf("16SW03")));
  EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
  EXPECT_THAT(server_.metrics().Text(),
              HasSubstr("voortgang_catalogue_filings_total{outcome=\"repeated\"} 3"));
}

TEST_F(FilingsTest, AddsOnlyNewDecisionsOfAFiling) {
  v1::ImportProgrammesRequest message;
  *message.add_filings()->mutable_programme() = ProgrammeProto("16SW03");
  *message.mutable_filings(0)->add_consents() = ConsentProto(v1::CONSENT_STATE_REQUESTED, 7, 1);
  ASSERT_OK(server_.Import({message}));
  *message.mutable_filings(0)->add_consents() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  ASSERT_OK_AND_ASSIGN(const auto answers, server_.Import({message}));
  EXPECT_THAT(Words(answers[0]), ElementsAre("0 ACCEPTED"));
  ASSERT_OK_AND_ASSIGN(const v1::Programme programme, Get(NameOf("16SW03")));
  EXPECT_EQ(programme.revision(), 2);
  EXPECT_EQ(programme.consents_size(), 2);
}

TEST_F(FilingsTest, RefusesEachFaultyFilingAndTakesTheRest) {
  v1::ImportProgrammesRequest message;
  for (const Fault& fault : Faults()) {
    v1::Programme& programme = *message.add_filings()->mutable_programme();
    programme = ProgrammeProto("16SW03");
    fault.spoil(programme);
  }
  *message.add_filings()->mutable_programme() = ProgrammeProto("16SW03");
  ASSERT_OK_AND_ASSIGN(const auto answers, server_.Import({message}));
  const int last = message.filings_size() - 1;
  ASSERT_EQ(answers[0].results_size(), last + 1);
  const std::vector<Fault> faults = Faults();
  for (int i = 0; i < last; ++i) {
    const v1::FilingResult& result = answers[0].results(i);
    EXPECT_EQ(result.outcome(), v1::FILING_OUTCOME_REFUSED);
    EXPECT_EQ(result.reason(), faults[i].reason);
    EXPECT_EQ(result.field(), faults[i].field);
    EXPECT_NE(result.message(), "");
  }
  EXPECT_EQ(answers[0].results(last).outcome(), v1::FILING_OUTCOME_ACCEPTED);
  EXPECT_EQ(answers[0].acknowledged_count(), last + 1);
}

TEST_F(FilingsTest, RefusesWhatOnlyTheStreamOrTheStoreCanTell) {
  ASSERT_OK(Submit(ProgrammeProto("16SW03")));
  v1::ImportProgrammesRequest message;
  v1::Programme stale = ProgrammeProto("16SW03", {});
  stale.set_etag("0-stale");
  *message.add_filings()->mutable_programme() = stale;
  *message.add_filings()->mutable_programme() = ProgrammeProto("16SW04");
  *message.add_filings()->mutable_programme() = ProgrammeProto("16SW04");
  v1::Programme nowhere = ProgrammeProto("16SW05");
  nowhere.set_menu_edition("menuEditions/2099");
  *message.add_filings()->mutable_programme() = nowhere;
  *message.add_filings()->mutable_programme() = ProgrammeProto("16SW06");
  *message.mutable_filings(4)->add_consents() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  message.mutable_filings(4)->mutable_consents(0)->mutable_date()->set_year(2030);
  message.add_filings();
  ASSERT_OK_AND_ASSIGN(const auto answers, server_.Import({message}));
  EXPECT_THAT(
      Words(answers[0]),
      ElementsAre("0 REFUSED ETAG_MISMATCH", "1 ACCEPTED", "2 REFUSED DUPLICATE_ID name",
                  "3 REFUSED NOT_FOUND menu_edition",
                  "4 REFUSED CONSENT_IN_FUTURE consents[0].date", "5 REFUSED REQUIRED programme"));
}

TEST_F(FilingsTest, EndsAStreamWhoseMessageIsNoBatch) {
  EXPECT_THAT(server_.Import({v1::ImportProgrammesRequest()}), HasReason("REQUIRED"));
  v1::ImportProgrammesRequest message;
  for (int i = 0; i < 1001; ++i) {
    *message.add_filings()->mutable_programme() = ProgrammeProto("16SW03");
  }
  EXPECT_THAT(server_.Import({message}), HasReason("TOO_MANY"));
}

// 8,700 schools.
void ImportNationally(const std::string& url) {
  TestServer server(url);
  ASSERT_OK(server.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring")));
  std::vector<v1::ImportProgrammesRequest> messages;
  for (int school = 0; school < 8700; ++school) {
    if (school % 500 == 0) messages.emplace_back();
    v1::ProgrammeFiling& filing = *messages.back().add_filings();
    *filing.mutable_programme() =
        ProgrammeProto(absl::StrFormat("%02dAB%02d", school / 100, school % 100),
                       {"feedback", "directe-instructie", "leermiddelen"});
    *filing.add_consents() = ConsentProto(v1::CONSENT_STATE_GIVEN, 9, 1);
  }
  for (const auto expected : {v1::FILING_OUTCOME_ACCEPTED, v1::FILING_OUTCOME_REPEATED}) {
    ASSERT_OK_AND_ASSIGN(const auto answers, server.Import(messages));
    EXPECT_EQ(answers.back().acknowledged_count(), 8700);
    for (const auto& answer : answers) {
      EXPECT_THAT(answer.results(), Each(Property(&v1::FilingResult::outcome, expected)));
    }
  }
}

TEST(NationalImportTest, StreamsIntoAFileAndAgain) {
  const TempDir folder;
  ImportNationally("sqlite:" + folder.File("catalogue.db"));
}

TEST(NationalImportTest, StreamsIntoPostgresAndAgain) {
  ImportNationally(PostgresServer::Shared().NewDatabase());
}

TEST(WithoutDatabaseTest, SaysThatTheCallMayBeRepeatedAndStillReadsMenus) {
  ASSERT_OK_AND_ASSIGN(const auto postgres, PostgresServer::Start());
  TestServer server(postgres->NewDatabase());
  ASSERT_OK(server.Call(&Stub::PublishMenuEdition, PublishRequest("2021-spring")));
  ASSERT_OK(server.Call(&Stub::SubmitProgramme, SubmitRequest(ProgrammeProto("16SW03"))));
  postgres->Kill();
  v1::SubmitProgrammeRequest submit = SubmitRequest(ProgrammeProto("16SW04"));
  submit.set_request_id("r1");
  EXPECT_THAT(server.Call(&Stub::SubmitProgramme, submit),
              StatusIs(absl::StatusCode::kUnavailable));
  v1::ImportProgrammesRequest message;
  *message.add_filings()->mutable_programme() = ProgrammeProto("16SW05");
  EXPECT_THAT(server.Import({message}), StatusIs(absl::StatusCode::kUnavailable));
  v1::GetMenuEditionRequest menu;
  menu.set_name("menuEditions/2021-spring");
  EXPECT_OK(server.Call(&Stub::GetMenuEdition, menu));
  ASSERT_OK(postgres->Restart());
  ASSERT_OK_AND_ASSIGN(const v1::Programme filed, server.Call(&Stub::SubmitProgramme, submit));
  EXPECT_EQ(filed.revision(), 1);
  EXPECT_OK(server.Import({message}));
}

}  // namespace
}  // namespace vg::catalogue

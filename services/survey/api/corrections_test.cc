#include <gmock/gmock.h>

#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kSchool[] = "schools/16SW01";

class CorrectionsTest : public SurveyTest {
 protected:
  void SetUp() override {
    SurveyTest::SetUp();
    OpenTheWave();
  }

  absl::StatusOr<v1::Response> Correct(const v1::Response& response, int expected_revision = 0,
                                       const std::string& request_id = "",
                                       bool validate_only = false) {
    v1::CorrectResponseRequest request;
    *request.mutable_response() = response;
    request.set_reason("verkeerd overgenomen");
    request.set_expected_revision(expected_revision);
    request.set_request_id(request_id);
    request.set_validate_only(validate_only);
    return Call(&Stub::CorrectResponse, request);
  }
  v1::ListResponseRevisionsResponse Revisions(const std::string& id, int page_size = 0,
                                              const std::string& token = "") {
    v1::ListResponseRevisionsRequest request;
    request.set_name("waves/w/responses/" + id);
    request.set_page_size(page_size);
    request.set_page_token(token);
    const auto page = Call(&Stub::ListResponseRevisions, request);
    EXPECT_OK(page);
    return page.value_or(v1::ListResponseRevisionsResponse());
  }
  std::vector<v1::Refusal> ListRefusals() {
    v1::ListRefusalsRequest request;
    request.set_parent("waves/w");
    const auto page = Call(&Stub::ListRefusals, request);
    EXPECT_OK(page);
    return {page->refusals().begin(), page->refusals().end()};
  }
  // "question.row[instance] - +" for an answer that was there before and is there after; of a
  // repeat group "group from 1 to 2".
  static std::vector<std::string> Texts(const v1::ResponseRevision& revision) {
    std::vector<std::string> texts;
    for (const v1::AnswerDifference& difference : revision.differences()) {
      texts.push_back(absl::StrCat(
          difference.question(), difference.row().empty() ? "" : "." + difference.row(),
          difference.instance() == 0 ? "" : absl::StrCat("[", difference.instance(), "]"),
          difference.has_before() ? " -" : "", difference.has_after() ? " +" : "",
          difference.has_instance_count_before()
              ? absl::StrCat(" from ", difference.instance_count_before())
              : "",
          difference.has_instance_count_after()
              ? absl::StrCat(" to ", difference.instance_count_after())
              : ""));
    }
    return texts;
  }
};

TEST_F(CorrectionsTest, ReplacesTheAnswersAndTellsWhatWas) {
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  const v1::RoleProgress before = Progress(v1::ROLE_SCHOOL_LEADER);
  clock_.Advance(absl::Hours(48));
  v1::Response corrected = Answers("r1", kSchool);
  corrected.mutable_answers(1)->set_choice("no");  // Makes consent irrelevant.
  corrected.mutable_answers(5)->mutable_number()->set_value("13");
  ASSERT_OK_AND_ASSIGN(const v1::Response checked, Correct(corrected, 0, "", true));
  ASSERT_OK_AND_ASSIGN(const v1::Response now, Correct(corrected, 1));
  EXPECT_EQ(checked.SerializeAsString(), now.SerializeAsString());
  EXPECT_EQ(now.revision(), 2);
  EXPECT_EQ(now.dropped_size(), 1);
  ASSERT_OK_AND_ASSIGN(const v1::Response read, Get("r1"));
  EXPECT_EQ(read.SerializeAsString(), now.SerializeAsString());
  EXPECT_EQ(Progress(v1::ROLE_SCHOOL_LEADER).SerializeAsString(), before.SerializeAsString());

  const auto page = Revisions("r1");
  ASSERT_EQ(page.response_revisions_size(), 2);
  const v1::ResponseRevision& newest = page.response_revisions(0);
  EXPECT_EQ(newest.kind(), v1::REVISION_KIND_CORRECTED);
  EXPECT_EQ(newest.reason(), "verkeerd overgenomen");
  EXPECT_EQ(newest.change_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_THAT(Texts(newest), ElementsAre("council - +", "consent -", "pupils - +"));
  EXPECT_EQ(newest.differences(2).before().number().value(), "12.5");
  EXPECT_EQ(newest.differences(2).after().number().value(), "13");
  EXPECT_EQ(page.response_revisions(1).kind(), v1::REVISION_KIND_SUBMITTED);
  EXPECT_THAT(page.response_revisions(1).differences(), IsEmpty());

  const auto changes = Changes();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[1].before().revision(), 1);
  EXPECT_EQ(changes[1].after().revision(), 2);
  EXPECT_EQ(changes[1].after().accept_time().seconds(), now.accept_time().seconds());
  EXPECT_EQ(changes[1].after().digest(), now.digest());
}

TEST_F(CorrectionsTest, AcknowledgesWhatWasSentFirstAlsoAfterwards) {
  const v1::Response first = Answers("r1", kSchool);
  ASSERT_OK(Submit(first));
  v1::Response corrected = first;
  corrected.mutable_answers(5)->mutable_number()->set_value("13");
  ASSERT_OK_AND_ASSIGN(const v1::Response now, Correct(corrected));
  ASSERT_OK_AND_ASSIGN(const v1::Response again, Submit(first));
  EXPECT_EQ(again.SerializeAsString(), now.SerializeAsString());
}

TEST_F(CorrectionsTest, IsPossibleAfterTheWaveClosed) {
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  clock_.Set(absl::FromCivil(absl::CivilDay(2023, 1, 1), absl::UTCTimeZone()));
  v1::Response corrected = Answers("r1", kSchool);
  corrected.mutable_answers(5)->mutable_number()->set_value("13");
  EXPECT_OK(Correct(corrected));
}

TEST_F(CorrectionsTest, RefusesWhatIsNoCorrection) {
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  v1::Response wrong = Answers("r1", kSchool);
  wrong.mutable_answers(1)->set_choice("maybe");
  EXPECT_THAT(Correct(wrong), HasReason("NOT_AN_OPTION"));
  v1::Response partial = Answers("r1", kSchool);
  partial.set_partial(true);
  EXPECT_THAT(Correct(partial), HasReason("NOT_COMPLETE"));
  EXPECT_THAT(Correct(Answers("r1", "schools/16SW02")), HasReason("IMMUTABLE"));
  EXPECT_THAT(Correct(Answers("r9", kSchool)), StatusIs(absl::StatusCode::kNotFound));
  v1::Response corrected = Answers("r1", kSchool);
  corrected.mutable_answers(5)->mutable_number()->set_value("13");
  EXPECT_THAT(Correct(corrected, 2), HasReason("REVISION_MISMATCH"));
  ASSERT_OK(Correct(corrected, 1, "q"));
  EXPECT_OK(Correct(corrected, 1, "q"));
  corrected.mutable_answers(5)->mutable_number()->set_value("14");
  EXPECT_THAT(Correct(corrected, 1, "q"), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(CorrectionsTest, ListsRevisionsInPagesWithTheirDifferences) {
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  for (int i = 0; i < 4; ++i) {
    v1::Response corrected = Answers("r1", kSchool);
    corrected.mutable_answers(5)->mutable_number()->set_value(absl::StrCat(20 + i));
    ASSERT_OK(Correct(corrected));
  }
  ASSERT_OK(Withdraw("r1"));
  std::vector<int> revisions;
  std::string token;
  do {
    const auto page = Revisions("r1", 2, token);
    for (const v1::ResponseRevision& revision : page.response_revisions()) {
      revisions.push_back(revision.response().revision());
      const bool changed = revision.kind() == v1::REVISION_KIND_CORRECTED;
      EXPECT_EQ(revision.differences_size(), changed ? 1 : 0) << revisions.back();
    }
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_THAT(revisions, ElementsAre(6, 5, 4, 3, 2, 1));
}

TEST_F(CorrectionsTest, TellsWhichRowsOfAMatrixDiffer) {
  v1::Questionnaire content = Questions();
  v1::MatrixInput& matrix = *content.mutable_sections(1)->mutable_questions(3)->mutable_matrix();
  for (const char* row : {"reading", "maths"}) {
    v1::Option& added = *matrix.add_rows();
    added.set_id(row);
    added.mutable_label()->set_nl(row);
  }
  ASSERT_OK(Publish("leaders", content));
  v1::OpenWaveRequest open = WaveRequest("m");
  open.mutable_wave()->mutable_questionnaires(0)->set_questionnaire_version(
      "questionnaires/leaders/versions/2");
  ASSERT_OK(Call(&Stub::OpenWave, open));
  v1::Response response = Answers("r1", kSchool);
  response.set_name("waves/m/responses/r1");
  response.set_questionnaire_version("questionnaires/leaders/versions/2");
  auto& rows = *response.mutable_answers(7)->mutable_matrix()->mutable_rows();
  rows["reading"] = "up";
  ASSERT_OK(Submit(response));
  rows["wellbeing"] = "down";
  rows["maths"] = "up";
  ASSERT_OK(Correct(response));
  v1::ListResponseRevisionsRequest request;
  request.set_name(response.name());
  ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListResponseRevisions, request));
  const v1::ResponseRevision& newest = page.response_revisions(0);
  ASSERT_THAT(Texts(newest), ElementsAre("effect.maths +", "effect.wellbeing - +"));
  EXPECT_EQ(newest.differences(1).before().matrix().rows().at("wellbeing"), "up");
  EXPECT_EQ(newest.differences(1).after().matrix().rows().at("wellbeing"), "down");
  EXPECT_EQ(newest.differences(1).after().matrix().rows_size(), 1);
}

TEST_F(CorrectionsTest, TellsHowManyInstancesAGroupHas) {
  ASSERT_OK(Publish("places", FromYaml<v1::Questionnaire>(R"(
title: {nl: Locaties}
role: school_leader
sections:
  - title: {nl: Locaties}
    questions:
      - id: places
        label: {nl: Locaties}
        repeat: {questions: [{id: pupils, label: {nl: Leerlingen}, number: {min: 0}}]}
)")));
  v1::OpenWaveRequest open = WaveRequest("g");
  open.mutable_wave()->mutable_questionnaires()->DeleteSubrange(1, 2);
  open.mutable_wave()->mutable_questionnaires(0)->set_questionnaire_version(
      "questionnaires/places/versions/1");
  ASSERT_OK(Call(&Stub::OpenWave, open));
  auto response = FromYaml<v1::Response>(R"(
name: waves/g/responses/r1
unit: schools/16SW01
questionnaire_version: questionnaires/places/versions/1
answers: [{question: places, repeat: {instances: [{answers: [{question: pupils, number: 12}]}]}}]
)");
  ASSERT_OK(Submit(response));
  auto& instances = *response.mutable_answers(0)->mutable_repeat()->mutable_instances();
  instances.Add();  // An empty one.
  ASSERT_OK(Correct(response));
  instances.Add()->add_answers()->set_question("pupils");
  instances[2].mutable_answers(0)->mutable_number()->set_value("7");
  ASSERT_OK(Correct(response));
  response.clear_answers();
  ASSERT_OK(Correct(response));

  v1::ListResponseRevisionsRequest request;
  request.set_name(response.name());
  ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListResponseRevisions, request));
  ASSERT_EQ(page.response_revisions_size(), 4);
  EXPECT_THAT(Texts(page.response_revisions(2)), ElementsAre("places from 1 to 2"));
  EXPECT_THAT(Texts(page.response_revisions(1)), ElementsAre("places from 2 to 3", "pupils[3] +"));
  EXPECT_THAT(Texts(page.response_revisions(0)),
              ElementsAre("places from 3", "pupils[1] -", "pupils[3] -"));
}

TEST_F(CorrectionsTest, TellsThatTheTimeOfTheClientDiffers) {
  v1::Response response = Answers("r1", kSchool);
  ASSERT_OK(Submit(response));
  response.mutable_client_time()->set_seconds(1'642'100'000);
  ASSERT_OK(Correct(response));
  response.mutable_client_time()->set_seconds(1'642'100'060);
  ASSERT_OK(Correct(response));
  response.mutable_answers(5)->mutable_number()->set_value("13");
  ASSERT_OK(Correct(response));
  const auto page = Revisions("r1");
  ASSERT_EQ(page.response_revisions_size(), 4);
  EXPECT_FALSE(page.response_revisions(0).has_client_time_difference());
  EXPECT_THAT(Texts(page.response_revisions(1)), IsEmpty());
  const auto& later = page.response_revisions(1).client_time_difference();
  EXPECT_EQ(later.before().seconds(), 1'642'100'000);
  EXPECT_EQ(later.after().seconds(), 1'642'100'060);
  const auto& first = page.response_revisions(2).client_time_difference();
  EXPECT_FALSE(first.has_before());
  EXPECT_EQ(first.after().seconds(), 1'642'100'000);
}

TEST_F(CorrectionsTest, KeepsParadataApart) {
  v1::Response response = Answers("r1", kSchool);
  response.mutable_paradata()->set_client_version("2.4.1");
  v1::QuestionTiming& timing = *response.mutable_paradata()->add_timings();
  timing.set_question("council");
  timing.set_milliseconds(1200);
  ASSERT_OK_AND_ASSIGN(const v1::Response submitted, Submit(response));
  EXPECT_FALSE(submitted.has_paradata());
  response.mutable_paradata()->set_client_version("2.4.2");
  ASSERT_OK_AND_ASSIGN(const v1::Response again, Submit(response));
  EXPECT_EQ(again.SerializeAsString(), submitted.SerializeAsString());
  v1::GetParadataRequest request;
  request.set_name(response.name());
  ASSERT_OK_AND_ASSIGN(const v1::Paradata paradata, Call(&Stub::GetParadata, request));
  EXPECT_EQ(paradata.client_version(), "2.4.1");
  EXPECT_EQ(paradata.timings(0).milliseconds(), 1200);
  EXPECT_THAT(Changes()[0].ShortDebugString(), Not(HasSubstr("2.4.1")));
  *response.mutable_paradata()->add_timings() = timing;
  response.set_name("waves/w/responses/r2");
  EXPECT_THAT(Submit(response), HasReason("DUPLICATE_ID"));
}

TEST_F(CorrectionsTest, RemembersWhichRuleRefusedWhichAnswerAndNotTheAnswer) {
  v1::Response response = Answers("r1", kSchool);
  response.mutable_answers(5)->mutable_number()->set_value("501");
  response.mutable_answers(1)->set_choice("geheim");
  EXPECT_THAT(Submit(response), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Submit(response, true), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Submit(Answers("r2", "schools/99XX99")), HasReason("UNKNOWN_UNIT"));
  auto refusals = ListRefusals();
  ASSERT_EQ(refusals.size(), 1u);
  EXPECT_EQ(refusals[0].response(), "waves/w/responses/r1");
  EXPECT_EQ(refusals[0].unit(), kSchool);
  EXPECT_EQ(refusals[0].refusal_count(), 1);
  EXPECT_FALSE(refusals[0].accepted_since());
  ASSERT_EQ(refusals[0].answers_size(), 2);
  const auto constraint =
      std::find_if(refusals[0].answers().begin(), refusals[0].answers().end(),
                   [](const v1::RefusedAnswer& a) { return a.reason() == "CONSTRAINT"; });
  ASSERT_NE(constraint, refusals[0].answers().end());
  EXPECT_EQ(constraint->question(), "pupils");
  EXPECT_EQ(constraint->rule(), "pupils <= 500");
  EXPECT_THAT(refusals[0].ShortDebugString(), Not(HasSubstr("geheim")));
  EXPECT_THAT(refusals[0].ShortDebugString(), Not(HasSubstr("501")));

  clock_.Advance(absl::Minutes(1));
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  EXPECT_TRUE(ListRefusals()[0].accepted_since());
}

TEST_F(CorrectionsTest, RemembersWhichRuleRefusedACorrection) {
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  clock_.Advance(absl::Minutes(1));
  v1::Response wrong = Answers("r1", kSchool);
  wrong.mutable_answers(5)->mutable_number()->set_value("501");
  EXPECT_THAT(Correct(wrong, 0, "", true), HasReason("CONSTRAINT"));
  EXPECT_THAT(ListRefusals(), IsEmpty());
  EXPECT_THAT(Correct(wrong), HasReason("CONSTRAINT"));
  ASSERT_EQ(ListRefusals().size(), 1u);
  EXPECT_EQ(ListRefusals()[0].answers(0).question(), "pupils");
  EXPECT_FALSE(ListRefusals()[0].accepted_since());
  clock_.Advance(absl::Minutes(1));
  wrong.mutable_answers(5)->mutable_number()->set_value("500");
  ASSERT_OK(Correct(wrong));
  EXPECT_TRUE(ListRefusals()[0].accepted_since());
}

TEST_F(CorrectionsTest, TurnsAwayWhenAQuotaIsFullAndListsWho) {
  v1::OpenWaveRequest open = WaveRequest("q");
  v1::Quota& quota = *open.mutable_wave()->add_quotas();
  quota.set_id("staff");
  quota.set_role(v1::ROLE_STAFF);
  quota.set_limit(1);
  ASSERT_OK(Call(&Stub::OpenWave, open));
  const auto staff = [](const std::string& id) {
    v1::Response response = StaffAnswers(id, kSchool);
    response.set_name("waves/q/responses/" + id);
    return response;
  };
  ASSERT_OK(Submit(staff("s1")));
  EXPECT_THAT(Submit(staff("s2")), HasReason("QUOTA_FULL"));
  EXPECT_THAT(Submit(staff("s2"), true), HasReason("QUOTA_FULL"));
  v1::ListTurnedAwayRequest request;
  request.set_parent("waves/q");
  ASSERT_OK_AND_ASSIGN(const auto turned, Call(&Stub::ListTurnedAway, request));
  ASSERT_EQ(turned.turned_away_size(), 1);
  EXPECT_EQ(turned.turned_away(0).response(), "waves/q/responses/s2");
  EXPECT_EQ(turned.turned_away(0).quota(), "staff");
  v1::WithdrawResponseRequest withdraw;
  withdraw.set_name("waves/q/responses/s1");
  ASSERT_OK(Call(&Stub::WithdrawResponse, withdraw));
  EXPECT_OK(Submit(staff("s2")));
}

}  // namespace
}  // namespace vg::survey

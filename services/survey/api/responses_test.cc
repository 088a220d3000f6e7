#include <thread>

#include <gmock/gmock.h>

#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSchool[] = "schools/16SW01";

class ResponsesTest : public SurveyTest {
 protected:
  void SetUp() override {
    SurveyTest::SetUp();
    OpenTheWave();
  }

  // Submits the usual answers with `change` made to them, and tells "REASON field".
  template <typename Change>
  std::string Fault(Change change) {
    v1::Response response = Answers("r1", kSchool);
    change(response);
    const auto submitted = Submit(response);
    if (submitted.ok()) return "accepted";
    const ErrorDetails details = DetailsOf(submitted.status());
    if (details.violations.size() != 1) return submitted.status().ToString();
    return details.violations[0].reason + " " + details.violations[0].field;
  }
};

TEST_F(ResponsesTest, KeepsAResponseInOneFormAndReadsItBack) {
  ASSERT_OK_AND_ASSIGN(const v1::Response submitted, Submit(Answers("r1", kSchool)));
  EXPECT_EQ(submitted.accept_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_EQ(submitted.digest().size(), 64u);
  std::vector<std::string> questions;
  for (const v1::Answer& answer : submitted.answers()) questions.push_back(answer.question());
  EXPECT_THAT(questions, ElementsAre("council", "consent", "considerations", "barriers", "pupils",
                                     "started", "effect", "remarks"));
  EXPECT_THAT(submitted.answers(3).choices().options(), ElementsAre("space", "time"));
  EXPECT_EQ(submitted.answers(4).number().value(), "12.5");
  ASSERT_OK_AND_ASSIGN(const v1::Response read, Get("r1"));
  EXPECT_EQ(read.SerializeAsString(), submitted.SerializeAsString());
  EXPECT_THAT(Get("r2"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ResponsesTest, AcknowledgesTheSameResponseAgainHoweverItIsWritten) {
  ASSERT_OK_AND_ASSIGN(const v1::Response first, Submit(Answers("r1", kSchool)));
  clock_.Advance(absl::Hours(1));
  v1::Response again = Answers("r1", kSchool);
  again.mutable_answers()->SwapElements(0, 5);
  again.mutable_answers(0)->mutable_number()->set_value("12.5");
  ASSERT_OK_AND_ASSIGN(const v1::Response second, Submit(again));
  EXPECT_EQ(second.SerializeAsString(), first.SerializeAsString());
  again.mutable_answers(0)->mutable_number()->set_value("13");
  EXPECT_THAT(Submit(again), HasReason("RESPONSE_EXISTS"));
}

TEST_F(ResponsesTest, DropsAnswersThatAreNotRelevantAndSaysWhichRuleDidIt) {
  v1::Response response = Answers("r1", kSchool);
  response.mutable_answers(1)->set_choice("no");
  ASSERT_OK_AND_ASSIGN(const v1::Response submitted, Submit(response));
  EXPECT_EQ(submitted.answers_size(), 7);
  ASSERT_EQ(submitted.dropped_size(), 1);
  EXPECT_EQ(submitted.dropped(0).question(), "consent");
  EXPECT_EQ(submitted.dropped(0).rule(), "council != 'no'");
  ASSERT_OK_AND_ASSIGN(const v1::Response read, Get("r1"));
  EXPECT_EQ(read.dropped_size(), 1);
  // What was sent counts for repetition, not what was kept.
  EXPECT_OK(Submit(response));
}

TEST_F(ResponsesTest, NamesTheFaultyAnswer) {
  EXPECT_EQ(Fault([](v1::Response& r) { r.mutable_answers(1)->set_choice("maybe"); }),
            "NOT_AN_OPTION response.answers[1].choice");
  EXPECT_EQ(
      Fault([](v1::Response& r) { r.mutable_answers(5)->mutable_number()->set_value("501"); }),
      "CONSTRAINT response.answers[5].number");
  EXPECT_EQ(Fault([](v1::Response& r) { r.mutable_answers(5)->mutable_number()->set_value("-1"); }),
            "OUT_OF_BOUNDS response.answers[5].number.value");
  EXPECT_EQ(
      Fault([](v1::Response& r) { r.mutable_answers(5)->mutable_number()->set_value("1.25"); }),
      "TOO_MANY_DECIMALS response.answers[5].number.value");
  EXPECT_EQ(Fault([](v1::Response& r) { r.mutable_answers(5)->set_text("twaalf"); }),
            "WRONG_TYPE response.answers[5]");
  EXPECT_EQ(Fault([](v1::Response& r) { r.mutable_answers(6)->mutable_date()->set_day(31); }),
            "IMPOSSIBLE_DATE response.answers[6].date");
  EXPECT_EQ(Fault([](v1::Response& r) { r.mutable_answers(0)->set_text(std::string(2001, 'x')); }),
            "TOO_LONG response.answers[0].text");
  EXPECT_EQ(Fault([](v1::Response& r) { r.mutable_answers(0)->set_question("mood"); }),
            "UNKNOWN_QUESTION response.answers[0].question");
  EXPECT_EQ(Fault([](v1::Response& r) { *r.add_answers() = r.answers(1); }),
            "ANSWERED_TWICE response.answers[8].question");
  EXPECT_EQ(Fault([](v1::Response& r) { r.mutable_answers()->DeleteSubrange(2, 1); }),
            "REQUIRED response.answers");
  EXPECT_THAT(Get("r1"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ResponsesTest, HoldsUnitAndQuestionnaireAgainstTheWave) {
  EXPECT_EQ(Fault([](v1::Response& r) { r.set_unit("schools/99XX99"); }),
            "UNKNOWN_UNIT response.unit");
  EXPECT_EQ(Fault([](v1::Response& r) { r.set_unit("boards/40740"); }), "WRONG_UNIT response.unit");
  EXPECT_EQ(Fault([](v1::Response& r) { r.set_unit("schools/16SW03"); }),
            "WRONG_QUESTIONNAIRE response.questionnaire_version");
  EXPECT_EQ(Fault([](v1::Response& r) {
              r.set_questionnaire_version("questionnaires/leaders/versions/2");
            }),
            "WRONG_QUESTIONNAIRE response.questionnaire_version");
  EXPECT_EQ(Fault([](v1::Response& r) { r.set_unit("pupils/12"); }),
            "MALFORMED_NAME response.unit");
  EXPECT_EQ(Fault([](v1::Response& r) { r.set_name("waves/w/responses/" + std::string(65, 'r')); }),
            "MALFORMED_NAME response.name");
  v1::Response elsewhere = Answers("r1", kSchool);
  elsewhere.set_name("waves/v/responses/r1");
  EXPECT_THAT(Submit(elsewhere), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ResponsesTest, LetsAPartialResponseGrowUntilItIsComplete) {
  v1::Response response = Answers("r1", kSchool);
  response.set_partial(true);
  response.mutable_answers()->DeleteSubrange(2, 6);
  ASSERT_OK(Submit(response));
  EXPECT_EQ(Progress(v1::ROLE_SCHOOL_LEADER).partial_responses(), 1);
  EXPECT_EQ(Progress(v1::ROLE_SCHOOL_LEADER).complete_units(), 0);
  clock_.Advance(absl::Hours(24));
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  const v1::RoleProgress progress = Progress(v1::ROLE_SCHOOL_LEADER);
  EXPECT_EQ(progress.partial_responses(), 0);
  EXPECT_EQ(progress.complete_units(), 1);
  ASSERT_EQ(progress.by_day_size(), 1);
  EXPECT_EQ(progress.by_day(0).day(), "2022-04-02");
  // The unfinished one, sent again, is answered with what became of it.
  ASSERT_OK_AND_ASSIGN(const v1::Response again, Submit(response));
  EXPECT_FALSE(again.partial());
  EXPECT_EQ(again.revision(), 2);
  response.mutable_answers()->RemoveLast();
  EXPECT_THAT(Submit(response), HasReason("RESPONSE_EXISTS"));
}

TEST_F(ResponsesTest, CountsOneCompleteResponsePerUnitAndManyOfStaff) {
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  EXPECT_THAT(Submit(Answers("r2", kSchool)), HasReason("UNIT_ANSWERED"));
  ASSERT_OK(Submit(StaffAnswers("s1", kSchool)));
  ASSERT_OK(Submit(StaffAnswers("s2", kSchool)));
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_responses(), 2);
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_units(), 1);
}

TEST_F(ResponsesTest, TakesAnswersWhileTheWaveIsOpen) {
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  clock_.Set(absl::FromCivil(absl::CivilDay(2022, 7, 1), absl::UTCTimeZone()));
  EXPECT_THAT(Submit(Answers("r2", "schools/16SW02")), HasReason("WAVE_CLOSED"));
  EXPECT_OK(Submit(Answers("r1", kSchool)));
  // Put off, it takes answers again at once.
  v1::UpdateWaveRequest update;
  update.mutable_wave()->set_name("waves/w");
  update.mutable_wave()->mutable_close_time()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() + absl::Hours(1)));
  ASSERT_OK(Call(&Stub::UpdateWave, update));
  EXPECT_OK(Submit(Answers("r2", "schools/16SW02")));
  clock_.Set(absl::FromCivil(absl::CivilDay(2021, 7, 1), absl::UTCTimeZone()));
  EXPECT_THAT(Submit(StaffAnswers("s1", kSchool)), HasReason("WAVE_NOT_OPEN"));
}

TEST_F(ResponsesTest, ChecksWithoutKeeping) {
  ASSERT_OK_AND_ASSIGN(const v1::Response checked, Submit(Answers("r1", kSchool), true));
  EXPECT_EQ(checked.answers_size(), 8);
  EXPECT_FALSE(checked.has_accept_time());
  EXPECT_THAT(Get("r1"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Submit(Answers("r2", kSchool)));
  EXPECT_THAT(Submit(Answers("r1", kSchool), true), HasReason("UNIT_ANSWERED"));
}

TEST_F(ResponsesTest, WithdrawsOnceAndForAll) {
  ASSERT_OK(Submit(Answers("r1", kSchool)));
  ASSERT_OK_AND_ASSIGN(const v1::Response withdrawn, Withdraw("r1", "q1", "ingetrokken"));
  EXPECT_TRUE(withdrawn.has_withdraw_time());
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const v1::Response again, Withdraw("r1", "q1", "ingetrokken"));
  EXPECT_EQ(again.SerializeAsString(), withdrawn.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::Response later, Withdraw("r1"));
  EXPECT_EQ(later.SerializeAsString(), withdrawn.SerializeAsString());
  EXPECT_THAT(Withdraw("r1", "q1", "anders"), HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(Withdraw("r9"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Submit(Answers("r1", kSchool)), HasReason("RESPONSE_WITHDRAWN"));
  EXPECT_OK(Submit(Answers("r2", kSchool)));
  EXPECT_EQ(Progress(v1::ROLE_SCHOOL_LEADER).withdrawn_responses(), 1);
}

TEST_F(ResponsesTest, ListsInPagesWhileOthersAnswer) {
  for (const char* const id : {"d", "a", "c", "b"}) ASSERT_OK(Submit(StaffAnswers(id, kSchool)));
  ASSERT_OK(Withdraw("b"));
  v1::ListResponsesRequest request;
  request.set_parent("waves/w");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListResponses, request));
    for (const v1::Response& response : page.responses()) names.push_back(response.name());
    request.set_page_token(page.next_page_token());
    ASSERT_OK(Submit(StaffAnswers("aa" + std::to_string(names.size()), "schools/16SW02")));
  } while (!request.page_token().empty());
  EXPECT_THAT(names,
              ElementsAre("waves/w/responses/a", "waves/w/responses/c", "waves/w/responses/d"));
  request.set_show_withdrawn(true);
  request.set_unit(kSchool);
  request.set_page_size(0);
  ASSERT_OK_AND_ASSIGN(const auto page, Call(&Stub::ListResponses, request));
  EXPECT_EQ(page.responses_size(), 4);
}

TEST_F(ResponsesTest, CommitsManyCallersTogetherAndLosesNone) {
  constexpr int kCallers = 8;
  constexpr int kEach = 25;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([this, caller] {
      for (int i = 0; i < kEach; ++i) {
        EXPECT_OK(Submit(StaffAnswers(absl::StrCat("s", caller, "-", i), kSchool)));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Progress(v1::ROLE_STAFF).complete_responses(), kCallers * kEach);
  EXPECT_EQ(Changes().size(), static_cast<size_t>(kCallers * kEach));
}

}  // namespace
}  // namespace vg::survey

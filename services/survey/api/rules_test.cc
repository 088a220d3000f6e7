// Rules that ask for the day, and answers that are required by others, through the service.

#include <gmock/gmock.h>

#include "services/survey/api/test_server.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;

constexpr char kToday[] = R"yaml(
title: {nl: "Vragenlijst"}
role: school_leader
sections:
  - title: {nl: "Keuze"}
    questions:
      - id: due
        label: {nl: "Wanneer klaar?"}
        constraint: "due >= today()"
        date: {}
      - id: year
        label: {nl: "Jaar"}
        calculation: {expression: "today().substring(0, 4)"}
      - id: late
        label: {nl: "Vertraagd?"}
        single: {options: [{id: "yes", label: {nl: "Ja"}}, {id: "no", label: {nl: "Nee"}}]}
      - id: why
        label: {nl: "Waardoor?"}
        required_if: "late == 'yes'"
        text: {}
)yaml";

class RulesTest : public SurveyTest {
 protected:
  void SetUp() override {
    SurveyTest::SetUp();
    ASSERT_OK(Publish("leaders", FromYaml<v1::Questionnaire>(kToday)));
    ASSERT_OK(Publish("staff", Questions(v1::ROLE_STAFF)));
    ASSERT_OK(Publish("boards", Questions(v1::ROLE_BOARD)));
    ASSERT_OK(Call(&Stub::OpenWave, WaveRequest()));
  }

  // A response of now, by which something is due tomorrow.
  static v1::Response DueTomorrow(absl::Time now) {
    auto response = FromYaml<v1::Response>(R"(
name: waves/w/responses/r
questionnaire_version: questionnaires/leaders/versions/1
unit: schools/16SW01
answers:
  - {question: due}
)");
    const absl::CivilDay day = TomorrowOf(now);
    google::type::Date& due = *response.mutable_answers(0)->mutable_date();
    due.set_year(static_cast<int>(day.year()));
    due.set_month(day.month());
    due.set_day(day.day());
    return response;
  }
  static absl::CivilDay TomorrowOf(absl::Time now) {
    return absl::ToCivilDay(now, absl::UTCTimeZone()) + 1;
  }

  std::vector<std::string> Reasons(const absl::Status& status) {
    std::vector<std::string> reasons;
    for (const FieldViolation& violation : DetailsOf(status).violations) {
      reasons.push_back(violation.reason);
    }
    return reasons;
  }
};

TEST_F(RulesTest, TheSameResponseLaterIsJudgedAsItWas) {
  const v1::Response response = DueTomorrow(clock_.Now());
  ASSERT_OK_AND_ASSIGN(const v1::Response first, Submit(response));
  clock_.Advance(absl::Hours(72));
  ASSERT_OK_AND_ASSIGN(const v1::Response again, Submit(response));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  v1::Response other = response;
  other.set_name("waves/w/responses/other");
  EXPECT_THAT(Reasons(Submit(other).status()), ElementsAre("CONSTRAINT"));
}

TEST_F(RulesTest, APartialResponseIsReplacedByWhatHoldsToday) {
  v1::Response partial = DueTomorrow(clock_.Now());
  partial.set_partial(true);
  ASSERT_OK(Submit(partial));
  clock_.Advance(absl::Hours(72));
  ASSERT_OK(Submit(partial));
  v1::Response complete = partial;
  complete.set_partial(false);
  EXPECT_THAT(Reasons(Submit(complete).status()), ElementsAre("CONSTRAINT"));
}

TEST_F(RulesTest, ACorrectionKeepsTheDayOfTheResponse) {
  v1::Response response = DueTomorrow(clock_.Now());
  ASSERT_OK(Submit(response));
  clock_.Advance(absl::Hours(72));
  auto& late = *response.add_answers();
  late.set_question("late");
  late.set_choice("no");
  v1::CorrectResponseRequest request;
  *request.mutable_response() = response;
  request.set_reason("vergeten");
  EXPECT_OK(Call(&Stub::CorrectResponse, request));
}

TEST_F(RulesTest, TheConditionThatRequiresAnAnswerIsTheRuleThatRefuses) {
  v1::Response response = DueTomorrow(clock_.Now());
  auto& late = *response.add_answers();
  late.set_question("late");
  late.set_choice("yes");
  EXPECT_THAT(Reasons(Submit(response).status()), ElementsAre("REQUIRED"));
  v1::ListRefusalsRequest request;
  request.set_parent("waves/w");
  ASSERT_OK_AND_ASSIGN(const v1::ListRefusalsResponse page, Call(&Stub::ListRefusals, request));
  ASSERT_EQ(page.refusals_size(), 1);
  ASSERT_EQ(page.refusals(0).answers_size(), 1);
  EXPECT_EQ(page.refusals(0).answers(0).rule(), "late == 'yes'");
}

}  // namespace
}  // namespace vg::survey

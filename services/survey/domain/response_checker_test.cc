#include "services/survey/domain/response_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/digest/digest.h"
#include "common/testing/status_matchers.h"
#include "services/survey/domain/test_questionnaire.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DraftAnswer Chose(std::string_view question, std::string_view option) {
  return {question, ChoiceAnswer{option}};
}

const MatrixAnswer kEffect = {{{"skills", "up"}, {"wellbeing", "up"}}};

ResponseDraft Draft(std::vector<DraftAnswer> answers, bool partial = false) {
  ResponseDraft draft;
  draft.name = "waves/w/responses/r";
  draft.questionnaire_version = "questionnaires/q/versions/1";
  draft.unit = "schools/16SW03";
  draft.answers = std::move(answers);
  draft.partial = partial;
  return draft;
}

// A complete, good response with `answer` added.
ResponseDraft With(DraftAnswer answer) {
  return Draft({Chose("council", "no"), {"effect", kEffect}, std::move(answer)});
}

std::vector<int> PlacesOf(const Verdict& verdict) {
  std::vector<int> places;
  for (const Verdict::Kept& kept : verdict.kept) places.push_back(kept.answer);
  return places;
}

class ResponseCheckerTest : public ::testing::Test {
 protected:
  ResponseCheckerTest() : checker_(*CompiledQuestionnaire::Compile(SmallQuestionnaire())) {}

  std::vector<std::string> Reasons(const ResponseDraft& draft) {
    std::vector<std::string> reasons;
    for (const FieldViolation& violation : checker_.Check(draft).violations) {
      reasons.push_back(violation.reason);
    }
    return reasons;
  }
  // "REASON field" of the only fault.
  std::string Fault(const ResponseDraft& draft) {
    const auto& violations = checker_.Check(draft).violations;
    if (violations.size() != 1) return std::to_string(violations.size()) + " faults";
    return violations[0].reason + " " + violations[0].field;
  }

  ResponseChecker checker_;
};

TEST_F(ResponseCheckerTest, KeepsAnswersInTheOrderOfTheQuestionnaire) {
  const Verdict& verdict = checker_.Check(
      Draft({{"effect", kEffect}, Chose("consent", "given"), Chose("council", "late")}));
  EXPECT_THAT(verdict.violations, IsEmpty());
  EXPECT_THAT(PlacesOf(verdict), ElementsAre(2, 1, 0));
  EXPECT_THAT(verdict.dropped, IsEmpty());
}

TEST_F(ResponseCheckerTest, DropsAnAnswerThatIsNotRelevantAndSaysWhy) {
  const Verdict& verdict = checker_.Check(With(Chose("consent", "given")));
  EXPECT_THAT(verdict.violations, IsEmpty());
  EXPECT_THAT(PlacesOf(verdict), ElementsAre(0, 1));
  ASSERT_EQ(verdict.dropped.size(), 1u);
  EXPECT_EQ(verdict.dropped[0].question, "consent");
  EXPECT_EQ(verdict.dropped[0].reason, DropReason::kNotRelevant);
  EXPECT_EQ(verdict.dropped[0].rule, "council != 'no'");
}

TEST_F(ResponseCheckerTest, AsksForRequiredAnswersWhereTheyAreRelevant) {
  EXPECT_THAT(Reasons(Draft({Chose("council", "no"), {"effect", kEffect}})), IsEmpty());
  EXPECT_EQ(Fault(Draft({Chose("council", "late"), {"effect", kEffect}})), "REQUIRED answers");
}

TEST_F(ResponseCheckerTest, LetsPartialResponsesLeaveRequiredQuestionsOpen) {
  EXPECT_THAT(Reasons(Draft({}, true)), IsEmpty());
  EXPECT_THAT(Reasons(Draft({{"effect", MatrixAnswer{{{"skills", "up"}}}}}, true)), IsEmpty());
}

TEST_F(ResponseCheckerTest, HoldsPartialResponsesToEveryOtherRule) {
  EXPECT_EQ(Fault(Draft({Chose("council", "never")}, true)), "NOT_AN_OPTION answers[0].choice");
}

TEST_F(ResponseCheckerTest, RefusesUnknownAndRepeatedQuestions) {
  EXPECT_EQ(Fault(With(Chose("nothing", "no"))), "UNKNOWN_QUESTION answers[2].question");
  EXPECT_EQ(Fault(With(Chose("council", "no"))), "ANSWERED_TWICE answers[2].question");
}

TEST_F(ResponseCheckerTest, RefusesAnswersOfAnotherType) {
  EXPECT_EQ(Fault(With(Chose("pupils", "no"))), "WRONG_TYPE answers[2]");
  EXPECT_EQ(Fault(With({"pupils", {}})), "WRONG_TYPE answers[2]");
}

TEST_F(ResponseCheckerTest, ChecksNumbersExactly) {
  EXPECT_THAT(Reasons(With({"pupils", NumberAnswer{"12.5"}})), IsEmpty());
  EXPECT_THAT(Reasons(With({"pupils", NumberAnswer{"12.50"}})), IsEmpty());
  EXPECT_EQ(Fault(With({"pupils", NumberAnswer{"12.55"}})),
            "TOO_MANY_DECIMALS answers[2].number.value");
  EXPECT_EQ(Fault(With({"pupils", NumberAnswer{"-0.1"}})), "OUT_OF_BOUNDS answers[2].number.value");
  EXPECT_EQ(Fault(With({"pupils", NumberAnswer{"1000.1"}})),
            "OUT_OF_BOUNDS answers[2].number.value");
  EXPECT_EQ(Fault(With({"pupils", NumberAnswer{"12,5"}})),
            "MALFORMED_NUMBER answers[2].number.value");
}

TEST_F(ResponseCheckerTest, HoldsAnswersToTheirConstraintAndForgivesWhatItCannotKnow) {
  // Barriers are not answered, so the constraint comes to nothing.
  EXPECT_THAT(Reasons(With({"pupils", NumberAnswer{"600"}})), IsEmpty());
  ResponseDraft draft = With({"barriers", ChoicesAnswer{{"time"}}});
  draft.answers.push_back({"pupils", NumberAnswer{"600"}});
  EXPECT_EQ(Fault(draft), "CONSTRAINT answers[3].number");
  draft.answers[2].value = ChoicesAnswer{{"time", "space"}};
  EXPECT_THAT(Reasons(draft), IsEmpty());
}

TEST_F(ResponseCheckerTest, ChecksChoicesAndRankings) {
  EXPECT_THAT(Reasons(With({"barriers", ChoicesAnswer{}})), IsEmpty());
  EXPECT_EQ(Fault(With({"barriers", ChoicesAnswer{{"time", "space", "absence"}}})),
            "TOO_MANY answers[2].choices.options");
  EXPECT_EQ(Fault(With({"barriers", ChoicesAnswer{{"time", "time"}}})),
            "CHOSEN_TWICE answers[2].choices.options[1]");
  EXPECT_EQ(Fault(With({"considerations", RankingAnswer{{"fit", "fame"}}})),
            "NOT_AN_OPTION answers[2].ranking.options[1]");
  EXPECT_EQ(Fault(With({"considerations", RankingAnswer{{"cost", "fit", "staff"}}})),
            "TOO_MANY answers[2].ranking.options");
  EXPECT_EQ(Fault(With({"considerations", RankingAnswer{{"cost", "cost"}}})),
            "CHOSEN_TWICE answers[2].ranking.options[1]");
}

TEST_F(ResponseCheckerTest, RefusesDaysThatDoNotExist) {
  EXPECT_THAT(Reasons(With({"started", DateAnswer{2020, 2, 29}})), IsEmpty());
  EXPECT_EQ(Fault(With({"started", DateAnswer{2021, 2, 29}})), "IMPOSSIBLE_DATE answers[2].date");
  EXPECT_EQ(Fault(With({"started", DateAnswer{2021, 0, 0}})), "IMPOSSIBLE_DATE answers[2].date");
}

TEST_F(ResponseCheckerTest, ChecksMatricesRowByRow) {
  EXPECT_EQ(Fault(Draft({Chose("council", "no"), {"effect", MatrixAnswer{{{"skills", "up"}}}}})),
            "REQUIRED answers[1].matrix.rows");
  EXPECT_EQ(Fault(Draft({Chose("council", "no"),
                         {"effect", MatrixAnswer{{{"skills", "up"}, {"fame", "up"}}}}})),
            "NOT_AN_OPTION answers[1].matrix.rows[\"fame\"]");
}

TEST_F(ResponseCheckerTest, CountsCharactersOfTextAndNotBytes) {
  ResponseDraft draft = Draft({Chose("council", "no"),
                               {"effect", MatrixAnswer{{{"skills", "up"}, {"wellbeing", "down"}}}},
                               {"remarks", TextAnswer{"ëëëëëëëëëë"}}});
  EXPECT_THAT(Reasons(draft), IsEmpty());
  draft.answers[2].value = TextAnswer{"ëëëëëëëëëëë"};
  EXPECT_EQ(Fault(draft), "TOO_LONG answers[2].text");
}

TEST_F(ResponseCheckerTest, ForgetsTheResponseBefore) {
  EXPECT_EQ(checker_.Check(With(Chose("consent", "given"))).dropped.size(), 1u);
  const Verdict& verdict = checker_.Check(Draft({}, true));
  EXPECT_THAT(verdict.kept, IsEmpty());
  EXPECT_THAT(verdict.dropped, IsEmpty());
}

TEST_F(ResponseCheckerTest, DigestsWhatWasMeantAndNotHowItWasWritten) {
  const auto digest = [this](const ResponseDraft& draft) {
    EXPECT_THAT(checker_.Check(draft).violations, IsEmpty());
    return checker_.Digest(draft);
  };
  ResponseDraft one = With({"barriers", ChoicesAnswer{{"time", "space"}}});
  one.answers.push_back({"pupils", NumberAnswer{"12.50"}});
  ResponseDraft same = one;
  std::swap(same.answers[0], same.answers[3]);
  same.answers[2].value = ChoicesAnswer{{"space", "time"}};
  same.answers[0].value = NumberAnswer{"12.5"};
  EXPECT_EQ(digest(one), digest(same));

  ResponseDraft other = one;
  other.partial = true;
  EXPECT_NE(digest(one), digest(other));
  other = one;
  other.unit = "schools/16SW04";
  EXPECT_NE(digest(one), digest(other));
  other = With({"considerations", RankingAnswer{{"fit", "cost"}}});
  const std::string ranked = digest(other);
  other.answers[2].value = RankingAnswer{{"cost", "fit"}};
  EXPECT_NE(digest(other), ranked);
}

TEST_F(ResponseCheckerTest, DigestsAsItAlwaysDid) {
  ResponseDraft draft = Draft({Chose("council", "late"),
                               Chose("consent", "given"),
                               {"considerations", RankingAnswer{{"fit", "cost"}}},
                               {"barriers", ChoicesAnswer{{"time", "space"}}},
                               {"pupils", NumberAnswer{"12.50"}},
                               {"started", DateAnswer{2021, 10, 1}},
                               {"effect", MatrixAnswer{{{"skills", "up"}, {"wellbeing", "down"}}}},
                               {"remarks", TextAnswer{"goed"}}});
  draft.client_time = absl::FromUnixMicros(1642000000123456);
  EXPECT_THAT(Reasons(draft), IsEmpty());
  EXPECT_EQ(Hex(checker_.Digest(draft)),
            "0563acd70b8e8fbc3cc959fe26e961783159ef84dad98e55ae6cd1e7e1e238ef");
}

TEST(ResponseCheckerRuleTest, RefusesAResponseForWhichARuleCannotBeComputed) {
  Questionnaire questionnaire = SmallQuestionnaire();
  questionnaire.sections[1].questions[1].constraint = "1 / pupils > 0";
  ResponseChecker checker(*CompiledQuestionnaire::Compile(questionnaire));
  const Verdict& verdict = checker.Check(With({"pupils", NumberAnswer{"0"}}));
  ASSERT_EQ(verdict.violations.size(), 1u);
  EXPECT_EQ(verdict.violations[0].reason, "RULE_FAILED");
}

}  // namespace
}  // namespace vg::survey

// When a question must be answered, where that depends on other answers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/survey/domain/test_rules.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kWhenRefused[] = "consent == 'refused'";

Question RequiredIf(Question question, std::string condition) {
  question.required_if = std::move(condition);
  return question;
}

// `type` must be answered where the council refused.
Questionnaire Reasons(QuestionType type, std::string condition = kWhenRefused) {
  return Asking({MakeQuestion("consent", SingleChoice{Options({"given", "refused"})}),
                 RequiredIf(MakeQuestion("reasons", std::move(type)), std::move(condition))});
}

DraftAnswer Consent(std::string_view option) { return Said("consent", ChoiceAnswer{option}); }

TEST(RequiredIfTest, RefusesAResponseThatLacksWhatItsAnswersRequire) {
  const Answered answered(Reasons(TextInput{}), {Consent("refused")});
  EXPECT_THAT(answered.faults(), ElementsAre("answers REQUIRED by consent == 'refused'"));
  EXPECT_EQ(answered.verdict().violations[0].sentence,
            "must hold an answer to \"reasons\", because consent == 'refused'");
}

TEST(RequiredIfTest, RequiresNothingWhereTheConditionIsNotMetOrComesToNothing) {
  EXPECT_THAT(Answered(Reasons(TextInput{}), {Consent("given")}).faults(), IsEmpty());
  EXPECT_THAT(Answered(Reasons(TextInput{}), {}).faults(), IsEmpty());
}

TEST(RequiredIfTest, RequiresNothingOfPartialResponsesAndOfQuestionsThatAreNotPut) {
  EXPECT_THAT(Answered(Reasons(TextInput{}), {Consent("refused")}, /*partial=*/true).faults(),
              IsEmpty());
  Questionnaire never = Reasons(TextInput{});
  never.sections[0].questions[1].relevance = "consent == 'given'";
  EXPECT_THAT(Answered(never, {Consent("refused")}).faults(), IsEmpty());
}

TEST(RequiredIfTest, AnEmptyAnswerIsNone) {
  const std::string by = std::string(" REQUIRED by ") + kWhenRefused;
  EXPECT_THAT(Answered(Reasons(TextInput{}), {Consent("refused"), Said("reasons", TextAnswer{""})})
                  .faults(),
              ElementsAre("answers[1].text" + by));
  EXPECT_THAT(Answered(Reasons(RankingInput{Options({"cost", "staff"}), 2}),
                       {Consent("refused"), Said("reasons", RankingAnswer{})})
                  .faults(),
              ElementsAre("answers[1].ranking.options" + by));
  EXPECT_THAT(Answered(Reasons(MatrixInput{Options({"a", "b"}), Options({"up", "down"})}),
                       {Consent("refused"), Said("reasons", MatrixAnswer{{{"a", "up"}}})})
                  .faults(),
              ElementsAre("answers[1].matrix.rows" + by));
  EXPECT_THAT(Answered(Reasons(RepeatGroup{{Number("pupils")}, 0, 0}),
                       {Consent("refused"), Said("reasons", RepeatAnswer{})})
                  .faults(),
              ElementsAre("answers[1].repeat.instances" + by));
}

TEST(RequiredIfTest, InsideAGroupItIsAskedPerInstance) {
  const Questionnaire groups = Asking({MakeQuestion(
      "groups",
      RepeatGroup{
          {Number("pupils"), RequiredIf(MakeQuestion("why", TextInput{}), "pupils > 10")}, 0, 0})});
  const RepeatAnswer repeat{{{Counted("pupils", "3")}, {Counted("pupils", "12")}}};
  EXPECT_THAT(Answered(groups, {Said("groups", repeat)}).faults(),
              ElementsAre("answers[0].repeat.instances[1].answers REQUIRED by pupils > 10"));
}

TEST(RequiredIfTest, SaysWhenItCannotBeComputed) {
  const Questionnaire divides =
      Asking({Number("pupils"), RequiredIf(MakeQuestion("why", TextInput{}), "1 / pupils > 0.5")});
  EXPECT_THAT(Answered(divides, {Counted("pupils", "0")}).faults(),
              ElementsAre("answers RULE_FAILED by 1 / pupils > 0.5"));
}

TEST(RequiredIfTest, IsCheckedWhenPublished) {
  const std::string at = "sections[0].questions[1].required_if: ";
  EXPECT_THAT(FaultsOf(Reasons(TextInput{}, "nobody == 'x'")), ElementsAre(at + "UNKNOWN_NAME"));
  EXPECT_THAT(FaultsOf(Reasons(TextInput{}, "consent")), ElementsAre(at + "WRONG_TYPE"));
  EXPECT_THAT(FaultsOf(Reasons(TextInput{}, "reasons == ''")), ElementsAre(at + "LATER_QUESTION"));
  Questionnaire both = Reasons(TextInput{});
  both.sections[0].questions[1].required = true;
  EXPECT_THAT(FaultsOf(both), ElementsAre(at + "NOT_TOGETHER"));
}

}  // namespace
}  // namespace vg::survey

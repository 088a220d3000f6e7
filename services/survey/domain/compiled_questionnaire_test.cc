#include "services/survey/domain/compiled_questionnaire.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/survey/domain/test_rules.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

FieldViolation OnlyFault(const Questionnaire& questionnaire) {
  const auto compiled = CompiledQuestionnaire::Compile(questionnaire, "content.");
  EXPECT_THAT(compiled, StatusIs(absl::StatusCode::kInvalidArgument));
  const ErrorDetails details = DetailsOf(compiled.status());
  EXPECT_EQ(details.violations.size(), 1u) << compiled.status();
  return details.violations.empty() ? FieldViolation() : details.violations.front();
}

Questionnaire WithRule(std::string relevance, std::string constraint = "") {
  Questionnaire questionnaire = SmallQuestionnaire();
  Question& pupils = questionnaire.sections[1].questions[1];
  pupils.relevance = std::move(relevance);
  pupils.constraint = std::move(constraint);
  return questionnaire;
}

TEST(CompiledQuestionnaireTest, AcceptsEveryTypeOfQuestion) {
  ASSERT_OK_AND_ASSIGN(const auto compiled, CompiledQuestionnaire::Compile(SmallQuestionnaire()));
  EXPECT_EQ(compiled->questions().size(), 8u);
  EXPECT_EQ(compiled->ids().Find("effect"), 6);
  EXPECT_EQ(compiled->ids().Find("nothing"), -1);
}

TEST(CompiledQuestionnaireTest, GivesRulesTheNamesOfEarlierQuestions) {
  EXPECT_OK(CompiledQuestionnaire::Compile(WithRule(
      "council == 'late' && 'fit' in considerations && size(barriers) > 0", "pupils < 100")));
}

TEST(CompiledQuestionnaireTest, TellsThePlaceLineAndColumnOfAMisspeltName) {
  const FieldViolation fault = OnlyFault(WithRule("council == 'no' ||\n  consensus == 'given'"));
  EXPECT_EQ(fault.field, "content.sections[1].questions[1].relevance");
  EXPECT_EQ(fault.reason, "UNKNOWN_NAME");
  EXPECT_THAT(fault.sentence, StartsWith("line 2, column 3: "));
}

TEST(CompiledQuestionnaireTest, RefusesARuleAboutALaterQuestion) {
  const FieldViolation fault = OnlyFault(WithRule("started == '2021-10-01'"));
  EXPECT_EQ(fault.reason, "LATER_QUESTION");
  EXPECT_THAT(fault.sentence, StartsWith("line 1, column 1: "));
}

TEST(CompiledQuestionnaireTest, RefusesARelevanceAboutItsOwnQuestion) {
  EXPECT_EQ(OnlyFault(WithRule("pupils > 3")).reason, "LATER_QUESTION");
}

TEST(CompiledQuestionnaireTest, RefusesARuleAboutAnOptionThatDoesNotExist) {
  EXPECT_EQ(OnlyFault(WithRule("council == 'never'")).reason, "UNKNOWN_VALUE");
}

TEST(CompiledQuestionnaireTest, RefusesARuleThatIsNoCondition) {
  EXPECT_EQ(OnlyFault(WithRule("size(barriers)")).reason, "WRONG_TYPE");
}

TEST(CompiledQuestionnaireTest, RefusesARuleThatCannotBeRead) {
  const FieldViolation fault = OnlyFault(WithRule("", "pupils <"));
  EXPECT_EQ(fault.field, "content.sections[1].questions[1].constraint");
  EXPECT_EQ(fault.reason, "SYNTAX");
}

TEST(CompiledQuestionnaireTest, RefusesDuplicateIds) {
  Questionnaire questionnaire = SmallQuestionnaire();
  questionnaire.sections[1].questions[2].id = "council";
  EXPECT_EQ(OnlyFault(questionnaire).field, "content.sections[1].questions[2].id");
  questionnaire = SmallQuestionnaire();
  questionnaire.sections[0].questions[0].type = SingleChoice{Options({"early", "no", "no"})};
  const FieldViolation fault = OnlyFault(questionnaire);
  EXPECT_EQ(fault.field, "content.sections[0].questions[0].single.options[2].id");
  EXPECT_EQ(fault.reason, "DUPLICATE_ID");
}

TEST(CompiledQuestionnaireTest, RefusesAQuestionWithoutType) {
  Questionnaire questionnaire = SmallQuestionnaire();
  questionnaire.sections[1].questions[2].type = std::monostate();
  EXPECT_EQ(OnlyFault(questionnaire).reason, "NO_TYPE");
}

TEST(CompiledQuestionnaireTest, RefusesAnIdThatRulesCannotName) {
  Questionnaire questionnaire = SmallQuestionnaire();
  questionnaire.sections[1].questions[2].id = "in";
  EXPECT_EQ(OnlyFault(questionnaire).reason, "RESERVED_NAME");
}

TEST(CompiledQuestionnaireTest, RefusesLimitsThatNoAnswerCanMeet) {
  Questionnaire questionnaire = SmallQuestionnaire();
  questionnaire.sections[0].questions[2].type = RankingInput{Options({"a", "b"}), 3};
  EXPECT_EQ(OnlyFault(questionnaire).reason, "OUT_OF_BOUNDS");
  questionnaire = SmallQuestionnaire();
  questionnaire.sections[1].questions[1].type = NumberInput{"pupils", Exact(5), Exact(4), 0};
  EXPECT_EQ(OnlyFault(questionnaire).reason, "BOUNDS_REVERSED");
  const auto between = [&](const char* min, const char* max, int decimals) {
    questionnaire.sections[1].questions[1].type =
        NumberInput{"pupils", *Exact::FromDecimal(min), *Exact::FromDecimal(max), decimals};
    return CompiledQuestionnaire::Compile(questionnaire).status();
  };
  EXPECT_THAT(between("0.4", "0.6", 0), HasReason("NO_NUMBER_POSSIBLE"));
  EXPECT_THAT(between("-0.6", "-0.4", 0), HasReason("NO_NUMBER_POSSIBLE"));
  EXPECT_OK(between("0.4", "0.6", 1));
  EXPECT_OK(between("-0.6", "0.4", 0));
  EXPECT_OK(between("5", "5", 0));
  questionnaire = SmallQuestionnaire();
  questionnaire.sections[0].questions[0].type = SingleChoice{Options({"no"})};
  questionnaire.sections[0].questions[1].relevance = "";
  EXPECT_EQ(OnlyFault(questionnaire).reason, "TOO_FEW");
}

TEST(CompiledQuestionnaireTest, NeverMixesUnits) {
  Questionnaire questionnaire = SmallQuestionnaire();
  questionnaire.sections[1].questions.push_back(
      MakeQuestion("spent", NumberInput{"euro", {}, {}, 2}, false, "", "spent > pupils"));
  EXPECT_EQ(OnlyFault(questionnaire).reason, "UNIT_MISMATCH");
}

TEST(CompiledQuestionnaireTest, TakesEveryTextForAUnitOfItsOwn) {
  const auto faults = [](const std::string& unit, const std::string& other, std::string rule) {
    return FaultsOf(
        Asking({Number("a", unit), Number("b", other), Computed("c", std::move(rule))}));
  };
  const std::string mismatch = "sections[0].questions[2].calculation.expression: UNIT_MISMATCH";
  EXPECT_THAT(faults("%", "school weeks", "a + b"), ElementsAre(mismatch));
  EXPECT_THAT(faults("school weeks", "months ", "a > b"), ElementsAre(mismatch));
  EXPECT_THAT(faults("%", "", "a == b"), ElementsAre(mismatch));
  EXPECT_THAT(faults("%", "percent", "max(a, b)"), ElementsAre(mismatch));
  // Blanks around it are no other unit, and a literal takes the unit of what it stands beside.
  EXPECT_THAT(faults("months ", "months", "a + b"), IsEmpty());
  EXPECT_THAT(faults("%", "%", "a + b <= 100"), IsEmpty());
  EXPECT_THAT(faults("school weeks", "%", "a * 2 > 10 && 100 - b >= 0"), IsEmpty());
  EXPECT_THAT(faults("1", "", "a + b"), IsEmpty());
}

TEST(CompiledQuestionnaireTest, KeepsTheUnitOfANumberThatIsWrittenAndReadAgain) {
  const auto faults = [](std::string rule) {
    return FaultsOf(
        Asking({Number("a", "weeks"), Number("b", "months"), Computed("c", std::move(rule))}));
  };
  EXPECT_THAT(faults("number(text(a)) + number(text(b))"),
              ElementsAre("sections[0].questions[2].calculation.expression: UNIT_MISMATCH"));
  EXPECT_THAT(faults("number(text(a)) + a"), IsEmpty());
}

TEST(CompiledQuestionnaireTest, ComparesDatesWithDays) {
  const auto faults = [](std::string rule) {
    return FaultsOf(Asking({MakeQuestion("b", DateInput{}),
                            MakeQuestion("g", RepeatGroup{{MakeQuestion("d", DateInput{})}}),
                            Computed("c", std::move(rule))}));
  };
  const std::string no_day = "sections[0].questions[2].calculation.expression: NOT_A_DAY";
  EXPECT_THAT(faults("b > '17-01-2022'"), ElementsAre(no_day));
  EXPECT_THAT(faults("'2022-02-30' <= b"), ElementsAre(no_day));
  EXPECT_THAT(faults("b == 'hello'"), ElementsAre(no_day));
  EXPECT_THAT(faults("b != ''"), ElementsAre(no_day));
  EXPECT_THAT(faults("b in ['2022-01-17', 'later']"), ElementsAre(no_day));
  EXPECT_THAT(faults("'later' in g.d"), ElementsAre(no_day));
  EXPECT_THAT(faults("today() < '2022'"), ElementsAre(no_day));
  EXPECT_THAT(faults("date(days(b) + 7) > 'x'"), ElementsAre(no_day));
  EXPECT_THAT(faults("b > '2022-01-17' && b <= today() && '2022-01-18' in g.d"), IsEmpty());
  EXPECT_THAT(faults("b.startsWith('2022-')"), IsEmpty());
}

TEST(CompiledQuestionnaireTest, AsksForTheUnitOfEveryNumberOfARecordLayout) {
  const auto faults = [](Role role, const std::string& unit) {
    Questionnaire layout =
        Asking({Number("a", unit), MakeQuestion("places", RepeatGroup{{Number("b", unit)}})});
    layout.role = role;
    return FaultsOf(layout);
  };
  EXPECT_THAT(faults(Role::kMeasurement, " "),
              ElementsAre("sections[0].questions[0].number.unit: UNIT_REQUIRED",
                          "sections[0].questions[1].repeat.questions[0].number.unit: "
                          "UNIT_REQUIRED"));
  EXPECT_THAT(faults(Role::kMeasurement, "weeks"), IsEmpty());
  EXPECT_THAT(faults(Role::kMeasurement, "1"), IsEmpty());
  EXPECT_THAT(faults(Role::kStaff, ""), IsEmpty());
}

TEST(CompiledQuestionnaireTest, TellsEveryFaultAtOnce) {
  Questionnaire questionnaire = WithRule("nobody == 'x'", "pupils <");
  questionnaire.sections[0].questions[0].relevance = "council == 'no'";
  const auto compiled = CompiledQuestionnaire::Compile(questionnaire);
  EXPECT_THAT(compiled, HasViolation("sections[0].questions[0].relevance"));
  EXPECT_THAT(compiled, HasViolation("sections[1].questions[1].relevance"));
  EXPECT_THAT(compiled, HasViolation("sections[1].questions[1].constraint"));
}

TEST(QuestionnaireDigestTest, StaysWhatItWasPublishedWith) {
  EXPECT_EQ(DigestOf(SmallQuestionnaire()),
            "8820f0a7dd18cbdf204c84c3628117948db9d57a4cfa637f607f50baac201692");
}

TEST(QuestionnaireDigestTest, ChangesWithWhatFewHave) {
  const auto digest = [](auto change) {
    Questionnaire questionnaire = SmallQuestionnaire();
    change(questionnaire.sections[0].questions[0]);
    return DigestOf(questionnaire);
  };
  const auto option = [](Question& question) -> Option& {
    return std::get<SingleChoice>(question.type).options[0];
  };
  std::set<std::string> digests = {DigestOf(SmallQuestionnaire())};
  digests.insert(digest([](Question& question) { question.choice_filter = "option_id != 'no'"; }));
  digests.insert(digest([](Question& question) { question.required_if = "option_id != 'no'"; }));
  digests.insert(digest([&](Question& question) { option(question).missing = true; }));
  digests.insert(digest([&](Question& question) { option(question).attributes = {{"a", "b"}}; }));
  digests.insert(digest([&](Question& question) { option(question).attributes = {{"a", "c"}}; }));
  for (const int least : {0, 1}) {
    digests.insert(digest([&](Question& question) {
      question.type = RepeatGroup{{MakeQuestion("inside", DateInput{})}, least, 0};
    }));
  }
  for (const int decimals : {0, 1}) {
    digests.insert(digest([&](Question& question) { question.type = Calculation{"1", decimals}; }));
  }
  EXPECT_EQ(digests.size(), 10u);
}

TEST(QuestionnaireDigestTest, ChangesWithEveryRuleAndLabel) {
  const std::string digest = DigestOf(SmallQuestionnaire());
  EXPECT_EQ(digest.size(), 64u);
  EXPECT_EQ(DigestOf(SmallQuestionnaire()), digest);
  EXPECT_NE(DigestOf(WithRule("council == 'no'")), digest);
  Questionnaire relabelled = SmallQuestionnaire();
  relabelled.sections[0].questions[0].label.en = "Other";
  EXPECT_NE(DigestOf(relabelled), digest);
}

}  // namespace
}  // namespace vg::survey

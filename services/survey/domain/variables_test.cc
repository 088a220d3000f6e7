#include "services/survey/domain/variables.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "services/survey/domain/test_questionnaire.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<std::string> NamesOf(const DataFile& file) {
  std::vector<std::string> names;
  for (const Variable& variable : file.variables) names.push_back(variable.name);
  return names;
}

Questionnaire Of(std::vector<Question> questions) {
  Questionnaire questionnaire;
  questionnaire.sections = {{{"A", "A"}, std::move(questions)}};
  return questionnaire;
}

TEST(VariablesTest, EveryTypeOfQuestionHasItsVariables) {
  const Questionnaire questionnaire = SmallQuestionnaire();
  const std::vector<DataFile> files = DataFilesOf(questionnaire, CompiledQuestionnaire());
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_THAT(NamesOf(files[0]),
              ElementsAre("response_id", "unit", "state", "accept_time", "council", "consent",
                          "considerations__1", "considerations__2", "barriers__absence",
                          "barriers__space", "barriers__time", "pupils", "started",
                          "effect__wellbeing", "effect__skills", "remarks"));
}

TEST(VariablesTest, ARepeatGroupHasAFileOfItsOwnAndACountInTheFirst) {
  const Questionnaire questionnaire =
      Of({MakeQuestion("places", RepeatGroup{{MakeQuestion("town", TextInput{})}})});
  const std::vector<DataFile> files = DataFilesOf(questionnaire, CompiledQuestionnaire());
  ASSERT_THAT(files, SizeIs(2));
  EXPECT_THAT(NamesOf(files[0]),
              ElementsAre("response_id", "unit", "state", "accept_time", "places__count"));
  EXPECT_EQ(files[1].group->id, "places");
  EXPECT_THAT(NamesOf(files[1]), ElementsAre("response_id", "unit", "instance", "town"));
}

TEST(VariablesTest, OptionsWithoutSubstanceCountDownwardAndPassOverTheCommonCodes) {
  std::vector<Option> options;
  for (int i = 0; i < 100; ++i) options.push_back({"m" + std::to_string(i), {"M", ""}, true});
  options.push_back({"yes", {"Ja", "Yes"}});
  options.push_back({"no", {"Nee", "No"}});
  const Questionnaire questionnaire = Of({MakeQuestion("q", SingleChoice{options})});
  const Variable variable = DataFilesOf(questionnaire, CompiledQuestionnaire())[0].variables.back();
  EXPECT_EQ(variable.CodeOf("m0"), -1);
  EXPECT_EQ(variable.CodeOf("m95"), -96);
  EXPECT_EQ(variable.CodeOf("m96"), -100);
  EXPECT_EQ(variable.CodeOf("yes"), 1);
  EXPECT_EQ(variable.CodeOf("no"), 2);
  EXPECT_EQ(variable.CodeOf("perhaps"), std::nullopt);
  std::set<int> codes;
  for (const ValueCode& code : variable.codes) codes.insert(code.code);
  EXPECT_THAT(codes, SizeIs(104));
}

TEST(VariablesTest, ANumberThatMayBeNegativeHasNoCodesThatItCouldBeTakenFor) {
  const Questionnaire questionnaire =
      Of({MakeQuestion("free", NumberInput{.unit = "", .allow_not_applicable = true}),
          MakeQuestion("bound", NumberInput{.unit = "", .min = Exact(0)}),
          MakeQuestion("cold", NumberInput{.unit = "", .min = Exact(-96)}),
          MakeQuestion("colder", NumberInput{.unit = "", .min = Exact(-97)})});
  const auto files = DataFilesOf(questionnaire, CompiledQuestionnaire());
  EXPECT_THAT(NamesOf(files[0]),
              ElementsAre("response_id", "unit", "state", "accept_time", "free", "free__missing",
                          "bound", "cold", "colder", "colder__missing"));
  const auto& variables = files[0].variables;
  EXPECT_THAT(variables[4].codes, SizeIs(0));
  std::vector<int> why;
  for (const ValueCode& code : variables[5].codes) why.push_back(code.code);
  EXPECT_THAT(why, ElementsAre(0, 97, 98, 99));
  EXPECT_TRUE(variables[5].tells_missing);
  EXPECT_THAT(variables[6].codes, SizeIs(2));
  EXPECT_THAT(variables[7].codes, SizeIs(2));
}

TEST(VariablesTest, CalculationsThatChooseHaveCodesAndNumbersTheirUnit) {
  const Questionnaire questionnaire =
      Of({MakeQuestion("n", NumberInput{.unit = "pupils", .min = Exact(0), .decimals = 1}),
          MakeQuestion("many", Calculation{"n > 100"}),
          MakeQuestion("size_class", Calculation{"n > 100 ? 'large' : 'small'"}),
          MakeQuestion("twice", Calculation{"n * 2", 2}), MakeQuestion("words", TextInput{}),
          MakeQuestion("joined", Calculation{"words + '!'"})});
  const auto compiled = CompiledQuestionnaire::Compile(questionnaire);
  ASSERT_THAT(compiled.status(), IsOk());
  DataFile file = DataFilesOf(questionnaire, **compiled)[0];
  LeaveOutTexts(file);
  EXPECT_THAT(NamesOf(file), ElementsAre("response_id", "unit", "state", "accept_time", "n", "many",
                                         "size_class", "twice", "twice__missing"));
  const auto& variables = file.variables;
  EXPECT_EQ(variables[4].unit, "pupils");
  EXPECT_EQ(variables[4].decimals, 1);
  EXPECT_EQ(variables[5].CodeOf("false"), 0);
  EXPECT_EQ(variables[5].CodeOf("true"), 1);
  EXPECT_EQ(variables[5].codes.back().code, kNotAnswered);
  EXPECT_EQ(variables[6].CodeOf("large"), 1);
  EXPECT_EQ(variables[6].CodeOf("small"), 2);
  EXPECT_EQ(variables[7].unit, "pupils");
  EXPECT_EQ(variables[7].decimals, 2);
}

TEST(VariablesTest, WhatIsKnownOfTheUnitStandsBeforeTheAnswersAndTextsCanBeLeftOut) {
  const Questionnaire questionnaire =
      Of({MakeQuestion("unit_sector", TextInput{}), MakeQuestion("n", NumberInput{.min = Exact(0)}),
          MakeQuestion("unit_board", SingleChoice{Options({"a", "b"})})});
  DataFile file = DataFilesOf(questionnaire, CompiledQuestionnaire())[0];
  LeaveOutTexts(file);
  AddUnitAttributes(file);
  EXPECT_THAT(
      NamesOf(file),
      ElementsAre("response_id", "unit", "state", "accept_time", "unit_sector", "unit_province",
                  "unit_municipality", "unit_board_", "unit_structure", "unit_denomination",
                  "unit_size", "unit_score", "unit_stratum", "unit_weight", "n", "unit_board"));
}

TEST(VariablesTest, NamesFitEveryProgramAndStayUnique) {
  const std::string stem(60, 'a');
  std::vector<Question> questions = {
      MakeQuestion("all", TextInput{}), MakeQuestion("str12", TextInput{}),
      MakeQuestion("unit", TextInput{}), MakeQuestion("a", MultipleChoice{Options({"b__c", "d"})}),
      MakeQuestion("a__b", MultipleChoice{Options({"c", "e"})})};
  for (int i = 0; i < 50; ++i) {
    questions.push_back(MakeQuestion(stem + std::to_string(i),
                                     MultipleChoice{Options({"first_option_with_a_long_name",
                                                             "second_option_with_a_long_name"})}));
  }
  const Questionnaire questionnaire = Of(questions);
  const auto files = DataFilesOf(questionnaire, CompiledQuestionnaire());
  std::set<std::string> names, short_names;
  for (const Variable& variable : files[0].variables) {
    EXPECT_LE(variable.name.size(), 64u);
    EXPECT_LE(variable.short_name.size(), 32u);
    EXPECT_TRUE(names.insert(variable.name).second) << variable.name;
    EXPECT_TRUE(short_names.insert(variable.short_name).second) << variable.short_name;
  }
  EXPECT_TRUE(names.contains("q_all"));
  EXPECT_TRUE(names.contains("q_str12"));
  const auto again = DataFilesOf(questionnaire, CompiledQuestionnaire());
  EXPECT_EQ(NamesOf(files[0]), NamesOf(again[0]));
}

}  // namespace
}  // namespace vg::survey

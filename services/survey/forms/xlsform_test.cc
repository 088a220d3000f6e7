#include "services/survey/forms/xlsform.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/status/error.h"
#include "common/testing/status_matchers.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/response_checker.h"
#include "services/survey/forms/test_workbook.h"
#include "services/survey/forms/workbook.h"

namespace vg::survey {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const TestRows kChoices = {
    {"list_name", "name", "label::Nederlands (nl)", "label::English (en)", "region", "missing"},
    {"yes_no", "yes", "Ja", "Yes"},
    {"yes_no", "no", "Nee", "No"},
    {"yes_no", "DK", "Weet niet", "Do not know", "", "yes"},
    {"towns", "Ede", "Ede", "Ede", "GLD"},
    {"towns", "Urk", "Urk", "Urk", "FLV"},
    {"regions", "GLD", "Gelderland", ""},
    {"regions", "FLV", "Flevoland", ""},
};

ConvertedForm Convert(TestRows survey) {
  survey.insert(survey.begin(),
                {"type", "name", "label::Nederlands (nl)", "label::English (en)", "required",
                 "relevant", "constraint", "calculation", "choice_filter", "appearance",
                 "parameters", "repeat_count", "constraint_message", "bounds", "disabled"});
  const auto form = ReadXlsForm(MakeWorkbook({{"survey", std::move(survey)},
                                              {"choices", kChoices},
                                              {"settings", {{"form_title"}, {"Proef"}}}}),
                                Role::kSchoolLeader);
  EXPECT_THAT(form.status(), IsOk());
  return form.ok() ? *form : ConvertedForm();
}

std::vector<std::string> Told(const std::vector<FormNote>& notes) {
  std::vector<std::string> out;
  for (const FormNote& note : notes) {
    out.push_back(note.sheet + " " + std::to_string(note.row) + " " + note.column + " " +
                  note.reason);
  }
  return out;
}

TEST(WorkbookTest, CellsAreTexts) {
  static constexpr std::string_view kWanted[] = {"b", "A"};
  const auto sheets = ReadWorkbook(
      MakeWorkbook({{"a", {{" één ", "#0.1", "#12"}, {}, {"", "<&>"}}}, {"c", {{"x"}}}}), kWanted);
  ASSERT_THAT(sheets.status(), IsOk());
  ASSERT_THAT(*sheets, SizeIs(1));
  EXPECT_THAT((*sheets)[0].rows,
              ElementsAre(ElementsAre("één", "0.1", "12"), IsEmpty(), ElementsAre("", "<&>")));
}

TEST(WorkbookTest, WhatIsNoSpreadsheetIsRefused) {
  static constexpr std::string_view kWanted[] = {"a"};
  for (const std::string& bytes : {std::string(), std::string("type,name\n"), std::string("PK\3\4"),
                                   MakeWorkbook({{"a", {{"x"}}}}).substr(0, 500)}) {
    const auto violations = DetailsOf(ReadWorkbook(bytes, kWanted).status()).violations;
    ASSERT_THAT(violations, SizeIs(1));
    EXPECT_EQ(violations[0].reason, "NOT_XLSX");
  }
  const std::string large(WorkbookLimits::kBytes + 1, 'x');
  EXPECT_EQ(DetailsOf(ReadWorkbook(large, kWanted).status()).violations[0].reason, "TOO_LARGE");
}

TEST(XlsFormTest, GroupsBecomeSectionsAndTypesKeepTheirMeaning) {
  const ConvertedForm form = Convert({
      {"begin group", "first", "Eerste", "First"},
      {"select_one yes_no", "agree", "Akkoord?", "Agreed?", "yes"},
      {"integer", "pupils", "Leerlingen", "Pupils", "", "${agree} = 'yes'", ". >= 0 and . <= 50"},
      {"end group"},
      {"select_multiple towns", "visited", "Waar?", "Where?", "", "", "count-selected(.) <= 1"},
      {"calculate", "double", "", "", "", "", "", "${pupils} * 2"},
      {"range", "mark", "Cijfer", "Mark", "", "", "", "", "", "", "start=0 end=1 step=0.1"},
      {"date", "when", "Wanneer", "When", "", "", ". >= date('2022-01-01')"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  EXPECT_THAT(
      Told(form.warnings),
      ElementsAre("choices 4 name RENAMED", "choices 5 name RENAMED", "choices 6 name RENAMED",
                  "choices 7 name RENAMED", "choices 8 name RENAMED", "survey 7 label NO_LABEL"));
  ASSERT_THAT(form.content.sections, SizeIs(2));
  const auto& first = form.content.sections[0];
  EXPECT_EQ(first.title, (LocalizedText{"Eerste", "First"}));
  ASSERT_THAT(first.questions, SizeIs(2));
  EXPECT_TRUE(first.questions[0].required);
  EXPECT_TRUE(std::get<SingleChoice>(first.questions[0].type).options[2].missing);
  EXPECT_EQ(first.questions[1].relevance, "agree == 'yes'");
  EXPECT_EQ(first.questions[1].constraint, "");
  EXPECT_EQ(std::get<NumberInput>(first.questions[1].type).max, Exact(50));
  const auto& second = form.content.sections[1].questions;
  EXPECT_EQ(std::get<MultipleChoice>(second[0].type).max_choices, 1);
  EXPECT_EQ(std::get<Calculation>(second[1].type).expression, "pupils * 2");
  EXPECT_EQ(std::get<NumberInput>(second[2].type).decimals, 1);
  EXPECT_EQ(second[3].constraint, "when >= '2022-01-01'");
}

TEST(XlsFormTest, WhatHasAMessageStaysARuleThatTellsIt) {
  const std::string message = "Van 0 tot 50";
  const ConvertedForm form = Convert({
      {"integer", "a", "A", "", "", "", ". >= 0 and . <= 50", "", "", "", "", "", message},
      {"integer", "b", "B", "", "", "", ". >= 0 and (. != 13)", "", "", "", "", "", message,
       ". >= 0"},
      {"integer", "c", "C", "", "", "", ". > 1 and (. != 13)", "", "", "", "", "", message,
       ". >= 0"},
      {"text", "d", "D", "", "", "", "string-length(.) <= 5000", "", "", "", "", "", message},
      {"text", "e", "E", "", "", "", "", "", "", "", "", "", message},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  EXPECT_THAT(Told(form.warnings), Contains("survey 6 constraint_message LEFT_OUT"));
  EXPECT_THAT(Told(form.warnings), Not(Contains("survey 2 constraint_message LEFT_OUT")));
  const auto& questions = form.content.sections[0].questions;
  EXPECT_EQ(questions[0].constraint, "a >= 0 && a <= 50");
  EXPECT_EQ(questions[0].constraint_message.nl, message);
  EXPECT_EQ(std::get<NumberInput>(questions[0].type).max, std::nullopt);
  // What the form says is bounds is bounds, as long as the constraint begins with it.
  EXPECT_EQ(questions[1].constraint, "b != 13");
  EXPECT_EQ(std::get<NumberInput>(questions[1].type).min, Exact(0));
  EXPECT_EQ(questions[2].constraint, "c > 1 && c != 13");
  EXPECT_EQ(questions[3].constraint, "size(d) <= 5000");
  EXPECT_EQ(std::get<TextInput>(questions[3].type).max_length, 10'000);
}

TEST(XlsFormTest, WhatFollowsBoundsStaysWithItsParenthesesAndItsPlace) {
  const ConvertedForm form = Convert({
      {"integer", "a", "A", ""},
      {"integer", "b", "B", "", "", "", ". >= 0 and (${a} + .) <= 10"},
      {"integer", "c", "C", "", "", "", ". >= 0 and (${a} + ${z}) <= 10"},
  });
  EXPECT_EQ(form.content.sections[0].questions[1].constraint,
            "!has(b) || (a + b <= 10).orValue(false)");
  ASSERT_THAT(form.faults, SizeIs(1));
  EXPECT_THAT(form.faults[0].message, HasSubstr("character 20, \"${z}\""));
}

TEST(XlsFormTest, NobodyIsRefusedForADivisionByZero) {
  const ConvertedForm form = Convert({
      {"integer", "a", "A", ""},
      {"integer", "b", "B", ""},
      {"calculate", "share", "", "", "", "", "", "${a} div ${b}"},
      {"text", "why", "Waarom", "", "", "${share} > 2 or ${a} mod ${b} = 0"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  const auto compiled = CompiledQuestionnaire::Compile(form.content);
  ASSERT_THAT(compiled.status(), IsOk());
  ResponseChecker checker(*compiled);
  ResponseDraft draft;
  draft.answers = {{"a", NumberAnswer{"3"}}, {"b", NumberAnswer{"0"}}, {"why", TextAnswer{"x"}}};
  EXPECT_THAT(checker.Check(draft).violations, IsEmpty());
  EXPECT_THAT(checker.Check(draft).dropped, SizeIs(1)) << "nothing is more than 2";
  draft.answers[1].value = NumberAnswer{"1"};
  EXPECT_THAT(checker.Check(draft).dropped, IsEmpty());
}

TEST(XlsFormTest, RowsThatAreSwitchedOffAreNotAsked) {
  const ConvertedForm form = Convert({
      {"text", "a", "A", ""},
      {"geopoint", "b", "B", "", "", "", "", "", "", "", "", "", "", "", "yes"},
      {"text", "b", "B", "", "", "", "", "", "", "", "", "", "", "", "no"},
      {"text", "b", "B", "", "", "", "", "", "", "", "", "", "", "", "TRUE"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  EXPECT_THAT(form.content.sections[0].questions, SizeIs(2));
}

TEST(XlsFormTest, TitlesThatAreLostAreTold) {
  const ConvertedForm form = Convert({
      {"begin group", "g", "G", ""},
      {"begin group", "h", "H", ""},
      {"begin group", "i"},
      {"text", "a", "A", ""},
      {"end group"},
      {"end group"},
      {"end group"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  EXPECT_THAT(Told(form.warnings), Contains("survey 3 label LEFT_OUT"));
  EXPECT_THAT(Told(form.warnings), Not(Contains("survey 4 label LEFT_OUT")));
}

ConvertedForm ConvertSheets(TestRows survey, TestRows choices) {
  const auto form = ReadXlsForm(MakeWorkbook({{"survey", std::move(survey)},
                                              {"choices", std::move(choices)},
                                              {"settings", {{"form_title"}, {"Proef"}}}}),
                                Role::kSchoolLeader);
  EXPECT_THAT(form.status(), IsOk());
  return form.ok() ? *form : ConvertedForm();
}

TEST(XlsFormTest, OfTwoColumnsForALanguageTheOneThatNamesItCounts) {
  const ConvertedForm form = ConvertSheets({{"type", "name", "label", "label::Nederlands"},
                                            {"select_one l", "a", "English?", "Nederlands?"}},
                                           {{"list_name", "name", "label", "label::nl"},
                                            {"l", "x", "English", "Nederlands"},
                                            {"l", "y", "English", "Nederlands"}});
  EXPECT_THAT(Told(form.faults), IsEmpty());
  EXPECT_THAT(Told(form.warnings),
              ElementsAre("choices 0 label COLUMN_LEFT_OUT", "survey 0 label COLUMN_LEFT_OUT"));
  EXPECT_EQ(form.content.sections[0].questions[0].label.nl, "Nederlands?");
}

TEST(XlsFormTest, EnglishThatStandsForDutchIsTold) {
  const ConvertedForm form = ConvertSheets(
      {{"type", "name", "label::English (en)"}, {"select_one l", "a", "Really?"}},
      {{"list_name", "name", "label::English (en)"}, {"l", "x", "Yes"}, {"l", "y", "No"}});
  EXPECT_THAT(Told(form.faults), IsEmpty());
  EXPECT_THAT(Told(form.warnings),
              ElementsAre("choices 0 label::en NO_DUTCH", "survey 0 label::en NO_DUTCH"));
  EXPECT_EQ(form.content.sections[0].questions[0].label.nl, "Really?");
}

TEST(XlsFormTest, AColumnOfChoicesMayBeCalledInCapitals) {
  const ConvertedForm form =
      ConvertSheets({{"type", "name", "label::nl", "choice_filter", "calculation"},
                     {"text", "where", "Waar?"},
                     {"select_one l", "a", "Welke?", "Provincie = 'Utrecht'"},
                     {"select_one l", "b", "Welke?", "Provincie = ${where}"},
                     {"select_one l", "c", "Welke?", "Soort = ${where}"}},
                    {{"list_name", "name", "label::nl", "Provincie", "Soort"},
                     {"l", "x", "X", "Utrecht", "Vast"},
                     {"l", "Vast", "Y", "Drenthe", "x"}});
  const auto& questions = form.content.sections[0].questions;
  EXPECT_EQ(questions[1].choice_filter, "option.provincie == 'Utrecht'");
  EXPECT_EQ(questions[2].choice_filter, "option.provincie == where.orValue('')");
  EXPECT_THAT(Told(form.faults), ElementsAre("survey 5 choice_filter UNTRANSLATABLE"))
      << "the text \"Vast\" is an option that is called \"vast\" here";
}

TEST(XlsFormTest, ATableListIsAMatrixWhoseRowsRulesCanRead) {
  const ConvertedForm form = Convert({
      {"begin_group", "effect", "Effect", "", "", "", "", "", "", "table-list"},
      {"select_one yes_no", "skills", "Vaardigheden", "", "yes"},
      {"select_one yes_no", "mood", "Welbevinden", "", "yes"},
      {"end_group"},
      {"text", "why", "Waarom", "", "", "${mood} != 'no'"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  const auto& questions = form.content.sections[0].questions;
  const auto& matrix = std::get<MatrixInput>(questions[0].type);
  EXPECT_THAT(matrix.rows, SizeIs(2));
  EXPECT_TRUE(questions[0].required);
  EXPECT_EQ(questions[1].relevance, "(effect.mood != 'no').orValue(true)");
}

TEST(XlsFormTest, ARepeatIsAGroupThatLaterRulesReadAsLists) {
  const ConvertedForm form = Convert({
      {"begin repeat", "places", "Locaties", ""},
      {"integer", "count", "Hoeveel", "", "", "", ". > 0"},
      {"select_one yes_no", "open", "Open?", "", "", "${count} > 3"},
      {"end repeat"},
      {"calculate", "total", "Totaal", "", "", "", "", "sum(${count})"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  const auto& questions = form.content.sections[0].questions;
  EXPECT_THAT(std::get<RepeatGroup>(questions[0].type).questions, SizeIs(2));
  EXPECT_EQ(std::get<Calculation>(questions[1].type).expression, "sum(places.count).orValue(0)");
}

TEST(XlsFormTest, AFilteredChoiceComparesColumnsWithRenamedOptions) {
  const ConvertedForm form = Convert({
      {"select_one regions", "where", "Regio", ""},
      {"select_one towns", "town", "Plaats", "", "", "", "", "", "region = ${where}"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  const auto& town = form.content.sections[0].questions[1];
  EXPECT_EQ(town.choice_filter, "option.region == where.orValue('')");
  EXPECT_EQ(std::get<SingleChoice>(town.type).options[0].attributes.at("region"), "gld");
}

TEST(XlsFormTest, AnAnswerIsRequiredWhereItsConditionIsMet) {
  const ConvertedForm form = Convert({
      {"select_one yes_no", "agree", "Akkoord?", "", "yes"},
      {"text", "why", "Waarom niet?", "", "${agree} = 'no'"},
      {"begin_group", "effect", "Effect", "", "", "", "", "", "", "table-list"},
      {"select_one yes_no", "skills", "Vaardigheden", "", "${agree} != ''"},
      {"select_one yes_no", "mood", "Welbevinden", "", "${agree} != ''"},
      {"end_group"},
      {"begin_group", "more", "Meer", "", "", "", "", "", "", "table-list"},
      {"select_one yes_no", "x", "X", "", "yes"},
      {"select_one yes_no", "y", "Y", "", "${agree} != ''"},
      {"end_group"},
  });
  EXPECT_THAT(Told(form.faults), ElementsAre("survey 10 required NOT_IN_TABLE"));
  const auto& questions = form.content.sections[0].questions;
  EXPECT_TRUE(questions[0].required);
  EXPECT_EQ(questions[1].required_if, "agree == 'no'");
  EXPECT_FALSE(questions[1].required);
  ASSERT_THAT(questions, SizeIs(4));
  EXPECT_EQ(questions[2].required_if, "has(agree)");
}

TEST(XlsFormTest, AcknowledgingIsAChoice) {
  const ConvertedForm form = Convert({
      {"acknowledge", "seen", "Gelezen", "", "yes"},
      {"text", "why", "Waarom", "", "", "${seen} = 'OK'"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  const auto& questions = form.content.sections[0].questions;
  EXPECT_EQ(questions[0].constraint, "seen == 'ok'");
  EXPECT_EQ(questions[1].relevance, "seen == 'ok'");
}

TEST(XlsFormTest, TheDayOfAFormIsTheDayOnWhichItComesIn) {
  const ConvertedForm form = Convert({
      {"today", "today"},
      {"date", "begun", "Begonnen", "", "", "", ". <= ${today}"},
      {"date", "ended", "Gestopt", "", "", "", ". <= today() and . >= ${begun}"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  const auto& questions = form.content.sections[0].questions;
  EXPECT_EQ(questions[0].constraint, "!has(begun) || (begun <= today()).orValue(false)");
  EXPECT_EQ(questions[1].constraint,
            "!has(ended) || ended <= today() && (ended >= begun).orValue(false)");
}

TEST(XlsFormTest, RepeatsKnowTheirPlaceAndNumber) {
  const ConvertedForm form = Convert({
      {"begin repeat", "places", "Locaties", ""},
      {"text", "which", "Welke", "", "position(..) = 1"},
      {"end repeat"},
      {"text", "why", "Waarom", "", "", "count(${places}) > 2"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  const auto& questions = form.content.sections[0].questions;
  EXPECT_EQ(std::get<RepeatGroup>(questions[0].type).questions[0].required_if, "position() == 1");
  EXPECT_EQ(questions[1].relevance, "places.count().orValue(0) > 2");
}

TEST(XlsFormTest, ANumberOfRepeatsMayBeComputed) {
  const ConvertedForm form = Convert({
      {"integer", "n", "Aantal", ""},
      {"begin repeat", "places", "Locaties", "", "", "", "", "", "", "", "", "${n}"},
      {"text", "which", "Welke", ""},
      {"end repeat"},
      {"begin repeat", "rooms", "Lokalen", "", "", "", "", "", "", "", "", "count(${places}) + 1"},
      {"text", "what", "Wat", ""},
      {"end repeat"},
      {"begin repeat", "chairs", "Stoelen", "", "", "", "", "", "", "", "", "'many'"},
      {"text", "colour", "Kleur", ""},
      {"end repeat"},
      {"begin repeat", "tables", "Tafels", "", "", "", "", "", "", "", "", "#0"},
      {"text", "height", "Hoogte", ""},
      {"end repeat"},
  });
  EXPECT_THAT(Told(form.faults), ElementsAre("survey 9 repeat_count UNTRANSLATABLE",
                                             "survey 12 repeat_count UNTRANSLATABLE"));
  const auto& questions = form.content.sections[0].questions;
  EXPECT_EQ(questions[1].constraint, "places.count() == n.orValue(0)");
  EXPECT_EQ(questions[1].required_if, "n.orValue(0) > 0");
  EXPECT_EQ(questions[2].constraint, "rooms.count() == (places.count().orValue(0) + 1)");
}

TEST(XlsFormTest, WhatWouldBeComputedOrFilledInElsewhereIsTold) {
  const ConvertedForm form = Convert({
      {"integer", "n", "Aantal", ""},
      {"integer", "m", "Is het ${n}?", "", "", "", "", "${n} * 2"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  EXPECT_THAT(Told(form.warnings), AllOf(Contains("survey 3 calculation LEFT_OUT"),
                                         Contains("survey 3 label ANSWER_IN_LABEL")));
}

TEST(XlsFormTest, ARepeatInsideARepeatIsAFault) {
  const ConvertedForm form = Convert({
      {"begin repeat", "places", "Locaties", ""},
      {"begin repeat", "rooms", "Lokalen", ""},
      {"integer", "chairs", "Stoelen", ""},
      {"end repeat"},
      {"end repeat"},
  });
  EXPECT_THAT(Told(form.faults), ElementsAre("survey 3 type NESTED_REPEAT"));
}

TEST(XlsFormTest, OtherAsksWhich) {
  const ConvertedForm form = Convert({{"select_multiple towns or_other", "t", "Waar", ""}});
  EXPECT_THAT(Told(form.faults), IsEmpty());
  const auto& questions = form.content.sections[0].questions;
  ASSERT_THAT(questions, SizeIs(2));
  EXPECT_EQ(questions[1].id, "t_other");
  EXPECT_EQ(questions[1].relevance, "'other' in t");
}

TEST(XlsFormTest, TheRelevanceOfGroupsHoldsForWhatIsInThem) {
  const ConvertedForm form = Convert({
      {"select_one yes_no", "a", "A", ""},
      {"begin group", "g", "G", "", "", "${a} = 'yes'"},
      {"begin group", "h", "H", "", "", "${a} != ''"},
      {"text", "b", "B", "", "", "${a} = 'no' or ${a} = 'yes'"},
      {"end group"},
      {"text", "c", "C", ""},
      {"end group"},
  });
  EXPECT_THAT(Told(form.faults), IsEmpty());
  EXPECT_EQ(form.content.sections[1].questions[0].relevance,
            "(a == 'yes') && (has(a)) && (a == 'no' || a == 'yes')");
  EXPECT_EQ(form.content.sections[1].questions[1].relevance, "a == 'yes'");
}

TEST(XlsFormTest, EveryFaultHasItsPlace) {
  const ConvertedForm form = Convert({
      {"geopoint", "gps", "Waar", ""},
      {"text", "a", "A", "", "perhaps", "pulldata('x') = 1"},
      {"integer", "b", "B", "", "", "${later} = 1"},
      {"integer", "later", "L", ""},
      {"select_one nothing", "d", "D", ""},
      {"begin repeat", "r", "R", ""},
      {"note", "n", "N", ""},
  });
  EXPECT_THAT(Told(form.faults),
              ElementsAre("survey 2 type UNKNOWN_TYPE", "survey 3 required UNTRANSLATABLE",
                          "survey 3 relevant UNTRANSLATABLE", "survey 4 relevant UNTRANSLATABLE",
                          "survey 6 type UNKNOWN_LIST", "survey 7 type NOT_CLOSED"));
  EXPECT_THAT(form.faults[2].message,
              "character 1, \"pulldata('x')\": pulldata() has no counterpart: there are no files "
              "beside the form");
  EXPECT_THAT(form.warnings, Contains(Field(&FormNote::reason, "NOTE_LEFT_OUT")));
}

TEST(XlsFormTest, FaultsOfTheQuestionnaireAreToldAtTheirRows) {
  const ConvertedForm form = Convert({
      {"integer", "n", "N", "", "", "", ". >= 5 and . <= 3"},
      {"text", "A-b", "A", ""},
  });
  EXPECT_THAT(Told(form.faults), ElementsAre("survey 2 type BOUNDS_REVERSED"));
  EXPECT_THAT(Told(form.warnings), Contains("survey 3 name RENAMED"));
}

TEST(XlsFormTest, AFormHasASheetOfQuestions) {
  const auto form = ReadXlsForm(MakeWorkbook({{"choices", kChoices}}), Role::kBoard);
  EXPECT_EQ(DetailsOf(form.status()).violations[0].reason, "NO_SHEET");
}

}  // namespace
}  // namespace vg::survey

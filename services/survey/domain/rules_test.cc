// What choice filters, calculations and repeat groups come to.

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "services/survey/domain/test_rules.h"

namespace vg::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Provinces, and municipalities of the province that was chosen.
Questionnaire Places(QuestionType type, std::string filter = "option.province == province") {
  return Asking({MakeQuestion("province", SingleChoice{Options({"pv20", "pv27"})}),
                 Filtered(MakeQuestion("municipality", std::move(type)), std::move(filter))});
}

std::vector<Option> Municipalities() {
  std::vector<Option> options = Options({"groningen", "amsterdam", "haarlem", "abroad"});
  options[0].attributes = {{"province", "pv20"}};
  options[1].attributes = {{"province", "pv27"}, {"capital", "yes"}};
  options[2].attributes = {{"province", "pv27"}};
  return options;
}

TEST(ChoiceFilterTest, OffersWhatItsConditionIsMetFor) {
  const Questionnaire places = Places(SingleChoice{Municipalities()});
  EXPECT_THAT(Answered(places, {Said("province", ChoiceAnswer{"pv27"}),
                                Said("municipality", ChoiceAnswer{"haarlem"})})
                  .faults(),
              IsEmpty());
  EXPECT_THAT(Answered(places, {Said("province", ChoiceAnswer{"pv27"}),
                                Said("municipality", ChoiceAnswer{"groningen"})})
                  .faults(),
              ElementsAre("answers[1].choice NOT_OFFERED by option.province == province"));
}

TEST(ChoiceFilterTest, OffersNothingWhereItComesToNothing) {
  EXPECT_THAT(Answered(Places(SingleChoice{Municipalities()}),
                       {Said("municipality", ChoiceAnswer{"haarlem"})})
                  .faults(),
              ElementsAre("answers[0].choice NOT_OFFERED by option.province == province"));
}

TEST(ChoiceFilterTest, MakesUpNoFaultBecauseOfAFaultyAnswer) {
  EXPECT_THAT(Answered(Places(SingleChoice{Municipalities()}),
                       {Said("province", ChoiceAnswer{"pv99"}),
                        Said("municipality", ChoiceAnswer{"haarlem"})})
                  .faults(),
              ElementsAre("answers[0].choice NOT_AN_OPTION"));
}

TEST(ChoiceFilterTest, HoldsEveryChoiceAndRankToIt) {
  const std::string filter = "option_id != 'haarlem' && option.province != ''";
  EXPECT_THAT(Answered(Places(MultipleChoice{Municipalities()}, filter),
                       {Said("municipality", ChoicesAnswer{{"amsterdam", "haarlem"}})})
                  .faults(),
              ElementsAre("answers[0].choices.options[1] NOT_OFFERED by " + filter));
  EXPECT_THAT(Answered(Places(RankingInput{Municipalities(), 3}, filter),
                       {Said("municipality", RankingAnswer{{"abroad"}})})
                  .faults(),
              ElementsAre("answers[0].ranking.options[0] NOT_OFFERED by " + filter));
}

TEST(ChoiceFilterTest, IsCheckedWhenPublished) {
  const std::string at = "sections[0].questions[1].choice_filter: ";
  const SingleChoice single{Municipalities()};
  EXPECT_THAT(FaultsOf(Places(single, "option.size == 'large'")), ElementsAre(at + "UNKNOWN_NAME"));
  EXPECT_THAT(FaultsOf(Places(single, "option.capital == 'no'")),
              ElementsAre(at + "UNKNOWN_VALUE"));
  EXPECT_THAT(FaultsOf(Places(single, "option_id")), ElementsAre(at + "WRONG_TYPE"));
  EXPECT_THAT(FaultsOf(Places(single, "municipality == option_id")),
              ElementsAre(at + "LATER_QUESTION"));
  EXPECT_THAT(FaultsOf(Places(TextInput{}, "province == 'pv20'")), ElementsAre(at + "WRONG_TYPE"));
}

TEST(ChoiceFilterTest, LendsItsNamesToNoOtherRule) {
  Questionnaire places = Places(SingleChoice{Municipalities()});
  places.sections[0].questions[1].constraint = "option_id == 'haarlem'";
  EXPECT_THAT(FaultsOf(places), ElementsAre("sections[0].questions[1].constraint: UNKNOWN_NAME"));
}

TEST(CalculationTest, IsKeptInTheOrderOfTheQuestionnaireHoweverItIsComputed) {
  const Questionnaire sums =
      Asking({Computed("share", "100 * boys / total", 1), Computed("total", "boys + girls"),
              Number("boys"), Number("girls")});
  const Answered answered(sums, {Counted("girls", "2"), Counted("boys", "1")});
  EXPECT_THAT(answered.computed(), ElementsAre("share=33.3", "total=3"));
  std::vector<int> places;
  for (const Verdict::Kept& kept : answered.verdict().kept) places.push_back(kept.answer);
  EXPECT_THAT(places, ElementsAre(-1, -1, 1, 0));
}

TEST(CalculationTest, RoundsHalfToEven) {
  const Questionnaire half = Asking({Number("a"), Computed("b", "a / 2")});
  EXPECT_THAT(Answered(half, {Counted("a", "5")}).computed(), ElementsAre("b=2"));
  EXPECT_THAT(Answered(half, {Counted("a", "7")}).computed(), ElementsAre("b=4"));
}

TEST(CalculationTest, ComesToNumbersChoicesAndTexts) {
  const Questionnaire kinds = Asking(
      {Number("a"), MakeQuestion("name", TextInput{}), Computed("large", "a > 10"),
       Computed("size", "large ? 'large' : 'small'"), Computed("greeting", "'Dag ' + name")});
  const Answered answered(kinds, {Counted("a", "12"), Said("name", TextAnswer{"Eva"})});
  EXPECT_THAT(answered.computed(), ElementsAre("large=true", "size=large", "greeting=Dag Eva"));
  EXPECT_EQ(answered.verdict().computed[0].kind, AnswerKind::kChoice);
  EXPECT_EQ(answered.verdict().computed[1].kind, AnswerKind::kChoice);
  EXPECT_EQ(answered.verdict().computed[2].kind, AnswerKind::kText);
}

TEST(CalculationTest, TakesThePlaceOfWhatWasSentOtherwise) {
  const Questionnaire sum = Asking({Number("a"), Computed("b", "a + 1")});
  const Answered same(sum, {Counted("a", "1"), Counted("b", "2.0")});
  EXPECT_THAT(same.dropped(), IsEmpty());
  EXPECT_THAT(same.computed(), ElementsAre("b=2"));
  const Answered other(sum, {Counted("a", "1"), Counted("b", "3")});
  EXPECT_THAT(other.dropped(), ElementsAre("b: 2 of 0"));
  EXPECT_EQ(other.verdict().dropped[0].rule, "a + 1");
  EXPECT_THAT(other.computed(), ElementsAre("b=2"));
  EXPECT_THAT(other.faults(), IsEmpty());
}

TEST(CalculationTest, HasNoValueWithoutItsAnswersOrWhereItIsNotRelevant) {
  const Questionnaire sum = Asking({Number("a"), Computed("b", "a + 1", 0, "a > 5")});
  EXPECT_THAT(Answered(sum, {Counted("b", "3")}).dropped(), ElementsAre("b: 1 of 0"));
  EXPECT_THAT(Answered(sum, {Counted("a", "5")}).computed(), IsEmpty());
  EXPECT_THAT(Answered(sum, {Counted("a", "6")}).computed(), ElementsAre("b=7"));
  const Questionnaire always = Asking({Number("a"), Computed("b", "a + 1")});
  EXPECT_THAT(Answered(always, {Counted("b", "3")}).dropped(), ElementsAre("b: 2 of 0"));
}

TEST(CalculationTest, RefusesAResponseForWhichItCannotBeComputed) {
  EXPECT_THAT(Answered(Asking({Number("a"), Computed("b", "1 / a")}), {Counted("a", "0")}).faults(),
              ElementsAre("answers RULE_FAILED by 1 / a"));
  std::string power = "a";
  for (int i = 0; i < 20; ++i) power += " * a";
  EXPECT_THAT(
      Answered(Asking({Number("a"), Computed("b", power)}), {Counted("a", "99999")}).faults(),
      ElementsAre("answers RULE_FAILED by " + power));
}

TEST(CalculationTest, TellsWhatItsConstraintSaysInEveryLanguage) {
  Question total = Computed("total", "a + 1");
  total.constraint = "total <= 5";
  const auto told = [&](LocalizedText message) {
    total.constraint_message = std::move(message);
    const Answered answered(Asking({Number("a"), total}), {Counted("a", "9")});
    return answered.verdict().violations.at(0).sentence;
  };
  EXPECT_EQ(told({"Hooguit 5.", "At most 5."}), "Hooguit 5. / At most 5.");
  EXPECT_EQ(told({"Hooguit 5.", ""}), "Hooguit 5.");
  EXPECT_EQ(told({}), "must satisfy total <= 5");
}

TEST(CalculationTest, IsHeldToItsConstraint) {
  Question total = Computed("total", "a + b");
  total.constraint = "total <= 100";
  EXPECT_THAT(
      Answered(Asking({Number("a"), Number("b"), total}), {Counted("a", "60"), Counted("b", "41")})
          .faults(),
      ElementsAre("answers CONSTRAINT by total <= 100"));
}

TEST(CalculationTest, MayCallAnElementAsALaterQuestionIsCalled) {
  const Questionnaire named = Asking({MakeQuestion("all", MultipleChoice{Options({"x", "y"})}),
                                      Computed("some", "all.exists(later, later == 'x')"),
                                      MakeQuestion("later", TextInput{}, false, "some")});
  EXPECT_THAT(FaultsOf(named), ElementsAre());
}

TEST(CalculationTest, IsKnownToRulesAsSoonAsItsQuestionsAreAnswered) {
  Question reason = MakeQuestion("reason", TextInput{}, false, "large");
  EXPECT_THAT(FaultsOf(Asking({Number("a"), reason, Computed("large", "a > 10")})), IsEmpty());
  EXPECT_THAT(FaultsOf(Asking({reason, Number("a"), Computed("large", "a > 10")})),
              ElementsAre("sections[0].questions[0].relevance: LATER_QUESTION"));
}

TEST(CalculationTest, NeverDependsOnItself) {
  const auto cycle = [](std::vector<Question> questions) {
    const auto compiled = CompiledQuestionnaire::Compile(Asking(std::move(questions)));
    const auto faults = DetailsOf(compiled.status()).violations;
    EXPECT_EQ(faults.size(), 1u) << compiled.status();
    if (faults.empty()) return std::string();
    return absl::StrCat(faults[0].field, " ", faults[0].reason, " ", faults[0].sentence);
  };
  const std::string first = "sections[0].questions[0]";
  EXPECT_EQ(cycle({Computed("a", "a + 1")}),
            first + ".calculation.expression CYCLE must not depend on itself: a → a");
  EXPECT_EQ(cycle({Computed("a", "b + 1"), Number("n"), Computed("b", "c + n"),
                   Computed("c", "a * 2"), Computed("d", "c + n")}),
            first + ".calculation.expression CYCLE must not depend on itself: a → b → c → a");
  // By way of a question that is put.
  EXPECT_EQ(cycle({MakeQuestion("a", TextInput{}, false, "b"), Computed("b", "size(a) > 3")}),
            first + ".relevance CYCLE must not depend on itself: a → b → a");
  EXPECT_EQ(cycle({Computed("a", "1", 0, "b > 0"), Computed("b", "a + 1")}),
            first + ".relevance CYCLE must not depend on itself: a → b → a");
  EXPECT_EQ(cycle({MakeQuestion("a", RepeatGroup{{MakeQuestion("x", TextInput{}, false, "b > 3")}}),
                   Computed("b", "size(a.x)")}),
            first + ".repeat.questions[0].relevance CYCLE must not depend on itself: a → b → a");
}

TEST(CalculationTest, RefusesWhatIsNoAnswer) {
  const std::string at = "sections[0].questions[1].calculation.expression: ";
  const Question many = MakeQuestion("a", MultipleChoice{Options({"x", "y"})});
  EXPECT_THAT(FaultsOf(Asking({many, Computed("b", "a")})), ElementsAre(at + "WRONG_TYPE"));
  EXPECT_THAT(FaultsOf(Asking({many, Computed("b", "")})), ElementsAre(at + "REQUIRED"));
  EXPECT_THAT(FaultsOf(Asking({many, Computed("b", "c +")})), ElementsAre(at + "SYNTAX"));
  // What reads it is not blamed.
  EXPECT_THAT(FaultsOf(Asking({many, Computed("b", "z"), Computed("c", "b + 1")})),
              ElementsAre(at + "UNKNOWN_NAME"));
}

// Locations with pupils and groups; the pupils per group; the total.
Questionnaire Locations(std::string inner_relevance = "", int least = 0, int most = 0) {
  RepeatGroup group{{MakeQuestion("pupils", NumberInput{"pupils", Exact(0), {}, 0}, true),
                     MakeQuestion("groups", NumberInput{"groups", Exact(1), {}, 0}, false,
                                  std::move(inner_relevance)),
                     Computed("per_group", "pupils / groups", 1),
                     MakeQuestion("mood", MatrixInput{Options({"staff"}), Options({"up", "down"})}),
                     MakeQuestion("note", TextInput{})},
                    least,
                    most};
  Question total = Number("total");
  total.constraint = "total == sum(places.pupils)";
  return Asking({Number("threshold"), MakeQuestion("places", std::move(group)), total,
                 Computed("largest", "max(places.per_group)", 1),
                 Computed("moods", "size(places.mood.staff)")});
}

RepeatAnswer Instances(std::vector<std::vector<DraftAnswer>> instances) {
  return {std::move(instances)};
}

TEST(RepeatGroupTest, ComputesEachInstanceByItself) {
  const Answered answered(
      Locations(), {Said("places", Instances({{Counted("groups", "4"), Counted("pupils", "90")},
                                              {Counted("pupils", "50")},
                                              {Counted("pupils", "60"), Counted("groups", "3")}})),
                    Counted("total", "200")});
  EXPECT_THAT(answered.faults(), IsEmpty());
  EXPECT_THAT(answered.computed(),
              ElementsAre("per_group[1]=22.5", "per_group[3]=20", "largest=22.5", "moods=0"));
}

TEST(RepeatGroupTest, IsReadAsListsAfterIt) {
  const Answered answered(
      Locations(),
      {Said("places", Instances({{Counted("pupils", "90")}, {Counted("pupils", "1")}})),
       Counted("total", "90")});
  EXPECT_THAT(answered.faults(),
              ElementsAre("answers[1].number CONSTRAINT by total == sum(places.pupils)"));
  // Without an answer to the group there are no lists, and the constraint forbids nothing.
  EXPECT_THAT(Answered(Locations(), {Counted("total", "90")}).faults(), IsEmpty());
  EXPECT_THAT(
      Answered(Locations(), {Said("places", Instances({})), Counted("total", "90")}).faults(),
      ElementsAre("answers[1].number CONSTRAINT by total == sum(places.pupils)"));
}

TEST(RepeatGroupTest, HasNoSumWhereNobodyKnowsANumber) {
  NumberInput number{"pupils", {}, {}, 0, true};
  const Questionnaire sums =
      Asking({MakeQuestion("g", RepeatGroup{{MakeQuestion("x", std::move(number))}}),
              Computed("total", "sum(g.x)"), Computed("twice", "sum(g.x.map(x, x * 2))"),
              Computed("known", "size(g.x)"), Computed("places", "g.count()")});
  const std::vector<DraftAnswer> none = {Said("x", NotApplicableAnswer{})};
  EXPECT_THAT(Answered(sums, {Said("g", Instances({none, none}))}).computed(),
              ElementsAre("known=0", "places=2"));
  EXPECT_THAT(Answered(sums, {Said("g", Instances({{}}))}).computed(),
              ElementsAre("known=0", "places=1"));
  // What is known counts, and of no instances the sum is known.
  EXPECT_THAT(Answered(sums, {Said("g", Instances({none, {Counted("x", "3")}}))}).computed(),
              ElementsAre("total=3", "twice=6", "known=1", "places=2"));
  EXPECT_THAT(Answered(sums, {Said("g", Instances({}))}).computed(),
              ElementsAre("total=0", "twice=0", "known=0", "places=0"));
}

TEST(RepeatGroupTest, NamesThePlaceOfAFaultInside) {
  EXPECT_THAT(
      Answered(Locations(),
               {Said("places", Instances({{Counted("pupils", "1")},
                                          {Counted("note", "x"), Counted("groups", "0"),
                                           Counted("total", "1"), Counted("other", "1")}}))})
          .faults(),
      ElementsAre("answers[0].repeat.instances[1].answers[2].question UNKNOWN_QUESTION",
                  "answers[0].repeat.instances[1].answers[3].question UNKNOWN_QUESTION",
                  "answers[0].repeat.instances[1].answers REQUIRED by required",
                  "answers[0].repeat.instances[1].answers[1].number.value OUT_OF_BOUNDS",
                  "answers[0].repeat.instances[1].answers[0] WRONG_TYPE"));
  EXPECT_THAT(Answered(Locations(), {Counted("pupils", "1")}).faults(),
              ElementsAre("answers[0].question UNKNOWN_QUESTION"));
}

TEST(RepeatGroupTest, SaysWhichQuestionOfWhichInstanceAFaultIsAbout) {
  EXPECT_THAT(Answered(Locations(),
                       {Counted("colour", "1"),
                        Said("places", Instances({{Counted("pupils", "1")},
                                                  {Counted("note", "x"), Counted("colour", "1"),
                                                   Counted("groups", "0")}})),
                        Counted("total", "x")})
                  .blamed(),
              ElementsAre("", "[2]", "pupils[2]", "groups[2]", "note[2]", "total"));
  // Also where nothing was sent, and of the group itself.
  EXPECT_THAT(Answered(Locations("", 1), {Said("places", Instances({{}}))}).blamed(),
              ElementsAre("pupils[1]"));
  EXPECT_THAT(Answered(Locations("", 2), {}).blamed(), ElementsAre("places"));
  EXPECT_THAT(Answered(Locations("", 2), {Said("places", Instances({}))}).blamed(),
              ElementsAre("places"));
}

TEST(RepeatGroupTest, AsksForAsManyInstancesAsItMust) {
  const auto faults = [](size_t instances, bool partial = false) {
    std::vector<std::vector<DraftAnswer>> many(instances, {Counted("pupils", "1")});
    return Answered(Locations("", 2, 3), {Said("places", Instances(std::move(many)))}, partial)
        .faults();
  };
  EXPECT_THAT(faults(1), ElementsAre("answers[0].repeat.instances TOO_FEW"));
  EXPECT_THAT(faults(1, true), IsEmpty());
  EXPECT_THAT(faults(2), IsEmpty());
  EXPECT_THAT(faults(4), ElementsAre("answers[0].repeat.instances TOO_MANY"));
  EXPECT_THAT(Answered(Locations("", 2), {}).faults(), ElementsAre("answers TOO_FEW"));
}

TEST(RepeatGroupTest, DropsInsideWhatIsNotRelevantThere) {
  const Answered answered(
      Locations("pupils > threshold"),
      {Counted("threshold", "10"),
       Said("places", Instances({{Counted("pupils", "11"), Counted("groups", "1")},
                                 {Counted("pupils", "9"), Counted("groups", "2"),
                                  Counted("per_group", "4.5")}}))});
  EXPECT_THAT(answered.faults(), IsEmpty());
  EXPECT_THAT(answered.dropped(), ElementsAre("groups: 1 of 2", "per_group: 2 of 2"));
  EXPECT_THAT(answered.computed(), ElementsAre("per_group[1]=11", "largest=11", "moods=0"));
}

TEST(RepeatGroupTest, ForgetsTheInstanceBefore) {
  const Answered answered(
      Locations(), {Said("places", Instances({{Counted("pupils", "8"), Counted("groups", "4")},
                                              {Counted("pupils", "9")}}))});
  EXPECT_THAT(answered.computed(), ElementsAre("per_group[1]=2", "largest=2", "moods=0"));
}

TEST(RepeatGroupTest, CountsAnInstanceWithoutAnswers) {
  EXPECT_THAT(Answered(Locations("", 2), {Said("places", Instances({{}, {}}))}, true).faults(),
              IsEmpty());
  EXPECT_THAT(Answered(Locations("", 1), {Said("places", Instances({{}}))}).faults(),
              ElementsAre("answers[0].repeat.instances[0].answers REQUIRED by required"));
}

TEST(RepeatGroupTest, HasADigestInTheOrderOfItsInstancesAndNotOfTheirAnswers) {
  const std::vector<DraftAnswer> one = {Counted("pupils", "8"), Counted("groups", "4.0")};
  const std::vector<DraftAnswer> same = {Counted("groups", "4"), Counted("pupils", "8")};
  const std::vector<DraftAnswer> two = {Counted("pupils", "9")};
  const auto digest = [](std::vector<std::vector<DraftAnswer>> instances) {
    const Answered answered(Locations(), {Said("places", Instances(std::move(instances)))}, true);
    EXPECT_THAT(answered.faults(), IsEmpty());
    return answered.Digest();
  };
  EXPECT_EQ(digest({one, two}), digest({same, two}));
  EXPECT_NE(digest({one, two}), digest({two, one}));
  EXPECT_NE(digest({one}), digest({one, {}}));
}

TEST(RepeatGroupTest, ShowsItsQuestionsOutsideOnlyAsLists) {
  const auto faults = [](std::string relevance) {
    Questionnaire questionnaire = Locations();
    questionnaire.sections[0].questions[2].relevance = std::move(relevance);
    return FaultsOf(questionnaire);
  };
  const std::string at = "sections[0].questions[2].relevance: ";
  EXPECT_THAT(faults("pupils > 3"), ElementsAre(at + "UNKNOWN_NAME"));
  EXPECT_THAT(faults("places.staff > 3"), ElementsAre(at + "UNKNOWN_NAME"));
  EXPECT_THAT(faults("places.pupils > 3"), ElementsAre(at + "WRONG_TYPE"));
  EXPECT_THAT(faults("'up' in places.mood.staff"), IsEmpty());
}

TEST(RepeatGroupTest, IsCheckedWhenPublished) {
  EXPECT_THAT(FaultsOf(Locations("total > 3")),
              ElementsAre("sections[0].questions[1].repeat.questions[1].relevance: CYCLE"));
  EXPECT_THAT(
      FaultsOf(Locations("note == ''")),
      ElementsAre("sections[0].questions[1].repeat.questions[1].relevance: LATER_QUESTION"));
  EXPECT_THAT(FaultsOf(Locations("", 4, 3)),
              ElementsAre("sections[0].questions[1].repeat.min_instances: OUT_OF_BOUNDS"));
  EXPECT_THAT(FaultsOf(Locations("", 0, 51)),
              ElementsAre("sections[0].questions[1].repeat.max_instances: OUT_OF_BOUNDS"));
  EXPECT_THAT(FaultsOf(Asking({MakeQuestion("a", RepeatGroup{})})),
              ElementsAre("sections[0].questions[0].repeat.questions: REQUIRED"));
  EXPECT_THAT(FaultsOf(Asking({MakeQuestion(
                  "a", RepeatGroup{{MakeQuestion("b", RepeatGroup{{Number("c")}})}})})),
              ElementsAre("sections[0].questions[0].repeat.questions[0]: NESTED_GROUP"));
}

TEST(LimitTest, HoldsForAllAnswersTogether) {
  std::vector<Question> inside;
  for (int i = 0; i < 50; ++i) inside.push_back(Number(absl::StrCat("q", i)));
  const Questionnaire large = Asking({MakeQuestion("one", RepeatGroup{inside}), Number("n")});
  std::vector<std::string> ids;
  for (const Question& question : inside) ids.push_back(question.id);
  std::vector<DraftAnswer> instance;
  for (const std::string& id : ids) instance.push_back(Counted(id, "1"));
  const auto faults = [&](size_t instances, size_t more) {
    std::vector<DraftAnswer> answers(
        2 + more,
        Said("one", Instances(std::vector<std::vector<DraftAnswer>>(instances, instance))));
    return Answered(large, std::move(answers), true).faults();
  };
  EXPECT_THAT(faults(50, 0), ElementsAre("answers TOO_MANY"));
  EXPECT_THAT(faults(49, 0), ElementsAre("answers[1].question ANSWERED_TWICE"));
}

TEST(LimitTest, HoldsForQuestionsOfGroupsToo) {
  std::vector<Question> questions;
  for (int i = 0; i < 499; ++i) questions.push_back(Number(absl::StrCat("q", i)));
  questions.push_back(MakeQuestion("group", RepeatGroup{{Number("inside")}}));
  EXPECT_THAT(FaultsOf(Asking(questions)), ElementsAre("sections: TOO_MANY"));
  questions.erase(questions.begin());
  EXPECT_THAT(FaultsOf(Asking(questions)), IsEmpty());
}

TEST(LimitTest, HoldsForTheLengthAndTheDepthOfRules) {
  const auto faults = [](std::string rule) {
    return FaultsOf(Asking({Number("a"), MakeQuestion("b", TextInput{}, false, std::move(rule))}));
  };
  EXPECT_THAT(faults("a > " + std::string(4090, '1')),
              ElementsAre(testing::HasSubstr("relevance: ")));
  EXPECT_THAT(faults(std::string(4100, ' ') + "a > 1"),
              ElementsAre("sections[0].questions[1].relevance: TOO_LONG"));
  EXPECT_THAT(faults(std::string(65, '(') + "a > 1" + std::string(65, ')')),
              ElementsAre("sections[0].questions[1].relevance: TOO_DEEP"));
  EXPECT_THAT(faults(std::string(30, '(') + "a > 1" + std::string(30, ')')), IsEmpty());
}

TEST(LimitTest, HoldsForAttributes) {
  std::vector<Option> options = Options({"a", "b"});
  for (int i = 0; i < 11; ++i) options[1].attributes[absl::StrCat("x", i)] = "1";
  EXPECT_THAT(FaultsOf(Asking({MakeQuestion("q", SingleChoice{options})})),
              ElementsAre("sections[0].questions[0].single.options[1].attributes: TOO_MANY"));
  options[1].attributes = {{"Province", "1"}};
  EXPECT_THAT(
      FaultsOf(Asking({MakeQuestion("q", SingleChoice{options})})),
      ElementsAre(
          "sections[0].questions[0].single.options[1].attributes[\"Province\"]: INVALID_NAME"));
}

}  // namespace
}  // namespace vg::survey

#include "services/survey/domain/comparison.h"

#include <algorithm>
#include <functional>
#include <random>

#include <gmock/gmock.h>

#include "common/testing/status_matchers.h"
#include "services/survey/domain/test_questionnaire.h"

namespace vg::survey {
namespace {

using ::testing::HasSubstr;
using enum Comparability;

Question& At(Questionnaire& questionnaire, const std::string& id) {
  for (Section& section : questionnaire.sections) {
    for (Question& question : section.questions) {
      if (question.id == id) return question;
    }
  }
  ADD_FAILURE() << id;
  return questionnaire.sections[0].questions[0];
}

const QuestionComparison& Of(const Comparison& comparison, const std::string& id) {
  for (const QuestionComparison& each : comparison) {
    if (each.question == id || (each.question.empty() && each.former_question == id)) return each;
  }
  static const QuestionComparison none;
  ADD_FAILURE() << id;
  return none;
}

Comparison MustCompare(const Questionnaire& before, const Questionnaire& after,
                       const Comparison& statements = {}) {
  absl::StatusOr<Comparison> comparison = Compare(before, after, statements);
  EXPECT_OK(comparison);
  return comparison.ok() ? *comparison : Comparison();
}

// What becomes of `id` when `change` is made to SmallQuestionnaire.
QuestionComparison After(const std::string& id, const std::function<void(Questionnaire&)>& change) {
  Questionnaire after = SmallQuestionnaire();
  change(after);
  return Of(MustCompare(SmallQuestionnaire(), after), id);
}

QuestionComparison Stated(std::string question, std::string former, Comparability comparability,
                          std::string note = "") {
  return {std::move(question), std::move(former), comparability, {std::move(note), ""}};
}

// By question: for comparing regardless of order.
Comparison Sorted(Comparison comparison) {
  std::sort(comparison.begin(), comparison.end(), [](const auto& a, const auto& b) {
    return std::pair(a.question, a.former_question) < std::pair(b.question, b.former_question);
  });
  return comparison;
}

TEST(ComparisonTest, AVersionIsTheSameAsItself) {
  for (const QuestionComparison& each : MustCompare(SmallQuestionnaire(), SmallQuestionnaire())) {
    EXPECT_EQ(each, Stated(each.question, each.question, kSame));
  }
}

TEST(ComparisonTest, WhatOthersAnswerIsNotTheSame) {
  const Comparison comparison =
      MustCompare(SmallQuestionnaire(Role::kSchoolLeader), SmallQuestionnaire(Role::kStaff));
  EXPECT_EQ(comparison.size(), 8u);
  for (const QuestionComparison& each : comparison) {
    EXPECT_EQ(each.comparability, kBroken) << each.question;
    EXPECT_EQ(each.note.nl, "Verschilt in: wie antwoordt.");
    EXPECT_EQ(each.note.en, "Differs in: who answers.");
  }
  EXPECT_THAT(Compare(SmallQuestionnaire(Role::kSchoolLeader), SmallQuestionnaire(Role::kStaff),
                      {Stated("council", "council", kSame, "Dezelfde mensen.")}),
              HasReason("NOT_THE_SAME"));
}

TEST(ComparisonTest, OtherWordsOrderOfOptionsAndDutyAreReworded) {
  const QuestionComparison label =
      After("council", [](auto& q) { At(q, "council").label.nl = "Anders"; });
  EXPECT_EQ(label.comparability, kReworded);
  EXPECT_EQ(label.note.nl, "Verschilt in: formulering.");
  EXPECT_EQ(label.note.en, "Differs in: wording.");
  EXPECT_EQ(After("council", [](auto& q) { At(q, "council").hint.en = "Help"; }).comparability,
            kReworded);
  EXPECT_EQ(After("effect",
                  [](auto& q) {
                    std::get<MatrixInput>(At(q, "effect").type).rows[0].label.nl = "Anders";
                  })
                .comparability,
            kReworded);
  const QuestionComparison order = After("council", [](auto& q) {
    std::ranges::reverse(std::get<SingleChoice>(At(q, "council").type).options);
  });
  EXPECT_EQ(order.note.en, "Differs in: order of options.");
  EXPECT_EQ(order.comparability, kReworded);
  EXPECT_EQ(After("started", [](auto& q) { At(q, "started").required = true; }).comparability,
            kReworded);
  EXPECT_EQ(
      After("started", [](auto& q) { At(q, "started").required_if = "pupils > 3"; }).comparability,
      kReworded);
}

TEST(ComparisonTest, OtherAnswersOrOtherRespondentsAreBroken) {
  const struct {
    const char* id;
    std::function<void(Question&)> change;
    const char* note;
  } kCases[] = {
      {"started", [](Question& q) { q.type = TextInput{}; }, "type"},
      {"council", [](Question& q) { std::get<SingleChoice>(q.type).options.pop_back(); },
       "options"},
      {"council", [](Question& q) { std::get<SingleChoice>(q.type).options[0].missing = true; },
       "options"},
      {"council",
       [](Question& q) { std::get<SingleChoice>(q.type).options[0].attributes["a"] = "b"; },
       "which options are offered"},
      {"effect", [](Question& q) { std::get<MatrixInput>(q.type).rows.pop_back(); }, "rows"},
      {"pupils", [](Question& q) { std::get<NumberInput>(q.type).unit = "fte"; },
       "unit, bounds or decimals"},
      {"pupils", [](Question& q) { std::get<NumberInput>(q.type).max.reset(); },
       "unit, bounds or decimals"},
      {"barriers", [](Question& q) { std::get<MultipleChoice>(q.type).max_choices = 3; },
       "how much can be answered"},
      {"considerations", [](Question& q) { std::get<RankingInput>(q.type).top = 3; },
       "how much can be answered"},
      {"consent", [](Question& q) { q.relevance = "council == 'early'"; }, "who is asked"},
      {"pupils", [](Question& q) { q.constraint = "pupils <= 600"; }, "what is allowed"},
      {"barriers", [](Question& q) { q.choice_filter = "option_id != 'time'"; },
       "which options are offered"},
  };
  for (const auto& each : kCases) {
    const QuestionComparison judged =
        After(each.id, [&](Questionnaire& q) { each.change(At(q, each.id)); });
    EXPECT_EQ(judged.comparability, kBroken) << each.id << ": " << each.note;
    EXPECT_EQ(judged.note.en, absl::StrCat("Differs in: ", each.note, ".")) << each.id;
  }
}

TEST(ComparisonTest, BlanksAndCommentsInRulesMeanNothing) {
  EXPECT_EQ(
      After("consent", [](auto& q) { At(q, "consent").relevance = " council!='no' // asked"; })
          .comparability,
      kSame);
}

TEST(ComparisonTest, WhatRestsOnABrokenQuestionIsBrokenToo) {
  const auto change = [](Questionnaire& q) {
    std::get<SingleChoice>(At(q, "council").type).options[0].id = "soon";
  };
  const QuestionComparison consent = After("consent", change);
  EXPECT_EQ(consent.comparability, kBroken);
  EXPECT_EQ(consent.note.en, "Depends on: council.");
  EXPECT_EQ(After("started", change).comparability, kSame);

  // Unless somebody answers for it.
  Questionnaire after = SmallQuestionnaire();
  change(after);
  const Comparison stated = MustCompare(
      SmallQuestionnaire(), after, {Stated("council", "", kReworded, "Alleen het id is anders.")});
  EXPECT_EQ(Of(stated, "council").comparability, kReworded);
  EXPECT_EQ(Of(stated, "council").note.nl, "Alleen het id is anders.");
  EXPECT_EQ(Of(stated, "consent").comparability, kSame);
}

TEST(ComparisonTest, QuestionsOfARepeatGroupAreComparedWithIt) {
  Questionnaire before = SmallQuestionnaire();
  before.sections[0].questions.push_back(MakeQuestion(
      "places",
      RepeatGroup{
          {MakeQuestion("place", TextInput{}), MakeQuestion("seats", NumberInput{})}, 0, 5}));
  before.sections[1].questions.push_back(
      MakeQuestion("total", Calculation{"sum(places.seats)", 0}));
  Questionnaire after = before;
  Question& group = At(after, "places");
  group.relevance = "council != 'no'";
  std::get<RepeatGroup>(group.type).questions[1].label.nl = "Stoelen";
  const Comparison comparison = MustCompare(before, after);
  EXPECT_EQ(Of(comparison, "places").comparability, kBroken);
  EXPECT_EQ(Of(comparison, "place").note.en, "Differs in: who is asked.");
  EXPECT_EQ(Of(comparison, "seats").note.en, "Differs in: wording, who is asked.");
  EXPECT_EQ(Of(comparison, "total").note.en, "Depends on: places, seats.");
}

TEST(ComparisonTest, TellsWhatIsNewAndWhatIsGone) {
  Questionnaire after = SmallQuestionnaire();
  after.sections[1].questions.pop_back();
  after.sections[0].questions.erase(after.sections[0].questions.begin());
  At(after, "consent").relevance = "";
  after.sections[0].questions.push_back(MakeQuestion("extra", DateInput{}));
  const Comparison comparison = MustCompare(SmallQuestionnaire(), after);
  EXPECT_EQ(Of(comparison, "extra"), Stated("extra", "", kNew));
  ASSERT_GE(comparison.size(), 2u);
  EXPECT_EQ(comparison[comparison.size() - 2], Stated("", "council", kGone));
  EXPECT_EQ(comparison.back(), Stated("", "remarks", kGone));
}

TEST(ComparisonTest, ARenamedQuestionIsTheSameAlsoInRules) {
  Questionnaire after = SmallQuestionnaire();
  At(after, "council").id = "mr";
  At(after, "consent").relevance = "mr != 'no'";
  const Comparison comparison =
      MustCompare(SmallQuestionnaire(), after, {Stated("mr", "council", kUnstated)});
  EXPECT_EQ(Of(comparison, "mr"), Stated("mr", "council", kSame));
  EXPECT_EQ(Of(comparison, "consent").comparability, kSame);
  EXPECT_EQ(comparison.size(), 8u) << "nothing is gone";
}

TEST(ComparisonTest, RefusesStatementsThatCannotBe) {
  Questionnaire after = SmallQuestionnaire();
  At(after, "council").label.nl = "Anders";
  const auto reasons = [&](const Comparison& statements) {
    std::vector<std::string> reasons;
    for (const FieldViolation& violation :
         DetailsOf(Compare(SmallQuestionnaire(), after, statements).status()).violations) {
      reasons.push_back(violation.field + " " + violation.reason);
    }
    return reasons;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(reasons({Stated("nothing", "", kSame), Stated("consent", "nothing", kSame),
                       Stated("", "council", kGone), Stated("started", "", kNew),
                       Stated("remarks", "", kSame), Stated("remarks", "", kSame),
                       Stated("pupils", "remarks", kSame)}),
              ElementsAre("comparisons[0].question UNKNOWN_QUESTION",
                          "comparisons[1].former_question UNKNOWN_QUESTION",
                          "comparisons[2].question REQUIRED",
                          "comparisons[3].comparability NOT_A_JUDGEMENT",
                          "comparisons[5].question COMPARED_TWICE",
                          "comparisons[6].former_question COMPARED_TWICE"));
  EXPECT_THAT(reasons({Stated("council", "", kSame, "Echt waar")}),
              ElementsAre("comparisons[0].comparability NOT_THE_SAME"));
  EXPECT_THAT(
      reasons({Stated("council", "", kBroken), Stated("started", "", kReworded)}),
      ElementsAre("comparisons[0].note NOTE_REQUIRED", "comparisons[1].note NOTE_REQUIRED"));
  EXPECT_THAT(reasons({Stated("council", "", kReworded)}), ElementsAre())
      << "what the texts say needs no note";
}

// Changes a few things of a questionnaire without regard to what its rules would say of it.
Questionnaire Mutated(const Questionnaire& original, std::mt19937& random) {
  Questionnaire mutated = original;
  for (int i = 0; i < 3; ++i) {
    std::vector<Question>& questions = mutated.sections[random() % 2].questions;
    if (questions.empty()) continue;
    const size_t which = random() % questions.size();
    switch (random() % 6) {
      case 0:
        questions[which].label.nl += "!";
        break;
      case 1:
        questions[which].constraint = "1 < 2";
        break;
      case 2:
        questions.erase(questions.begin() + static_cast<std::ptrdiff_t>(which));
        break;
      case 3:
        questions[which].id += "x";
        break;
      case 4:
        questions.push_back(MakeQuestion(absl::StrCat("new", random() % 3), DateInput{}));
        break;
      default:
        questions[which].type = TextInput{};
        break;
    }
    // Ids stay unique.
    std::set<std::string> ids;
    for (Section& section : mutated.sections) {
      std::erase_if(section.questions, [&](const Question& q) { return !ids.insert(q.id).second; });
    }
  }
  return mutated;
}

TEST(ComparisonTest, CompositionIsAssociativeAndHasSamenessAsItsUnit) {
  std::mt19937 random(20220113);
  for (int round = 0; round < 300; ++round) {
    const Questionnaire a = SmallQuestionnaire();
    const Questionnaire b = Mutated(a, random), c = Mutated(b, random), d = Mutated(c, random);
    const Comparison ab = MustCompare(a, b), bc = MustCompare(b, c), cd = MustCompare(c, d);
    ASSERT_EQ(Sorted(Compose(Compose(ab, bc), cd)), Sorted(Compose(ab, Compose(bc, cd))));
    ASSERT_EQ(Compose(ab, MustCompare(b, b)), ab);
    ASSERT_EQ(Compose(MustCompare(a, a), ab), ab);
  }
}

TEST(ComparisonTest, TheWorstOfTheVersionsInBetweenCounts) {
  const Questionnaire first = SmallQuestionnaire();
  Questionnaire second = first;
  At(second, "pupils").constraint = "";
  At(second, "started").label.nl = "Anders";
  const Comparison both = Compose(MustCompare(first, second), MustCompare(second, first));
  EXPECT_EQ(Of(both, "pupils").comparability, kBroken) << "although it is as it was";
  EXPECT_EQ(Of(both, "started").comparability, kReworded);
  EXPECT_EQ(Of(both, "started").note.en, "Differs in: wording. Differs in: wording.");
  EXPECT_EQ(Of(both, "council").comparability, kSame);
}

TEST(ComparisonTest, TheOrderOfQuestionsDoesNotMatter) {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    const Questionnaire before = Mutated(SmallQuestionnaire(), random);
    const Questionnaire after = Mutated(before, random);
    Questionnaire shuffled = after;
    for (Section& section : shuffled.sections) std::ranges::shuffle(section.questions, random);
    std::swap(shuffled.sections[0], shuffled.sections[1]);
    ASSERT_EQ(Sorted(MustCompare(before, after)), Sorted(MustCompare(before, shuffled)));
    ASSERT_EQ(Sorted(MustCompare(shuffled, before)), Sorted(MustCompare(after, before)));
  }
}

TEST(ComparisonTest, WhatIsGoneIsPutInTheOrderOfTheEarlierVersion) {
  const Questionnaire first = SmallQuestionnaire();
  Questionnaire second = first, third = first;
  second.sections[1].questions.erase(second.sections[1].questions.begin());
  third.sections[0].questions.clear();
  third.sections[1].questions.erase(third.sections[1].questions.begin());
  Comparison both = Compose(MustCompare(first, second), MustCompare(second, third));
  OrderGone(first, both);
  std::vector<std::string> gone;
  for (const QuestionComparison& each : both) {
    if (each.comparability == kGone) gone.push_back(each.former_question);
  }
  EXPECT_THAT(gone, ::testing::ElementsAre("council", "consent", "considerations", "barriers"));
}

}  // namespace
}  // namespace vg::survey

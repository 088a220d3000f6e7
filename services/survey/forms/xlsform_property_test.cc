// What both can say survives the way through a form.

#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "services/survey/domain/random_questionnaire.h"
#include "services/survey/domain/response_checker.h"
#include "services/survey/forms/form_writer.h"
#include "services/survey/forms/test_workbook.h"
#include "services/survey/forms/workbook_writer.h"
#include "services/survey/forms/xlsform.h"

namespace vg::survey {
namespace {

using ::testing::IsEmpty;

// A random questionnaire, and the form that says the same.
class Pair {
 public:
  explicit Pair(unsigned seed) : random_(seed) {
    survey_.push_back({"type", "name", "label::Nederlands (nl)", "label::English (en)", "hint",
                       "required", "relevant", "constraint", "calculation", "unit"});
    choices_.push_back({"list_name", "name", "label::nl", "label::en", "missing", "region"});
    questionnaire.title = Text("title");
    questionnaire.role = Role::kBoard;
    const int sections = 1 + Below(3);
    for (int s = 0; s < sections; ++s) {
      Section& section = questionnaire.sections.emplace_back();
      section.title = Text("section");
      survey_.push_back({"begin_group", absl::StrCat("g", s), section.title.nl, section.title.en});
      const int questions = 1 + Below(6);
      for (int q = 0; q < questions; ++q) section.questions.push_back(Any(/*may_repeat=*/true));
      survey_.push_back({"end_group"});
    }
  }

  std::string Workbook() const {
    return MakeWorkbook({{"survey", survey_},
                         {"choices", choices_},
                         {"settings",
                          {{"form_title::nl", "form_title::en"},
                           {questionnaire.title.nl, questionnaire.title.en}}}});
  }

  Questionnaire questionnaire;

 private:
  int Below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  bool Flip() { return Below(2) == 0; }

  LocalizedText Text(std::string_view what) {
    const char* const spice[] = {"é", "<&>", "\"x\"", "'s middags", "€ 5;", "日本"};
    const std::string nl = absl::StrCat(std::string(what), " ", ++texts_, " ", spice[Below(6)]);
    return {nl, Flip() ? nl + " in English" : ""};
  }

  std::vector<Option> Options(const std::string& list) {
    std::vector<Option> options;
    const int count = 2 + Below(5);
    for (int i = 0; i < count; ++i) {
      Option option{absl::StrCat(list, "_", i), Text("option"), Flip()};
      if (Flip()) option.attributes["region"] = absl::StrCat("r", Below(3));
      choices_.push_back({list, option.id, option.label.nl, option.label.en,
                          option.missing ? "yes" : "",
                          option.attributes.contains("region") ? option.attributes["region"] : ""});
      options.push_back(std::move(option));
    }
    return options;
  }

  Question Any(bool may_repeat) {
    Question question;
    question.id = absl::StrCat("q", ++questions_);
    question.label = Text("question");
    const std::string list = absl::StrCat("l", questions_);
    std::string type, constraint, calculation, unit, hint;
    if (Flip()) question.hint.nl = hint = Text("hint").nl;
    question.required = Flip();
    const int kind = Below(may_repeat ? 8 : 7);
    if (kind == 0) {
      type = "select_one " + list;
      question.type = SingleChoice{Options(list)};
    } else if (kind == 1) {
      MultipleChoice multiple{Options(list)};
      if (Flip()) {
        multiple.max_choices = 1 + Below(2);
        constraint = absl::StrCat("count-selected(.) <= ", multiple.max_choices);
      }
      type = "select_multiple " + list;
      question.type = std::move(multiple);
    } else if (kind == 2) {
      RankingInput ranking{Options(list)};
      ranking.top = static_cast<int>(ranking.options.size());
      type = "rank " + list;
      question.type = std::move(ranking);
    } else if (kind == 3) {
      NumberInput number{.unit = Flip() ? "pupils" : ""};
      number.decimals = Flip() ? 6 : 0;
      type = number.decimals == 0 ? "integer" : "decimal";
      unit = number.unit;
      if (Flip()) {
        number.min = Exact(Below(10) - 5);
        number.max = *number.min + Exact(Below(10));
        constraint =
            absl::StrCat(". >= ", number.min->ToText(), " and . <= ", number.max->ToText());
      }
      question.type = std::move(number);
    } else if (kind == 4) {
      type = "date";
      question.type = DateInput{};
    } else if (kind == 5) {
      type = "text";
      question.type = TextInput{};
    } else if (kind == 6) {
      type = "calculate";
      question.required = false;
      calculation = absl::StrCat(Below(50), " * (2 + ", Below(9), ")");
      question.type = Calculation{calculation, 6};
    } else {
      return Repeat(std::move(question), hint);
    }
    std::string relevant;
    if (!choice_.empty() && may_repeat && Flip()) {
      relevant = absl::StrCat("${", choice_, "} = '", option_, "'");
      question.relevance = absl::StrCat(choice_, " == '", option_, "'");
    }
    survey_.push_back({type, question.id, question.label.nl, question.label.en, hint,
                       question.required ? "yes" : "", relevant, constraint, calculation, unit});
    if (kind == 0 && may_repeat) {
      choice_ = question.id;
      option_ = list + "_0";
    }
    return question;
  }

  Question Repeat(Question question, const std::string&) {
    question.required = false;
    question.hint = {};
    survey_.push_back({"begin_repeat", question.id, question.label.nl, question.label.en});
    RepeatGroup group;
    const int count = 1 + Below(3);
    for (int q = 0; q < count; ++q) group.questions.push_back(Any(/*may_repeat=*/false));
    survey_.push_back({"end_repeat"});
    question.type = std::move(group);
    return question;
  }

  std::mt19937 random_;
  TestRows survey_, choices_;
  int texts_ = 0, questions_ = 0;
  std::string choice_, option_;
};

TEST(XlsFormPropertyTest, WhatAFormSaysIsWhatIsAsked) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Pair pair(seed);
    const auto form = ReadXlsForm(pair.Workbook(), Role::kBoard);
    ASSERT_THAT(form.status(), IsOk());
    for (const FormNote& fault : form->faults) {
      ADD_FAILURE() << "seed " << seed << ", row " << fault.row << ": " << fault.message;
    }
    for (const FormNote& warning : form->warnings) {
      ADD_FAILURE() << "seed " << seed << ", row " << warning.row << ": " << warning.message;
    }
    ASSERT_EQ(DigestOf(form->content), DigestOf(pair.questionnaire)) << "seed " << seed;
  }
}

// What XLSForm does not tell apart is not there: every group that is answered has an instance.
void FillGroups(std::vector<DraftAnswer>& answers) {
  std::erase_if(answers, [](const DraftAnswer& answer) {
    const auto* const repeat = std::get_if<RepeatAnswer>(&answer.value);
    return repeat != nullptr && repeat->instances.empty();
  });
}

// What a verdict says; which rule refused a number or a list is left out, for bounds may be part of
// a constraint.
std::multiset<std::string> SayingsOf(const Verdict& verdict, const IdIndex& ids) {
  std::multiset<std::string> sayings;
  for (const FieldViolation& violation : verdict.violations) {
    // A group that must be answered is one with an instance.
    const bool few = violation.reason == "TOO_FEW";
    sayings.insert(violation.field + " " + (few ? "REQUIRED" : violation.reason));
  }
  for (const Verdict::Kept& kept : verdict.kept) {
    sayings.insert(absl::StrCat("kept ", ids.id(kept.question), " ", kept.instance));
  }
  for (const Verdict::Computed& computed : verdict.computed) {
    sayings.insert(absl::StrCat("computed ", std::string(computed.question), " ", computed.value));
  }
  for (const Verdict::Dropped& dropped : verdict.dropped) {
    sayings.insert(absl::StrCat("dropped ", std::string(dropped.question), " ", dropped.instance));
  }
  return sayings;
}

using Compiled = std::shared_ptr<const CompiledQuestionnaire>;

// Written as a form and read again. Null where a form cannot say it, which is told.
Compiled ThereAndBack(Questionnaire& questionnaire, const Compiled& compiled) {
  const WrittenForm written = WriteForm(questionnaire, *compiled, "form", "1");
  for (const FormNote& fault : written.faults) {
    EXPECT_EQ(fault.reason, "NO_COUNTERPART") << fault.message;
  }
  if (!written.faults.empty()) return nullptr;
  const auto workbook = WriteWorkbook(written.sheets);
  EXPECT_THAT(workbook.status(), IsOk());
  auto form = ReadXlsForm(*workbook, questionnaire.role);
  EXPECT_THAT(form.status(), IsOk());
  for (const FormNote& fault : form->faults) {
    ADD_FAILURE() << "row " << fault.row << " " << fault.column << ": " << fault.message;
  }
  questionnaire = std::move(form->content);
  const auto again = CompiledQuestionnaire::Compile(questionnaire);
  EXPECT_THAT(again.status(), IsOk());
  return again.ok() ? *again : nullptr;
}

// Adds a quotient, and messages to rules.
void Spice(RandomQuestionnaire& chance, std::vector<Question>& questions) {
  std::vector<std::string> numbers;
  for (Question& question : questions) {
    if (std::holds_alternative<NumberInput>(question.type)) numbers.push_back(question.id);
    if (!question.constraint.empty() && !std::holds_alternative<RepeatGroup>(question.type)) {
      question.constraint_message = {"Dat kan niet.", ""};
    }
  }
  if (numbers.size() < 2) return;
  const std::string& a =
      numbers[static_cast<size_t>(chance.Draw(static_cast<int>(numbers.size())))];
  const std::string& b =
      numbers[static_cast<size_t>(chance.Draw(static_cast<int>(numbers.size())))];
  questions.push_back(MakeQuestion(
      "share", Calculation{absl::StrCat(b, " != 0 ? ", a, " / ", b, " : number('')"), 2}));
  questions.push_back(
      MakeQuestion("why", TextInput{}, false, absl::StrCat("share.orValue(1) < ", chance.Draw(4))));
}

TEST(XlsFormPropertyTest, WhatIsWrittenAsAFormDecidesEveryResponseAlike) {
  int good = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RandomQuestionnaire chance(seed);
    Questionnaire questionnaire = chance.Make();
    Spice(chance, questionnaire.sections[0].questions);
    const auto compiled = CompiledQuestionnaire::Compile(questionnaire);
    ASSERT_THAT(compiled.status(), IsOk());
    // What is written otherwise the first time may be written otherwise again.
    Questionnaire trips = questionnaire;
    const Compiled once = ThereAndBack(trips, *compiled);
    if (once == nullptr) continue;
    const Compiled twice = ThereAndBack(trips, once);
    ASSERT_NE(twice, nullptr);
    ResponseChecker before(*compiled);
    ResponseChecker after(once);
    ResponseChecker last(twice);
    for (int i = 0; i < 40; ++i) {
      ResponseDraft draft;
      draft.answers = chance.Answer(questionnaire.sections[0].questions);
      draft.partial = chance.Draw(2) == 0;
      FillGroups(draft.answers);
      const auto said = SayingsOf(before.Check(draft), (*compiled)->ids());
      good += before.Check(draft).violations.empty();
      // A faulty answer is none to later rules, which say then what cannot be compared.
      if (before.Check(draft).violations.empty()) {
        ASSERT_EQ(SayingsOf(after.Check(draft), once->ids()), said) << "response " << i;
        ASSERT_EQ(SayingsOf(last.Check(draft), twice->ids()), said) << "response " << i;
      } else {
        ASSERT_FALSE(after.Check(draft).violations.empty()) << "response " << i;
        ASSERT_FALSE(last.Check(draft).violations.empty()) << "response " << i;
      }
    }
  }
  // Otherwise nothing was shown.
  EXPECT_GT(good, 100);
}

TEST(XlsFormPropertyTest, WhatAFormAsksIsWrittenAsItWasRead) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    const Pair pair(seed);
    const auto compiled = CompiledQuestionnaire::Compile(pair.questionnaire);
    ASSERT_THAT(compiled.status(), IsOk());
    const WrittenForm written = WriteForm(pair.questionnaire, **compiled, "form", "1");
    EXPECT_THAT(written.faults, IsEmpty());
    const auto workbook = WriteWorkbook(written.sheets);
    ASSERT_THAT(workbook.status(), IsOk());
    const auto form = ReadXlsForm(*workbook, Role::kBoard);
    ASSERT_THAT(form.status(), IsOk());
    EXPECT_THAT(form->faults, IsEmpty());
    ASSERT_EQ(DigestOf(form->content), DigestOf(pair.questionnaire)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace vg::survey

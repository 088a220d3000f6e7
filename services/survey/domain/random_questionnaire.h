// Questionnaires and responses by chance, for properties that hold for all of them.

#ifndef VG_SERVICES_SURVEY_DOMAIN_RANDOM_QUESTIONNAIRE_H_
#define VG_SERVICES_SURVEY_DOMAIN_RANDOM_QUESTIONNAIRE_H_

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "services/survey/domain/response_draft.h"
#include "services/survey/domain/test_questionnaire.h"

namespace vg::survey {

// Chooses rules only about what is known where they stand, so what it makes can be published.
class RandomQuestionnaire {
 public:
  explicit RandomQuestionnaire(unsigned seed) : random_(seed) {}

  int Draw(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  Questionnaire Make() {
    Questionnaire questionnaire;
    questionnaire.title = {"Vragenlijst", "Questionnaire"};
    Section section{{"Deel", "Part"}, {}};
    for (int i = 0; i < 12; ++i) section.questions.push_back(Any(true));
    // Calculations stand anywhere.
    for (int i = 0; i < 3; ++i) {
      Question question = Computed();
      section.questions.insert(section.questions.begin() + Draw(12), std::move(question));
    }
    questionnaire.sections.push_back(std::move(section));
    return questionnaire;
  }

  // Answers to most of the questions, in any order; some of them wrong.
  std::vector<DraftAnswer> Answer(const std::vector<Question>& questions) {
    std::vector<DraftAnswer> answers;
    for (const Question& question : questions) {
      if (Draw(5) > 0) answers.push_back({question.id, Value(question)});
    }
    std::shuffle(answers.begin(), answers.end(), random_);
    return answers;
  }

  std::mt19937& random() { return random_; }

 private:
  static constexpr const char* kNumbers[] = {"0", "1", "2.5", "7", "12.0", "-3", "x"};
  static constexpr const char* kOptions[] = {"a", "b", "c", "d"};

  std::string NewId() { return absl::StrCat("q", ++count_); }

  Question Any(bool group) {
    Question question = MakeQuestion(NewId(), DateInput{}, Draw(4) == 0);
    if (Draw(3) == 0) question.relevance = Condition();
    if (!question.required && Draw(4) == 0) question.required_if = Condition();
    switch (Draw(group ? 7 : 6)) {
      case 0:
      case 1:
        question.type = NumberInput{"", {}, Exact(10), 1};
        if (Draw(3) == 0 && !numbers_.empty()) {
          question.constraint = absl::StrCat(question.id, " >= ", Number());
        }
        numbers_.push_back(question.id);
        break;
      case 2: {
        std::vector<Option> options = Options({"a", "b", "c"});
        options[0].attributes = {{"kind", "x"}};
        question.type = SingleChoice{std::move(options)};
        if (Draw(3) == 0) question.choice_filter = "option.kind == 'x' || " + Condition();
        choices_.push_back(question.id);
        break;
      }
      case 3:
        question.type = MultipleChoice{Options({"a", "b", "c"}), 2};
        if (Draw(3) == 0) question.choice_filter = "option_id != 'b' || " + Condition();
        lists_.push_back(question.id);
        break;
      case 4:
        question.type = TextInput{};
        texts_.push_back(question.id);
        break;
      case 5:
        question.type = Calculation{absl::StrCat(Number(), " + 1 / 4"), 1};
        numbers_.push_back(question.id);
        break;
      default:
        // As many as a number says, or as there are.
        if (!question.required && Draw(4) == 0 && !numbers_.empty()) {
          const std::string number = absl::StrCat("(floor(", Number(), ")).orValue(0)");
          question.required_if = number + " > 0";
          question.constraint = question.id + ".count() == " + number;
        }
        question.type = Group(question.id);
        break;
    }
    return question;
  }

  RepeatGroup Group(const std::string& id) {
    const auto numbers = numbers_;
    const auto choices = choices_;
    const auto lists = lists_;
    const auto texts = texts_;
    RepeatGroup group;
    for (int i = 0; i < 4; ++i) group.questions.push_back(Any(false));
    numbers_ = numbers;
    choices_ = choices;
    lists_ = lists;
    texts_ = texts;
    for (const Question& question : group.questions) {
      if (std::holds_alternative<NumberInput>(question.type)) {
        numbers_.push_back(absl::StrCat("sum(", id, ".", question.id, ")"));
      }
    }
    return group;
  }

  Question Computed() {
    return MakeQuestion(NewId(), Calculation{absl::StrCat(Number(), " * ", Number()), Draw(3)});
  }

  std::string Number() {
    return numbers_.empty() ? "3" : numbers_[Draw(static_cast<int>(numbers_.size()))];
  }

  static const std::string& Pick(const std::vector<std::string>& names, int place) {
    return names[static_cast<size_t>(place) % names.size()];
  }

  std::string Condition(int depth = 2) {
    const int place = Draw(1000);
    switch (Draw(depth > 0 ? 13 : 9)) {
      case 0:
        if (!choices_.empty()) return Pick(choices_, place) + " == 'a'";
        break;
      case 1:
        if (!choices_.empty()) return Pick(choices_, place) + " != 'b'";
        break;
      case 2:
        if (!choices_.empty()) return Pick(choices_, place) + " in ['a', 'c']";
        break;
      case 3:
        if (!lists_.empty()) return absl::StrCat("'a' in ", Pick(lists_, place));
        break;
      case 4:
        if (!lists_.empty()) return absl::StrCat("size(", Pick(lists_, place), ") > ", Draw(2));
        break;
      case 5:
        if (!texts_.empty()) return Pick(texts_, place) + ".contains('ex')";
        break;
      case 6:
        return absl::StrCat(Number(), " % 2 == ", Draw(2));
      case 7:
        return absl::StrCat("has(", Number(), ")");
      case 9:
        return absl::StrCat("!(", Condition(depth - 1), ")");
      case 10:
        return absl::StrCat("(", Condition(depth - 1), ").orValue(",
                            Draw(2) == 0 ? "true" : "false", ")");
      case 11:
        return absl::StrCat("(", Condition(depth - 1), " && ", Condition(depth - 1), ")");
      case 12:
        return absl::StrCat("(", Condition(depth - 1), " || ", Condition(depth - 1), ")");
      default:
        break;
    }
    return absl::StrCat(Number(), " > ", Draw(4));
  }

  AnswerValue Value(const Question& question) {
    const char* const number = kNumbers[Draw(Draw(8) == 0 ? 7 : 5)];
    const char* const option = kOptions[Draw(Draw(8) == 0 ? 4 : 3)];
    if (std::holds_alternative<SingleChoice>(question.type)) return ChoiceAnswer{option};
    if (std::holds_alternative<MultipleChoice>(question.type)) return ChoicesAnswer{{option}};
    if (std::holds_alternative<TextInput>(question.type)) return TextAnswer{"text"};
    if (const auto* group = std::get_if<RepeatGroup>(&question.type)) {
      RepeatAnswer repeat;
      for (int i = Draw(3); i > 0; --i) repeat.instances.push_back(Answer(group->questions));
      return repeat;
    }
    return NumberAnswer{number};
  }

  std::mt19937 random_;
  int count_ = 0;
  std::vector<std::string> numbers_;  // What is known, as rules name it.
  std::vector<std::string> choices_;
  std::vector<std::string> lists_;
  std::vector<std::string> texts_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_RANDOM_QUESTIONNAIRE_H_

#include <algorithm>
#include <bitset>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "common/time/clock.h"
#include "services/survey/domain/answer_words.h"
#include "services/survey/domain/response_checker.h"

namespace vg::survey {
namespace {

using expression::Absence;
using expression::Value;

constexpr size_t kMaxOptions = 200;

// The variant's alternatives follow the order of AnswerKind, after the empty one.
bool Fits(const AnswerValue& value, AnswerKind kind) {
  return value.index() == static_cast<size_t>(kind) + 1;
}

absl::CivilDay DayOf(const DateAnswer& date) {
  return absl::CivilDay(date.year, date.month, date.day);
}

}  // namespace

bool ResponseChecker::CheckValue(const DraftAnswer& answer, int place, int index) {
  const CompiledQuestion& question = questionnaire_->questions()[index];
  if (question.allow_not_applicable && std::holds_alternative<NotApplicableAnswer>(answer.value)) {
    Tell(question, Absence::kNotApplicable);
    return true;
  }
  if (!Fits(answer.value, question.kind)) {
    Fault(At(place), "WRONG_TYPE",
          absl::StrCat("must be answered with ", Av(KindWords(question.kind))));
    return false;
  }
  switch (question.kind) {
    case AnswerKind::kChoice:
      return CheckChoice(std::get<ChoiceAnswer>(answer.value), place, question);
    case AnswerKind::kChoices:
      return CheckChoices(std::get<ChoicesAnswer>(answer.value).options, place, question,
                          "choices.options");
    case AnswerKind::kNumber:
      return CheckNumber(std::get<NumberAnswer>(answer.value), place, question);
    case AnswerKind::kDate:
      return CheckDate(std::get<DateAnswer>(answer.value), place, question);
    case AnswerKind::kText: {
      const auto& text = std::get<TextAnswer>(answer.value);
      if (text.text.empty()) {
        if (const auto rule = WhyRequired(question, place)) {
          Fault(At(place, "text"), "REQUIRED", "must not be empty", *rule);
          return false;
        }
      }
      return CheckText(text, place, question);
    }
    case AnswerKind::kMatrix:
      return CheckMatrix(std::get<MatrixAnswer>(answer.value), place, question);
    case AnswerKind::kRepeat:
      return CheckRepeat(std::get<RepeatAnswer>(answer.value), place, index);
    case AnswerKind::kRanking: {
      const auto& options = std::get<RankingAnswer>(answer.value).options;
      if (options.empty()) {
        if (const auto rule = WhyRequired(question, place)) {
          Fault(At(place, "ranking.options"), "REQUIRED", "must rank at least one option", *rule);
          return false;
        }
      }
      return CheckChoices(options, place, question, "ranking.options");
    }
  }
  return false;
}

bool ResponseChecker::CheckChoice(const ChoiceAnswer& answer, int place,
                                  const CompiledQuestion& question) {
  const int option = question.options.Find(answer.option);
  if (option < 0) {
    Fault(At(place, "choice"), "NOT_AN_OPTION",
          absl::StrCat("must be an option of the question; \"", Av(answer.option.substr(0, 63)),
                       "\" is not"));
    return false;
  }
  if (question.choice_filter && !CheckOffered(option, question, "choice", place, -1)) return false;
  if (question.slot >= 0) frame_.Set(question.slot, question.option_values[option]);
  return true;
}

bool ResponseChecker::CheckOffered(int option, const CompiledQuestion& question,
                                   std::string_view field, int place, int index) {
  const ChoiceFilter& filter = *question.choice_filter;
  for (const ChoiceFilter::Column& column : filter.columns) {
    frame_.Set(column.slot, column.values[static_cast<size_t>(option)]);
  }
  const absl::StatusOr<Value> offered = filter.rule.Evaluate(frame_);
  if (offered.ok() && !offered->absent() && offered->bool_value()) return true;
  // It may come to nothing because of an answer that was found faulty.
  if (offered.ok() && offered->absent() && !verdict_.violations.empty()) return true;
  std::string at = At(place, field);
  if (index >= 0) absl::StrAppend(&at, "[", index, "]");
  if (offered.ok()) {
    Fault(std::move(at), "NOT_OFFERED",
          absl::StrCat("must be an option that is offered; \"", question.options.id(option),
                       "\" is not, by ", filter.rule.source()),
          filter.rule.source());
  } else {
    Fault(std::move(at), "RULE_FAILED",
          absl::StrCat("the choice filter cannot be computed: ", offered.status().message()),
          filter.rule.source());
  }
  return false;
}

bool ResponseChecker::CheckChoices(const std::vector<std::string_view>& options, int place,
                                   const CompiledQuestion& question, std::string_view field) {
  if (question.most > 0 && options.size() > static_cast<size_t>(question.most)) {
    Fault(At(place, field), "TOO_MANY",
          absl::StrCat("must have at most ", question.most, ", has ", options.size()));
    return false;
  }
  std::bitset<kMaxOptions> seen;
  expression::ValueList values;
  if (question.slot >= 0) values.reserve(options.size());
  for (size_t i = 0; i < options.size(); ++i) {
    const int option = question.options.Find(options[i]);
    if (option < 0) {
      Fault(absl::StrCat(At(place, field), "[", i, "]"), "NOT_AN_OPTION",
            absl::StrCat("must be an option of the question; \"", Av(options[i].substr(0, 63)),
                         "\" is not"));
      return false;
    }
    if (seen[option]) {
      Fault(absl::StrCat(At(place, field), "[", i, "]"), "CHOSEN_TWICE",
            absl::StrCat("must be chosen once; \"", Av(options[i]), "\" is there already"));
      return false;
    }
    seen[option] = true;
    if (question.choice_filter &&
        !CheckOffered(option, question, field, place, static_cast<int>(i))) {
      return false;
    }
    if (question.slot >= 0) values.push_back(question.option_values[option]);
  }
  if (question.slot >= 0) frame_.Set(question.slot, Value::List(std::move(values)));
  return true;
}

bool ResponseChecker::CheckNumber(const NumberAnswer& answer, int place,
                                  const CompiledQuestion& question) {
  absl::StatusOr<Exact> number = answer.decimal.size() > kMaxNumberLength
                                     ? absl::InvalidArgumentError("")
                                     : Exact::FromDecimal(answer.decimal);
  if (!number.ok()) {
    Fault(At(place, "number.value"), "MALFORMED_NUMBER",
          absl::StrCat("must be a decimal number such as 12 or -0.5, of at most ", kMaxNumberLength,
                       " characters"));
    return false;
  }
  if ((question.min && *number < *question.min) || (question.max && *question.max < *number)) {
    std::string sentence = "must be ";
    if (question.min) absl::StrAppend(&sentence, "at least ", question.min->ToText());
    if (question.min && question.max) sentence += " and ";
    if (question.max) absl::StrAppend(&sentence, "at most ", question.max->ToText());
    Fault(At(place, "number.value"), "OUT_OF_BOUNDS",
          absl::StrCat(sentence, "; is ", number->ToText()));
    return false;
  }
  if (!number->IsInteger() && !(*number * PowerOfTen(question.decimals)).IsInteger()) {
    Fault(
        At(place, "number.value"), "TOO_MANY_DECIMALS",
        absl::StrCat("must have at most ", question.decimals, " decimals; is ", number->ToText()));
    return false;
  }
  if (question.slot >= 0) frame_.Set(question.slot, Value::Number(*std::move(number)));
  return true;
}

bool ResponseChecker::CheckDate(const DateAnswer& answer, int place,
                                const CompiledQuestion& question) {
  const absl::CivilDay day = DayOf(answer);
  if (answer.year < 1 || answer.year > 9999 || day.year() != answer.year ||
      day.month() != answer.month || day.day() != answer.day) {
    Fault(At(place, "date"), "IMPOSSIBLE_DATE",
          absl::StrCat("must be a day of the calendar; ", answer.year, "-", answer.month, "-",
                       answer.day, " is not"));
    return false;
  }
  if (question.slot >= 0) frame_.Set(question.slot, Value::Text(FormatDay(day)));
  return true;
}

bool ResponseChecker::CheckText(const TextAnswer& answer, int place,
                                const CompiledQuestion& question) {
  // Bytes are at least as many as characters.
  if (answer.text.size() > static_cast<size_t>(question.most)) {
    if (const size_t length = CountCharacters(answer.text);
        length > static_cast<size_t>(question.most)) {
      Fault(At(place, "text"), "TOO_LONG",
            absl::StrCat("must have at most ", question.most, " characters, has ", length));
      return false;
    }
  }
  if (question.slot >= 0) frame_.Set(question.slot, Value::Text(std::string(answer.text)));
  return true;
}

bool ResponseChecker::CheckMatrix(const MatrixAnswer& answer, int place,
                                  const CompiledQuestion& question) {
  // Rows that are not answered are absent, also when an earlier row turns out to be faulty.
  Tell(question, Absence::kUnanswered);
  for (const auto& [row_id, option_id] : answer.rows) {
    const int row = question.rows.Find(row_id);
    const int option = question.options.Find(option_id);
    if (row < 0 || option < 0) {
      Fault(absl::StrCat(At(place, "matrix.rows"), "[\"", Av(row_id.substr(0, 63)), "\"]"),
            "NOT_AN_OPTION",
            row < 0 ? std::string("must be a row of the question")
                    : absl::StrCat("must be an option of the question; \"",
                                   Av(option_id.substr(0, 63)), "\" is not"));
      return false;
    }
    if (question.row_slots[row] >= 0) {
      frame_.Set(question.row_slots[row], question.option_values[option]);
    }
  }
  if (answer.rows.size() < static_cast<size_t>(question.rows.size())) {
    if (const auto rule = WhyRequired(question, place)) {
      Fault(At(place, "matrix.rows"), "REQUIRED",
            absl::StrCat("must have an answer for each of the ", question.rows.size(), " rows"),
            *rule);
      return false;
    }
  }
  return true;
}

}  // namespace vg::survey

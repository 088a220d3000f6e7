#include "services/survey/domain/response_checker.h"

#include <algorithm>
#include <bitset>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/digest/digest.h"
#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "common/time/clock.h"

namespace vg::survey {
namespace {

using expression::Absence;
using expression::Value;

constexpr size_t kMaxOptions = 200;
constexpr size_t kMaxNumberLength = 40;
// A respondent is not told about the hundredth mistake.
constexpr size_t kMaxViolations = 100;

std::string At(int place, std::string_view field = {}) {
  return field.empty() ? absl::StrCat("answers[", place, "]")
                       : absl::StrCat("answers[", place, "].", Av(field));
}

size_t CountCharacters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string_view KindWords(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::kChoice:
      return "choice";
    case AnswerKind::kChoices:
      return "choices";
    case AnswerKind::kNumber:
      return "number";
    case AnswerKind::kDate:
      return "date";
    case AnswerKind::kText:
      return "text";
    case AnswerKind::kMatrix:
      return "matrix";
    case AnswerKind::kRanking:
      return "ranking";
  }
  return "text";
}

// The variant's alternatives follow the order of AnswerKind, after the empty one.
bool Fits(const AnswerValue& value, AnswerKind kind) {
  return value.index() == static_cast<size_t>(kind) + 1;
}

std::vector<std::string_view> Sorted(std::vector<std::string_view> ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::CivilDay DayOf(const DateAnswer& date) {
  return absl::CivilDay(date.year, date.month, date.day);
}

class ValueDigest {
 public:
  explicit ValueDigest(DigestBuilder& digest) : digest_(digest) {}

  void operator()(const std::monostate&) { digest_.Absent(); }
  void operator()(const ChoiceAnswer& answer) { digest_.Record("choice").Text(answer.option); }
  void operator()(const ChoicesAnswer& answer) {
    digest_.Record("choices");
    List(Sorted(answer.options));
  }
  void operator()(const NumberAnswer& answer) {
    digest_.Record("number");
    const absl::StatusOr<Exact> number = Exact::FromDecimal(answer.decimal);
    // A dropped answer may be anything.
    if (number.ok()) {
      digest_.Number(*number);
    } else {
      digest_.Text(answer.decimal);
    }
  }
  void operator()(const DateAnswer& answer) {
    digest_.Record("date").Integer(answer.year).Integer(answer.month).Integer(answer.day);
  }
  void operator()(const TextAnswer& answer) { digest_.Record("text").Text(answer.text); }
  void operator()(const MatrixAnswer& answer) {
    auto rows = answer.rows;
    std::sort(rows.begin(), rows.end());
    digest_.Record("matrix").List(rows.size());
    for (const auto& [row, option] : rows) digest_.Text(row).Text(option);
  }
  void operator()(const RankingAnswer& answer) {
    digest_.Record("ranking");
    List(answer.options);
  }

 private:
  void List(const std::vector<std::string_view>& ids) {
    digest_.List(ids.size());
    for (const std::string_view id : ids) digest_.Text(id);
  }

  DigestBuilder& digest_;
};

}  // namespace

ResponseChecker::ResponseChecker(std::shared_ptr<const CompiledQuestionnaire> questionnaire)
    : questionnaire_(std::move(questionnaire)), frame_(questionnaire_->environment()) {}

const Verdict& ResponseChecker::Check(const ResponseDraft& draft) {
  verdict_.violations.clear();
  verdict_.kept.clear();
  verdict_.dropped.clear();
  frame_.Clear();
  PlaceAnswers(draft);
  for (size_t i = 0; i < questionnaire_->questions().size(); ++i) {
    CheckQuestion(draft, static_cast<int>(i));
  }
  return verdict_;
}

void ResponseChecker::PlaceAnswers(const ResponseDraft& draft) {
  answer_of_.assign(questionnaire_->questions().size(), -1);
  for (size_t i = 0; i < draft.answers.size(); ++i) {
    const int place = static_cast<int>(i);
    const int question = questionnaire_->ids().Find(draft.answers[i].question);
    if (question < 0) {
      Fault(At(place, "question"), "UNKNOWN_QUESTION",
            absl::StrCat("must be a question of the questionnaire; \"",
                         Av(draft.answers[i].question.substr(0, 63)), "\" is not"));
    } else if (answer_of_[question] >= 0) {
      Fault(At(place, "question"), "ANSWERED_TWICE",
            absl::StrCat("must be answered once; answers[", answer_of_[question], "] answers \"",
                         Av(draft.answers[i].question), "\" too"));
    } else {
      answer_of_[question] = place;
    }
  }
}

void ResponseChecker::CheckQuestion(const ResponseDraft& draft, int index) {
  const CompiledQuestion& question = questionnaire_->questions()[index];
  const std::string& id = questionnaire_->ids().id(index);
  const int place = answer_of_[index];
  if (question.relevance) {
    const absl::StatusOr<Value> relevant = question.relevance->Evaluate(frame_);
    if (!relevant.ok()) {
      Fault(place < 0 ? "answers" : At(place), "RULE_FAILED",
            absl::StrCat("the relevance of \"", id,
                         "\" cannot be computed: ", relevant.status().message()));
      return;
    }
    if (relevant->absent() || !relevant->bool_value()) {
      Tell(question, Absence::kNotAsked);
      if (place >= 0) verdict_.dropped.push_back({place, question.relevance->source()});
      return;
    }
  }
  if (place < 0) {
    Tell(question, Absence::kUnanswered);
    if (question.required && !draft.partial) {
      Fault("answers", "REQUIRED", absl::StrCat("must hold an answer to \"", id, "\""));
    }
    return;
  }
  if (!CheckValue(draft.answers[place], place, index, draft.partial)) {
    // Later rules see no answer; what they say about other answers is then of no use, so a faulty
    // answer may hide a later one's fault, never make one up.
    Tell(question, Absence::kUnanswered);
    return;
  }
  verdict_.kept.push_back(place);
  if (!question.constraint) return;
  const absl::StatusOr<Value> holds = question.constraint->Evaluate(frame_);
  if (!holds.ok()) {
    Fault(At(place), "RULE_FAILED",
          absl::StrCat("the constraint of \"", id,
                       "\" cannot be computed: ", holds.status().message()));
  } else if (!holds->absent() && !holds->bool_value()) {
    Fault(At(place, KindWords(question.kind)), "CONSTRAINT",
          question.constraint_message.empty()
              ? absl::StrCat("must satisfy ", question.constraint->source())
              : question.constraint_message);
  }
}

bool ResponseChecker::CheckValue(const DraftAnswer& answer, int place, int index, bool partial) {
  const CompiledQuestion& question = questionnaire_->questions()[index];
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
      if (text.text.empty() && question.required && !partial) {
        Fault(At(place, "text"), "REQUIRED", "must not be empty");
        return false;
      }
      return CheckText(text, place, question);
    }
    case AnswerKind::kMatrix:
      return CheckMatrix(std::get<MatrixAnswer>(answer.value), place, index, partial);
    case AnswerKind::kRanking: {
      const auto& options = std::get<RankingAnswer>(answer.value).options;
      if (options.empty() && question.required && !partial) {
        Fault(At(place, "ranking.options"), "REQUIRED", "must rank at least one option");
        return false;
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
  if (question.slot >= 0) frame_.Set(question.slot, question.option_values[option]);
  return true;
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

bool ResponseChecker::CheckMatrix(const MatrixAnswer& answer, int place, int index, bool partial) {
  const CompiledQuestion& question = questionnaire_->questions()[index];
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
  if (question.required && !partial &&
      answer.rows.size() < static_cast<size_t>(question.rows.size())) {
    Fault(At(place, "matrix.rows"), "REQUIRED",
          absl::StrCat("must have an answer for each of the ", question.rows.size(), " rows"));
    return false;
  }
  return true;
}

void ResponseChecker::Tell(const CompiledQuestion& question, Absence why) {
  if (question.slot >= 0) frame_.Set(question.slot, Value::Absent(why));
  for (const expression::Slot slot : question.row_slots) {
    if (slot >= 0) frame_.Set(slot, Value::Absent(why));
  }
}

void ResponseChecker::Fault(std::string field, std::string_view reason, std::string sentence) {
  if (verdict_.violations.size() >= kMaxViolations) return;
  verdict_.violations.push_back({std::move(field), std::string(reason), std::move(sentence)});
}

std::string ResponseChecker::Digest(const ResponseDraft& draft) const {
  DigestBuilder digest("voortgang.survey.response.v1");
  digest.Text(draft.name).Text(draft.questionnaire_version).Text(draft.unit).Flag(draft.partial);
  if (draft.client_time) {
    digest.Integer(absl::ToUnixMicros(*draft.client_time));
  } else {
    digest.Absent();
  }
  digest.List(draft.answers.size());
  ValueDigest values(digest);
  for (size_t i = 0; i < answer_of_.size(); ++i) {
    if (answer_of_[i] < 0) continue;
    digest.Text(questionnaire_->ids().id(static_cast<int>(i)));
    std::visit(values, draft.answers[answer_of_[i]].value);
  }
  return digest.Finish();
}

}  // namespace vg::survey

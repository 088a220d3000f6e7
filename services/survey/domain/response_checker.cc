#include "services/survey/domain/response_checker.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/numeric/exact.h"
#include "common/status/absl_view.h"
#include "common/time/clock.h"
#include "services/survey/domain/answer_words.h"

namespace vg::survey {
namespace {

using expression::Absence;
using expression::Value;

// A respondent is not told about the hundredth mistake.
constexpr size_t kMaxViolations = 100;

size_t CountAnswers(const std::vector<DraftAnswer>& answers) {
  size_t count = answers.size();
  for (const DraftAnswer& answer : answers) {
    const auto* const repeat = std::get_if<RepeatAnswer>(&answer.value);
    if (repeat == nullptr) continue;
    for (const std::vector<DraftAnswer>& instance : repeat->instances) {
      count += CountAnswers(instance);
    }
  }
  return count;
}

// Whether `sent` says what was computed.
bool SameAs(const Verdict::Computed& computed, const AnswerValue& sent) {
  switch (computed.kind) {
    case AnswerKind::kNumber: {
      const auto* const number = std::get_if<NumberAnswer>(&sent);
      if (number == nullptr) return false;
      const absl::StatusOr<Exact> value = Exact::FromDecimal(number->decimal);
      return value.ok() && value->ToText() == computed.value;
    }
    case AnswerKind::kChoice: {
      const auto* const choice = std::get_if<ChoiceAnswer>(&sent);
      return choice != nullptr && choice->option == computed.value;
    }
    default: {
      const auto* const text = std::get_if<TextAnswer>(&sent);
      return text != nullptr && text->text == computed.value;
    }
  }
}

}  // namespace

ResponseChecker::ResponseChecker(std::shared_ptr<const CompiledQuestionnaire> questionnaire)
    : questionnaire_(std::move(questionnaire)), frame_(questionnaire_->environment()) {}

const Verdict& ResponseChecker::Check(const ResponseDraft& draft) {
  Begin(draft);
  if (const size_t count = CountAnswers(draft.answers); count > kMaxAnswers) {
    Fault("answers", "TOO_MANY",
          absl::StrCat("must have at most ", kMaxAnswers,
                       " answers together with those inside repeat groups, has ", count));
    return verdict_;
  }
  return Evaluate(draft);
}

const Verdict& ResponseChecker::CheckAgain(const ResponseDraft& draft) {
  Begin(draft);
  return Evaluate(draft);
}

void ResponseChecker::Begin(const ResponseDraft& draft) {
  verdict_.violations.clear();
  verdict_.rules.clear();
  verdict_.places.clear();
  verdict_.kept.clear();
  verdict_.computed.clear();
  verdict_.dropped.clear();
  frame_.Clear();
  scope_ = {.answers = &draft.answers};
  question_ = -1;
  partial_ = draft.partial;
  answer_of_.assign(questionnaire_->questions().size(), -1);
}

const Verdict& ResponseChecker::Evaluate(const ResponseDraft& draft) {
  if (questionnaire_->today_slot() >= 0) {
    frame_.Set(questionnaire_->today_slot(), Value::Text(FormatDay(draft.today)));
  }
  PlaceAnswers();
  for (const int question : questionnaire_->order()) CheckQuestion(question);
  if (questionnaire_->evaluates_in_order()) return verdict_;
  std::sort(verdict_.kept.begin(), verdict_.kept.end(),
            [this](const Verdict::Kept& a, const Verdict::Kept& b) {
              const auto outside = [this](const Verdict::Kept& kept) {
                const int group = questionnaire_->questions()[kept.question].group;
                return group < 0 ? kept.question : group;
              };
              return std::tuple(outside(a), a.instance, a.question) <
                     std::tuple(outside(b), b.instance, b.question);
            });
  return verdict_;
}

void ResponseChecker::PlaceAnswers() {
  const std::vector<DraftAnswer>& answers = *scope_.answers;
  int question = -1;
  for (size_t i = 0; i < answers.size(); ++i) {
    const int place = static_cast<int>(i);
    // Most answers come in the order of the questionnaire.
    question = questionnaire_->ids().Find(answers[i].question, question + 1);
    question_ = question;
    if (question < 0) {
      Fault(At(place, "question"), "UNKNOWN_QUESTION",
            absl::StrCat("must be a question of the questionnaire; \"",
                         Av(answers[i].question.substr(0, 63)), "\" is not"));
    } else if (const int group = questionnaire_->questions()[question].group;
               group != scope_.group) {
      Fault(At(place, "question"), "UNKNOWN_QUESTION",
            group < 0 ? std::string("must be a question of the repeat group; this one is not")
                      : absl::StrCat("must be answered inside \"", questionnaire_->ids().id(group),
                                     "\""));
    } else if (answer_of_[question] >= 0) {
      Fault(At(place, "question"), "ANSWERED_TWICE",
            absl::StrCat("must be answered once; answers[", answer_of_[question], "] answers \"",
                         Av(answers[i].question), "\" too"));
    } else {
      answer_of_[question] = place;
    }
  }
}

void ResponseChecker::CheckQuestion(int index) {
  question_ = index;
  const CompiledQuestion& question = questionnaire_->questions()[index];
  if (question.relevance && !IsRelevant(index)) return;
  if (question.calculation) return Calculate(index);
  const int place = answer_of_[index];
  if (place < 0) return CheckMissing(index);
  // A group stands before what is in it.
  if (question.kind == AnswerKind::kRepeat) {
    verdict_.kept.push_back({.question = index, .answer = place});
  }
  if (!CheckValue((*scope_.answers)[place], place, index)) {
    // Later rules see no answer; what they say about other answers is then of no use, so a faulty
    // answer may hide a later one's fault, never make one up.
    Tell(question, Absence::kUnanswered);
    return;
  }
  if (question.kind != AnswerKind::kRepeat) {
    verdict_.kept.push_back({.question = index, .instance = scope_.instance, .answer = place});
  }
  if (question.constraint) CheckConstraint(index, place, KindWords(question.kind));
}

bool ResponseChecker::IsRelevant(int index) {
  const CompiledQuestion& question = questionnaire_->questions()[index];
  const int place = answer_of_[index];
  const absl::StatusOr<Value> relevant = question.relevance->Evaluate(frame_);
  if (!relevant.ok()) {
    Fault(place < 0 ? Answers() : At(place), "RULE_FAILED",
          absl::StrCat("the relevance of \"", questionnaire_->ids().id(index),
                       "\" cannot be computed: ", relevant.status().message()),
          question.relevance->source());
    Tell(question, Absence::kUnanswered);
    return false;
  }
  if (!relevant->absent() && relevant->bool_value()) return true;
  Tell(question, Absence::kNotAsked);
  if (place >= 0) Drop(index, question.relevance->source(), DropReason::kNotRelevant);
  return false;
}

std::optional<std::string_view> ResponseChecker::WhyRequired(const CompiledQuestion& question,
                                                             int place) {
  if (partial_) return std::nullopt;
  if (question.required) return "required";
  if (!question.required_if) return std::nullopt;
  const std::string& rule = question.required_if->source();
  const absl::StatusOr<Value> required = question.required_if->Evaluate(frame_);
  if (!required.ok()) {
    Fault(place < 0 ? Answers() : At(place), "RULE_FAILED",
          absl::StrCat("whether an answer is required cannot be computed: ",
                       required.status().message()),
          rule);
    return std::nullopt;
  }
  if (required->absent() || !required->bool_value()) return std::nullopt;
  return rule;
}

void ResponseChecker::CheckMissing(int index) {
  const CompiledQuestion& question = questionnaire_->questions()[index];
  Tell(question, Absence::kUnanswered);
  if (partial_) return;
  if (const auto rule = WhyRequired(question, -1)) {
    const std::string why = question.required ? "" : absl::StrCat(", because ", Av(*rule));
    Fault(Answers(), "REQUIRED",
          absl::StrCat("must hold an answer to \"", questionnaire_->ids().id(index), "\"", why),
          *rule);
  } else if (question.least > 0) {
    Fault(Answers(), "TOO_FEW",
          absl::StrCat("must hold at least ", question.least, " instances of \"",
                       questionnaire_->ids().id(index), "\""));
  }
}

void ResponseChecker::CheckConstraint(int index, int place, std::string_view field) {
  const CompiledQuestion& question = questionnaire_->questions()[index];
  const std::string& rule = question.constraint->source();
  const absl::StatusOr<Value> holds = question.constraint->Evaluate(frame_);
  if (!holds.ok()) {
    Fault(place < 0 ? Answers() : At(place), "RULE_FAILED",
          absl::StrCat("the constraint of \"", questionnaire_->ids().id(index),
                       "\" cannot be computed: ", holds.status().message()),
          rule);
  } else if (!holds->absent() && !holds->bool_value()) {
    Fault(place < 0 ? Answers() : At(place, field), "CONSTRAINT",
          question.constraint_message.empty() ? absl::StrCat("must satisfy ", rule)
                                              : question.constraint_message,
          rule);
  }
}

void ResponseChecker::Calculate(int index) {
  const CompiledQuestion& question = questionnaire_->questions()[index];
  const int place = answer_of_[index];
  absl::StatusOr<Value> value = question.calculation->Evaluate(frame_);
  if (!value.ok()) {
    Fault(place < 0 ? Answers() : At(place), "RULE_FAILED",
          absl::StrCat("\"", questionnaire_->ids().id(index),
                       "\" cannot be computed: ", value.status().message()),
          question.calculation->source());
    return Tell(question, Absence::kUnanswered);
  }
  if (value->absent()) {
    CheckMissing(index);
    Tell(question, value->absence());
    if (place >= 0) {
      Drop(index, question.calculation->source(), DropReason::kCalculatedOtherwise);
    }
    return;
  }
  std::string text = TextOf(*value, question);
  const size_t most = question.kind == AnswerKind::kNumber ? kMaxNumberLength : kMaxTextLength;
  if (text.size() > most && CountCharacters(text) > most) {
    Fault(place < 0 ? Answers() : At(place), "RULE_FAILED",
          absl::StrCat("\"", questionnaire_->ids().id(index), "\" comes to more than ", most,
                       " characters"),
          question.calculation->source());
    return Tell(question, Absence::kUnanswered);
  }
  verdict_.kept.push_back({.question = index,
                           .instance = scope_.instance,
                           .computed = static_cast<int>(verdict_.computed.size())});
  verdict_.computed.push_back({.question = questionnaire_->ids().id(index),
                               .kind = question.kind,
                               .value = std::move(text)});
  if (place >= 0 && !SameAs(verdict_.computed.back(), (*scope_.answers)[place].value)) {
    Drop(index, question.calculation->source(), DropReason::kCalculatedOtherwise);
  }
  if (question.slot >= 0) frame_.Set(question.slot, *std::move(value));
  if (question.constraint) CheckConstraint(index, place, KindWords(question.kind));
}

void ResponseChecker::Tell(const CompiledQuestion& question, Absence why) {
  if (question.slot >= 0) frame_.Set(question.slot, Value::Absent(why));
  for (const expression::Slot slot : question.row_slots) {
    if (slot >= 0) frame_.Set(slot, Value::Absent(why));
  }
  for (const int index : question.members) {
    const CompiledQuestion& member = questionnaire_->questions()[index];
    if (member.list_slot >= 0) frame_.Set(member.list_slot, Value::Absent(why));
    for (const expression::Slot slot : member.row_list_slots) {
      if (slot >= 0) frame_.Set(slot, Value::Absent(why));
    }
  }
}

void ResponseChecker::Drop(int question, std::string_view rule, DropReason reason) {
  verdict_.dropped.push_back({.question = questionnaire_->ids().id(question),
                              .rule = rule,
                              .instance = scope_.instance,
                              .reason = reason});
}

void ResponseChecker::Fault(std::string field, std::string_view reason, std::string sentence,
                            std::string_view rule) {
  if (verdict_.violations.size() >= kMaxViolations) return;
  verdict_.violations.push_back({std::move(field), std::string(reason), std::move(sentence)});
  verdict_.rules.push_back(rule);
  const std::string_view about =
      question_ < 0 ? std::string_view() : questionnaire_->ids().id(question_);
  verdict_.places.push_back({.question = about, .instance = scope_.instance});
}

std::string ResponseChecker::Answers() const {
  return scope_.instance == 0 ? "answers"
                              : absl::StrCat("answers[", scope_.place, "].repeat.instances[",
                                             scope_.instance - 1, "].answers");
}

std::string ResponseChecker::At(int place, std::string_view field) const {
  return absl::StrCat(Answers(), "[", place, field.empty() ? "]" : "].", Av(field));
}

}  // namespace vg::survey

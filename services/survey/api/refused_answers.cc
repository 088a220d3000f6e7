#include "services/survey/api/refused_answers.h"

#include <string_view>

#include "absl/strings/numbers.h"

#include "common/status/absl_view.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

// "must be an option of the question; "maybe" is not" says after the semicolon what it is.
std::string_view WithoutAnswer(std::string_view sentence) {
  return sentence.substr(0, sentence.find(';'));
}

// `answers[6].matrix.rows["mood"]` holds what somebody wrote.
std::string_view WithoutKey(std::string_view field) { return field.substr(0, field.find("[\"")); }

// The question of "answers[3].choice", if there is such a question.
std::string_view QuestionOf(std::string_view field, const v1::Response& sent,
                            const CompiledQuestionnaire& questionnaire) {
  constexpr std::string_view kAnswers = "answers[";
  if (!field.starts_with(kAnswers)) return {};
  field.remove_prefix(kAnswers.size());
  int place = 0;
  if (!absl::SimpleAtoi(Av(field.substr(0, field.find(']'))), &place)) return {};
  if (place < 0 || place >= sent.answers_size()) return {};
  const std::string& question = sent.answers(place).question();
  return questionnaire.ids().Find(question) < 0 ? std::string_view() : question;
}

}  // namespace

std::string RefusedAnswers(const v1::Response& sent, const Verdict& verdict,
                           const CompiledQuestionnaire& questionnaire) {
  v1::Refusal refusal;
  for (size_t i = 0; i < verdict.violations.size(); ++i) {
    const FieldViolation& violation = verdict.violations[i];
    if (refusal.answers_size() == kMaxRefusedAnswers) break;
    v1::RefusedAnswer& answer = *refusal.add_answers();
    answer.set_field(std::string(WithoutKey(violation.field)));
    answer.set_reason(violation.reason);
    answer.set_rule(std::string(verdict.rules[i]));
    answer.set_message(std::string(WithoutAnswer(violation.sentence)));
    answer.set_question(std::string(QuestionOf(violation.field, sent, questionnaire)));
  }
  return refusal.SerializeAsString();
}

}  // namespace vg::survey

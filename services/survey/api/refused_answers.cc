#include "services/survey/api/refused_answers.h"

#include <string_view>

namespace vg::survey {
namespace {

namespace v1 = voortgang::survey::v1;

// "must be an option of the question; "maybe" is not" says after the semicolon what it is.
std::string_view WithoutAnswer(std::string_view sentence) {
  return sentence.substr(0, sentence.find(';'));
}

// `answers[6].matrix.rows["mood"]` holds what somebody wrote.
std::string_view WithoutKey(std::string_view field) { return field.substr(0, field.find("[\"")); }

}  // namespace

prometheus::Counter& UnnotedRefusals(metrics::Registry& metrics) {
  return metrics.Counter("voortgang_survey_refusals_unnoted_total",
                         "Batches whose refusals could not be noted.", {});
}

v1::Refusal RefusedAnswers(const Verdict& verdict) {
  v1::Refusal refusal;
  for (size_t i = 0; i < verdict.violations.size(); ++i) {
    const FieldViolation& violation = verdict.violations[i];
    if (refusal.answers_size() == kMaxRefusedAnswers) break;
    v1::RefusedAnswer& answer = *refusal.add_answers();
    answer.set_field(std::string(WithoutKey(violation.field)));
    answer.set_reason(violation.reason);
    answer.set_rule(std::string(verdict.rules[i]));
    answer.set_message(std::string(WithoutAnswer(violation.sentence)));
    answer.set_question(std::string(verdict.places[i].question));
    answer.set_instance(verdict.places[i].instance);
  }
  return refusal;
}

}  // namespace vg::survey

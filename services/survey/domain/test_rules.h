// Short ways of saying questionnaires and responses, for tests of rules.

#ifndef VG_SERVICES_SURVEY_DOMAIN_TEST_RULES_H_
#define VG_SERVICES_SURVEY_DOMAIN_TEST_RULES_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "services/survey/domain/response_checker.h"
#include "services/survey/domain/test_questionnaire.h"

namespace vg::survey {

inline Questionnaire Asking(std::vector<Question> questions) {
  Questionnaire questionnaire;
  questionnaire.title = {"Vragenlijst", "Questionnaire"};
  questionnaire.sections = {{{"Deel", "Part"}, std::move(questions)}};
  return questionnaire;
}

inline Question Number(std::string id, std::string unit = "pupils") {
  return MakeQuestion(std::move(id), NumberInput{std::move(unit), {}, {}, 2});
}

inline Question Computed(std::string id, std::string expression, int decimals = 0,
                         std::string relevance = "") {
  return MakeQuestion(std::move(id), Calculation{std::move(expression), decimals}, false,
                      std::move(relevance));
}

inline Question Filtered(Question question, std::string filter) {
  question.choice_filter = std::move(filter);
  return question;
}

inline DraftAnswer Said(std::string_view question, AnswerValue value) { return {question, value}; }
inline DraftAnswer Counted(std::string_view question, std::string_view number) {
  return {question, NumberAnswer{number}};
}

// "field: REASON" of every fault.
inline std::vector<std::string> FaultsOf(const Questionnaire& questionnaire) {
  std::vector<std::string> faults;
  const auto compiled = CompiledQuestionnaire::Compile(questionnaire);
  for (const FieldViolation& fault : DetailsOf(compiled.status()).violations) {
    faults.push_back(absl::StrCat(fault.field, ": ", fault.reason));
  }
  return faults;
}

// What a checker says of one response.
class Answered {
 public:
  Answered(const Questionnaire& questionnaire, std::vector<DraftAnswer> answers,
           bool partial = false)
      : checker_(*CompiledQuestionnaire::Compile(questionnaire)) {
    draft_.answers = std::move(answers);
    draft_.partial = partial;
    verdict_ = checker_.Check(draft_);
  }

  const Verdict& verdict() const { return verdict_; }
  std::string Digest() const { return checker_.Digest(draft_); }
  // "field REASON by rule" of every fault.
  std::vector<std::string> faults() const {
    std::vector<std::string> faults;
    for (size_t i = 0; i < verdict_.violations.size(); ++i) {
      const FieldViolation& fault = verdict_.violations[i];
      faults.push_back(absl::StrCat(fault.field, " ", fault.reason,
                                    verdict_.rules[i].empty() ? "" : " by ",
                                    std::string(verdict_.rules[i])));
    }
    return faults;
  }
  // "total", of an instance "total[2]": what every fault is about.
  std::vector<std::string> blamed() const {
    std::vector<std::string> texts;
    for (const Verdict::Place& place : verdict_.places) {
      texts.push_back(
          absl::StrCat(std::string(place.question),
                       place.instance == 0 ? "" : absl::StrCat("[", place.instance, "]")));
    }
    return texts;
  }
  // "total=3", of an instance "total[2]=3".
  std::vector<std::string> computed() const {
    std::vector<std::string> texts;
    for (const Verdict::Kept& kept : verdict_.kept) {
      if (kept.computed < 0) continue;
      const Verdict::Computed& one = verdict_.computed[kept.computed];
      texts.push_back(absl::StrCat(std::string(one.question),
                                   kept.instance == 0 ? "" : absl::StrCat("[", kept.instance, "]"),
                                   "=", one.value));
    }
    return texts;
  }
  // "total: 2 of 1" for the reason and the instance of every answer dropped.
  std::vector<std::string> dropped() const {
    std::vector<std::string> texts;
    for (const Verdict::Dropped& one : verdict_.dropped) {
      texts.push_back(absl::StrCat(std::string(one.question), ": ", static_cast<int>(one.reason),
                                   " of ", one.instance));
    }
    return texts;
  }

 private:
  ResponseChecker checker_;
  ResponseDraft draft_;
  Verdict verdict_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_TEST_RULES_H_

// Holds a response against its questionnaire.

#ifndef VG_SERVICES_SURVEY_DOMAIN_RESPONSE_CHECKER_H_
#define VG_SERVICES_SURVEY_DOMAIN_RESPONSE_CHECKER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/expression/environment.h"
#include "common/status/error.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/response_draft.h"

namespace vg::survey {

struct Verdict {
  struct Dropped {
    int answer = 0;         // Its place among the answers as sent.
    std::string_view rule;  // The relevance rule that was not met; the questionnaire's.
  };

  // Empty: the response is good. Fields are as in the Response message: "answers[3].choice".
  std::vector<FieldViolation> violations;
  // The answers that count, by their place as sent, in the order of the questionnaire.
  std::vector<int> kept;
  std::vector<Dropped> dropped;
};

// Evaluates every rule of one questionnaire, response after response. Keeps what evaluation needs
// between responses, so use one for many. Not thread-safe.
class ResponseChecker {
 public:
  explicit ResponseChecker(std::shared_ptr<const CompiledQuestionnaire> questionnaire);

  // An answer to a question that is not relevant is dropped without a look at its value. Good until
  // the next call.
  const Verdict& Check(const ResponseDraft& draft);

  // SHA-256 over the canonical form of what was sent, dropped answers included: answers in the
  // order of the questionnaire, choices and rows by id, numbers by value. For a draft without
  // violations.
  std::string Digest(const ResponseDraft& draft) const;

  const CompiledQuestionnaire& questionnaire() const { return *questionnaire_; }

 private:
  void PlaceAnswers(const ResponseDraft& draft);
  void CheckQuestion(const ResponseDraft& draft, int question);
  // Whether the value is right; tells rules about it.
  bool CheckValue(const DraftAnswer& answer, int place, int question, bool partial);
  bool CheckChoice(const ChoiceAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckChoices(const std::vector<std::string_view>& options, int place,
                    const CompiledQuestion& question, std::string_view field);
  bool CheckNumber(const NumberAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckDate(const DateAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckText(const TextAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckMatrix(const MatrixAnswer& answer, int place, int question, bool partial);
  void Tell(const CompiledQuestion& question, expression::Absence why);
  void Fault(std::string field, std::string_view reason, std::string sentence);

  const std::shared_ptr<const CompiledQuestionnaire> questionnaire_;
  expression::Frame frame_;
  std::vector<int> answer_of_;  // By question: the answer's place as sent, -1 if there is none.
  Verdict verdict_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_RESPONSE_CHECKER_H_

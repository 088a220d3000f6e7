// Holds a response against its questionnaire.

#ifndef VG_SERVICES_SURVEY_DOMAIN_RESPONSE_CHECKER_H_
#define VG_SERVICES_SURVEY_DOMAIN_RESPONSE_CHECKER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/expression/environment.h"
#include "common/status/error.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/response_draft.h"

namespace vg::survey {

// Numbers as in the proto.
enum class DropReason { kNotRelevant = 1, kCalculatedOtherwise = 2 };

// Texts that are borrowed are the questionnaire's.
struct Verdict {
  // An answer that counts.
  struct Kept {
    int question = 0;   // In CompiledQuestionnaire::questions().
    int instance = 0;   // From 1, of a question inside a repeat group; otherwise 0.
    int answer = -1;    // Its place as sent, in its instance; -1 if the server computed it.
    int computed = -1;  // Its place in `computed`; -1 if the respondent gave it.
  };
  struct Computed {
    std::string_view question;
    AnswerKind kind = AnswerKind::kNumber;  // Or kChoice or kText.
    std::string value;
  };
  struct Dropped {
    std::string_view question;
    std::string_view rule;  // The relevance that was not met, or the calculation.
    int instance = 0;       // As in Kept.
    DropReason reason = DropReason::kNotRelevant;
  };

  // What a violation is about.
  struct Place {
    std::string_view question;  // Empty if there is no such question.
    int instance = 0;           // As in Kept.
  };

  // Empty: the response is good. Fields are as in the Response message: "answers[3].choice",
  // "answers[3].repeat.instances[0].answers[1].number.value".
  std::vector<FieldViolation> violations;
  // By violation: the rule of the questionnaire that refused ("required", the condition under which
  // it is required, a constraint, a choice filter); empty if its type or a limit did.
  std::vector<std::string_view> rules;
  std::vector<Place> places;  // By violation.
  // In the order of the questionnaire; after a repeat group come the answers inside it, instance
  // by instance.
  std::vector<Kept> kept;
  std::vector<Computed> computed;
  std::vector<Dropped> dropped;
};

// Evaluates every rule of one questionnaire, response after response. Keeps what evaluation needs
// between responses, so use one for many. Not thread-safe.
class ResponseChecker {
 public:
  // Together with those inside repeat groups.
  static constexpr size_t kMaxAnswers = 5'000;

  explicit ResponseChecker(std::shared_ptr<const CompiledQuestionnaire> questionnaire);

  // An answer to a question that is not relevant is dropped without a look at its value. Good until
  // the next call.
  const Verdict& Check(const ResponseDraft& draft);
  // The same of a response that was taken in before, however many answers were added to it since.
  const Verdict& CheckAgain(const ResponseDraft& draft);

  // SHA-256 (32 octets) over the canonical form of what was sent, dropped answers included: answers
  // in the order of the questionnaire, choices and rows by id, numbers by value. For a draft
  // without violations, after Check.
  std::string Digest(const ResponseDraft& draft) const;

  const CompiledQuestionnaire& questionnaire() const { return *questionnaire_; }

 private:
  // The answers that are being looked at: those outside groups, or those of one instance.
  struct Scope {
    const std::vector<DraftAnswer>* answers = nullptr;
    int group = -1;
    int place = -1;    // Of the group's answer.
    int instance = 0;  // From 1.
  };

  void Begin(const ResponseDraft& draft);
  const Verdict& Evaluate(const ResponseDraft& draft);
  void PlaceAnswers();
  void CheckQuestion(int question);
  bool IsRelevant(int question);
  // The rule by which a question that is put must be answered in this response; nothing if there is
  // none. `place` as in At.
  std::optional<std::string_view> WhyRequired(const CompiledQuestion& question, int place);
  // Of a question that is put and has no answer.
  void CheckMissing(int question);
  void CheckConstraint(int question, int place, std::string_view field);
  void Calculate(int question);

  // Whether the value is right; tells rules about it.
  bool CheckValue(const DraftAnswer& answer, int place, int question);
  bool CheckChoice(const ChoiceAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckChoices(const std::vector<std::string_view>& options, int place,
                    const CompiledQuestion& question, std::string_view field);
  bool CheckOffered(int option, const CompiledQuestion& question, std::string_view field, int place,
                    int index);
  bool CheckNumber(const NumberAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckDate(const DateAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckText(const TextAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckMatrix(const MatrixAnswer& answer, int place, const CompiledQuestion& question);
  bool CheckRepeat(const RepeatAnswer& answer, int place, int question);
  void GatherLists(const CompiledQuestion& group);
  void TellLists(const CompiledQuestion& group);

  void Tell(const CompiledQuestion& question, expression::Absence why);
  void Drop(int question, std::string_view rule, DropReason reason);
  void Fault(std::string field, std::string_view reason, std::string sentence,
             std::string_view rule = {});
  // "answers[3].choice", inside a group after "answers[2].repeat.instances[0].".
  std::string At(int place, std::string_view field = {}) const;
  // Where an answer should have been.
  std::string Answers() const;

  const std::shared_ptr<const CompiledQuestionnaire> questionnaire_;
  expression::Frame frame_;
  Scope scope_;
  int question_ = -1;  // That is being looked at; -1: none.
  bool partial_ = false;
  std::vector<int> answer_of_;  // By question: the answer's place as sent, -1 if there is none.
  // What the questions of a group gather, instance by instance; of a matrix row by row.
  struct Gathered {
    expression::ValueList values;
    std::optional<expression::Absence> absence;  // Why the first that has none has no value.
  };
  std::vector<Gathered> lists_;
  Verdict verdict_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_RESPONSE_CHECKER_H_

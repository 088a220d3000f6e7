// Makes a questionnaire ready for checking answers and gathers what is wrong with it.

#ifndef VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_COMPILER_H_
#define VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_COMPILER_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/expression/expression.h"
#include "common/status/error.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/evaluation_order.h"
#include "services/survey/domain/questionnaire.h"

namespace vg::survey {

// Names come and go as questions are compiled in the order of evaluation, so that a rule can name
// exactly what is known when it is evaluated. Used once.
class Compiler {
 public:
  // Fills `out`; `prefix` comes before the places of faults.
  Compiler(CompiledQuestionnaire& out, std::string_view prefix) : out_(out), prefix_(prefix) {}

  // What is wrong, in the order of the questionnaire.
  std::vector<FieldViolation> Run(const Questionnaire& questionnaire);

 private:
  // A question beside its compiled form.
  struct Source {
    const Question* question;
    std::string place;
    bool known = false;   // Rules may name it from here on.
    bool broken = false;  // It has a fault, so that rules about it cannot be judged.
  };
  struct Rule {
    std::string_view field;  // ".relevance"
    const std::string* text;
  };

  void Enlist(const Question& question, std::string place, int group);
  static std::vector<Rule> RulesOf(const Question& question);

  // Brings the questions of one level (a group's, or those outside groups: -1) in order.
  std::vector<int> Order(const std::vector<int>& members, int group);
  void AddReads(int question, const std::vector<int>& members, int group, Reader& reader) const;
  void TellCycle(const std::vector<int>& cycle);

  void CompileLevel(const std::vector<int>& order);
  void CompileQuestion(int index);
  void CompileGroup(int index);
  void CompileCalculation(int index);
  void CompileChoiceFilter(int index);
  std::optional<expression::Expression> CompileCondition(int index, std::string_view field,
                                                         const std::string& source);
  std::optional<expression::Expression> CompileRule(int index, std::string_view field,
                                                    const std::string& source,
                                                    const std::optional<expression::Type>& wanted);
  // Whether it is said already, or better, why the name at the beginning of `rest` is not known.
  bool ExplainName(int index, std::string_view rest, std::string& reason,
                   std::string& sentence) const;

  // From here on rules may name the question.
  void Declare(int index);
  void DeclareLists(int group);
  expression::Slot Add(int index, std::string_view name, const expression::Type& type,
                       std::string_view field);
  void Forget(int index);
  void DropUnusedSlots();

  // A fault of question `index`.
  void Fault(int index, const std::string& place, std::string_view reason, std::string sentence);

  CompiledQuestionnaire& out_;
  const std::string prefix_;
  std::vector<Source> sources_;  // As out_.questions_.
  std::vector<std::pair<int, FieldViolation>> faults_;
  std::set<std::string> refused_;  // Places of rules that a cycle was told of.
  std::set<expression::Slot> used_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_QUESTIONNAIRE_COMPILER_H_

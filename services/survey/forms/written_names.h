// What the names of rules are in a form that is being written.

#ifndef VG_SERVICES_SURVEY_FORMS_WRITTEN_NAMES_H_
#define VG_SERVICES_SURVEY_FORMS_WRITTEN_NAMES_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/domain/questionnaire.h"
#include "services/survey/forms/xpath_writer.h"

namespace vg::survey {

class WrittenNames {
 public:
  // Borrows `compiled`, which is that of `questionnaire`.
  WrittenNames(const Questionnaire& questionnaire, const CompiledQuestionnaire& compiled);

  // For the rules of a question; in those about its own answer it is called ".".
  WritingScope Scope(const std::string& self = "") const;
  // Of a row of a table, which is a question of the form: its id, where no other has that name.
  const std::string& OfRow(const std::string& matrix, const std::string& row) const;
  // A name that nothing else has.
  std::string NewName(const std::string& wanted);

 private:
  void Gather(const Question& question, const Question* group);
  void Know(const std::string& name, WrittenName::Kind kind, std::string text, bool optional);
  // What the instances of `group` answer, after the group.
  void KnowList(const Question& group, const std::string& name, std::string text);

  const CompiledQuestionnaire& compiled_;
  std::map<std::string, WrittenName, std::less<>> names_;  // As rules name them.
  std::map<std::pair<std::string, std::string>, std::string> rows_;
  std::set<std::string> taken_;
};

// As rules see the answer.
WrittenName::Kind KindOf(const CompiledQuestion& question);

// Of a question with choices; empty for others.
std::vector<const Option*> ChoicesOf(const Question& question);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_WRITTEN_NAMES_H_

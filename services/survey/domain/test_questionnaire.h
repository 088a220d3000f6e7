// A small questionnaire with every type of question, for tests.

#ifndef VG_SERVICES_SURVEY_DOMAIN_TEST_QUESTIONNAIRE_H_
#define VG_SERVICES_SURVEY_DOMAIN_TEST_QUESTIONNAIRE_H_

#include <initializer_list>
#include <string>
#include <vector>

#include "services/survey/domain/questionnaire.h"

namespace vg::survey {

inline std::vector<Option> Options(std::initializer_list<const char*> ids) {
  std::vector<Option> options;
  for (const char* const id : ids) options.push_back({id, {std::string("Keuze ") + id, ""}});
  return options;
}

inline Question MakeQuestion(std::string id, QuestionType type, bool required = false,
                             std::string relevance = "", std::string constraint = "") {
  Question question;
  question.id = std::move(id);
  question.label = {"Vraag " + question.id, "Question " + question.id};
  question.required = required;
  question.relevance = std::move(relevance);
  question.constraint = std::move(constraint);
  question.type = std::move(type);
  return question;
}

// council -> consent (asked unless council is 'no'); considerations (top 2); barriers (at most 2);
// pupils (0..1000, at most 5 per barrier); started; effect (two rows); remarks (10 characters).
inline Questionnaire SmallQuestionnaire(Role role = Role::kSchoolLeader) {
  Questionnaire questionnaire;
  questionnaire.title = {"Vragenlijst", "Questionnaire"};
  questionnaire.role = role;
  questionnaire.sections = {
      {{"Keuze", "Choice"},
       {MakeQuestion("council", SingleChoice{Options({"early", "late", "no"})}, true),
        MakeQuestion("consent", SingleChoice{Options({"given", "refused"})}, true,
                     "council != 'no'"),
        MakeQuestion("considerations", RankingInput{Options({"fit", "cost", "staff"}), 2})}},
      {{"Uitvoering", "Execution"},
       {MakeQuestion("barriers", MultipleChoice{Options({"absence", "space", "time"}), 2}),
        MakeQuestion("pupils", NumberInput{"pupils", Exact(0), Exact(1000), 1}, false, "",
                     "pupils <= 500 || 'space' in barriers"),
        MakeQuestion("started", DateInput{}),
        MakeQuestion("effect",
                     MatrixInput{Options({"wellbeing", "skills"}), Options({"up", "down"})}, true),
        MakeQuestion("remarks", TextInput{10}, false, "effect.wellbeing == 'down'")}},
  };
  return questionnaire;
}

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_TEST_QUESTIONNAIRE_H_

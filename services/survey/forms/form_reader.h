// Reads the sheets of an XLSForm row by row. For xlsform.cc.

#ifndef VG_SERVICES_SURVEY_FORMS_FORM_READER_H_
#define VG_SERVICES_SURVEY_FORMS_FORM_READER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "services/survey/forms/form_choices.h"
#include "services/survey/forms/form_names.h"
#include "services/survey/forms/form_table.h"
#include "services/survey/forms/form_types.h"
#include "services/survey/forms/translation.h"
#include "services/survey/forms/xlsform.h"

namespace vg::survey {

// Used once.
class FormReader {
 public:
  FormReader(FormTable survey, FormChoices choices, FormTable settings, Role role)
      : survey_(std::move(survey)), choices_(std::move(choices)), settings_(std::move(settings)) {
    form_.content.role = role;
  }

  ConvertedForm Run() &&;

 private:
  using FieldKind = FormField::Kind;

  struct Group {
    int row = 0;
    bool repeat = false;
    bool matrix = false;
    std::string relevance;  // Translated.
  };

  static void AddTo(std::vector<FormNote>& notes, FormNote note);
  void Fault(int row, std::string_view column, std::string_view reason, std::string message);
  void Warn(std::string_view sheet, int row, std::string_view column, std::string_view reason,
            std::string message);
  void TellColumns();
  void RegisterNames();
  // The id of the row's question. Renaming is told.
  std::string IdAt(int row);
  FormField& Register(int row, std::string id, FieldKind kind);
  TranslationScope Scope(const FormField* self = nullptr) const;
  std::optional<Translated> Take(int row, std::string_view column,
                                 std::variant<Translated, ExpressionFault> result);
  std::string Relevance(int row);
  // With what the groups around it say.
  std::string WithGroups(std::string own) const;
  // Whether nothing is asked of the row: it is blank or switched off.
  bool IsLeftOut(int row) const;
  void ReadRow(int row);
  void Begin(int row, bool repeat);
  void End(int row, bool repeat);
  void Add(int row, Question question);
  void PlaceRows(const Question& question, const std::string& place);
  // The questionnaire's own faults, at the rows they come from.
  void Check();
  static std::string_view ColumnOf(std::string_view field);

  // Questions and what belongs to one (form_questions.cc).
  void BeginRepeat(int row, const std::string& relevance);
  // As a rule of the group and when it must be answered.
  void ReadComputedCount(int row, std::string_view source, Question& group);
  // Of the column "decimals".
  int Decimals(int row, int otherwise);
  void ReadInstances(int row, std::string_view column, int& instances);
  void BeginMatrix(int row, const std::string& relevance);
  void ReadMatrixRow(int row, const FormType& type);
  LocalizedText Label(int row);
  void ReadRequired(int row, Question& question);
  // Null, and told, if there is no such list.
  const std::vector<Option>* OptionsOf(int row, const FormType& type);
  void ReadQuestion(int row, const FormType& type);
  bool ReadAnswerType(int row, const FormType& type, Question& question, FieldKind& kind);
  void ReadChoiceFilter(int row, Question& question);
  void ReadCalculation(int row, Question& question, FormField& field);
  void ReadConstraint(int row, Question& question, const FormField& field);
  // What XLSForm asks behind "other".
  void AddOther(int row, const std::string& of, bool single);

  const FormTable survey_;
  FormChoices choices_;
  const FormTable settings_;
  ConvertedForm form_;
  FormNames names_{/*questions=*/true};
  std::map<std::string, FormField, std::less<>> fields_;  // By name of the form.
  std::vector<Group> groups_;
  std::unique_ptr<Question> repeat_, matrix_;  // While they are being read.
  std::string matrix_list_;
  int repeat_row_ = 0;
  bool in_loose_section_ = false;
  std::map<std::string, int> rows_;    // By id of the question.
  std::map<std::string, int> places_;  // By field.
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_FORMS_FORM_READER_H_

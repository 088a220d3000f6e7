#include "services/survey/forms/xlsform.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/compiled_questionnaire.h"
#include "services/survey/forms/form_bounds.h"
#include "services/survey/forms/form_choices.h"
#include "services/survey/forms/form_names.h"
#include "services/survey/forms/form_table.h"
#include "services/survey/forms/translation.h"
#include "services/survey/forms/workbook.h"

namespace vg::survey {
namespace {

using FieldKind = FormField::Kind;

constexpr size_t kMostNotes = 1'000;
constexpr std::string_view kMetadata[] = {
    "start",        "end",         "today",        "deviceid",       "subscriberid",
    "simserial",    "phonenumber", "username",     "email",          "audit",
    "hidden",       "device_id",   "phone_number", "start-geopoint", "note",
    "xml-external", "csv-external"};

struct Type {
  std::string word;  // "select_one"
  std::string list;  // Of choices.
  bool or_other = false;
};

// "select_one yes_no or_other", "begin group".
Type ReadType(std::string_view text) {
  std::vector<std::string> words =
      absl::StrSplit(absl::AsciiStrToLower(Av(text)), ' ', absl::SkipEmpty());
  // Names of lists keep their case.
  const std::vector<std::string> written = absl::StrSplit(Av(text), ' ', absl::SkipEmpty());
  Type type;
  if (words.empty()) return type;
  size_t next = 1;
  type.word = words[0];
  if (words.size() > 1 && (type.word == "begin" || type.word == "end" || type.word == "select")) {
    type.word += "_" + words[1];
    next = 2;
  }
  if (type.word == "int") type.word = "integer";
  if (type.word == "string") type.word = "text";
  if (type.word == "select1") type.word = "select_one";
  if (type.word == "select_multiple" || type.word == "select_one" || type.word == "rank") {
    if (next < words.size()) type.list = written[next++];
    type.or_other = next < words.size() && words[next] == "or_other";
  }
  return type;
}

bool SaysYes(std::string_view text) {
  const std::string lower = absl::AsciiStrToLower(Av(text));
  return lower == "yes" || lower == "true" || lower == "true()" || lower == "1" || lower == "ja";
}

bool SaysNo(std::string_view text) {
  const std::string lower = absl::AsciiStrToLower(Av(text));
  return lower.empty() || lower == "no" || lower == "false" || lower == "false()" || lower == "0" ||
         lower == "nee";
}

// Reads the sheet `survey` row by row.
class FormReader {
 public:
  FormReader(FormTable survey, FormChoices choices, FormTable settings, Role role)
      : survey_(std::move(survey)), choices_(std::move(choices)), settings_(std::move(settings)) {
    form_.content.role = role;
  }

  ConvertedForm Run() && {
    form_.content.title =
        settings_.last_row() >= 2 ? settings_.Text(2, "form_title") : LocalizedText();
    if (form_.content.title.nl.empty()) {
      form_.content.title.nl = "Vragenlijst";
      Warn("settings", 0, "form_title", "NO_TITLE", "there is no title; it is \"Vragenlijst\"");
    }
    for (FormNote& note : choices_.TakeFaults()) AddTo(form_.faults, std::move(note));
    for (FormNote& note : choices_.TakeWarnings()) AddTo(form_.warnings, std::move(note));
    TellColumns();
    RegisterNames();
    for (int row = survey_.first_row(); row <= survey_.last_row(); ++row) {
      if (!survey_.IsBlank(row)) ReadRow(row);
    }
    for (const Group& group : groups_) {
      Fault(group.row, "type", "NOT_CLOSED", "this begins and does not end");
    }
    auto& sections = form_.content.sections;
    std::erase_if(sections, [](const Section& section) { return section.questions.empty(); });
    for (size_t s = 0; s < sections.size(); ++s) {
      for (size_t q = 0; q < sections[s].questions.size(); ++q) {
        PlaceRows(sections[s].questions[q], absl::StrCat("sections[", s, "].questions[", q, "]"));
      }
    }
    Check();
    return std::move(form_);
  }

 private:
  struct Group {
    int row = 0;
    bool repeat = false;
    bool matrix = false;
    std::string relevance;  // Translated.
  };

  static void AddTo(std::vector<FormNote>& notes, FormNote note) {
    if (notes.size() < kMostNotes) notes.push_back(std::move(note));
  }
  void Fault(int row, std::string_view column, std::string_view reason, std::string message) {
    AddTo(form_.faults,
          {"survey", row, std::string(column), std::string(reason), std::move(message)});
  }
  void Warn(std::string_view sheet, int row, std::string_view column, std::string_view reason,
            std::string message) {
    AddTo(form_.warnings,
          {std::string(sheet), row, std::string(column), std::string(reason), std::move(message)});
  }

  void TellColumns() {
    static constexpr std::string_view kKnown[] = {
        "type",         "name",          "label",      "hint",
        "required",     "relevant",      "constraint", "constraint_message",
        "calculation",  "choice_filter", "appearance", "parameters",
        "repeat_count", "trigger",       "unit",       "min_instances"};
    for (const auto& [heading, column] : survey_.columns()) {
      const std::string base = heading.substr(0, heading.find("::"));
      const std::string language = base.size() == heading.size() ? "" : heading.substr(base.size());
      const bool known = std::find(std::begin(kKnown), std::end(kKnown), base) != std::end(kKnown);
      if (!known) {
        Warn("survey", 0, heading, "COLUMN_LEFT_OUT", "this column has no counterpart");
      } else if (!language.empty() && language != "::nl" && language != "::en") {
        Warn("survey", 0, heading, "LANGUAGE_LEFT_OUT", "texts are kept in Dutch and English");
      }
    }
  }

  void RegisterNames() {
    for (int row = survey_.first_row(); row <= survey_.last_row(); ++row) {
      names_.Reserve(survey_.Get(row, "name"));
    }
  }

  // The id of the row's question. Renaming is told.
  std::string IdAt(int row) {
    const std::string_view name = survey_.Get(row, "name");
    if (name.empty()) {
      Fault(row, "name", "NO_NAME", "a question must have a name");
      return absl::StrCat("row_", row);
    }
    const std::string& id = names_.IdOf(name);
    if (id != name) {
      Warn("survey", row, "name", "RENAMED",
           absl::StrCat("\"", Av(name), "\" is called \"", id, "\" here"));
    }
    return id;
  }

  FormField& Register(int row, std::string id, FieldKind kind) {
    FormField field;
    field.id = std::move(id);
    field.kind = kind;
    if (repeat_ != nullptr && kind != FieldKind::kOther) field.group = repeat_->id;
    return fields_[std::string(survey_.Get(row, "name"))] = std::move(field);
  }

  TranslationScope Scope(const FormField* self = nullptr) const {
    TranslationScope scope;
    scope.find = [this](std::string_view name) -> const FormField* {
      const auto found = fields_.find(name);
      return found == fields_.end() ? nullptr : &found->second;
    };
    scope.self = self;
    if (repeat_ != nullptr) scope.group = repeat_->id;
    return scope;
  }

  std::optional<Translated> Take(int row, std::string_view column,
                                 std::variant<Translated, ExpressionFault> result) {
    if (auto* translated = std::get_if<Translated>(&result)) return std::move(*translated);
    const ExpressionFault& fault = std::get<ExpressionFault>(result);
    Fault(row, column, "UNTRANSLATABLE",
          absl::StrCat("character ", fault.position, ", \"", fault.part, "\": ", fault.sentence));
    return std::nullopt;
  }

  std::string Relevance(int row) {
    const std::string_view source = survey_.Get(row, "relevant");
    std::string own;
    if (!source.empty()) {
      if (auto rule = Take(row, "relevant", TranslateCondition(source, Scope()))) own = rule->text;
    }
    return own;
  }

  // With what the groups around it say.
  std::string WithGroups(std::string own) const {
    std::vector<std::string> all;
    for (const Group& group : groups_) {
      if (!group.relevance.empty() && !(group.repeat && repeat_ != nullptr)) {
        all.push_back(group.relevance);
      }
    }
    if (!own.empty()) all.push_back(std::move(own));
    if (all.size() == 1) return all[0];
    std::string text;
    for (const std::string& rule : all) {
      absl::StrAppend(&text, text.empty() ? "" : " && ", "(", rule, ")");
    }
    return text;
  }

  void ReadRow(int row) {
    const Type type = ReadType(survey_.Get(row, "type"));
    if (type.word.empty()) {
      Fault(row, "type", "NO_TYPE", "a row must have a type");
    } else if (type.word == "begin_group" || type.word == "begin_repeat") {
      Begin(row, type.word == "begin_repeat");
    } else if (type.word == "end_group" || type.word == "end_repeat") {
      End(row, type.word == "end_repeat");
    } else if (std::find(std::begin(kMetadata), std::end(kMetadata), type.word) !=
               std::end(kMetadata)) {
      Warn("survey", row, "type", type.word == "note" ? "NOTE_LEFT_OUT" : "METADATA_LEFT_OUT",
           absl::StrCat("\"", type.word, "\" is no question and is left out"));
    } else if (matrix_ != nullptr) {
      ReadMatrixRow(row, type);
    } else {
      ReadQuestion(row, type);
    }
  }

  void Begin(int row, bool repeat) {
    Group group{row, repeat};
    group.relevance = Relevance(row);
    const std::string_view appearance = survey_.Get(row, "appearance");
    if (matrix_ != nullptr) {
      Fault(row, "type", "NOT_IN_TABLE", "a group inside a table has no counterpart");
    } else if (repeat && repeat_ != nullptr) {
      Fault(row, "type", "NESTED_REPEAT", "a repeat inside a repeat has no counterpart");
    } else if (repeat) {
      BeginRepeat(row, group.relevance);
    } else if (absl::StrContains(Av(appearance), "table-list")) {
      group.matrix = true;
      BeginMatrix(row, group.relevance);
    } else if (groups_.empty()) {
      LocalizedText title = survey_.Text(row, "label");
      if (title.nl.empty()) title = form_.content.title;
      form_.content.sections.push_back({std::move(title), {}});
      in_loose_section_ = false;
    }
    groups_.push_back(std::move(group));
  }

  void End(int row, bool repeat) {
    if (groups_.empty() || groups_.back().repeat != repeat) {
      return Fault(row, "type", "NOT_BEGUN", "this ends what did not begin");
    }
    const Group group = groups_.back();
    groups_.pop_back();
    if (group.repeat && repeat_ != nullptr && repeat_row_ == group.row) {
      Question question = std::move(*repeat_);
      repeat_.reset();
      Add(group.row, std::move(question));
    }
    if (group.matrix && matrix_ != nullptr) {
      Question question = std::move(*matrix_);
      matrix_.reset();
      Add(group.row, std::move(question));
    }
  }

  void BeginRepeat(int row, const std::string& relevance) {
    auto question = std::make_unique<Question>();
    question->id = IdAt(row);
    question->label = Label(row);
    question->relevance = WithGroups(relevance);
    RepeatGroup repeat;
    const std::string_view count = survey_.Get(row, "repeat_count");
    if (!count.empty()) {
      if (absl::SimpleAtoi(Av(count), &repeat.max_instances)) {
        repeat.min_instances = repeat.max_instances;
      } else {
        Fault(row, "repeat_count", "UNTRANSLATABLE", "the number of repeats must be a number here");
      }
    }
    question->type = std::move(repeat);
    Register(row, question->id, FieldKind::kOther);
    repeat_ = std::move(question);
    repeat_row_ = row;
  }

  void BeginMatrix(int row, const std::string& relevance) {
    matrix_ = std::make_unique<Question>();
    matrix_->id = IdAt(row);
    matrix_->label = Label(row);
    matrix_->hint = survey_.Text(row, "hint");
    matrix_->relevance = WithGroups(relevance);
    matrix_->type = MatrixInput();
    matrix_list_.clear();
  }

  void ReadMatrixRow(int row, const Type& type) {
    MatrixInput& matrix = std::get<MatrixInput>(matrix_->type);
    if (type.word != "select_one") {
      return Fault(row, "type", "NOT_IN_TABLE", "a table holds questions of type select_one only");
    }
    if (absl::StrContains(Av(survey_.Get(row, "appearance")), "label") &&
        !absl::StrContains(Av(survey_.Get(row, "appearance")), "nolabel")) {
      return;  // The heading of the table.
    }
    const std::vector<Option>* options = OptionsOf(row, type);
    if (options == nullptr) return;
    if (matrix.rows.empty()) {
      matrix.options = *options;
      matrix_list_ = type.list;
      matrix_->required = Required(row);
    } else if (type.list != matrix_list_) {
      return Fault(row, "type", "NOT_IN_TABLE", "all questions of a table have the same list");
    } else if (Required(row) != matrix_->required) {
      Fault(row, "required", "NOT_IN_TABLE", "the rows of a table are required all or none");
    }
    for (const std::string_view column : {"relevant", "constraint", "choice_filter"}) {
      if (!survey_.Get(row, column).empty()) {
        Fault(row, column, "NOT_IN_TABLE", "a row of a table has no rules of its own");
      }
    }
    const std::string id = IdAt(row);
    matrix.rows.push_back({id, Label(row)});
    FormField& field = Register(row, absl::StrCat(matrix_->id, ".", id), FieldKind::kChoice);
    field.options = choices_.IdsOf(type.list);
  }

  LocalizedText Label(int row) {
    LocalizedText label = survey_.Text(row, "label");
    if (label.nl.empty()) label = survey_.Text(row, "hint");
    if (label.nl.empty()) {
      label.nl = std::string(survey_.Get(row, "name"));
      Warn("survey", row, "label", "NO_LABEL", "there is no label; its name stands for it");
    }
    return label;
  }

  bool Required(int row) {
    const std::string_view text = survey_.Get(row, "required");
    if (!SaysYes(text) && !SaysNo(text)) {
      Fault(row, "required", "UNTRANSLATABLE", "required is yes or no here, no condition");
    }
    return SaysYes(text);
  }

  // Null, and told, if there is no such list.
  const std::vector<Option>* OptionsOf(int row, const Type& type) {
    const std::vector<Option>* const options = choices_.Find(type.list);
    if (options == nullptr) {
      Fault(row, "type", "UNKNOWN_LIST",
            absl::StrCat("there are no choices of \"", type.list, "\""));
    }
    return options;
  }

  void ReadQuestion(int row, const Type& type) {
    Question question;
    FieldKind kind = FieldKind::kOther;
    if (!ReadAnswerType(row, type, question, kind)) return;
    question.id = IdAt(row);
    question.label = Label(row);
    if (!survey_.Text(row, "label").nl.empty()) question.hint = survey_.Text(row, "hint");
    question.required = kind != FieldKind::kOther && type.word != "calculate" && Required(row);
    question.relevance = WithGroups(Relevance(row));
    FormField& field = Register(row, question.id, kind);
    if (kind == FieldKind::kChoice || kind == FieldKind::kChoices) {
      field.options = choices_.IdsOf(type.list);
      if (type.or_other) field.options["other"] = "other";
      ReadChoiceFilter(row, question);
    }
    if (type.word == "calculate") {
      ReadCalculation(row, question, field);
    } else {
      ReadConstraint(row, question, field);
    }
    for (const std::string_view column : {"default", "trigger"}) {
      if (survey_.Get(row, column).empty()) continue;
      Warn("survey", row, column, "LEFT_OUT", absl::StrCat(Av(column), " has no counterpart"));
    }
    const std::string id = question.id;
    const bool single = kind == FieldKind::kChoice;
    Add(row, std::move(question));
    if (type.or_other) AddOther(row, id, single);
  }

  bool ReadAnswerType(int row, const Type& type, Question& question, FieldKind& kind) {
    if (type.word == "select_one" || type.word == "select_multiple" || type.word == "rank") {
      const std::vector<Option>* const found = OptionsOf(row, type);
      if (found == nullptr) return false;
      std::vector<Option> options = *found;
      if (type.or_other) options.push_back({"other", {"Anders", "Other"}});
      kind = type.word == "select_one" ? FieldKind::kChoice : FieldKind::kChoices;
      if (type.word == "select_one") {
        question.type = SingleChoice{std::move(options)};
      } else if (type.word == "select_multiple") {
        question.type = MultipleChoice{std::move(options)};
      } else {
        const int top = static_cast<int>(options.size());
        question.type = RankingInput{std::move(options), top};
      }
    } else if (type.word == "integer" || type.word == "decimal" || type.word == "range") {
      NumberInput number;
      number.unit = std::string(survey_.Get(row, "unit"));
      number.decimals = type.word == "decimal" ? 6 : 0;
      if (type.word == "range" && !ReadRange(survey_.Get(row, "parameters"), number)) {
        Fault(row, "parameters", "UNTRANSLATABLE",
              "start, end and step must be numbers, and step 1 or a power of ten below");
      }
      kind = FieldKind::kNumber;
      question.type = std::move(number);
    } else if (type.word == "text") {
      kind = FieldKind::kText;
      question.type = TextInput{};
    } else if (type.word == "date") {
      kind = FieldKind::kDate;
      question.type = DateInput{};
    } else if (type.word == "calculate") {
      question.type = Calculation{};
    } else {
      Fault(row, "type", "UNKNOWN_TYPE",
            absl::StrCat("there is no counterpart of \"", type.word, "\""));
      return false;
    }
    return true;
  }

  void ReadChoiceFilter(int row, Question& question) {
    const std::string_view source = survey_.Get(row, "choice_filter");
    if (source.empty()) return;
    TranslationScope scope = Scope();
    scope.has_column = [this](std::string_view name) { return choices_.HasAttribute(name); };
    scope.option_id = [this](std::string_view name) { return choices_.IdOf(name); };
    if (auto rule = Take(row, "choice_filter", TranslateCondition(source, scope))) {
      question.choice_filter = rule->text;
    }
  }

  void ReadCalculation(int row, Question& question, FormField& field) {
    const std::string_view source = survey_.Get(row, "calculation");
    if (source.empty()) return Fault(row, "calculation", "REQUIRED", "there is none");
    auto value = Take(row, "calculation", TranslateValue(source, Scope()));
    if (!value) return;
    question.type = Calculation{value->text, value->kind == FieldKind::kNumber ? 6 : 0};
    field.kind = value->kind == FieldKind::kNumber ? FieldKind::kNumber : FieldKind::kText;
  }

  void ReadConstraint(int row, Question& question, const FormField& field) {
    const std::string_view source = survey_.Get(row, "constraint");
    if (source.empty() || TakeBounds(source, question.type)) return;
    if (auto rule = Take(row, "constraint", TranslateConstraint(source, Scope(&field)))) {
      question.constraint = rule->text;
      question.constraint_message = survey_.Text(row, "constraint_message");
    }
  }

  // What XLSForm asks behind "other".
  void AddOther(int row, const std::string& of, bool single) {
    Question other;
    other.id = names_.IdOf(of + "_other");
    other.label = {"Anders, namelijk", "Other, namely"};
    other.relevance = WithGroups(single ? of + " == 'other'" : "'other' in " + of);
    other.type = TextInput{};
    FormField field{other.id, FieldKind::kText, {}, repeat_ != nullptr ? repeat_->id : ""};
    fields_[of + "_other"] = std::move(field);
    Add(row, std::move(other));
  }

  void Add(int row, Question question) {
    rows_[question.id] = row;
    if (repeat_ != nullptr) {
      std::get<RepeatGroup>(repeat_->type).questions.push_back(std::move(question));
      return;
    }
    auto& sections = form_.content.sections;
    // Questions outside of groups have a section of their own.
    if (sections.empty() || (groups_.empty() && !in_loose_section_)) {
      sections.push_back({form_.content.title, {}});
    }
    in_loose_section_ = groups_.empty();
    sections.back().questions.push_back(std::move(question));
  }

  void PlaceRows(const Question& question, const std::string& place) {
    places_[place] = rows_[question.id];
    const auto* repeat = std::get_if<RepeatGroup>(&question.type);
    if (repeat == nullptr) return;
    for (size_t q = 0; q < repeat->questions.size(); ++q) {
      places_[absl::StrCat(place, ".repeat.questions[", q, "]")] = rows_[repeat->questions[q].id];
    }
  }

  // The questionnaire's own faults, at the rows they come from.
  void Check() {
    const auto compiled = CompiledQuestionnaire::Compile(form_.content);
    if (compiled.ok()) return;
    std::map<int, bool> told;
    for (const FormNote& fault : form_.faults) told[fault.row] = true;
    for (const FieldViolation& violation : DetailsOf(compiled.status()).violations) {
      std::string place = violation.field;
      while (!place.empty() && !places_.contains(place)) {
        const size_t dot = place.rfind('.');
        place.resize(dot == std::string::npos ? 0 : dot);
      }
      const int row = place.empty() ? 0 : places_[place];
      if (told.contains(row)) continue;  // Most likely because of what is told already.
      Fault(row, ColumnOf(violation.field), violation.reason, violation.sentence);
    }
  }

  static std::string_view ColumnOf(std::string_view field) {
    static constexpr std::pair<std::string_view, std::string_view> kColumns[] = {
        {".relevance", "relevant"},
        {".constraint", "constraint"},
        {".choice_filter", "choice_filter"},
        {".calculation.expression", "calculation"},
        {".id", "name"}};
    for (const auto& [ending, column] : kColumns) {
      if (absl::EndsWith(Av(field), Av(ending))) return column;
    }
    return "type";
  }

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

}  // namespace

ConvertedForm ReadFormSheets(std::vector<Sheet> sheets, Role role) {
  std::map<std::string, Sheet, std::less<>> by_name;
  for (Sheet& sheet : sheets) by_name[sheet.name] = std::move(sheet);
  const FormTable settings(by_name["settings"], "nl");
  std::string language;
  if (settings.last_row() >= 2) language = settings.Get(2, "default_language");
  language = absl::AsciiStrToLower(language);
  const bool english =
      language == "en" || absl::StrContains(language, "(en)") || language == "english";
  const std::string_view code = english ? "en" : "nl";
  return FormReader(FormTable(std::move(by_name["survey"]), code),
                    FormChoices(FormTable(std::move(by_name["choices"]), code)),
                    FormTable(std::move(by_name["settings"]), code), role)
      .Run();
}

absl::StatusOr<ConvertedForm> ReadXlsForm(std::string_view bytes, Role role) {
  static constexpr std::string_view kSheets[] = {"survey", "choices", "settings"};
  ASSIGN_OR_RETURN(std::vector<Sheet> sheets, ReadWorkbook(bytes, kSheets));
  const bool has_survey = std::any_of(sheets.begin(), sheets.end(),
                                      [](const Sheet& sheet) { return sheet.name == "survey"; });
  if (!has_survey) return InvalidField("xlsx", "NO_SHEET", "must have a sheet \"survey\"");
  return ReadFormSheets(std::move(sheets), role);
}

}  // namespace vg::survey

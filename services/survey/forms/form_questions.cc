// Questions of a form: one or more rows each.

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "services/survey/forms/form_bounds.h"
#include "services/survey/forms/form_reader.h"

namespace vg::survey {
namespace {

// A number of repeats that is not known is none.
std::string CountRule(const std::string& number, bool optional) {
  const bool is_name =
      number.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  const std::string term = is_name ? number : absl::StrCat("(", number, ")");
  return optional ? term + ".orValue(0)" : term;
}

}  // namespace

void FormReader::BeginRepeat(int row, const std::string& relevance) {
  auto question = std::make_unique<Question>();
  question->id = IdAt(row);
  question->label = Label(row);
  question->hint = survey_.Text(row, "hint");
  question->relevance = WithGroups(relevance);
  RepeatGroup repeat;
  const std::string_view count = survey_.Get(row, "repeat_count");
  if (!count.empty()) {
    if (absl::SimpleAtoi(Av(count), &repeat.max_instances)) {
      if (repeat.max_instances < 1) {
        Fault(row, "repeat_count", "UNTRANSLATABLE", "a repeat is there at least once");
      }
      repeat.min_instances = repeat.max_instances;
    } else {
      ReadComputedCount(row, count, *question);
    }
  }
  ReadInstances(row, "min_instances", repeat.min_instances);
  ReadInstances(row, "max_instances", repeat.max_instances);
  question->type = std::move(repeat);
  Register(row, question->id, FieldKind::kRepeat);
  repeat_ = std::move(question);
  repeat_row_ = row;
}

void FormReader::ReadComputedCount(int row, std::string_view source, Question& group) {
  const auto count = Take(row, "repeat_count", TranslateValue(source, Scope()));
  if (!count) return;
  if (count->kind != FieldKind::kNumber) {
    return Fault(row, "repeat_count", "UNTRANSLATABLE", "the number of repeats must be a number");
  }
  std::string number = CountRule(count->text, count->optional);
  group.required_if = number + " > 0";
  group.constraint = group.id + ".count() == " + number;
}

int FormReader::Decimals(int row, int otherwise) {
  const std::string_view text = survey_.Get(row, "decimals");
  int decimals = 0;
  if (text.empty()) return otherwise;
  if (absl::SimpleAtoi(Av(text), &decimals)) return decimals;
  Fault(row, "decimals", "UNTRANSLATABLE", "the number of decimals must be a number here");
  return otherwise;
}

void FormReader::ReadInstances(int row, std::string_view column, int& instances) {
  const std::string_view text = survey_.Get(row, column);
  if (text.empty() || absl::SimpleAtoi(Av(text), &instances)) return;
  Fault(row, column, "UNTRANSLATABLE", "the number of repeats must be a number here");
}

void FormReader::BeginMatrix(int row, const std::string& relevance) {
  matrix_ = std::make_unique<Question>();
  matrix_->id = IdAt(row);
  matrix_->label = Label(row);
  matrix_->hint = survey_.Text(row, "hint");
  matrix_->relevance = WithGroups(relevance);
  matrix_->type = MatrixInput();
  matrix_list_.clear();
}

void FormReader::ReadMatrixRow(int row, const FormType& type) {
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
    ReadRequired(row, *matrix_);
  } else if (type.list != matrix_list_) {
    return Fault(row, "type", "NOT_IN_TABLE", "all questions of a table have the same list");
  } else {
    Question other;
    ReadRequired(row, other);
    if (other.required != matrix_->required || other.required_if != matrix_->required_if) {
      Fault(row, "required", "NOT_IN_TABLE", "the rows of a table are required all or none");
    }
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
  field.labels = choices_.LabelsOf(type.list);
}

LocalizedText FormReader::Label(int row) {
  LocalizedText label = survey_.Text(row, "label");
  if (label.nl.empty()) label = survey_.Text(row, "hint");
  if (label.nl.empty()) {
    label.nl = std::string(survey_.Get(row, "name"));
    Warn("survey", row, "label", "NO_LABEL", "there is no label; its name stands for it");
  }
  if (absl::StrContains(label.nl, "${") || absl::StrContains(label.en, "${")) {
    Warn("survey", row, "label", "ANSWER_IN_LABEL",
         "an answer inside the label is not filled in here; ${…} stays as it is written");
  }
  return label;
}

void FormReader::ReadRequired(int row, Question& question) {
  const std::string_view text = survey_.Get(row, "required");
  question.required = SaysYes(text);
  if (SaysYes(text) || SaysNo(text)) return;
  if (auto rule = Take(row, "required", TranslateCondition(text, Scope()))) {
    question.required_if = rule->text;
  }
}

const std::vector<Option>* FormReader::OptionsOf(int row, const FormType& type) {
  const std::vector<Option>* const options = choices_.Find(type.list);
  if (options == nullptr) {
    Fault(row, "type", "UNKNOWN_LIST", absl::StrCat("there are no choices of \"", type.list, "\""));
  }
  return options;
}

void FormReader::ReadQuestion(int row, const FormType& type) {
  Question question;
  FieldKind kind = FieldKind::kOther;
  if (!ReadAnswerType(row, type, question, kind)) return;
  question.id = IdAt(row);
  question.label = Label(row);
  if (!survey_.Text(row, "label").nl.empty()) question.hint = survey_.Text(row, "hint");
  if (type.word != "calculate") ReadRequired(row, question);
  question.relevance = WithGroups(Relevance(row));
  FormField& field = Register(row, question.id, kind);
  if (type.word == "acknowledge") {
    field.options = {{"OK", "ok"}};
    // Whoever must acknowledge cannot say otherwise.
    if (question.required) question.constraint = question.id + " == 'ok'";
  } else if (kind == FieldKind::kChoice || kind == FieldKind::kChoices) {
    field.options = choices_.IdsOf(type.list);
    if (type.or_other) {
      field.options["other"] = "other";
    } else {
      field.labels = choices_.LabelsOf(type.list);
    }
    ReadChoiceFilter(row, question);
  }
  if (type.word == "calculate") {
    ReadCalculation(row, question, field);
  } else {
    ReadConstraint(row, question, field);
    if (!survey_.Get(row, "calculation").empty()) {
      Warn("survey", row, "calculation", "LEFT_OUT",
           "a question that is asked is not computed; a calculation is of type calculate");
    }
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

bool FormReader::ReadAnswerType(int row, const FormType& type, Question& question,
                                FieldKind& kind) {
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
    number.decimals = Decimals(row, type.word == "decimal" ? 6 : 0);
    number.allow_not_applicable = SaysYes(survey_.Get(row, "not_applicable"));
    if (type.word == "range" && !ReadRange(survey_.Get(row, "parameters"), number)) {
      Fault(row, "parameters", "UNTRANSLATABLE",
            "start, end and step must be numbers, and step 1 or a power of ten below");
    }
    kind = FieldKind::kNumber;
    question.type = std::move(number);
  } else if (type.word == "text") {
    kind = FieldKind::kText;
    question.type = TextInput{};
  } else if (type.word == "acknowledge") {
    kind = FieldKind::kChoice;
    question.type =
        SingleChoice{{{"ok", {"Akkoord", "OK"}}, {"not_ok", {"Niet akkoord", "Not OK"}}}};
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

void FormReader::ReadChoiceFilter(int row, Question& question) {
  const std::string_view source = survey_.Get(row, "choice_filter");
  if (source.empty()) return;
  TranslationScope scope = Scope();
  scope.has_column = [this](std::string_view name) { return choices_.HasAttribute(name); };
  scope.option_id = [this](std::string_view name) { return choices_.IdOf(name); };
  scope.is_renamed = [this](std::string_view column) { return choices_.IsRenamed(column); };
  if (auto rule = Take(row, "choice_filter", TranslateCondition(source, scope))) {
    question.choice_filter = rule->text;
  }
}

void FormReader::ReadCalculation(int row, Question& question, FormField& field) {
  const std::string_view source = survey_.Get(row, "calculation");
  if (source.empty()) return Fault(row, "calculation", "REQUIRED", "there is none");
  auto value = Take(row, "calculation", TranslateValue(source, Scope()));
  if (!value) return;
  question.type =
      Calculation{value->text, Decimals(row, value->kind == FieldKind::kNumber ? 6 : 0)};
  field.kind = value->kind == FieldKind::kNumber ? FieldKind::kNumber : FieldKind::kText;
}

void FormReader::ReadConstraint(int row, Question& question, const FormField& field) {
  const std::string_view constraint = survey_.Get(row, "constraint");
  LocalizedText message = survey_.Text(row, "constraint_message");
  if (constraint.empty()) {
    if (message.nl.empty()) return;
    return Warn("survey", row, "constraint_message", "LEFT_OUT", "there is no constraint to tell");
  }
  // Bounds have words of their own, so what has a message stays a rule.
  std::string source;
  if (message.nl.empty()) {
    source = TakeBounds(constraint, question.type);
  } else {
    LeaveLength(constraint, question.type);
    source = TakeStatedBounds(constraint, survey_.Get(row, "bounds"), question.type);
  }
  if (source.empty()) return;
  if (auto rule = Take(row, "constraint", TranslateConstraint(source, Scope(&field)))) {
    question.constraint = rule->text;
    question.constraint_message = std::move(message);
  }
}

void FormReader::AddOther(int row, const std::string& of, bool single) {
  Question other;
  other.id = names_.IdOf(of + "_other");
  other.label = {"Anders, namelijk", "Other, namely"};
  other.relevance = WithGroups(single ? of + " == 'other'" : "'other' in " + of);
  other.type = TextInput{};
  FormField field{other.id, FieldKind::kText, {}, repeat_ != nullptr ? repeat_->id : ""};
  fields_[of + "_other"] = std::move(field);
  Add(row, std::move(other));
}

}  // namespace vg::survey

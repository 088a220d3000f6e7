#include "services/survey/forms/form_reader.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "services/survey/domain/compiled_questionnaire.h"

namespace vg::survey {
namespace {

constexpr size_t kMostNotes = 1'000;

}  // namespace

ConvertedForm FormReader::Run() && {
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
    if (!IsLeftOut(row)) ReadRow(row);
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

void FormReader::AddTo(std::vector<FormNote>& notes, FormNote note) {
  if (notes.size() < kMostNotes) notes.push_back(std::move(note));
}

void FormReader::Fault(int row, std::string_view column, std::string_view reason,
                       std::string message) {
  AddTo(form_.faults,
        {"survey", row, std::string(column), std::string(reason), std::move(message)});
}

void FormReader::Warn(std::string_view sheet, int row, std::string_view column,
                      std::string_view reason, std::string message) {
  AddTo(form_.warnings,
        {std::string(sheet), row, std::string(column), std::string(reason), std::move(message)});
}

void FormReader::TellColumns() {
  static constexpr std::string_view kKnown[] = {
      "type",          "name",          "label",          "hint",
      "required",      "relevant",      "constraint",     "constraint_message",
      "calculation",   "choice_filter", "appearance",     "parameters",
      "repeat_count",  "trigger",       "unit",           "min_instances",
      "max_instances", "decimals",      "not_applicable", "bounds",
      "disabled"};
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
  for (const std::string& heading : survey_.doubles()) {
    Warn("survey", 0, heading, "COLUMN_LEFT_OUT", "another column says the same");
  }
  if (survey_.IsEnglishOnly("label")) {
    Warn("survey", 0, "label::en", "NO_DUTCH",
         "there are no Dutch labels; the English stand for them");
  }
}

bool FormReader::IsLeftOut(int row) const {
  return survey_.IsBlank(row) || SaysYes(survey_.Get(row, "disabled"));
}

void FormReader::RegisterNames() {
  for (int row = survey_.first_row(); row <= survey_.last_row(); ++row) {
    if (!IsLeftOut(row)) names_.Reserve(survey_.Get(row, "name"));
  }
}

std::string FormReader::IdAt(int row) {
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

FormField& FormReader::Register(int row, std::string id, FieldKind kind) {
  FormField field;
  field.id = std::move(id);
  field.kind = kind;
  if (repeat_ != nullptr && kind != FieldKind::kOther) field.group = repeat_->id;
  return fields_[std::string(survey_.Get(row, "name"))] = std::move(field);
}

TranslationScope FormReader::Scope(const FormField* self) const {
  TranslationScope scope;
  scope.find = [this](std::string_view name) -> const FormField* {
    const auto found = fields_.find(name);
    return found == fields_.end() ? nullptr : &found->second;
  };
  scope.self = self;
  if (repeat_ != nullptr) scope.group = repeat_->id;
  return scope;
}

std::optional<Translated> FormReader::Take(int row, std::string_view column,
                                           std::variant<Translated, ExpressionFault> result) {
  if (auto* translated = std::get_if<Translated>(&result)) return std::move(*translated);
  const ExpressionFault& fault = std::get<ExpressionFault>(result);
  Fault(row, column, "UNTRANSLATABLE",
        absl::StrCat("character ", fault.position, ", \"", fault.part, "\": ", fault.sentence));
  return std::nullopt;
}

std::string FormReader::Relevance(int row) {
  const std::string_view source = survey_.Get(row, "relevant");
  std::string own;
  if (!source.empty()) {
    if (auto rule = Take(row, "relevant", TranslateCondition(source, Scope()))) own = rule->text;
  }
  return own;
}

std::string FormReader::WithGroups(std::string own) const {
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

void FormReader::ReadRow(int row) {
  const FormType type = ReadFormType(survey_.Get(row, "type"));
  if (type.word.empty()) {
    Fault(row, "type", "NO_TYPE", "a row must have a type");
  } else if (type.word == "begin_group" || type.word == "begin_repeat") {
    Begin(row, type.word == "begin_repeat");
  } else if (type.word == "end_group" || type.word == "end_repeat") {
    End(row, type.word == "end_repeat");
  } else if (IsMetadata(type.word)) {
    // The day on which a form is filled in is the day on which it comes in.
    if (type.word == "today") Register(row, "today()", FieldKind::kDate).group.clear();
    Warn("survey", row, "type", type.word == "note" ? "NOTE_LEFT_OUT" : "METADATA_LEFT_OUT",
         absl::StrCat("\"", type.word, "\" is no question and is left out"));
  } else if (matrix_ != nullptr) {
    ReadMatrixRow(row, type);
  } else {
    ReadQuestion(row, type);
  }
}

void FormReader::Begin(int row, bool repeat) {
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
  } else if (!survey_.Text(row, "label").nl.empty()) {
    Warn("survey", row, "label", "LEFT_OUT",
         "a group inside another is no section and has no title");
  }
  groups_.push_back(std::move(group));
}

void FormReader::End(int row, bool repeat) {
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

void FormReader::Add(int row, Question question) {
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

void FormReader::PlaceRows(const Question& question, const std::string& place) {
  places_[place] = rows_[question.id];
  const auto* repeat = std::get_if<RepeatGroup>(&question.type);
  if (repeat == nullptr) return;
  for (size_t q = 0; q < repeat->questions.size(); ++q) {
    places_[absl::StrCat(place, ".repeat.questions[", q, "]")] = rows_[repeat->questions[q].id];
  }
}

void FormReader::Check() {
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

std::string_view FormReader::ColumnOf(std::string_view field) {
  static constexpr std::pair<std::string_view, std::string_view> kColumns[] = {
      {".relevance", "relevant"},
      {".required_if", "required"},
      {".constraint", "constraint"},
      {".choice_filter", "choice_filter"},
      {".calculation.expression", "calculation"},
      {".id", "name"}};
  for (const auto& [ending, column] : kColumns) {
    if (absl::EndsWith(Av(field), Av(ending))) return column;
  }
  return "type";
}

}  // namespace vg::survey

#include "services/survey/forms/written_names.h"

#include "absl/strings/str_cat.h"

namespace vg::survey {

using Kind = WrittenName::Kind;

WrittenNames::WrittenNames(const Questionnaire& questionnaire,
                           const CompiledQuestionnaire& compiled)
    : compiled_(compiled), taken_(compiled.ids().ids().begin(), compiled.ids().ids().end()) {
  Know("today()", Kind::kDate, "today()", false);
  Know("position()", Kind::kNumber, "position(..)", false);
  Know("option_id", Kind::kText, "name", false);
  for (const Section& section : questionnaire.sections) {
    for (const Question& question : section.questions) Gather(question, nullptr);
  }
}

WritingScope WrittenNames::Scope(const std::string& self) const {
  return {[this, self](std::string_view name) -> std::optional<WrittenName> {
    const auto found = names_.find(name);
    if (found == names_.end()) return std::nullopt;
    WrittenName out = found->second;
    if (name == self) {
      out.text = ".";
      out.optional = false;
    }
    return out;
  }};
}

const std::string& WrittenNames::OfRow(const std::string& matrix, const std::string& row) const {
  return rows_.at({matrix, row});
}

std::string WrittenNames::NewName(const std::string& wanted) {
  std::string name = wanted;
  for (int n = 2; !taken_.insert(name).second; ++n) name = absl::StrCat(wanted, "_", n);
  return name;
}

void WrittenNames::Gather(const Question& question, const Question* group) {
  const std::string reference = absl::StrCat("${", question.id, "}");
  if (const auto* repeat = std::get_if<RepeatGroup>(&question.type)) {
    Know(question.id + ".count()", Kind::kRepeat, reference, true);
    for (const Question& inner : repeat->questions) Gather(inner, &question);
    return;
  }
  if (const auto* matrix = std::get_if<MatrixInput>(&question.type)) {
    for (const Option& row : matrix->rows) {
      // Names of a form begin with a letter.
      const bool may_be_name = row.id[0] >= 'a' && row.id[0] <= 'z' && !taken_.contains(row.id);
      const std::string name =
          NewName(may_be_name ? row.id : absl::StrCat(question.id, "_", row.id));
      rows_[{question.id, row.id}] = name;
      const std::string id = absl::StrCat(question.id, ".", row.id);
      const std::string at = absl::StrCat("${", name, "}");
      Know(id, Kind::kChoice, at, true);
      if (group != nullptr) KnowList(*group, id, at);
    }
    return;
  }
  for (const Option* option : ChoicesOf(question)) {
    for (const auto& [attribute, value] : option->attributes) {
      Know("option." + attribute, Kind::kText, attribute, false);
    }
  }
  Know(question.id, KindOf(compiled_.questions()[compiled_.ids().Find(question.id)]), reference,
       true);
  if (group != nullptr) KnowList(*group, question.id, reference);
}

void WrittenNames::Know(const std::string& name, Kind kind, std::string text, bool optional) {
  names_[name] = {kind, std::move(text), optional, {}};
}

void WrittenNames::KnowList(const Question& group, const std::string& name, std::string text) {
  names_[absl::StrCat(group.id, ".", name)] = {Kind::kList, std::move(text), true,
                                               absl::StrCat("${", group.id, "}")};
}

Kind KindOf(const CompiledQuestion& question) {
  if (question.calculation && question.calculation->type().kind() == expression::Kind::kBool) {
    return Kind::kBool;
  }
  switch (question.kind) {
    case AnswerKind::kChoices:
    case AnswerKind::kRanking:
      return Kind::kChoices;
    case AnswerKind::kNumber:
      return Kind::kNumber;
    case AnswerKind::kDate:
      return Kind::kDate;
    case AnswerKind::kChoice:
      return Kind::kChoice;
    default:
      return Kind::kText;
  }
}

std::vector<const Option*> ChoicesOf(const Question& question) {
  std::vector<const Option*> choices;
  const auto add = [&choices](const std::vector<Option>& options) {
    for (const Option& option : options) choices.push_back(&option);
  };
  if (const auto* single = std::get_if<SingleChoice>(&question.type)) add(single->options);
  if (const auto* multiple = std::get_if<MultipleChoice>(&question.type)) add(multiple->options);
  if (const auto* ranking = std::get_if<RankingInput>(&question.type)) add(ranking->options);
  return choices;
}

}  // namespace vg::survey

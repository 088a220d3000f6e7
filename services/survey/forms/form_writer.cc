#include "services/survey/forms/form_writer.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/expression/expression.h"
#include "common/status/absl_view.h"
#include "services/survey/forms/choice_lists.h"
#include "services/survey/forms/written_names.h"
#include "services/survey/forms/xpath_writer.h"

namespace vg::survey {
namespace {

constexpr const char* kColumns[] = {"type",
                                    "name",
                                    "label::Nederlands (nl)",
                                    "label::English (en)",
                                    "hint::Nederlands (nl)",
                                    "hint::English (en)",
                                    "required",
                                    "relevant",
                                    "constraint",
                                    "constraint_message::Nederlands (nl)",
                                    "constraint_message::English (en)",
                                    "calculation",
                                    "choice_filter",
                                    "appearance",
                                    "repeat_count",
                                    "unit",
                                    "decimals",
                                    "not_applicable",
                                    "bounds",
                                    "min_instances",
                                    "max_instances"};

class Writer {
 public:
  Writer(const Questionnaire& questionnaire, const CompiledQuestionnaire& compiled)
      : questionnaire_(questionnaire), compiled_(compiled), names_(questionnaire, compiled) {
    for (size_t s = 0; s < questionnaire.sections.size(); ++s) {
      for (const Question& question : questionnaire.sections[s].questions) {
        Place(question, static_cast<int>(s));
      }
    }
  }

  WrittenForm Run(const std::string& id, const std::string& version) && {
    survey_.rows.emplace_back(std::begin(kColumns), std::end(kColumns));
    std::vector<int> outside;
    for (const auto& [index, section] : section_of_) {
      if (compiled_.questions()[index].group < 0) outside.push_back(index);
    }
    WriteAll(outside);
    CloseSection();
    form_.sheets = {std::move(survey_), lists_.ToSheet(), Settings(id, version)};
    return std::move(form_);
  }

 private:
  void Place(const Question& question, int section) {
    const int index = compiled_.ids().Find(question.id);
    source_[index] = &question;
    section_of_[index] = section;
    const auto* repeat = std::get_if<RepeatGroup>(&question.type);
    if (repeat == nullptr) return;
    for (const Question& inner : repeat->questions) Place(inner, section);
  }

  using Row = std::map<std::string, std::string, std::less<>>;  // By column.

  // The row that is written next, as spreadsheets count.
  int row() const { return static_cast<int>(survey_.rows.size()) + 1; }

  void Fault(std::string_view column, std::string_view reason, std::string message) {
    form_.faults.push_back(
        {"survey", row(), std::string(column), std::string(reason), std::move(message)});
  }

  void Append(const Row& cells) {
    std::vector<std::string>& out = survey_.rows.emplace_back();
    for (const char* const column : kColumns) {
      const auto found = cells.find(column);
      out.push_back(found == cells.end() ? "" : found->second);
    }
  }

  static void Put(Row& row, std::string_view column, const LocalizedText& text) {
    row[absl::StrCat(Av(column), "::Nederlands (nl)")] = text.nl;
    row[absl::StrCat(Av(column), "::English (en)")] = text.en;
  }

  void OpenSection(int section) {
    if (section == section_) return;
    CloseSection();
    section_ = section;
    const std::string name = names_.NewName(absl::StrCat("section_", section + 1));
    Row row{{"type", "begin_group"}, {"name", name}};
    Put(row, "label", questionnaire_.sections[static_cast<size_t>(section)].title);
    Append(row);
  }

  void CloseSection() {
    if (section_ >= 0) Append({{"type", "end_group"}});
    section_ = -1;
  }

  std::string Take(std::string_view column, std::variant<std::string, ExpressionFault> written) {
    if (auto* const text = std::get_if<std::string>(&written)) return std::move(*text);
    const ExpressionFault& fault = std::get<ExpressionFault>(written);
    Fault(column, "UNTRANSLATABLE",
          absl::StrCat("character ", fault.position, ", \"", fault.part, "\": ", fault.sentence));
    return {};
  }

  std::string Condition(std::string_view column, const std::string& rule) {
    return rule.empty() ? rule : Take(column, WriteCondition(rule, names_.Scope()));
  }

  // What all questions have.
  Row Begin(const Question& question) {
    Row row{{"name", question.id}};
    Put(row, "label", question.label);
    Put(row, "hint", question.hint);
    row["relevant"] = Condition("relevant", question.relevance);
    return row;
  }

  void PutRequired(const Question& question, Row& row) {
    row["required"] = question.required ? "yes" : Condition("required", question.required_if);
  }

  void PutConstraint(const Question& question, std::string bounds, Row& row) {
    if (!question.constraint.empty()) {
      const std::string rule =
          Take("constraint", WriteConstraint(question.constraint, names_.Scope(question.id)));
      const bool has_message = !question.constraint_message.nl.empty();
      // The message is of the rule.
      if (has_message) row["bounds"] = bounds;
      if (!rule.empty()) {
        bounds = bounds.empty() ? rule : absl::StrCat(bounds, " and (", rule, ")");
      }
      Put(row, "constraint_message", question.constraint_message);
    }
    row["constraint"] = std::move(bounds);
  }

  // In their order, but for calculations, which stand behind all that they read and before what
  // reads them.
  void WriteAll(const std::vector<int>& questions) {
    for (const int index : questions) {
      if (!written_.contains(index)) WriteInTurn(index, questions, /*moved=*/false);
      for (const int waiting : questions) {
        if (waiting >= index) break;
        if (!written_.contains(waiting)) WriteInTurn(waiting, questions, /*moved=*/true);
      }
    }
  }

  // What is moved stands in the section that is being written.
  void WriteInTurn(int index, const std::vector<int>& level, bool moved) {
    const bool calculated = compiled_.questions()[index].calculation.has_value();
    for (const int read : ReadBy(index)) {
      if (read == index || written_.contains(read)) continue;
      if (std::find(level.begin(), level.end(), read) == level.end()) continue;
      if (compiled_.questions()[read].calculation) WriteInTurn(read, level, /*moved=*/true);
      // It waits for a later question.
      if (calculated && !written_.contains(read)) return;
    }
    if (written_.contains(index)) return;
    const bool outside = compiled_.questions()[index].group < 0;
    if (outside && (!moved || section_ < 0)) OpenSection(section_of_[index]);
    written_.insert(index);
    Write(index);
  }

  // The questions that the rules of one name, and those of what is in it.
  std::set<int> ReadBy(int index) const {
    std::set<int> read;
    const Question& question = *source_.at(index);
    std::vector<std::string> rules = {question.relevance, question.required_if, question.constraint,
                                      question.choice_filter};
    if (const auto* calculation = std::get_if<Calculation>(&question.type)) {
      rules.push_back(calculation->expression);
    }
    for (const std::string& rule : rules) {
      for (const std::string& name : expression::NamesIn(rule)) {
        const int named = compiled_.ids().Find(name.substr(0, name.find('.')));
        if (named >= 0) read.insert(named);
      }
    }
    for (const int member : compiled_.questions()[index].members) read.merge(ReadBy(member));
    return read;
  }

  void Write(int index) {
    const Question& question = *source_.at(index);
    if (std::holds_alternative<RepeatGroup>(question.type)) return WriteRepeat(index, question);
    if (const auto* matrix = std::get_if<MatrixInput>(&question.type)) {
      return WriteMatrix(question, *matrix);
    }
    Row row = Begin(question);
    if (const auto* calculation = std::get_if<Calculation>(&question.type)) {
      row["type"] = "calculate";
      row["calculation"] = Take("calculation", WriteValue(calculation->expression, names_.Scope()));
      if (calculation->decimals != 6 &&
          KindOf(compiled_.questions()[index]) == WrittenName::Kind::kNumber) {
        row["decimals"] = absl::StrCat(calculation->decimals);
      }
      RefuseRules(question, "a calculation");
    } else {
      std::string bounds;
      PutType(question, row, bounds);
      PutRequired(question, row);
      PutConstraint(question, std::move(bounds), row);
      row["choice_filter"] = Filter(question);
    }
    Append(row);
  }

  void RefuseRules(const Question& question, std::string_view what) {
    if (question.required || !question.required_if.empty()) {
      Fault("required", "NO_COUNTERPART", absl::StrCat(Av(what), " cannot be required"));
    }
    if (!question.constraint.empty()) {
      Fault("constraint", "NO_COUNTERPART", absl::StrCat(Av(what), " has no constraint"));
    }
  }

  std::string Filter(const Question& question) {
    if (question.choice_filter.empty()) return {};
    for (const Option* option : ChoicesOf(question)) {
      for (const auto& [attribute, value] : option->attributes) {
        if (ChoiceLists::MayBeColumn(attribute)) continue;
        Fault("choice_filter", "NO_COUNTERPART",
              absl::StrCat("a column cannot be called \"", attribute, "\""));
        return {};
      }
    }
    return Condition("choice_filter", question.choice_filter);
  }

  void PutType(const Question& question, Row& row, std::string& bounds) {
    if (const auto* single = std::get_if<SingleChoice>(&question.type)) {
      row["type"] = "select_one " + lists_.Add(single->options, question.id);
    } else if (const auto* multiple = std::get_if<MultipleChoice>(&question.type)) {
      row["type"] = "select_multiple " + lists_.Add(multiple->options, question.id);
      if (multiple->max_choices > 0) {
        bounds = absl::StrCat("count-selected(.) <= ", multiple->max_choices);
      }
    } else if (const auto* ranking = std::get_if<RankingInput>(&question.type)) {
      row["type"] = "rank " + lists_.Add(ranking->options, question.id);
      if (ranking->top < static_cast<int>(ranking->options.size())) {
        bounds = absl::StrCat("count-selected(.) <= ", ranking->top);
      }
    } else if (const auto* number = std::get_if<NumberInput>(&question.type)) {
      PutNumber(*number, row, bounds);
    } else if (const auto* text = std::get_if<TextInput>(&question.type)) {
      row["type"] = "text";
      if (text->max_length > 0) bounds = absl::StrCat("string-length(.) <= ", text->max_length);
    } else {
      row["type"] = "date";
    }
  }

  static void PutNumber(const NumberInput& number, Row& row, std::string& bounds) {
    row["type"] = number.decimals == 0 ? "integer" : "decimal";
    if (number.decimals != 0 && number.decimals != 6) {
      row["decimals"] = absl::StrCat(number.decimals);
    }
    row["unit"] = number.unit;
    if (number.allow_not_applicable) row["not_applicable"] = "yes";
    if (number.min) bounds = absl::StrCat(". >= ", number.min->ToText());
    if (number.max) {
      absl::StrAppend(&bounds, bounds.empty() ? "" : " and ", ". <= ", number.max->ToText());
    }
  }

  void WriteMatrix(const Question& question, const MatrixInput& matrix) {
    Row row = Begin(question);
    row["type"] = "begin_group";
    row["appearance"] = "table-list";
    if (!question.constraint.empty()) {
      Fault("constraint", "NO_COUNTERPART", "a table has no constraint");
    }
    Append(row);
    Row required;
    PutRequired(question, required);
    const std::string type = "select_one " + lists_.Add(matrix.options, question.id);
    for (const Option& each : matrix.rows) {
      const std::string& name = names_.OfRow(question.id, each.id);
      if (name != each.id) {
        form_.warnings.push_back({"survey", this->row(), "name", "RENAMED",
                                  absl::StrCat("\"", each.id, "\" is called \"", name,
                                               "\" here, for names are unique in a form")});
      }
      Row one{{"type", type}, {"name", name}, {"required", required["required"]}};
      Put(one, "label", each.label);
      Append(one);
    }
    Append({{"type", "end_group"}});
  }

  // What a group says that has as many instances as a rule comes to; empty if it says otherwise.
  static std::string ComputedCount(const Question& group) {
    const std::string begin = group.id + ".count() == ";
    if (!group.constraint.starts_with(begin)) return {};
    std::string count = group.constraint.substr(begin.size());
    return group.required_if == count + " > 0" ? count : "";
  }

  void WriteRepeat(int index, const Question& question) {
    const auto& repeat = std::get<RepeatGroup>(question.type);
    Row row = Begin(question);
    row["type"] = "begin_repeat";
    // A group that must be answered has an instance.
    const int least = std::max(repeat.min_instances, question.required ? 1 : 0);
    const std::string count = ComputedCount(question);
    if (!count.empty()) {
      row["repeat_count"] = Take("repeat_count", WriteValue(count, names_.Scope()));
      if (repeat.max_instances > 0) row["max_instances"] = absl::StrCat(repeat.max_instances);
      if (least > 0) row["min_instances"] = absl::StrCat(least);
    } else if (least > 0 && least == repeat.max_instances) {
      row["repeat_count"] = absl::StrCat(least);
    } else {
      if (least > 0) row["min_instances"] = absl::StrCat(least);
      if (repeat.max_instances > 0) row["max_instances"] = absl::StrCat(repeat.max_instances);
    }
    if (!question.required_if.empty() && count.empty()) {
      Fault("required", "NO_COUNTERPART", "a repeat cannot be required under a condition");
    }
    if (!question.constraint.empty() && count.empty()) {
      Fault("constraint", "NO_COUNTERPART", "a repeat has no constraint");
    }
    Append(row);
    std::vector<int> members = compiled_.questions()[index].members;
    std::sort(members.begin(), members.end());
    WriteAll(members);
    Append({{"type", "end_repeat"}});
  }

  Sheet Settings(const std::string& id, const std::string& version) const {
    const LocalizedText& title = questionnaire_.title;
    return {"settings",
            {{"form_title::Nederlands (nl)", "form_title::English (en)", "form_title", "form_id",
              "version", "default_language"},
             {title.nl, title.en, title.nl, id, version, "Nederlands (nl)"}}};
  }

  const Questionnaire& questionnaire_;
  const CompiledQuestionnaire& compiled_;
  WrittenNames names_;
  WrittenForm form_;
  Sheet survey_{"survey", {}};
  ChoiceLists lists_;
  std::map<int, const Question*> source_;
  std::map<int, int> section_of_;
  std::set<int> written_;
  int section_ = -1;
};

}  // namespace

WrittenForm WriteForm(const Questionnaire& questionnaire, const CompiledQuestionnaire& compiled,
                      const std::string& id, const std::string& version) {
  return Writer(questionnaire, compiled).Run(id, version);
}

}  // namespace vg::survey

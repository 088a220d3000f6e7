#include "services/survey/domain/questionnaire_compiler.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/expression/type.h"
#include "common/status/absl_view.h"
#include "services/survey/domain/question_types.h"

namespace vg::survey {

using expression::Expression;
using expression::Kind;
using expression::Slot;
using expression::Type;
using expression::Value;

namespace {

constexpr size_t kLongestChoice = 63;
// Which instance of the group it is, for rules inside it.
constexpr std::string_view kPosition = "position()";

std::string_view FirstPart(std::string_view name) { return name.substr(0, name.find('.')); }

// The identifier at the beginning of `text`.
std::string_view Identifier(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return text.substr(0, static_cast<size_t>(end - text.begin()));
}

// Errors are told in one sentence, whatever language the respondent reads.
std::string InBothLanguages(const LocalizedText& text) {
  return absl::StrCat(text.nl, text.nl.empty() || text.en.empty() ? "" : " / ", text.en);
}

size_t CountQuestions(const Questionnaire& questionnaire) {
  size_t count = 0;
  for (const Section& section : questionnaire.sections) {
    count += section.questions.size();
    for (const Question& question : section.questions) {
      if (const auto* group = std::get_if<RepeatGroup>(&question.type)) {
        count += group->questions.size();
      }
    }
  }
  return count;
}

}  // namespace

std::vector<FieldViolation> Compiler::Run(const Questionnaire& questionnaire) {
  out_.role_ = questionnaire.role;
  if (questionnaire.sections.empty()) Fault(0, "sections", "REQUIRED", "must have at least one");
  const size_t count = CountQuestions(questionnaire);
  if (count > CompiledQuestionnaire::kMaxQuestions) {
    Fault(0, "sections", "TOO_MANY",
          absl::StrCat("must have at most ", CompiledQuestionnaire::kMaxQuestions,
                       " questions together, have ", count));
  } else {
    out_.questions_.reserve(count);
    out_.today_slot_ = out_.environment_.MustDeclare("today()", Type::Day());
    for (size_t s = 0; s < questionnaire.sections.size(); ++s) {
      const Section& section = questionnaire.sections[s];
      const std::string place = absl::StrCat("sections[", s, "].questions");
      if (section.questions.empty()) {
        Fault(static_cast<int>(sources_.size()), place, "REQUIRED", "must have at least one");
      }
      for (size_t q = 0; q < section.questions.size(); ++q) {
        Enlist(section.questions[q], absl::StrCat(place, "[", q, "]"), -1);
      }
    }
    std::vector<int> outside;
    for (size_t i = 0; i < sources_.size(); ++i) {
      const int group = out_.questions_[i].group;
      (group < 0 ? outside : out_.questions_[group].members).push_back(static_cast<int>(i));
    }
    out_.order_ = Order(outside, -1);
    CompileLevel(out_.order_);
    DropUnusedSlots();
  }
  std::stable_sort(faults_.begin(), faults_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<FieldViolation> faults;
  for (auto& [index, fault] : faults_) faults.push_back(std::move(fault));
  return faults;
}

void Compiler::Fault(int index, const std::string& place, std::string_view reason,
                     std::string sentence) {
  faults_.push_back(
      {index, {absl::StrCat(prefix_, place), std::string(reason), std::move(sentence)}});
}

void Compiler::Enlist(const Question& question, std::string place, int group) {
  const int index = static_cast<int>(sources_.size());
  if (!out_.ids_.Add(question.id)) {
    return Fault(index, place + ".id", "DUPLICATE_ID",
                 absl::StrCat("must be unique in the questionnaire; \"", question.id,
                              "\" is the id of an earlier question"));
  }
  const auto* repeat = std::get_if<RepeatGroup>(&question.type);
  if (repeat != nullptr && group >= 0) {
    Fault(index, place, "NESTED_GROUP", "must not be a repeat group inside another");
    repeat = nullptr;
  }
  sources_.push_back({&question, place});
  CompiledQuestion& compiled = out_.questions_.emplace_back();
  compiled.required = question.required;
  compiled.constraint_message = InBothLanguages(question.constraint_message);
  compiled.group = group;
  const auto fault = [&](const std::string& at, std::string_view reason, std::string sentence) {
    Fault(index, at, reason, std::move(sentence));
  };
  ReadType(question, place, fault, compiled);
  if (const auto* number = std::get_if<NumberInput>(&question.type);
      number != nullptr && out_.role_ == Role::kMeasurement &&
      absl::StripAsciiWhitespace(number->unit).empty()) {
    fault(place + ".number.unit", "UNIT_REQUIRED",
          "must be set in a record layout, such as \"percent\" or \"weeks\"; \"1\" for a number "
          "without a unit");
  }
  if (repeat == nullptr) return;
  for (size_t q = 0; q < repeat->questions.size(); ++q) {
    Enlist(repeat->questions[q], absl::StrCat(place, ".repeat.questions[", q, "]"), index);
  }
}

std::vector<Compiler::Rule> Compiler::RulesOf(const Question& question) {
  std::vector<Rule> rules = {{".relevance", &question.relevance},
                             {".required_if", &question.required_if},
                             {".choice_filter", &question.choice_filter}};
  if (const auto* calculation = std::get_if<Calculation>(&question.type)) {
    rules.push_back({".calculation.expression", &calculation->expression});
  }
  rules.push_back({".constraint", &question.constraint});
  return rules;
}

void Compiler::AddReads(int question, const std::vector<int>& members, int group,
                        Reader& reader) const {
  const Question& source = *sources_[question].question;
  for (const Rule& rule : RulesOf(source)) {
    for (const std::string& name : expression::NamesIn(*rule.text)) {
      const int read = out_.ids_.Find(FirstPart(name));
      if (read < 0 || out_.questions_[read].group != group) continue;
      // Its own answer is known to a constraint; a relevance that asks for it is about a later one.
      if (read == question && (rule.field == ".constraint" || !reader.calculated)) continue;
      const auto place = std::lower_bound(members.begin(), members.end(), read);
      const int at = static_cast<int>(place - members.begin());
      if (std::find(reader.reads.begin(), reader.reads.end(), at) == reader.reads.end()) {
        reader.reads.push_back(at);
      }
    }
  }
  if (group >= 0) return;
  for (const int member : out_.questions_[question].members) {
    AddReads(member, members, -1, reader);
  }
}

std::vector<int> Compiler::Order(const std::vector<int>& members, int group) {
  std::vector<Reader> readers;
  for (const int member : members) {
    Reader& reader = readers.emplace_back();
    reader.calculated = std::holds_alternative<Calculation>(sources_[member].question->type);
    AddReads(member, members, group, reader);
  }
  EvaluationOrder found = OrderOf(readers);
  const auto to_questions = [&members](std::vector<int>& places) {
    for (int& place : places) place = members[place];
  };
  for (std::vector<int>& cycle : found.cycles) {
    to_questions(cycle);
    TellCycle(cycle);
  }
  to_questions(found.order);
  if (!std::is_sorted(found.order.begin(), found.order.end())) out_.evaluates_in_order_ = false;
  return found.order;
}

void Compiler::TellCycle(const std::vector<int>& cycle) {
  std::string path;
  for (const int question : cycle) absl::StrAppend(&path, out_.ids_.id(question), " → ");
  absl::StrAppend(&path, out_.ids_.id(cycle.front()));
  for (const int question : cycle) sources_[question].broken = true;
  // At the rule of the first that names the second; a group's rules are also those inside it.
  const std::string& next = out_.ids_.id(cycle.size() > 1 ? cycle[1] : cycle[0]);
  std::vector<int> first = {cycle.front()};
  const std::vector<int>& inside = out_.questions_[cycle.front()].members;
  first.insert(first.end(), inside.begin(), inside.end());
  for (const int question : first) {
    for (const Rule& rule : RulesOf(*sources_[question].question)) {
      const std::vector<std::string> names = expression::NamesIn(*rule.text);
      if (std::none_of(names.begin(), names.end(),
                       [&](const std::string& name) { return FirstPart(name) == next; })) {
        continue;
      }
      const std::string place = absl::StrCat(sources_[question].place, Av(rule.field));
      if (!refused_.insert(place).second) return;
      return Fault(question, place, "CYCLE", absl::StrCat("must not depend on itself: ", path));
    }
  }
}

void Compiler::CompileLevel(const std::vector<int>& order) {
  for (const int index : order) CompileQuestion(index);
}

void Compiler::CompileQuestion(int index) {
  const Question& question = *sources_[index].question;
  CompiledQuestion& compiled = out_.questions_[index];
  compiled.relevance = CompileCondition(index, ".relevance", question.relevance);
  compiled.required_if = CompileCondition(index, ".required_if", question.required_if);
  if (question.required && !question.required_if.empty()) {
    Fault(index, sources_[index].place + ".required_if", "NOT_TOGETHER",
          "must be empty where required is true: the question is always required");
  }
  if (!question.choice_filter.empty()) CompileChoiceFilter(index);
  if (std::holds_alternative<RepeatGroup>(question.type)) CompileGroup(index);
  if (std::holds_alternative<Calculation>(question.type)) {
    CompileCalculation(index);
  } else {
    Declare(index);
  }
  compiled.constraint = CompileCondition(index, ".constraint", question.constraint);
}

void Compiler::CompileGroup(int index) {
  std::vector<int>& members = out_.questions_[index].members;
  members = Order(members, index);
  // A group inside another, which is a fault, has no instances of its own.
  const bool outermost = out_.environment_.Find(kPosition) < 0;
  if (outermost) {
    out_.questions_[index].position_slot = out_.environment_.MustDeclare(kPosition, Type::Number());
  }
  CompileLevel(members);
  for (const int member : members) Forget(member);
  if (outermost) out_.environment_.Forget(kPosition);
  DeclareLists(index);
}

void Compiler::CompileCalculation(int index) {
  const auto& calculation = std::get<Calculation>(sources_[index].question->type);
  CompiledQuestion& out = out_.questions_[index];
  if (sources_[index].broken || calculation.expression.empty()) {
    sources_[index].broken = true;
    return;
  }
  out.calculation =
      CompileRule(index, ".calculation.expression", calculation.expression, std::nullopt);
  if (!out.calculation) {
    sources_[index].broken = true;
    return;
  }
  const Type& type = out.calculation->type();
  std::vector<std::string> values;
  if (type.kind() == Kind::kBool) values = {"false", "true"};
  if (type.kind() == Kind::kText && type.vocabulary() != nullptr) values = *type.vocabulary();
  const bool short_values = std::all_of(values.begin(), values.end(), [](const std::string& value) {
    return !value.empty() && value.size() <= kLongestChoice;
  });
  if (type.kind() == Kind::kNumber) {
    out.kind = AnswerKind::kNumber;
  } else if (type.kind() == Kind::kList || type.kind() == Kind::kMap) {
    Fault(index, sources_[index].place + ".calculation.expression", "WRONG_TYPE",
          absl::StrCat("must come to a number, a text or a condition; this is a ",
                       type.Present().ToText()));
    sources_[index].broken = true;
    return;
  } else if (!values.empty() && short_values) {
    out.kind = AnswerKind::kChoice;
    for (const std::string& value : values) {
      if (out.options.Add(value)) out.option_values.push_back(Value::Text(value));
    }
  } else {
    out.kind = AnswerKind::kText;
  }
  Declare(index);
}

void Compiler::CompileChoiceFilter(int index) {
  const Question& question = *sources_[index].question;
  CompiledQuestion& out = out_.questions_[index];
  const std::vector<Option>* const options = OptionsOf(question);
  if (options == nullptr) {
    return Fault(index, sources_[index].place + ".choice_filter", "WRONG_TYPE",
                 "is for questions of type single, multiple and ranking");
  }
  std::vector<std::pair<std::string, ChoiceFilter::Column>> columns;
  const auto add = [&](const std::string& name, auto value_of) {
    std::vector<std::string> texts;
    ChoiceFilter::Column column;
    for (const Option& option : *options) {
      texts.push_back(value_of(option));
      column.values.push_back(Value::Text(texts.back()));
    }
    column.slot = Add(index, name, Type::Text(std::move(texts)), ".choice_filter");
    if (column.slot >= 0) columns.emplace_back(name, std::move(column));
  };
  add("option_id", [](const Option& option) { return option.id; });
  std::set<std::string> attributes;
  for (const Option& option : *options) {
    for (const auto& [name, value] : option.attributes) attributes.insert(name);
  }
  for (const std::string& attribute : attributes) {
    add("option." + attribute, [&](const Option& option) {
      const auto found = option.attributes.find(attribute);
      return found == option.attributes.end() ? std::string() : found->second;
    });
  }
  std::optional<Expression> rule =
      CompileCondition(index, ".choice_filter", question.choice_filter);
  for (const auto& [name, column] : columns) out_.environment_.Forget(name);
  if (!rule) return;
  out.choice_filter.emplace(ChoiceFilter{*std::move(rule), {}});
  for (auto& [name, column] : columns) {
    if (used_.contains(column.slot)) out.choice_filter->columns.push_back(std::move(column));
  }
}

std::optional<Expression> Compiler::CompileCondition(int index, std::string_view field,
                                                     const std::string& source) {
  if (source.empty()) return std::nullopt;
  return CompileRule(index, field, source, Type::Bool().Optional());
}

std::optional<Expression> Compiler::CompileRule(int index, std::string_view field,
                                                const std::string& source,
                                                const std::optional<Type>& wanted) {
  const std::string place = absl::StrCat(sources_[index].place, Av(field));
  if (refused_.contains(place)) return std::nullopt;
  absl::StatusOr<Expression> rule = Expression::Compile(source, out_.environment_, wanted);
  if (rule.ok()) {
    used_.insert(rule->variables().begin(), rule->variables().end());
    return *std::move(rule);
  }
  ErrorDetails details = DetailsOf(rule.status());
  auto& facts = details.metadata;
  std::string sentence = facts["sentence"];
  if (sentence.empty()) sentence = std::string(rule.status().message());
  if (!facts["hint"].empty()) absl::StrAppend(&sentence, " (", facts["hint"], ")");
  if (details.reason == "UNKNOWN_NAME") {
    const size_t offset = std::min(source.size(), static_cast<size_t>(std::stoul(facts["offset"])));
    if (ExplainName(index, std::string_view(source).substr(offset), details.reason, sentence)) {
      return std::nullopt;
    }
  }
  Fault(index, place, details.reason,
        absl::StrCat("line ", facts["line"], ", column ", facts["column"], ": ", sentence));
  return std::nullopt;
}

bool Compiler::ExplainName(int index, std::string_view rest, std::string& reason,
                           std::string& sentence) const {
  const int named = out_.ids_.Find(Identifier(rest));
  if (named < 0) return false;
  if (sources_[named].broken) return true;
  const int group = out_.questions_[named].group;
  if (group >= 0 && group != out_.questions_[index].group) {
    sentence = absl::StrCat("'", out_.ids_.id(named), "' is asked inside '", out_.ids_.id(group),
                            "' (after it, '", out_.ids_.id(group), ".", out_.ids_.id(named),
                            "' is the list of its answers)");
  } else if (!sources_[named].known) {
    reason = "LATER_QUESTION";
    sentence = "a rule may name earlier questions only, and this is not one";
  }
  return false;
}

}  // namespace vg::survey

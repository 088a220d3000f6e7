#include "services/survey/domain/compiled_questionnaire.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/expression/type.h"
#include "common/expression/unit.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"

namespace vg::survey {

using expression::Environment;
using expression::Expression;
using expression::Slot;
using expression::Type;
using expression::Value;

bool IdIndex::Add(std::string_view id) {
  if (!by_id_.emplace(std::string(id), size()).second) return false;
  ids_.emplace_back(id);
  return true;
}

int IdIndex::Find(std::string_view id) const {
  const auto found = by_id_.find(Av(id));
  return found == by_id_.end() ? -1 : found->second;
}

namespace {

constexpr int kMaxDecimals = 6;

// A number takes part in rules under its unit. Units that are no names ("%") are plain numbers.
Type NumberType(const std::string& unit) {
  const absl::StatusOr<expression::Unit> parsed = expression::Unit::Parse(unit);
  return parsed.ok() ? Type::Number(*parsed) : Type::Number();
}

}  // namespace

// Walks a questionnaire once, section by section, and gathers what is wrong.
class Compiler {
 public:
  Compiler(CompiledQuestionnaire& out, std::string_view prefix) : out_(out), prefix_(prefix) {}

  void Run(const Questionnaire& questionnaire) {
    out_.role_ = questionnaire.role;
    if (questionnaire.sections.empty()) Fault("sections", "REQUIRED", "must have at least one");
    size_t count = 0;
    for (const Section& section : questionnaire.sections) count += section.questions.size();
    if (count > CompiledQuestionnaire::kMaxQuestions) {
      return Fault("sections", "TOO_MANY",
                   absl::StrCat("must have at most ", CompiledQuestionnaire::kMaxQuestions,
                                " questions together, have ", count));
    }
    out_.questions_.reserve(count);
    for (size_t s = 0; s < questionnaire.sections.size(); ++s) {
      const Section& section = questionnaire.sections[s];
      const std::string place = absl::StrCat("sections[", s, "]");
      if (section.questions.empty()) {
        Fault(place + ".questions", "REQUIRED", "must have at least one");
      }
      for (size_t q = 0; q < section.questions.size(); ++q) {
        Visit(section.questions[q], absl::StrCat(place, ".questions[", q, "]"));
      }
    }
    TellLaterQuestions();
    DropUnusedSlots();
  }

  std::vector<FieldViolation> TakeFaults() { return std::move(faults_); }

 private:
  // A rule that names something unknown: perhaps a question that comes later.
  struct Unknown {
    size_t fault;
    std::string source;
    std::string offset;
  };

  void Fault(const std::string& place, std::string_view reason, std::string sentence) {
    faults_.push_back({absl::StrCat(prefix_, place), std::string(reason), std::move(sentence)});
  }

  void Visit(const Question& question, const std::string& place) {
    CompiledQuestion compiled;
    compiled.required = question.required;
    compiled.constraint_message = question.constraint_message.nl;
    const bool known = out_.ids_.Add(question.id);
    if (!known) {
      Fault(place + ".id", "DUPLICATE_ID",
            absl::StrCat("must be unique in the questionnaire; \"", question.id,
                         "\" is the id of an earlier question"));
    }
    compiled.relevance = CompileRule(question.relevance, place + ".relevance");
    ReadType(question, place, compiled);
    if (!known) return;
    Declare(question, place, compiled);
    compiled.constraint = CompileRule(question.constraint, place + ".constraint");
    out_.questions_.push_back(std::move(compiled));
  }

  void ReadType(const Question& question, const std::string& place, CompiledQuestion& out) {
    if (std::holds_alternative<std::monostate>(question.type)) {
      Fault(place, "NO_TYPE",
            "must have a type: single, multiple, number, date, text, matrix or ranking");
    } else if (const auto* single = std::get_if<SingleChoice>(&question.type)) {
      out.kind = AnswerKind::kChoice;
      ReadOptions(single->options, 2, 200, place + ".single.options", out.options);
    } else if (const auto* multiple = std::get_if<MultipleChoice>(&question.type)) {
      out.kind = AnswerKind::kChoices;
      out.most = multiple->max_choices;
      ReadOptions(multiple->options, 2, 200, place + ".multiple.options", out.options);
      CheckMost(multiple->max_choices, multiple->options.size(), place + ".multiple.max_choices");
    } else if (const auto* number = std::get_if<NumberInput>(&question.type)) {
      out.kind = AnswerKind::kNumber;
      out.min = number->min;
      out.max = number->max;
      out.decimals = number->decimals;
      CheckNumber(*number, place + ".number");
    } else if (std::holds_alternative<DateInput>(question.type)) {
      out.kind = AnswerKind::kDate;
    } else if (const auto* text = std::get_if<TextInput>(&question.type)) {
      out.kind = AnswerKind::kText;
      out.most = text->max_length == 0 ? TextInput::kDefaultLength : text->max_length;
    } else if (const auto* matrix = std::get_if<MatrixInput>(&question.type)) {
      out.kind = AnswerKind::kMatrix;
      ReadOptions(matrix->rows, 1, 100, place + ".matrix.rows", out.rows);
      ReadOptions(matrix->options, 2, 20, place + ".matrix.options", out.options);
    } else if (const auto* ranking = std::get_if<RankingInput>(&question.type)) {
      out.kind = AnswerKind::kRanking;
      out.most = ranking->top;
      ReadOptions(ranking->options, 2, 100, place + ".ranking.options", out.options);
      if (ranking->top < 1) Fault(place + ".ranking.top", "OUT_OF_BOUNDS", "must be 1 or more");
      CheckMost(ranking->top, ranking->options.size(), place + ".ranking.top");
    }
    for (const std::string& id : out.options.ids()) out.option_values.push_back(Value::Text(id));
  }

  void ReadOptions(const std::vector<Option>& options, size_t least, size_t most,
                   const std::string& place, IdIndex& out) {
    if (options.size() < least) {
      Fault(place, "TOO_FEW", absl::StrCat("must have at least ", least, ", has ", options.size()));
    }
    if (options.size() > most) {
      Fault(place, "TOO_MANY", absl::StrCat("must have at most ", most, ", has ", options.size()));
    }
    for (size_t i = 0; i < options.size(); ++i) {
      if (out.Add(options[i].id)) continue;
      Fault(
          absl::StrCat(place, "[", i, "].id"), "DUPLICATE_ID",
          absl::StrCat("must be unique in the question; \"", options[i].id, "\" is there already"));
    }
  }

  void CheckMost(int most, size_t options, const std::string& place) {
    if (most >= 0 && static_cast<size_t>(most) <= options) return;
    Fault(place, "OUT_OF_BOUNDS",
          absl::StrCat("must be at most the number of options, ", options, "; is ", most));
  }

  void CheckNumber(const NumberInput& number, const std::string& place) {
    if (number.min && number.max && *number.max < *number.min) {
      Fault(place + ".max", "BOUNDS_REVERSED",
            absl::StrCat("must be at least min, ", number.min->ToText()));
    }
    if (number.decimals < 0 || number.decimals > kMaxDecimals) {
      Fault(place + ".decimals", "OUT_OF_BOUNDS",
            absl::StrCat("must be 0 to ", kMaxDecimals, "; is ", number.decimals));
    }
  }

  // From here on rules may name the question.
  void Declare(const Question& question, const std::string& place, CompiledQuestion& out) {
    const auto add = [&](const std::string& name, const Type& type, const std::string& at) {
      const absl::StatusOr<Slot> slot = out_.environment_.Declare(name, type.Optional());
      if (slot.ok()) return *slot;
      Fault(at, DetailsOf(slot.status()).reason, std::string(slot.status().message()));
      return CompiledQuestion::kUnused;
    };
    const Type choice = Type::Text(out.options.ids());
    switch (out.kind) {
      case AnswerKind::kChoice:
        out.slot = add(question.id, choice, place + ".id");
        break;
      case AnswerKind::kChoices:
      case AnswerKind::kRanking:
        out.slot = add(question.id, Type::List(choice), place + ".id");
        break;
      case AnswerKind::kNumber:
        out.slot =
            add(question.id, NumberType(std::get<NumberInput>(question.type).unit), place + ".id");
        break;
      case AnswerKind::kDate:
      case AnswerKind::kText:
        out.slot = add(question.id, Type::Text(), place + ".id");
        break;
      case AnswerKind::kMatrix:
        for (int row = 0; row < out.rows.size(); ++row) {
          out.row_slots.push_back(add(absl::StrCat(question.id, ".", out.rows.id(row)), choice,
                                      absl::StrCat(place, ".matrix.rows[", row, "].id")));
        }
        break;
    }
  }

  std::optional<Expression> CompileRule(const std::string& source, const std::string& place) {
    if (source.empty()) return std::nullopt;
    absl::StatusOr<Expression> rule =
        Expression::Compile(source, out_.environment_, Type::Bool().Optional());
    if (rule.ok()) {
      used_.insert(rule->variables().begin(), rule->variables().end());
      return *std::move(rule);
    }
    const ErrorDetails details = DetailsOf(rule.status());
    const auto fact = [&details](const char* key) {
      const auto found = details.metadata.find(key);
      return found == details.metadata.end() ? std::string() : found->second;
    };
    if (details.reason == "UNKNOWN_NAME")
      unknown_.push_back({faults_.size(), source, fact("offset")});
    std::string sentence = fact("sentence");
    if (sentence.empty()) sentence = std::string(rule.status().message());
    if (!fact("hint").empty()) absl::StrAppend(&sentence, " (", fact("hint"), ")");
    Fault(place, details.reason,
          absl::StrCat("line ", fact("line"), ", column ", fact("column"), ": ", sentence));
    return std::nullopt;
  }

  // A name that was unknown where it stood and is known at the end belongs to a later question.
  void TellLaterQuestions() {
    for (const Unknown& unknown : unknown_) {
      const absl::StatusOr<Expression> again =
          Expression::Compile(unknown.source, out_.environment_, Type::Bool().Optional());
      if (!again.ok()) {
        const ErrorDetails details = DetailsOf(again.status());
        const auto offset = details.metadata.find("offset");
        if (details.reason == "UNKNOWN_NAME" && offset != details.metadata.end() &&
            offset->second == unknown.offset) {
          continue;
        }
      }
      FieldViolation& fault = faults_[unknown.fault];
      fault.reason = "LATER_QUESTION";
      const size_t end_of_place = fault.sentence.find(": ");
      fault.sentence =
          absl::StrCat(fault.sentence.substr(0, end_of_place),
                       ": a rule may name earlier questions only, and this is not one");
    }
  }

  // So that answers that no rule asks for are not turned into values.
  void DropUnusedSlots() {
    const auto drop = [this](Slot& slot) {
      if (!used_.contains(slot)) slot = CompiledQuestion::kUnused;
    };
    for (CompiledQuestion& question : out_.questions_) {
      drop(question.slot);
      for (Slot& slot : question.row_slots) drop(slot);
    }
  }

  CompiledQuestionnaire& out_;
  const std::string prefix_;
  std::vector<FieldViolation> faults_;
  std::vector<Unknown> unknown_;
  std::set<Slot> used_;
};

absl::StatusOr<std::shared_ptr<const CompiledQuestionnaire>> CompiledQuestionnaire::Compile(
    const Questionnaire& questionnaire, std::string_view prefix) {
  auto compiled = std::make_shared<CompiledQuestionnaire>();
  Compiler compiler(*compiled, prefix);
  compiler.Run(questionnaire);
  std::vector<FieldViolation> faults = compiler.TakeFaults();
  if (!faults.empty()) return InvalidFields(std::move(faults));
  return std::shared_ptr<const CompiledQuestionnaire>(std::move(compiled));
}

}  // namespace vg::survey

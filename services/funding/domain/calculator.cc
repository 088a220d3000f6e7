#include "services/funding/domain/calculator.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/status/absl_view.h"
#include "services/funding/domain/instalments.h"

namespace vg::funding {
namespace {

using expression::Expression;
using expression::Kind;
using expression::Type;
using expression::Unit;
using expression::Value;

SchemeFault Fault(std::string field, std::string reason, std::string sentence) {
  return {.violation = {std::move(field), std::move(reason), std::move(sentence)}};
}

int ToInt(const ErrorDetails& details, const char* key) {
  int number = 0;
  const auto found = details.metadata.find(key);
  if (found != details.metadata.end() && !absl::SimpleAtoi(found->second, &number)) return 0;
  return number;
}

// What the compiler of formulas found, in this service's words.
SchemeFault FormulaFault(std::string field, const absl::Status& status) {
  const ErrorDetails details = DetailsOf(status);
  SchemeFault fault{.line = ToInt(details, "line"), .column = ToInt(details, "column")};
  const auto text = [&details](const char* key) {
    const auto found = details.metadata.find(key);
    return found == details.metadata.end() ? std::string() : found->second;
  };
  std::string sentence = text("sentence");
  if (sentence.empty()) sentence = std::string(Sv(status.message()));
  if (fault.line > 0) {
    sentence = absl::StrCat("at line ", fault.line, ", column ", fault.column,
                            " of the formula: ", sentence);
  }
  if (const std::string hint = text("hint"); !hint.empty()) absl::StrAppend(&sentence, "; ", hint);
  if (const std::string excerpt = text("excerpt"); !excerpt.empty()) {
    absl::StrAppend(&sentence, "\n", excerpt);
  }
  std::string reason = details.reason == "UNIT_MISMATCH" ? "MIXED_UNITS" : details.reason;
  fault.violation = {std::move(field), std::move(reason), std::move(sentence)};
  return fault;
}

bool IsSchoolYear(std::string_view text) {
  int first = 0;
  int second = 0;
  return text.size() == 9 && text[4] == '-' && absl::SimpleAtoi(Av(text.substr(0, 4)), &first) &&
         absl::SimpleAtoi(Av(text.substr(5)), &second) && second == first + 1;
}

void CheckWhole(const Scheme& scheme, std::vector<SchemeFault>& faults) {
  if (!IsSchoolYear(scheme.school_year)) {
    faults.push_back(Fault("school_year", "BAD_YEAR",
                           "must be two years that follow one another, such as 2021-2022"));
  }
  if (scheme.budget.has_value() && scheme.budget->currency != scheme.currency) {
    faults.push_back(
        Fault("budget", "BAD_BUDGET",
              absl::StrCat("must be in ", Av(scheme.currency.code()), ", the scheme's currency")));
  }
  std::set<std::string_view> ids;
  for (size_t i = 0; i < scheme.components.size(); ++i) {
    const Component& component = scheme.components[i];
    const std::string path = absl::StrCat("components[", i, "]");
    if (!ids.insert(component.id).second) {
      faults.push_back(Fault(path + ".id", "DUPLICATE_ID",
                             absl::StrCat("component '", component.id, "' is there twice")));
    }
    if (const std::string fault = FaultOf(component.instalments); !fault.empty()) {
      faults.push_back(Fault(path + ".instalments", "BAD_INSTALMENTS", fault));
    }
  }
}

}  // namespace

Calculator::Calculator(Scheme scheme)
    : scheme_(std::move(scheme)), environment_(std::make_unique<expression::Environment>()) {
  provisional_ = std::ranges::any_of(scheme_.parameters, &Parameter::provisional);
}

absl::StatusOr<Calculator> Calculator::Make(Scheme scheme, std::vector<SchemeFault> faults,
                                            std::string_view prefix) {
  Calculator calculator(std::move(scheme));
  CheckWhole(calculator.scheme_, faults);
  calculator.Declare(faults);
  calculator.Compile(faults);
  if (!faults.empty()) return BadScheme(std::move(faults), prefix);
  calculator.digest_ = DigestOf(calculator.scheme_);
  return calculator;
}

const Parameter* Calculator::FindParameter(std::string_view id) const {
  const auto found = std::ranges::find(scheme_.parameters, id, &Parameter::id);
  return found == scheme_.parameters.end() ? nullptr : &*found;
}

void Calculator::Declare(std::vector<SchemeFault>& faults) {
  for (const Fact& fact : FactsOf(scheme_.recipients)) {
    environment_->MustDeclare(fact.name, fact.type);
  }
  std::set<std::string_view> ids;
  for (size_t i = 0; i < scheme_.parameters.size(); ++i) {
    const Parameter& parameter = scheme_.parameters[i];
    const std::string path = absl::StrCat("parameters[", i, "]");
    if (!ids.insert(parameter.id).second) {
      faults.push_back(Fault(path + ".id", "DUPLICATE_ID",
                             absl::StrCat("parameter '", parameter.id, "' is there twice")));
      continue;
    }
    absl::StatusOr<Unit> unit = Unit::Parse(parameter.unit);
    if (!unit.ok()) {
      faults.push_back(
          Fault(path + ".unit", "BAD_UNIT",
                absl::StrCat("'", parameter.unit,
                             "' is no unit; write 'EUR/pupil', 'EUR', 'pupil' or '1'")));
    }
    // Declared all the same, so that formulas that use it are not said to be wrong as well.
    const absl::Status declared = environment_->DeclareConstant(
        parameter.id, unit.ok() ? Type::Number(*unit) : Type::Number().AnyUnit(),
        Value::Number(parameter.value));
    if (!declared.ok()) {
      faults.push_back(Fault(path + ".id", DetailsOf(declared).reason,
                             absl::StrCat("'", parameter.id, "' has another meaning in formulas; ",
                                          "choose another id")));
    }
  }
}

void Calculator::Compile(std::vector<SchemeFault>& faults) {
  const std::string currency(scheme_.currency.code());
  const absl::StatusOr<Unit> money = Unit::Parse(currency);
  std::set<expression::Slot> used;
  for (size_t i = 0; i < scheme_.components.size(); ++i) {
    const Component& component = scheme_.components[i];
    const std::string path = absl::StrCat("components[", i, "]");
    Formula& formula = formulas_.emplace_back();
    if (!component.condition.empty()) {
      absl::StatusOr<Expression> condition =
          Expression::Compile(component.condition, *environment_, Type::Bool().Optional());
      if (!condition.ok()) {
        faults.push_back(FormulaFault(path + ".condition", condition.status()));
      } else {
        used.insert(condition->variables().begin(), condition->variables().end());
        formula.condition = *std::move(condition);
      }
    }
    absl::StatusOr<Expression> amount = Expression::Compile(component.formula, *environment_);
    if (!amount.ok()) {
      faults.push_back(FormulaFault(path + ".formula", amount.status()));
      continue;
    }
    const Type& type = amount->type();
    if (type.kind() != Kind::kNumber) {
      faults.push_back(Fault(path + ".formula", "WRONG_TYPE",
                             absl::StrCat("must give a number, and gives ", type.ToText())));
    } else if (!money.ok() || type.any_unit() || type.unit() != *money) {
      SchemeFault fault =
          Fault(path + ".formula", "NOT_MONEY",
                absl::StrCat("must come to ", currency, ", and comes to ",
                             type.any_unit() ? "a bare number; make it a parameter with a unit and "
                                               "a legal reference"
                             : type.unit().plain() ? "a number without unit"
                                                   : type.unit().ToText()));
      fault.line = fault.column = 1;
      faults.push_back(std::move(fault));
    }
    used.insert(amount->variables().begin(), amount->variables().end());
    formula.amount = *std::move(amount);
  }
  for (const Fact& fact : FactsOf(scheme_.recipients)) {
    const expression::Slot slot = environment_->Find(fact.name);
    if (!used.contains(slot)) continue;
    facts_.push_back(&fact);
    slots_.push_back(slot);
  }
}

void Calculator::Fill(const Recipient& recipient, expression::Frame& frame) const {
  for (size_t i = 0; i < facts_.size(); ++i) frame.Set(slots_[i], facts_[i]->read(recipient));
}

void Calculator::Work(size_t component_index, const Recipient& recipient,
                      const expression::Frame& frame, bool explain, Working& working) const {
  const Component& component = scheme_.components[component_index];
  const Formula& formula = formulas_[component_index];
  const auto evaluate = [&](const Expression& expression, std::optional<expression::Trace>& trace) {
    return explain ? expression.Explain(frame, trace.emplace()) : expression.Evaluate(frame);
  };
  if (formula.condition.has_value()) {
    const absl::StatusOr<Value> holds = evaluate(*formula.condition, working.condition);
    if (!holds.ok() || holds->absent()) {
      working.undetermined = holds.ok() ? ReasonOf(*holds, recipient, scheme_.recipients, component)
                                        : ReasonOf(holds.status(), component);
      return;
    }
    if (!holds->bool_value()) return;
  }
  working.applies = true;
  const absl::StatusOr<Value> value = evaluate(*formula.amount, working.formula);
  if (!value.ok() || value->absent()) {
    working.undetermined = value.ok() ? ReasonOf(*value, recipient, scheme_.recipients, component)
                                      : ReasonOf(value.status(), component);
    return;
  }
  working.unrounded = value->number();
  // The one rounding; what it leaves has at most two places, so ToMoney finds nothing to round.
  const absl::StatusOr<Money> money =
      ToMoney(component.rounding.Apply(value->number()), scheme_.currency, component.rounding.rule);
  if (!money.ok()) {
    working.undetermined = ReasonOf(money.status(), component);
    return;
  }
  working.amount = *money;
}

Allocation Calculator::Compute(const Recipient& recipient, expression::Frame& frame,
                               std::vector<Working>* workings) const {
  Fill(recipient, frame);
  Allocation allocation{.code = recipient.code, .title = recipient.title};
  allocation.components.reserve(formulas_.size());
  Money sum{0, scheme_.currency};
  for (size_t i = 0; i < formulas_.size(); ++i) {
    Working working;
    Work(i, recipient, frame, workings != nullptr, working);
    Reason& reason = working.undetermined;
    if (working.applies || !reason.empty()) {
      allocation.components.push_back({static_cast<int>(i), working.amount});
    }
    if (working.amount.has_value()) {
      const absl::StatusOr<Money> added = Add(sum, *working.amount);
      if (added.ok()) {
        sum = *added;
      } else {
        reason = ReasonOf(added.status(), scheme_.components[i]);
      }
    }
    if (allocation.undetermined_reason.empty()) allocation.undetermined_reason = reason.plain;
    if (workings != nullptr) workings->push_back(std::move(working));
  }
  if (allocation.undetermined_reason.empty()) allocation.amount = sum;
  return allocation;
}

Allocation Calculator::Compute(const Recipient& recipient, expression::Frame& frame) const {
  return Compute(recipient, frame, nullptr);
}

Allocation Calculator::Explain(const Recipient& recipient, std::vector<Working>& workings) const {
  workings.clear();
  expression::Frame frame = NewFrame();
  return Compute(recipient, frame, &workings);
}

}  // namespace vg::funding

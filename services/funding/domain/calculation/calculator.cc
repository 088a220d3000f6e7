#include "services/funding/domain/calculation/calculator.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/status/absl_view.h"
#include "common/time/clock.h"
#include "services/funding/domain/calculation/instalments.h"
#include "services/funding/domain/calculation/ranks.h"

namespace vg::funding {
namespace {

using expression::Expression;
using expression::PopulationFunction;
using expression::Trace;
using expression::Value;

SchemeFault Fault(std::string field, std::string reason, std::string sentence) {
  return {.violation = {std::move(field), std::move(reason), std::move(sentence)}};
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

bool IsProvisional(const Scheme& scheme) {
  for (const Parameter& parameter : scheme.parameters) {
    for (const Figure& figure : FiguresOn(parameter, ReferenceDate(scheme))) {
      if (figure.provisional) return true;
    }
  }
  return false;
}

// The group of a frame's recipient; nothing if it is not known.
std::optional<std::string> GroupOf(const std::optional<Expression>& per,
                                   const expression::Frame& frame) {
  if (!per.has_value()) return "";
  const absl::StatusOr<Value> group = per->Evaluate(frame);
  if (!group.ok() || group->absent()) return std::nullopt;
  return group->text();
}

// What a call comes to for a frame's recipient; absent if that is not known.
Value OutcomeOf(const CallRules& rules, const CallFigures* figures,
                const expression::Frame& frame) {
  if (figures == nullptr) return Value();
  const std::optional<std::string> group = GroupOf(rules.call.per, frame);
  const GroupFigure* figure = group.has_value() ? figures->Find(*group) : nullptr;
  const bool ranks = rules.call.function == PopulationFunction::kTopShare;
  if (!ranks) {
    return figure == nullptr || !figure->value.has_value() ? Value()
                                                           : Value::Number(*figure->value);
  }
  if (rules.call.where.has_value()) {
    const absl::StatusOr<Value> member = rules.call.where->Evaluate(frame);
    if (!member.ok() || member->absent()) return Value();
    if (!member->bool_value()) return Value::Bool(false);
  }
  if (figure == nullptr || !figure->value.has_value()) return Value();
  const absl::StatusOr<Value> number = rules.call.value.Evaluate(frame);
  if (!number.ok() || number->absent()) return Value();
  return Value::Bool(number->number() >= *figure->value);
}

}  // namespace

absl::StatusOr<Calculator> Calculator::Make(Scheme scheme, std::vector<SchemeFault> faults,
                                            std::string_view prefix) {
  Calculator calculator(std::move(scheme));
  CheckWhole(calculator.scheme_, faults);
  calculator.rules_ = CompileRules(calculator.scheme_, faults);
  if (!faults.empty()) return BadScheme(std::move(faults), prefix);
  calculator.provisional_ = IsProvisional(calculator.scheme_);
  calculator.digest_ = DigestOf(calculator.scheme_);
  return calculator;
}

const Parameter* Calculator::FindParameter(std::string_view id) const {
  const auto found = std::ranges::find(scheme_.parameters, id, &Parameter::id);
  return found == scheme_.parameters.end() ? nullptr : &*found;
}

const Definition* Calculator::FindDefinition(std::string_view id) const {
  const auto found = std::ranges::find(scheme_.definitions, id, &Definition::id);
  return found == scheme_.definitions.end() ? nullptr : &*found;
}

const Fact* Calculator::FindFact(std::string_view name) const {
  for (const auto& fact : rules_.declared) {
    if (fact->name == name) return fact.get();
  }
  return funding::FindFact(scheme_.recipients, name);
}

std::optional<Figure> Calculator::FigureOf(const Trace& trace) const {
  std::string_view id = trace.name;
  std::string_view key;
  absl::CivilDay day = ReferenceDate(scheme_);
  if (trace.what == "lookup" && trace.parts.size() == 2 && !trace.parts[1].value.absent()) {
    id = trace.parts[0].name;
    key = trace.parts[1].value.kind() == expression::Kind::kText ? trace.parts[1].value.text()
                                                                 : std::string_view();
  } else if (trace.what == "function" && id.ends_with("_on") && trace.parts.size() == 1) {
    const absl::StatusOr<absl::CivilDay> asked = ParseDay(trace.parts[0].value.text());
    if (!asked.ok()) return std::nullopt;
    id.remove_suffix(3);
    day = *asked;
  } else if (trace.what != "variable") {
    return std::nullopt;
  }
  const Parameter* parameter = FindParameter(id);
  if (parameter == nullptr) return std::nullopt;
  for (Figure& figure : FiguresOn(*parameter, day)) {
    if (figure.key == key) return std::move(figure);
  }
  return std::nullopt;
}

std::optional<Source> Calculator::SourceOf(const Trace& trace) const {
  if (const std::optional<Figure> figure = FigureOf(trace)) {
    Text title = figure->parameter->title;
    if (!figure->key.empty()) {
      title.nl += absl::StrCat(" (", figure->key, ")");
      if (!title.en.empty()) title.en += absl::StrCat(" (", figure->key, ")");
    }
    return Source{.kind = Source::Kind::kParameter,
                  .title = std::move(title),
                  .name = figure->Name(),
                  .legal_reference = figure->legal_reference,
                  .provisional = figure->provisional,
                  .note = figure->note,
                  .from = figure->from};
  }
  if (trace.what == "population") {
    return Source{
        .kind = Source::Kind::kPopulation, .title = {trace.name, trace.name}, .name = trace.name};
  }
  if (trace.what != "variable") return std::nullopt;
  if (const Fact* fact = FindFact(trace.name)) {
    return Source{.kind = Source::Kind::kRegister, .title = fact->title, .name = fact->name};
  }
  if (const Definition* definition = FindDefinition(trace.name)) {
    return Source{.kind = Source::Kind::kDefinition,
                  .title = definition->title,
                  .name = definition->id,
                  .legal_reference = definition->legal_reference};
  }
  return std::nullopt;
}

absl::Status Calculator::Check(const Recipient& recipient) const {
  for (const Count& count : recipient.pupils) {
    if (count.value >= 0 && count.value <= kMostPupils) continue;
    return BadRegister(recipient.code, absl::StrCat(count.value, " pupils"));
  }
  for (const Fact* fact : rules_.facts) {
    if (fact->fault == nullptr) continue;
    if (const std::string fault = fact->fault(recipient); !fault.empty()) {
      return BadRegister(recipient.code, fault);
    }
  }
  return absl::OkStatus();
}

void Calculator::Fill(const Recipient& recipient, const PopulationFigures& population, int level,
                      expression::Frame& frame) const {
  for (size_t i = 0; i < rules_.facts.size(); ++i) {
    frame.Set(rules_.slots[i], rules_.facts[i]->read(recipient));
  }
  frame.Renew();
  for (const CallRules& rules : rules_.calls) {
    if (rules.level >= level) break;
    frame.Set(rules.slot, OutcomeOf(rules, population.FindCall(rules.call.text), frame));
    frame.Renew();
  }
}

Reason Calculator::WhyAbsent(const Value& value, const Recipient& recipient,
                             const PopulationFigures& population, const expression::Frame& frame,
                             const Component& component) const {
  const std::string origin(value.origin());
  const auto call = std::ranges::find(rules_.calls, origin,
                                      [](const CallRules& rules) { return rules.call.text; });
  if (call == rules_.calls.end()) return ReasonOf(value, recipient, FindFact(origin), component);
  const CallFigures* figures = population.FindCall(origin);
  const std::optional<std::string> group = GroupOf(call->call.per, frame);
  if (!group.has_value()) {
    const absl::StatusOr<Value> unknown = call->call.per->Evaluate(frame);
    return unknown.ok() ? WhyAbsent(*unknown, recipient, population, frame, component)
                        : ReasonOf(unknown.status(), component);
  }
  const GroupFigure* figure = figures == nullptr ? nullptr : figures->Find(*group);
  const Gap gap = figure == nullptr ? Gap() : figure->gap;
  return ReasonOf(origin, figures != nullptr, gap, FindFact(gap.cause), scheme_.recipients);
}

void Calculator::Work(size_t place, const Recipient& recipient, const PopulationFigures& population,
                      const expression::Frame& frame, bool explain, Working& working) const {
  const Component& component = scheme_.components[place];
  const ComponentRules& rules = rules_.components[place];
  const auto evaluate = [&](const Expression& expression, std::optional<Trace>& trace) {
    if (!explain) return expression.Evaluate(frame);
    absl::StatusOr<Value> value = expression.Explain(frame, trace.emplace());
    ShowRanks(rules_.calls, population, frame, *trace);
    return value;
  };
  const auto why = [&](const absl::StatusOr<Value>& value) {
    return value.ok() ? WhyAbsent(*value, recipient, population, frame, component)
                      : ReasonOf(value.status(), component);
  };
  if (rules.condition.has_value()) {
    const absl::StatusOr<Value> holds = evaluate(*rules.condition, working.condition);
    if (!holds.ok() || holds->absent()) {
      working.undetermined = why(holds);
      return;
    }
    if (!holds->bool_value()) return;
  }
  working.applies = true;
  if (component.distribution.has_value()) {
    return WorkShare(place, recipient, population, frame, explain, working);
  }
  const absl::StatusOr<Value> value = evaluate(*rules.amount, working.formula);
  if (!value.ok() || value->absent()) {
    working.undetermined = why(value);
    return;
  }
  working.unrounded = value->number();
  Round(place, component.rounding.Apply(value->number()), working);
}

void Calculator::WorkShare(size_t place, const Recipient& recipient,
                           const PopulationFigures& population, const expression::Frame& frame,
                           bool explain, Working& working) const {
  const Component& component = scheme_.components[place];
  const ComponentRules& rules = rules_.components[place];
  const DistributionFigures* figures = population.FindDistribution(component.id);
  const std::optional<std::string> group = GroupOf(rules.per, frame);
  const ShareFigure* figure =
      figures == nullptr || !group.has_value() ? nullptr : figures->Find(*group);
  if (figure == nullptr || !figure->gap.empty()) {
    const Gap gap = figure == nullptr ? Gap() : figure->gap;
    working.undetermined =
        ReasonOf(absl::StrCat("the distribution of ", component.id), figures != nullptr, gap,
                 FindFact(gap.cause), scheme_.recipients);
    return;
  }
  Trace by;
  const absl::StatusOr<Value> weight =
      explain ? rules.by->Explain(frame, by) : rules.by->Evaluate(frame);
  if (!weight.ok() || weight->absent()) {
    working.undetermined = weight.ok() ? WhyAbsent(*weight, recipient, population, frame, component)
                                       : ReasonOf(weight.status(), component);
    return;
  }
  const Share share = ShareOf(*figure, component.rounding, component.distribution->remainder,
                              recipient.code, weight->number());
  working.unrounded = share.unrounded;
  if (explain) {
    Trace pot;
    (void)rules.pot->Explain(frame, pot);
    Trace all{.text = absl::StrCat("sum(", component.distribution->by, ")"),
              .what = "population",
              .name = absl::StrCat("sum(", component.distribution->by, ")"),
              .value = Value::Number(figure->weight),
              .unit = by.unit};
    const expression::Unit money = pot.unit;
    Trace product{.text = absl::StrCat(pot.text, " * ", by.text),
                  .what = "operator",
                  .name = "*",
                  .value = Value::Number(figure->pot * weight->number()),
                  .unit = money * by.unit,
                  .parts = {std::move(pot), std::move(by)}};
    working.formula = Trace{.text = absl::StrCat(product.text, " / ", all.text),
                            .what = "operator",
                            .name = "/",
                            .value = Value::Number(share.unrounded),
                            .unit = money,
                            .parts = {std::move(product), std::move(all)}};
  }
  Round(place, share.amount, working);
}

// The one rounding is done; what it left has at most two places, so ToMoney finds nothing to round.
void Calculator::Round(size_t place, const Exact& rounded, Working& working) const {
  const Component& component = scheme_.components[place];
  const absl::StatusOr<Money> money = ToMoney(rounded, scheme_.currency, component.rounding.rule);
  if (!money.ok()) {
    working.undetermined = ReasonOf(money.status(), component);
    return;
  }
  working.amount = *money;
}

Allocation Calculator::Compute(const Recipient& recipient, expression::Frame& frame,
                               const PopulationFigures& population,
                               std::vector<Working>* workings) const {
  constexpr int kAllLevels = 1'000'000;
  Fill(recipient, population, kAllLevels, frame);
  Allocation allocation{.code = recipient.code, .title = recipient.title};
  allocation.components.reserve(rules_.components.size());
  Money sum{0, scheme_.currency};
  for (size_t i = 0; i < rules_.components.size(); ++i) {
    Working working;
    Work(i, recipient, population, frame, workings != nullptr, working);
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
  allocation.components.shrink_to_fit();  // Few apply, and a million allocations are kept at once.
  return allocation;
}

Allocation Calculator::Compute(const Recipient& recipient, expression::Frame& frame,
                               const PopulationFigures& population) const {
  return Compute(recipient, frame, population, nullptr);
}

Allocation Calculator::Explain(const Recipient& recipient, std::vector<Working>& workings,
                               const PopulationFigures& population) const {
  workings.clear();
  expression::Frame frame = NewFrame();
  return Compute(recipient, frame, population, &workings);
}

}  // namespace vg::funding

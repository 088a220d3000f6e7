#include "services/funding/domain/schemes/rules.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/absl_view.h"
#include "services/funding/domain/schemes/calendar.h"
#include "services/funding/domain/schemes/parameters.h"

namespace vg::funding {
namespace {

using expression::Expression;
using expression::Kind;
using expression::PopulationCall;
using expression::Slot;
using expression::Type;
using expression::Unit;

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

// The first of a dotted name: "rate" of "rate.bo".
std::string_view Base(std::string_view name) { return name.substr(0, name.find('.')); }

class Compiler {
 public:
  Compiler(const Scheme& scheme, std::vector<SchemeFault>& faults)
      : scheme_(scheme), faults_(faults), money_(*Unit::Parse(scheme.currency.code())) {
    rules_.environment = std::make_unique<expression::Environment>();
  }

  Rules Run() && {
    DeclareFacts();
    DeclareCalendar(scheme_, environment());
    DeclareParameters(scheme_, environment(), faults_);
    environment().LendPopulation([this](PopulationCall call) { return Keep(std::move(call)); });
    CompileDefinitions();
    for (size_t i = 0; i < scheme_.components.size(); ++i) {
      CompileComponent(scheme_.components[i], absl::StrCat("components[", i, "]"));
    }
    environment().LendPopulation(nullptr);
    std::ranges::stable_sort(rules_.calls, {}, &CallRules::level);
    CollectFacts();
    return std::move(rules_);
  }

 private:
  expression::Environment& environment() { return *rules_.environment; }

  void DeclareFacts() {
    for (const Fact& fact : FactsOf(scheme_.recipients)) {
      environment().MustDeclare(fact.name, fact.type);
    }
    for (size_t i = 0; i < scheme_.facts.size(); ++i) {
      const FactDeclaration& declaration = scheme_.facts[i];
      const std::string path = absl::StrCat("facts[", i, "]");
      const absl::StatusOr<Unit> unit = Unit::Parse(declaration.unit);
      if (!unit.ok()) {
        faults_.push_back(Fault(
            path + ".unit", "BAD_UNIT",
            absl::StrCat("'", declaration.unit, "' is no unit; write 'pupil', 'point' or '1'")));
      }
      if (!declaration.unit.empty() && declaration.type != FactType::kNumber) {
        faults_.push_back(Fault(path + ".unit", "BAD_UNIT", "only numbers have a unit"));
      }
      if (!declaration.values.empty() && declaration.type != FactType::kText) {
        faults_.push_back(Fault(path + ".values", "BAD_FACT", "only texts have listed values"));
      }
      rules_.declared.push_back(
          std::make_unique<Fact>(ToFact(declaration, unit.ok() ? *unit : Unit())));
      Declared(environment().Declare(declaration.id, rules_.declared.back()->type).status(),
               declaration.id, path);
    }
  }

  void Declared(const absl::Status& status, const std::string& id, const std::string& path) {
    if (status.ok()) return;
    faults_.push_back(
        Fault(path + ".id", DetailsOf(status).reason,
              absl::StrCat("'", id, "' has another meaning in formulas; ", "choose another id")));
  }

  // What `formula` comes to, or a fault.
  std::optional<Expression> Compile(const std::string& formula, const std::string& path,
                                    const std::optional<Type>& wanted = std::nullopt) {
    // A definition that is wrong has been said to be; what uses it cannot be told right or wrong.
    for (const std::string& name : expression::NamesIn(formula)) {
      if (broken_.contains(Base(name))) return std::nullopt;
    }
    absl::StatusOr<Expression> compiled = Expression::Compile(formula, environment(), wanted);
    if (!compiled.ok()) {
      faults_.push_back(FormulaFault(path, compiled.status()));
      return std::nullopt;
    }
    return *std::move(compiled);
  }

  // In the order in which they need one another.
  void CompileDefinitions() {
    for (size_t i = 0; i < scheme_.definitions.size(); ++i) {
      const std::string& id = scheme_.definitions[i].id;
      if (!definitions_.emplace(id, i).second) {
        faults_.push_back(Fault(absl::StrCat("definitions[", i, "].id"), "DUPLICATE_ID",
                                absl::StrCat("definition '", id, "' is there twice")));
      }
    }
    for (const Definition& definition : scheme_.definitions) CompileDefinition(definition.id);
  }

  void CompileDefinition(std::string_view id) {
    if (depths_.contains(id)) return;
    const auto on_path = std::ranges::find(path_, id);
    if (on_path != path_.end()) return Circle(on_path);
    const size_t place = definitions_.find(id)->second;
    const Definition& definition = scheme_.definitions[place];
    const std::string path = absl::StrCat("definitions[", place, "]");
    path_.push_back(id);
    int depth = 1;
    for (const std::string& name : expression::NamesIn(definition.formula)) {
      const auto used = definitions_.find(Base(name));
      if (used == definitions_.end()) continue;
      CompileDefinition(used->first);
      const auto below = depths_.find(used->first);
      if (below != depths_.end()) depth = std::max(depth, below->second + 1);
    }
    path_.pop_back();
    depths_.emplace(id, depth);
    if (broken_.contains(id)) return;
    if (depth > kDeepestDefinition) {
      faults_.push_back(Fault(path + ".formula", "TOO_DEEP",
                              absl::StrCat("definitions stand within one another deeper than ",
                                           kDeepestDefinition, " levels")));
      broken_.emplace(id);
      return;
    }
    const std::optional<Expression> formula = Compile(definition.formula, path + ".formula");
    if (!formula.has_value()) {
      broken_.emplace(id);
      return;
    }
    Declared(environment().Define(id, *formula).status(), definition.id, path);
  }

  // Definitions that come back to where they began: "a → b → a".
  void Circle(std::vector<std::string_view>::iterator begin) {
    std::vector<std::string_view> circle(begin, path_.end());
    circle.push_back(*begin);
    const size_t place = definitions_.find(path_.back())->second;
    SchemeFault fault =
        Fault(absl::StrCat("definitions[", place, "].formula"), "CYCLE",
              absl::StrCat("the definition comes back to itself: ",
                           absl::StrJoin(circle, " → ", [](std::string* out, std::string_view id) {
                             out->append(id);
                           })));
    std::tie(fault.line, fault.column) = PlaceOf(scheme_.definitions[place].formula, *begin);
    if (fault.line > 0) {
      fault.violation.sentence = absl::StrCat("at line ", fault.line, ", column ", fault.column,
                                              " of the formula: ", fault.violation.sentence);
    }
    faults_.push_back(std::move(fault));
    for (const std::string_view id : circle) broken_.emplace(id);
  }

  // Where a name stands in a formula: line and column, from 1; 0 if it does not.
  static std::pair<int, int> PlaceOf(std::string_view formula, std::string_view name) {
    const auto is_part = [&](size_t at) {
      return at < formula.size() && (absl::ascii_isalnum(formula[at]) || formula[at] == '_');
    };
    for (size_t at = formula.find(name); at != std::string_view::npos;
         at = formula.find(name, at + 1)) {
      if ((at > 0 && is_part(at - 1)) || is_part(at + name.size())) continue;
      const std::string_view before = formula.substr(0, at);
      const size_t start = before.rfind('\n') + 1;  // npos + 1 is 0.
      return {static_cast<int>(std::ranges::count(before, '\n')) + 1,
              static_cast<int>(at - start) + 1};
    }
    return {0, 0};
  }

  void CompileComponent(const Component& component, const std::string& path) {
    ComponentRules& rules = rules_.components.emplace_back();
    if (!component.condition.empty()) {
      rules.condition = Compile(component.condition, path + ".condition", Type::Bool().Optional());
    }
    if (component.distribution.has_value() != component.formula.empty()) {
      faults_.push_back(
          Fault(path, "BAD_COMPONENT", "a component has either a formula or a distribution"));
      return;
    }
    if (!component.distribution.has_value()) {
      rules.amount = CompileMoney(component.formula, path + ".formula");
      return;
    }
    rules_.divides = true;
    const Distribution& distribution = *component.distribution;
    rules.pot = CompileMoney(distribution.pot, path + ".distribution.pot");
    rules.by = Compile(distribution.by, path + ".distribution.by");
    if (rules.by.has_value() && rules.by->type().kind() != Kind::kNumber) {
      faults_.push_back(
          Fault(path + ".distribution.by", "WRONG_TYPE",
                absl::StrCat("must give a number, and gives ", rules.by->type().ToText())));
    }
    if (distribution.per.empty()) return;
    rules.per = Compile(distribution.per, path + ".distribution.per", Type::Text().Optional());
  }

  // A formula that must come to the scheme's currency.
  std::optional<Expression> CompileMoney(const std::string& formula, const std::string& path) {
    std::optional<Expression> amount = Compile(formula, path);
    if (!amount.has_value()) return std::nullopt;
    const Type& type = amount->type();
    if (type.kind() != Kind::kNumber) {
      faults_.push_back(
          Fault(path, "WRONG_TYPE", absl::StrCat("must give a number, and gives ", type.ToText())));
    } else if (type.any_unit() || type.unit() != money_) {
      SchemeFault fault =
          Fault(path, "NOT_MONEY",
                absl::StrCat("must come to ", Av(scheme_.currency.code()), ", and comes to ",
                             type.any_unit() ? "a bare number; make it a parameter with a unit and "
                                               "a legal reference"
                             : type.unit().plain() ? "a number without unit"
                                                   : type.unit().ToText()));
      fault.line = fault.column = 1;
      faults_.push_back(std::move(fault));
    }
    return amount;
  }

  Slot Keep(PopulationCall call) {
    for (const CallRules& kept : rules_.calls) {
      if (kept.call.text == call.text) return kept.slot;
    }
    if (rules_.calls.size() == kMostCalls) {
      faults_.push_back(Fault("components", "TOO_MANY_CALLS",
                              absl::StrCat("there are more than ", kMostCalls,
                                           " different calls over all recipients")));
    }
    std::set<Slot> used;
    for (const auto* part : PartsOf(call)) Collect(*part, used);
    int level = 1;
    for (const CallRules& kept : rules_.calls) {
      if (used.contains(kept.slot)) level = std::max(level, kept.level + 1);
    }
    const Slot slot = environment().DeclareHidden(call.text, call.type);
    rules_.calls.push_back({std::move(call), slot, level});
    return slot;
  }

  static std::vector<const Expression*> PartsOf(const PopulationCall& call) {
    std::vector<const Expression*> parts = {&call.value};
    for (const auto* part : {&call.share, &call.where, &call.per}) {
      if (part->has_value()) parts.push_back(&**part);
    }
    return parts;
  }

  // All variables that an expression reads, by way of definitions and calls as well.
  void Collect(const Expression& expression, std::set<Slot>& used) {
    for (const Slot slot : expression.variables()) {
      if (!used.insert(slot).second) continue;
      if (const Expression* definition = environment().definition(slot)) {
        Collect(*definition, used);
      }
      for (const CallRules& kept : rules_.calls) {
        if (kept.slot != slot) continue;
        for (const Expression* part : PartsOf(kept.call)) Collect(*part, used);
      }
    }
  }

  void CollectFacts() {
    std::set<Slot> used;
    for (const ComponentRules& rules : rules_.components) {
      for (const auto* part :
           {&rules.condition, &rules.amount, &rules.pot, &rules.by, &rules.per}) {
        if (part->has_value()) Collect(**part, used);
      }
    }
    std::erase_if(rules_.calls, [&](const CallRules& kept) { return !used.contains(kept.slot); });
    const auto add = [&](const Fact& fact) {
      const Slot slot = environment().Find(fact.name);
      if (!used.contains(slot)) return;
      rules_.facts.push_back(&fact);
      rules_.slots.push_back(slot);
    };
    for (const Fact& fact : FactsOf(scheme_.recipients)) add(fact);
    for (const auto& fact : rules_.declared) add(*fact);
  }

  const Scheme& scheme_;
  std::vector<SchemeFault>& faults_;
  const Unit money_;
  Rules rules_;
  std::map<std::string, size_t, std::less<>> definitions_;  // Their places.
  std::map<std::string, int, std::less<>> depths_;          // Of those that are done.
  std::set<std::string, std::less<>> broken_;
  std::vector<std::string_view> path_;  // From the definition that is compiled to what it needs.
};

}  // namespace

Rules CompileRules(const Scheme& scheme, std::vector<SchemeFault>& faults) {
  return Compiler(scheme, faults).Run();
}

}  // namespace vg::funding

#include "services/funding/domain/explanation/explanation_file.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include <nlohmann/json.hpp>

#include "common/digest/digest.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "services/funding/domain/calculation/instalments.h"
#include "services/funding/domain/calculation/ranks.h"
#include "services/funding/domain/explanation/explanation_json.h"
#include "services/funding/domain/explanation/sentences.h"

namespace vg::funding {
namespace {

using expression::Value;
using Json = nlohmann::json;

constexpr int kAllLevels = std::numeric_limits<int>::max();

// The variables that `expression` reads, and the definitions on the way to them.
void Collect(const expression::Environment& environment, const expression::Expression& expression,
             std::set<expression::Slot>& slots) {
  for (const expression::Slot slot : expression.variables()) {
    if (!slots.insert(slot).second) continue;
    if (const auto* definition = environment.definition(slot)) {
      Collect(environment, *definition, slots);
    }
  }
}

class Writer {
 public:
  Writer(const Calculator& calculator, const PopulationFigures& population,
         const SnapshotIdentity& snapshot, const Evidence& evidence)
      : calculator_(calculator),
        scheme_(calculator.scheme()),
        environment_(*calculator.rules().environment),
        population_(population),
        snapshot_(snapshot),
        evidence_(evidence),
        frame_(calculator.NewFrame()) {
    calculator.Fill(evidence.recipient, population, kAllLevels, frame_);
    for (const ComponentRules& rules : calculator.rules().components) {
      for (const auto* expression :
           {&rules.condition, &rules.amount, &rules.pot, &rules.by, &rules.per}) {
        if (expression->has_value()) Collect(environment_, **expression, slots_);
      }
    }
    for (const CallRules& rules : calculator.rules().calls) {
      Collect(environment_, rules.call.value, slots_);
      for (const auto* expression : {&rules.call.share, &rules.call.where, &rules.call.per}) {
        if (expression->has_value()) Collect(environment_, **expression, slots_);
      }
    }
  }

  Json SchemeJson(const RunIdentity& run) const {
    std::string form;
    DigestOf(scheme_, &form);
    return {{"name", run.scheme_version},
            {"digest", calculator_.digest()},
            {"digested_form", form},
            {"title", ToJson(scheme_.title)},
            {"grant", scheme_.grant},
            {"school_year", scheme_.school_year},
            {"reference_date", FormatDay(ReferenceDate(scheme_))},
            {"count_date", FormatDay(scheme_.count_date)},
            {"currency", std::string(scheme_.currency.code())},
            {"legal_reference", scheme_.legal_reference}};
  }

  Json ParametersJson() const {
    Json parameters = Json::array();
    for (const Parameter& parameter : scheme_.parameters) {
      if (!Mentions(parameter.id)) continue;
      const expression::Slot slot = environment_.Find(parameter.id);
      const expression::Type& type = environment_.type(slot);
      Json json = {
          {"name", parameter.id},
          {"title", ToJson(parameter.title)},
          {"value", ToJson(frame_.Get(slot))},
          {"unit", (type.kind() == expression::Kind::kMap ? type.element() : type).unit().ToText()},
          {"legal_reference", parameter.legal_reference},
          {"provisional", parameter.provisional}};
      for (const DatedValue& dated : parameter.values) {
        json["dated"].push_back({{"from", FormatDay(dated.from)},
                                 {"legal_reference", dated.legal_reference},
                                 {"value", dated.table.empty() ? ToJson(Value::Number(dated.value))
                                                               : ToJson(dated.table)}});
      }
      parameters.push_back(std::move(json));
    }
    return parameters;
  }

  Json DefinitionsJson() const {
    Json definitions = Json::array();
    for (const Definition& definition : scheme_.definitions) {
      if (slots_.contains(environment_.Find(definition.id))) {
        definitions.push_back({{"name", definition.id},
                               {"title", ToJson(definition.title)},
                               {"formula", definition.formula},
                               {"legal_reference", definition.legal_reference}});
      }
    }
    return definitions;
  }

  // Figures over all recipients, by the calls that ask for them.
  Json AggregatesJson() const {
    Json aggregates = Json::array();
    for (const CallRules& call : calculator_.rules().calls) {
      const expression::Type& type = call.call.type;
      aggregates.push_back(
          {{"name", call.call.text},
           {"value", ToJson(frame_.Get(call.slot))},
           {"unit", type.kind() == expression::Kind::kNumber ? type.unit().ToText() : ""}});
      if (call.call.function != expression::PopulationFunction::kTopShare) continue;
      const GroupFigure* figure = FigureFor(call, population_, frame_);
      if (figure == nullptr || !figure->value.has_value()) continue;
      aggregates.push_back({{"name", ThresholdName(call.call.text, figure->group)},
                            {"value", ToJson(Value::Number(*figure->value))},
                            {"unit", call.call.value.type().unit().ToText()}});
    }
    return aggregates;
  }

  Json InputsJson() const {
    Json inputs = Json::array();
    for (const Fact* fact : calculator_.facts()) {
      Json input = {
          {"name", fact->name},
          {"title", ToJson(fact->title)},
          {"value", ToJson(fact->read(evidence_.recipient))},
          {"unit",
           fact->type.kind() == expression::Kind::kNumber ? fact->type.unit().ToText() : ""},
          {"count_date", FormatDay(snapshot_.count_date)},
          {"rows", RowsJson(fact->name)}};
      if (fact->name.starts_with("pupils.") && !evidence_.branches.empty()) {
        Json& branches = input["branches"] = Json::array();
        for (const Recipient& branch : evidence_.branches) {
          branches.push_back(
              {{"name", "schools/" + branch.code}, {"value", ToJson(fact->read(branch))}});
        }
      }
      inputs.push_back(std::move(input));
    }
    return inputs;
  }

  Json ComponentJson(const Component& component, const Working& working) const {
    Json json = {{"name", component.id},
                 {"title", ToJson(component.title)},
                 {"legal_reference", component.legal_reference},
                 {"condition", component.condition},
                 {"formula", component.formula},
                 {"rounding", ToJson(component.rounding)},
                 {"applies", working.applies}};
    if (working.condition.has_value()) json["condition_steps"] = ToJson(*working.condition);
    if (working.formula.has_value()) json["formula_steps"] = ToJson(*working.formula);
    if (component.distribution.has_value()) AddDistribution(component, working, json);
    if (working.unrounded.has_value()) json["unrounded"] = working.unrounded->ToText();
    if (!working.undetermined.empty()) json["undetermined"] = working.undetermined.plain;
    if (!working.amount.has_value()) return json;
    json["amount"] = ToDecimal(*working.amount);
    if (component.instalments.empty()) return json;
    json["payment_rounding"] = ToJson(component.payment_rounding);
    Json& payments = json["payments"] = Json::array();
    const std::vector<Payment> planned =
        PaymentsOf(*working.amount, component.instalments, component.payment_rounding);
    for (size_t i = 0; i < planned.size(); ++i) {
      payments.push_back({{"month", FormatDay(absl::CivilDay(planned[i].month)).substr(0, 7)},
                          {"share", component.instalments[i].share},
                          {"of", component.instalments[i].of},
                          {"amount", ToDecimal(planned[i].amount)}});
    }
    return json;
  }

 private:
  Json RowsJson(std::string_view fact) const {
    Json rows = Json::array();
    for (const FactRows& row : RowsOf(evidence_.rows, fact)) {
      rows.push_back({{"file", row.file_name}, {"lines", row.lines}});
    }
    return rows;
  }

  // A parameter that is read through a function of the day ("rate_on('2022-08-01')") has no slot in
  // any expression.
  bool Mentions(const std::string& parameter) const {
    if (slots_.contains(environment_.Find(parameter))) return true;
    const auto asks = [&](const std::string& source) {
      return source.find(parameter + "_on(") != std::string::npos;
    };
    return std::ranges::any_of(
               scheme_.components,
               [&](const Component& component) {
                 return asks(component.condition) || asks(component.formula) ||
                        (component.distribution.has_value() &&
                         (asks(component.distribution->pot) || asks(component.distribution->by)));
               }) ||
           std::ranges::any_of(scheme_.definitions, asks, &Definition::formula);
  }

  // How the pot is divided, and who takes what rounding leaves.
  void AddDistribution(const Component& component, const Working& working, Json& json) const {
    const Distribution& distribution = *component.distribution;
    json["distribution"] = {{"pot", distribution.pot},
                            {"by", distribution.by},
                            {"per", distribution.per},
                            {"remainder", std::string(NameOf(distribution.remainder))}};
    const DistributionFigures* figures = population_.FindDistribution(component.id);
    if (!working.unrounded.has_value() || figures == nullptr) return;
    std::string group;
    const ComponentRules& rules =
        calculator_.rules().components[static_cast<size_t>(&component - scheme_.components.data())];
    if (rules.per.has_value()) {
      const absl::StatusOr<Value> value = rules.per->Evaluate(frame_);
      if (value.ok() && !value->absent()) {
        group = value->kind() == expression::Kind::kText ? value->text() : value->ToText();
      }
    }
    const ShareFigure* figure = figures->Find(group);
    if (figure == nullptr) return;
    Json& share = json["share"] = {{"group", group},
                                   {"pot", figure->pot.ToText()},
                                   {"all", figure->weight.ToText()},
                                   {"last", figure->last},
                                   {"rest", figure->rest.ToText()}};
    if (figure->cutoff.has_value()) share["cutoff"] = figure->cutoff->ToText();
  }

  const Calculator& calculator_;
  const Scheme& scheme_;
  const expression::Environment& environment_;
  const PopulationFigures& population_;
  const SnapshotIdentity& snapshot_;
  const Evidence& evidence_;
  expression::Frame frame_;
  std::set<expression::Slot> slots_;  // Of all that the rules read.
};

}  // namespace

absl::StatusOr<std::string> ExplanationFile(const Calculator& calculator, const RunIdentity& run,
                                            const SnapshotIdentity& snapshot,
                                            const PopulationFigures& population,
                                            const Evidence& evidence, const Allocation& allocation,
                                            const std::vector<Working>& workings,
                                            const RecipientSource* all) {
  const Scheme& scheme = calculator.scheme();
  const Writer writer(calculator, population, snapshot, evidence);
  const char* collection =
      scheme.recipients == RecipientKind::kSchool ? "schools/" : "municipalities/";
  Json file = {{"format", std::string(kExplanationFormat)},
               {"version", kExplanationVersion},
               {"run",
                {{"name", run.name},
                 {"digest", run.digest},
                 {"calculator", run.calculator_version},
                 {"build", run.build_version}}},
               {"scheme", writer.SchemeJson(run)},
               {"snapshot",
                {{"name", "snapshots/" + snapshot.id},
                 {"digest", snapshot.digest},
                 {"count_date", FormatDay(snapshot.count_date)}}},
               {"recipient", {{"name", collection + allocation.code}, {"title", allocation.title}}},
               {"parameters", writer.ParametersJson()},
               {"inputs", writer.InputsJson()},
               {"definitions", writer.DefinitionsJson()},
               {"aggregates", writer.AggregatesJson()}};
  Json& components = file["components"] = Json::array();
  for (size_t i = 0; i < workings.size(); ++i) {
    components.push_back(writer.ComponentJson(scheme.components[i], workings[i]));
  }
  if (all != nullptr && calculator.over_population()) {
    ASSIGN_OR_RETURN(file["population"], PopulationJson(calculator, *all));
  }
  if (allocation.amount.has_value()) {
    file["amount"] = ToDecimal(*allocation.amount);
  } else {
    file["undetermined"] = allocation.undetermined_reason;
  }
  Json& sentences = file["sentences"] = Json::array();
  for (const Text& sentence :
       Sentences(calculator, snapshot, allocation, workings, evidence.rows)) {
    sentences.push_back(ToJson(sentence));
  }
  constexpr auto kReplace = Json::error_handler_t::replace;
  file["digest"] = Sha256Hex(file.dump(-1, ' ', false, kReplace));
  return file.dump(2, ' ', false, kReplace) + "\n";
}

}  // namespace vg::funding

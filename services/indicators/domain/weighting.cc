#include "services/indicators/domain/weighting.h"

#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/status_macros.h"
#include "services/indicators/domain/estimation/errors.h"

namespace vg::indicators {
namespace {

using estimation::Auxiliaries;
using estimation::Design;
using estimation::Invited;
using estimation::Respondents;
using estimation::SampledUnit;

// "province Utrecht, sector primary" of one unit.
std::string ClassOf(const UnitTable& table, int unit, const std::vector<Margin>& margins) {
  return absl::StrJoin(margins, ", ", [&](std::string* out, const Margin& margin) {
    absl::StrAppend(out, margin.name, " ", table.Get(unit, *margin.attribute));
  });
}

std::string StratumOf(const UnitTable& table, int unit, const std::vector<Attribute>& attributes) {
  return absl::StrJoin(attributes, ", ", [&](std::string* out, Attribute attribute) {
    absl::StrAppend(out, table.Get(unit, attribute));
  });
}

std::vector<Invited> InvitedIn(const WeightingPlan& plan, const Population& population,
                               const std::vector<SampledUnit>& sample,
                               const Answered& respondents) {
  std::vector<Invited> invited;
  if (plan.design == DesignKind::kSample) {
    for (const SampledUnit& unit : sample) invited.push_back({unit, respondents.contains(unit.id)});
    return invited;
  }
  for (const int unit : population.units) {
    const std::string& name = population.table.name(unit);
    const bool answered = respondents.contains(name);
    if (plan.design == DesignKind::kUnweighted && !answered) continue;
    invited.push_back({{name, StratumOf(population.table, unit, plan.strata), {}, 1}, answered});
  }
  return invited;
}

// Whether some class of several has a few that answered, whose number its weight would tell.
bool GivesStratumAway(const std::vector<Invited>& invited) {
  std::map<std::string_view, std::pair<int64_t, int64_t>> strata;  // Answered, of how many.
  for (const Invited& one : invited) {
    auto& [answered, all] = strata[one.unit.stratum];
    answered += one.answered ? 1 : 0;
    ++all;
  }
  for (const auto& [name, counts] : strata) {
    if (counts.first > 0 && counts.first < kMinimum && counts.first != counts.second) return true;
  }
  return false;
}

void Trim(double above, std::vector<SampledUnit>& units) {
  if (above == 0) return;
  std::vector<double> weights;
  double sum = 0;
  for (const SampledUnit& unit : units) {
    weights.push_back(unit.weight);
    sum += unit.weight;
  }
  weights =
      estimation::Trimmed(std::move(weights), above * sum / static_cast<double>(units.size()));
  for (size_t i = 0; i < units.size(); ++i) units[i].weight = weights[i];
}

// The variables of a calibration, and how many units that answered are in each class.
struct Variables {
  Auxiliaries auxiliaries;
  std::vector<int64_t> answered;
};

// Adds the classes of `margins` together as variables: of one margin, or the cells of several.
void AddClasses(const std::vector<Margin>& margins, const Population& population,
                const Design& design, Variables& variables) {
  std::map<std::string, double> totals;
  for (const int unit : population.units) totals[ClassOf(population.table, unit, margins)] += 1;
  std::map<std::string, int> numbers;
  Auxiliaries& made = variables.auxiliaries;
  const auto number_of = [&](const std::string& name, double total) {
    const auto [place, added] = numbers.emplace(name, static_cast<int>(made.targets.size()));
    if (added) {
      made.targets.push_back({name, total});
      variables.answered.push_back(0);
    }
    return place->second;
  };
  for (const auto& [name, total] : totals) number_of(name, total);
  for (int row = 0; row < design.size(); ++row) {
    const int unit = population.table.Find(design.unit(row).id);
    const std::string name =
        unit < 0 ? "outside the register" : ClassOf(population.table, unit, margins);
    const int number = number_of(name, 0);
    made.rows[static_cast<size_t>(row)].push_back({number, 1});
    ++variables.answered[static_cast<size_t>(number)];
  }
}

void AddPupils(const Margin& margin, const Population& population, const Design& design,
               Variables& variables) {
  Auxiliaries& made = variables.auxiliaries;
  const int number = static_cast<int>(made.targets.size());
  double total = 0;
  for (const int unit : population.units) {
    total += static_cast<double>(population.table.Pupils(unit).value_or(0));
  }
  made.targets.push_back({margin.name, total});
  variables.answered.push_back(design.size());
  for (int row = 0; row < design.size(); ++row) {
    const int unit = population.table.Find(design.unit(row).id);
    const int64_t pupils = unit < 0 ? 0 : population.table.Pupils(unit).value_or(0);
    if (pupils == 0) continue;
    made.rows[static_cast<size_t>(row)].push_back({number, static_cast<double>(pupils)});
  }
}

Variables VariablesOf(const CalibrationPlan& plan, const Population& population,
                      const Design& design) {
  Variables variables;
  variables.auxiliaries.rows.resize(static_cast<size_t>(design.size()));
  if (plan.method == CalibrationMethod::kPostStratification) {
    AddClasses(plan.margins, population, design, variables);
    return variables;
  }
  for (const Margin& margin : plan.margins) {
    if (margin.attribute.has_value()) {
      AddClasses({margin}, population, design, variables);
    } else {
      AddPupils(margin, population, design, variables);
    }
  }
  return variables;
}

estimation::Distance DistanceOf(CalibrationMethod method) {
  switch (method) {
    case CalibrationMethod::kRaking:
      return estimation::Distance::kRaking;
    case CalibrationMethod::kLogit:
      return estimation::Distance::kLogit;
    case CalibrationMethod::kPostStratification:
    case CalibrationMethod::kLinear:
      break;
  }
  return estimation::Distance::kLinear;
}

// Nothing if it may not be told, or says nothing.
std::optional<AttributeTest> Test(const Margin& margin, const Population& population,
                                  const estimation::Estimator& estimator) {
  std::map<std::string, estimation::ClassCount> classes;
  std::map<std::string, double> calibrated;
  for (const int unit : population.units) {
    ++classes[population.table.Get(unit, *margin.attribute)].population;
  }
  const Design& design = estimator.design();
  const std::vector<double> weights = design.weights();
  double sum = 0, calibrated_sum = 0;
  for (int row = 0; row < design.size(); ++row) {
    const int unit = population.table.Find(design.unit(row).id);
    if (unit < 0) continue;
    const std::string& name = population.table.Get(unit, *margin.attribute);
    estimation::ClassCount& counted = classes[name];
    ++counted.answered;
    counted.weight += weights[static_cast<size_t>(row)];
    sum += weights[static_cast<size_t>(row)];
    calibrated[name] += estimator.weights()[static_cast<size_t>(row)];
    calibrated_sum += estimator.weights()[static_cast<size_t>(row)];
  }
  AttributeTest test{.attribute = margin.name};
  for (auto& [name, counted] : classes) {
    if (counted.answered > 0 && counted.answered < kMinimum) return std::nullopt;
    counted.name = name;
    test.shares.push_back(counted.weight / sum);
    test.calibrated_shares.push_back(calibrated[name] / calibrated_sum);
    test.classes.push_back(std::move(counted));
  }
  const absl::StatusOr<estimation::Representativeness> result = estimation::TestRepresentativeness(
      test.classes, estimation::Diagnose(weights).effective_units);
  if (!result.ok()) return std::nullopt;
  test.result = *result;
  return test;
}

// How many persons of a unit could answer; 0: not known.
int64_t PersonsOf(const WeightingPlan& plan, const Population& population,
                  const SampledUnit& unit) {
  if (plan.persons_of_sample) return unit.persons;
  const int place = population.table.Find(unit.id);
  if (place < 0) return 0;
  if (!plan.persons->attribute.has_value()) return population.table.Pupils(place).value_or(0);
  int64_t persons = 0;
  const std::string& text = population.table.Get(place, *plan.persons->attribute);
  return absl::SimpleAtoi(text, &persons) ? persons : 0;
}

absl::StatusOr<std::vector<estimation::LastStage>> LastStageOf(const WeightingPlan& plan,
                                                               const Population& population,
                                                               const Design& design,
                                                               const Answered& respondents) {
  std::vector<estimation::LastStage> last;
  if (!plan.persons.has_value() && !plan.persons_of_sample) return last;
  for (int row = 0; row < design.size(); ++row) {
    const SampledUnit& unit = design.unit(row);
    const int64_t persons = PersonsOf(plan, population, unit);
    if (persons <= 0) return estimation::PersonsUnknown(unit.id);
    last.push_back({respondents.at(unit.id), persons});
  }
  return last;
}

}  // namespace

std::vector<std::vector<Attribute>> WeightAttributes(const WeightingPlan& plan) {
  std::vector<std::vector<Attribute>> attributes;
  if (!plan.strata.empty()) attributes.push_back(plan.strata);
  if (!plan.calibration.has_value()) return attributes;
  const bool cells = plan.calibration->method == CalibrationMethod::kPostStratification;
  if (cells) attributes.emplace_back();
  for (const Margin& margin : plan.calibration->margins) {
    if (!margin.attribute.has_value()) continue;
    if (!cells) attributes.emplace_back();
    attributes.back().push_back(*margin.attribute);
  }
  return attributes;
}

estimation::Confidence Weighting::confidence(const WeightingPlan& plan) const {
  return {
      .level = plan.confidence_level,
      .critical = plan.critical,
      .degrees_of_freedom = estimator.has_value() ? estimator->design().degrees_of_freedom() : 0};
}

absl::StatusOr<Weighting> MakeWeighting(const WeightingPlan& plan, const Population& population,
                                        const std::vector<SampledUnit>& sample,
                                        const Answered& respondents) {
  const std::vector<Invited> invited = InvitedIn(plan, population, sample, respondents);
  Weighting weighting;
  Respondents answered;
  if (plan.design == DesignKind::kCensus) {
    answered = estimation::CensusRespondents(invited);
  } else {
    answered = estimation::RespondentsOf(invited);
  }
  weighting.silent_strata = std::move(answered.silent_strata);
  if (answered.units.empty()) return weighting;
  weighting.may_tell = !GivesStratumAway(invited);
  Trim(plan.trim_above, answered.units);
  ASSIGN_OR_RETURN(Design design, Design::Make(std::move(answered.units), plan.lonely));
  std::optional<estimation::Calibration> calibration;
  if (plan.calibration.has_value()) {
    Variables variables = VariablesOf(*plan.calibration, population, design);
    for (const int64_t count : variables.answered) {
      if (count > 0 && count < kMinimum) weighting.may_tell = false;
    }
    estimation::CalibrationRules rules = plan.calibration->rules;
    rules.distance = DistanceOf(plan.calibration->method);
    ASSIGN_OR_RETURN(calibration, estimation::Calibration::Make(std::move(variables.auxiliaries),
                                                                rules, design.weights()));
  }
  ASSIGN_OR_RETURN(std::vector<estimation::LastStage> last,
                   LastStageOf(plan, population, design, respondents));
  ASSIGN_OR_RETURN(weighting.estimator,
                   estimation::Estimator::Make(std::move(design), std::move(calibration),
                                               plan.method, std::move(last)));
  weighting.diagnostics = estimation::Diagnose(weighting.estimator->weights());
  for (const Margin& margin : plan.tests) {
    std::optional<AttributeTest> test = Test(margin, population, *weighting.estimator);
    if (test.has_value()) weighting.tests.push_back(*std::move(test));
  }
  return weighting;
}

}  // namespace vg::indicators

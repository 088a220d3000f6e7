#include "services/indicators/domain/estimation/weights.h"

#include <algorithm>
#include <cmath>

#include "services/indicators/domain/estimation/errors.h"
#include "services/indicators/domain/estimation/interval.h"

namespace vg::indicators::estimation {
namespace {

// In the order of units, so that sums over them do not depend on where they came from.
std::vector<const Invited*> Ordered(const std::vector<Invited>& invited) {
  std::vector<const Invited*> ordered;
  ordered.reserve(invited.size());
  for (const Invited& one : invited) ordered.push_back(&one);
  std::sort(ordered.begin(), ordered.end(),
            [](const Invited* a, const Invited* b) { return a->unit.id < b->unit.id; });
  return ordered;
}

struct StratumWeights {
  double drawn = 0, answered = 0;
  int64_t units = 0, answering_units = 0;
};

std::map<std::string, StratumWeights> WeighStrata(const std::vector<const Invited*>& ordered) {
  std::map<std::string, StratumWeights> strata;
  for (const Invited* one : ordered) {
    StratumWeights& stratum = strata[one->unit.stratum];
    stratum.drawn += one->unit.weight;
    ++stratum.units;
    if (!one->answered) continue;
    stratum.answered += one->unit.weight;
    ++stratum.answering_units;
  }
  return strata;
}

std::vector<std::string> SilentIn(const std::map<std::string, StratumWeights>& strata) {
  std::vector<std::string> silent;
  for (const auto& [name, stratum] : strata) {
    if (stratum.answering_units == 0) silent.push_back(name);
  }
  return silent;
}

}  // namespace

Respondents RespondentsOf(const std::vector<Invited>& sample) {
  const std::vector<const Invited*> ordered = Ordered(sample);
  const std::map<std::string, StratumWeights> strata = WeighStrata(ordered);
  Respondents respondents{.silent_strata = SilentIn(strata)};
  for (const Invited* one : ordered) {
    if (!one->answered) continue;
    SampledUnit& unit = respondents.units.emplace_back(one->unit);
    const StratumWeights& stratum = strata.at(unit.stratum);
    // Where all answered the weight stays as it was told, to the last bit.
    if (stratum.units != stratum.answering_units) {
      unit.weight *= stratum.drawn / stratum.answered;
    }
  }
  return respondents;
}

Respondents CensusRespondents(const std::vector<Invited>& invited) {
  const std::vector<const Invited*> ordered = Ordered(invited);
  const std::map<std::string, StratumWeights> strata = WeighStrata(ordered);
  Respondents respondents{.silent_strata = SilentIn(strata)};
  for (const Invited* one : ordered) {
    if (!one->answered) continue;
    const StratumWeights& stratum = strata.at(one->unit.stratum);
    SampledUnit& unit = respondents.units.emplace_back(one->unit);
    unit.stages = {{"", stratum.units}};
    unit.weight = static_cast<double>(stratum.units) / static_cast<double>(stratum.answering_units);
  }
  return respondents;
}

std::vector<double> Trimmed(std::vector<double> weights, double upper) {
  std::vector<bool> trimmed(weights.size());
  while (true) {
    double taken = 0;
    size_t others = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] > upper && !trimmed[i]) {
        taken += weights[i] - upper;
        weights[i] = upper;
        trimmed[i] = true;
      }
      if (!trimmed[i]) ++others;
    }
    if (taken == 0 || others == 0) return weights;
    for (size_t i = 0; i < weights.size(); ++i) {
      if (!trimmed[i]) weights[i] += taken / static_cast<double>(others);
    }
  }
}

WeightDiagnostics Diagnose(std::span<const double> weights) {
  WeightDiagnostics told;
  if (weights.empty()) return told;
  told.units = static_cast<int>(weights.size());
  told.least = told.most = weights.front();
  for (const double weight : weights) {
    told.sum += weight;
    told.least = std::min(told.least, weight);
    told.most = std::max(told.most, weight);
  }
  const double n = told.units;
  const double mean = told.sum / n;
  double squares = 0;
  for (const double weight : weights) squares += (weight - mean) * (weight - mean);
  told.variation = std::sqrt(squares / n) / mean;
  told.design_effect = 1 + told.variation * told.variation;
  told.effective_units = n / told.design_effect;
  return told;
}

absl::StatusOr<Representativeness> TestRepresentativeness(const std::vector<ClassCount>& classes,
                                                          double effective_units) {
  double weight = 0, population = 0;
  int counted = 0;
  for (const ClassCount& one : classes) {
    if (one.population == 0) continue;
    weight += one.weight;
    population += static_cast<double>(one.population);
    ++counted;
  }
  if (counted < 2 || !(weight > 0)) return TooFewClasses();
  Representativeness test{.degrees_of_freedom = counted - 1};
  for (const ClassCount& one : classes) {
    if (one.population == 0) continue;
    const double expected = effective_units * static_cast<double>(one.population) / population;
    const double observed = effective_units * one.weight / weight;
    test.statistic += (observed - expected) * (observed - expected) / expected;
  }
  test.p_value = ChiSquareExceeds(test.statistic, test.degrees_of_freedom);
  return test;
}

}  // namespace vg::indicators::estimation

// From who answered to an estimator: design, weights, calibration, and what may be told of them.

#ifndef VG_SERVICES_INDICATORS_DOMAIN_WEIGHTING_H_
#define VG_SERVICES_INDICATORS_DOMAIN_WEIGHTING_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/indicators/domain/estimation/calibration.h"
#include "services/indicators/domain/estimation/estimator.h"
#include "services/indicators/domain/estimation/interval.h"
#include "services/indicators/domain/estimation/weights.h"
#include "services/indicators/domain/units.h"

namespace vg::indicators {

// Of fewer units that answered in a class nothing is told that follows from its weights, whatever
// the indicator's policy.
inline constexpr int64_t kMinimum = 5;

// How the units that answered are taken to have been drawn; see the API's Design.
enum class DesignKind { kSample, kCensus, kUnweighted };

// What weights are made to add up to, or what they are tested by.
struct Margin {
  std::string name;
  std::optional<Attribute> attribute;  // Nothing: the number of pupils.
};

enum class CalibrationMethod { kRaking, kPostStratification, kLinear, kLogit };

struct CalibrationPlan {
  CalibrationMethod method = CalibrationMethod::kRaking;
  std::vector<Margin> margins;
  estimation::CalibrationRules rules;  // The bounds; the distance follows from the method.
};

// How to estimate.
struct WeightingPlan {
  DesignKind design = DesignKind::kCensus;
  std::vector<Attribute> strata;  // Of a census.
  estimation::LonelyStratum lonely = estimation::LonelyStratum::kFail;
  estimation::VarianceMethod method = estimation::VarianceMethod::kLinearization;
  std::optional<CalibrationPlan> calibration;
  double trim_above = 0;      // Times the mean weight; 0: nothing is trimmed.
  std::vector<Margin> tests;  // With an attribute each.
  // What tells how many persons of a unit could answer, if those who did are a sample of them.
  std::optional<Margin> persons;
  bool persons_of_sample = false;  // Or the sample does: SampledUnit::persons.
  double confidence_level = 0.95;
  estimation::Critical critical = estimation::Critical::kT;
  bool beta_intervals = false;               // Of shares, in place of logit.
  std::vector<std::string> reference_group;  // That others are held against; empty: none.
};

// The attributes whose classes weights follow from, class by class; a sample's strata not included.
std::vector<std::vector<Attribute>> WeightAttributes(const WeightingPlan& plan);

// Those who are to be stood for: units of a snapshot, by their place in it.
struct Population {
  const UnitTable& table;
  std::vector<int> units;
};

// How those that answered compare with the population, by classes of one attribute.
struct AttributeTest {
  std::string attribute;
  std::vector<estimation::ClassCount> classes;
  std::vector<double> shares, calibrated_shares;  // Of the weights, by class.
  estimation::Representativeness result;
};

struct Weighting {
  // Nothing if nobody answered.
  std::optional<estimation::Estimator> estimator;
  estimation::WeightDiagnostics diagnostics;
  std::vector<std::string> silent_strata;
  std::vector<AttributeTest> tests;  // Those that may be told.
  // Whether the diagnostics may be told: no class that weights follow from has fewer than kMinimum
  // units that answered, but none. They would give its number away.
  bool may_tell = false;

  estimation::Confidence confidence(const WeightingPlan& plan) const;
};

// How many records each unit has that answered.
using Answered = std::map<std::string, int64_t, std::less<>>;

// `sample`: the units of the sample with their design, for kSample. `respondents`: those outside of
// sample or population included, which are left out. The errors of Design, Calibration and
// Estimator; PERSONS_UNKNOWN.
absl::StatusOr<Weighting> MakeWeighting(const WeightingPlan& plan, const Population& population,
                                        const std::vector<estimation::SampledUnit>& sample,
                                        const Answered& respondents);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_DOMAIN_WEIGHTING_H_

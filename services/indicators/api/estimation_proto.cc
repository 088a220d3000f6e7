#include "services/indicators/api/estimation_proto.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

constexpr char kPupils[] = "pupils";

absl::StatusOr<std::vector<Margin>> MarginsFromProto(
    const google::protobuf::RepeatedPtrField<std::string>& names, const UnitTable& units,
    const std::string& field, bool pupils_too) {
  std::vector<Margin> margins;
  std::set<std::string> seen;
  for (int i = 0; i < names.size(); ++i) {
    const std::string at = absl::StrCat("estimation.", field, "[", i, "]");
    if (!seen.insert(names[i]).second) {
      return InvalidField(at, "ATTRIBUTE_TWICE", "is there already");
    }
    const std::optional<Attribute> attribute = units.FindAttribute(names[i]);
    if (!attribute.has_value() && !(pupils_too && names[i] == kPupils)) {
      return InvalidField(
          at, "UNKNOWN_ATTRIBUTE",
          absl::StrCat("'", names[i], "' is no attribute of the register here; ", "there are ",
                       units.AttributeNames(), pupils_too ? ", and pupils" : ""));
    }
    margins.push_back({names[i], attribute});
  }
  return margins;
}

absl::StatusOr<DesignKind> DesignFromProto(v1::Design design, bool has_sample) {
  switch (design) {
    case v1::DESIGN_SAMPLE:
      if (has_sample) return DesignKind::kSample;
      return Error(absl::StatusCode::kFailedPrecondition, "NO_SAMPLE",
                   "the wave has no sample of those who answer this indicator: they are asked in a "
                   "census");
    case v1::DESIGN_CENSUS:
      return DesignKind::kCensus;
    case v1::DESIGN_UNWEIGHTED:
      return DesignKind::kUnweighted;
    default:
      return has_sample ? DesignKind::kSample : DesignKind::kCensus;
  }
}

estimation::LonelyStratum LonelyFromProto(v1::LonelyStratum lonely) {
  switch (lonely) {
    case v1::LONELY_STRATUM_REMOVE:
      return estimation::LonelyStratum::kRemove;
    case v1::LONELY_STRATUM_ADJUST:
      return estimation::LonelyStratum::kAdjust;
    case v1::LONELY_STRATUM_AVERAGE:
      return estimation::LonelyStratum::kAverage;
    default:
      return estimation::LonelyStratum::kFail;
  }
}

CalibrationMethod MethodFromProto(v1::CalibrationMethod method) {
  switch (method) {
    case v1::CALIBRATION_METHOD_POST_STRATIFICATION:
      return CalibrationMethod::kPostStratification;
    case v1::CALIBRATION_METHOD_LINEAR:
      return CalibrationMethod::kLinear;
    case v1::CALIBRATION_METHOD_LOGIT:
      return CalibrationMethod::kLogit;
    default:
      return CalibrationMethod::kRaking;
  }
}

v1::CalibrationMethod MethodToProto(CalibrationMethod method) {
  switch (method) {
    case CalibrationMethod::kRaking:
      return v1::CALIBRATION_METHOD_RAKING;
    case CalibrationMethod::kPostStratification:
      return v1::CALIBRATION_METHOD_POST_STRATIFICATION;
    case CalibrationMethod::kLinear:
      return v1::CALIBRATION_METHOD_LINEAR;
    case CalibrationMethod::kLogit:
      return v1::CALIBRATION_METHOD_LOGIT;
  }
  return v1::CALIBRATION_METHOD_UNSPECIFIED;
}

absl::StatusOr<CalibrationPlan> CalibrationFromProto(const v1::Calibration& calibration,
                                                     const UnitTable& units) {
  CalibrationPlan plan;
  plan.method = MethodFromProto(calibration.method());
  const bool cells = plan.method == CalibrationMethod::kPostStratification;
  ASSIGN_OR_RETURN(plan.margins,
                   MarginsFromProto(calibration.margins(), units, "calibration.margins", !cells));
  if (calibration.has_lower_bound()) plan.rules.lower = calibration.lower_bound();
  if (calibration.has_upper_bound()) plan.rules.upper = calibration.upper_bound();
  if (cells && (calibration.has_lower_bound() || calibration.has_upper_bound())) {
    return InvalidField("estimation.calibration.lower_bound", "NOT_APPLICABLE",
                        "means nothing for post-stratification, whose weights have no choice");
  }
  return plan;
}

absl::Status SetPersons(const v1::EstimationOptions& options, const UnitTable& units,
                        const WaveSample* sample, WeightingPlan& plan) {
  const std::string& name = options.respondents_attribute();
  if (plan.method == estimation::VarianceMethod::kJackknife) {
    return InvalidField("estimation.respondents_attribute", "NOT_APPLICABLE",
                        "leaves out clusters of the first stage only: use linearization");
  }
  const std::optional<Attribute> attribute = units.FindAttribute(name);
  if (attribute.has_value() || name == kPupils) {
    plan.persons = Margin{name, attribute};
  } else if (plan.design == DesignKind::kSample && sample->attribute_names.contains(name)) {
    plan.persons_of_sample = true;
  } else {
    return InvalidField(
        "estimation.respondents_attribute", "UNKNOWN_ATTRIBUTE",
        absl::StrCat("'", name, "' is no attribute; there are pupils, ", units.AttributeNames()));
  }
  return absl::OkStatus();
}

v1::Design DesignToProto(DesignKind design) {
  switch (design) {
    case DesignKind::kSample:
      return v1::DESIGN_SAMPLE;
    case DesignKind::kCensus:
      return v1::DESIGN_CENSUS;
    case DesignKind::kUnweighted:
      return v1::DESIGN_UNWEIGHTED;
  }
  return v1::DESIGN_UNSPECIFIED;
}

v1::IntervalMethod IntervalToProto(IntervalMethod method) {
  switch (method) {
    case IntervalMethod::kSymmetric:
      return v1::INTERVAL_METHOD_SYMMETRIC;
    case IntervalMethod::kLogit:
      return v1::INTERVAL_METHOD_LOGIT;
    case IntervalMethod::kBeta:
      return v1::INTERVAL_METHOD_BETA;
    case IntervalMethod::kWoodruff:
      return v1::INTERVAL_METHOD_WOODRUFF;
    case IntervalMethod::kNone:
      break;
  }
  return v1::INTERVAL_METHOD_UNSPECIFIED;
}

void ToProto(const AttributeTest& test, v1::RepresentativenessTest& told) {
  told.set_attribute(test.attribute);
  for (size_t i = 0; i < test.classes.size(); ++i) {
    v1::RepresentativenessClass& each = *told.add_classes();
    each.set_name(test.classes[i].name);
    each.set_answered(test.classes[i].answered);
    each.set_population(test.classes[i].population);
    each.set_share(test.shares[i]);
    each.set_calibrated_share(test.calibrated_shares[i]);
  }
  told.set_statistic(test.result.statistic);
  told.set_degrees_of_freedom(test.result.degrees_of_freedom);
  told.set_p_value(test.result.p_value);
}

}  // namespace

absl::StatusOr<WeightingPlan> PlanFromProto(const v1::EstimationOptions& options,
                                            const UnitTable& units, const WaveSample* sample) {
  WeightingPlan plan;
  ASSIGN_OR_RETURN(plan.design, DesignFromProto(options.design(), sample != nullptr));
  if (options.strata_size() > 0 && plan.design != DesignKind::kCensus) {
    return InvalidField("estimation.strata", "NOT_APPLICABLE", "means nothing but for a census");
  }
  ASSIGN_OR_RETURN(const std::vector<Margin> strata,
                   MarginsFromProto(options.strata(), units, "strata", false));
  for (const Margin& stratum : strata) plan.strata.push_back(*stratum.attribute);
  plan.lonely = LonelyFromProto(options.lonely_stratum());
  if (options.variance_method() == v1::VARIANCE_METHOD_JACKKNIFE) {
    plan.method = estimation::VarianceMethod::kJackknife;
  }
  if (options.has_calibration()) {
    ASSIGN_OR_RETURN(plan.calibration, CalibrationFromProto(options.calibration(), units));
  }
  if (options.confidence_level() != 0) {
    plan.confidence_level = options.confidence_level();
    if (!(plan.confidence_level >= 0.5 && plan.confidence_level <= 0.9999)) {
      return InvalidField("estimation.confidence_level", "OUT_OF_RANGE",
                          "must be from 0.5 to 0.9999, or 0 for 0.95");
    }
  }
  if (options.critical_value() == v1::CRITICAL_VALUE_NORMAL) {
    plan.critical = estimation::Critical::kNormal;
  }
  plan.beta_intervals = options.proportion_interval() == v1::PROPORTION_INTERVAL_BETA;
  if (options.trim_weights_above() != 0) {
    plan.trim_above = options.trim_weights_above();
    if (!(plan.trim_above >= 1) || !std::isfinite(plan.trim_above)) {
      return InvalidField("estimation.trim_weights_above", "OUT_OF_RANGE",
                          "must be 1 or more, or 0 for no limit");
    }
  }
  if (!options.respondents_attribute().empty()) {
    RETURN_IF_ERROR(SetPersons(options, units, sample, plan));
  }
  plan.reference_group = {options.reference_group().begin(), options.reference_group().end()};
  ASSIGN_OR_RETURN(plan.tests,
                   MarginsFromProto(options.test_attributes(), units, "test_attributes", false));
  return plan;
}

void ToProto(const WeightedFigure& figure, v1::WeightedEstimate& estimate) {
  const estimation::DomainEstimate& told = figure.estimate;
  estimate.set_value(told.ratio.value);
  if (told.variance.has_value()) {
    const double se = std::sqrt(*told.variance);
    estimate.set_standard_error(se);
    if (told.ratio.value != 0) {
      estimate.set_coefficient_of_variation(se / std::abs(told.ratio.value));
    }
  }
  if (figure.lower.has_value()) estimate.set_lower(*figure.lower);
  if (figure.upper.has_value()) estimate.set_upper(*figure.upper);
  estimate.set_interval_method(IntervalToProto(figure.interval_method));
  if (told.design_effect.has_value()) estimate.set_design_effect(*told.design_effect);
  estimate.set_total(told.total);
  if (figure.interval_method != IntervalMethod::kWoodruff) {
    estimate.set_total_standard_error(std::sqrt(told.total_variance));
  }
  estimate.set_population_size(figure.records);
  estimate.set_population_units(told.weights);
  if (figure.difference.has_value()) ToProto(*figure.difference, *estimate.mutable_difference());
}

void ToProto(const WeightedChange& change, v1::WeightedDifference& difference) {
  difference.set_difference(change.value);
  if (change.variance.has_value()) difference.set_standard_error(std::sqrt(*change.variance));
  if (change.interval.has_value()) {
    difference.set_lower(change.interval->lower);
    difference.set_upper(change.interval->upper);
  }
  if (change.p_value.has_value()) difference.set_p_value(*change.p_value);
  difference.set_degrees_of_freedom(change.degrees_of_freedom);
}

void ToProto(const WeightedTable& table, bool total_shown, v1::EstimationSummary& summary) {
  const WeightingPlan& plan = table.plan;
  const Weighting& weighting = *table.weighting;
  summary.set_design(DesignToProto(plan.design));
  summary.set_variance_method(plan.method == estimation::VarianceMethod::kJackknife
                                  ? v1::VARIANCE_METHOD_JACKKNIFE
                                  : v1::VARIANCE_METHOD_LINEARIZATION);
  summary.set_confidence_level(plan.confidence_level);
  summary.set_critical_value(plan.critical == estimation::Critical::kNormal
                                 ? v1::CRITICAL_VALUE_NORMAL
                                 : v1::CRITICAL_VALUE_T);
  for (const std::string& stratum : weighting.silent_strata) summary.add_silent_strata(stratum);
  summary.set_withheld(table.withheld);
  if (!weighting.estimator.has_value()) return;
  if (const auto& calibration = weighting.estimator->calibration(); calibration.has_value()) {
    v1::CalibrationReport& report = *summary.mutable_calibration();
    report.set_method(MethodToProto(plan.calibration->method));
    report.set_iterations(calibration->iterations());
    report.set_discrepancy(calibration->discrepancy());
    report.set_total_count(calibration->total_count());
  }
  if (!total_shown || table.withheld || !weighting.may_tell) return;
  summary.set_degrees_of_freedom(weighting.estimator->design().degrees_of_freedom());
  const estimation::WeightDiagnostics& told = weighting.diagnostics;
  v1::WeightDiagnostics& weights = *summary.mutable_weights();
  weights.set_units(told.units);
  weights.set_sum(told.sum);
  weights.set_least(told.least);
  weights.set_most(told.most);
  weights.set_coefficient_of_variation(told.variation);
  weights.set_design_effect(told.design_effect);
  weights.set_effective_units(told.effective_units);
  for (const AttributeTest& test : weighting.tests) ToProto(test, *summary.add_tests());
}

}  // namespace vg::indicators

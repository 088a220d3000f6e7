#include "services/cli/commands/estimation_arguments.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "common/status/error.h"
#include "services/cli/render/values.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::indicators::v1;

template <typename E>
E ValueOf(const std::string& name) {
  if (name.empty()) return static_cast<E>(0);
  const int value = EnumValue(google::protobuf::GetEnumDescriptor<E>(), name);
  return static_cast<E>(value < 0 ? 0 : value);
}

}  // namespace

absl::Status EstimationArguments::ToProto(v1::EstimationOptions& options) const {
  if (design != "auto") options.set_design(ValueOf<v1::Design>(design));
  *options.mutable_strata() = {strata.begin(), strata.end()};
  options.set_lonely_stratum(ValueOf<v1::LonelyStratum>(lonely));
  options.set_variance_method(ValueOf<v1::VarianceMethod>(variance));
  options.set_critical_value(ValueOf<v1::CriticalValue>(critical));
  options.set_proportion_interval(ValueOf<v1::ProportionInterval>(interval));
  options.set_confidence_level(level / 100);
  options.set_trim_weights_above(trim);
  *options.mutable_test_attributes() = {tests.begin(), tests.end()};
  if (margins.empty()) return absl::OkStatus();
  v1::Calibration& calibration = *options.mutable_calibration();
  *calibration.mutable_margins() = {margins.begin(), margins.end()};
  calibration.set_method(ValueOf<v1::CalibrationMethod>(calibration_method));
  if (bounds.empty()) return absl::OkStatus();
  if (bounds.size() != 2) {
    return InvalidField("--bounds", "OUT_OF_RANGE", "must be two numbers, such as 0.5,2");
  }
  calibration.set_lower_bound(bounds[0]);
  calibration.set_upper_bound(bounds[1]);
  return absl::OkStatus();
}

void AddEstimationOptions(CLI::App& command, EstimationArguments& arguments) {
  const auto list = [&command](const char* name, auto& into, const char* help) {
    command.add_option(name, into, help)->delimiter(',')->allow_extra_args(false);
  };
  command
      .add_option("--design", arguments.design,
                  "How those who answered are taken to have been drawn: auto (the wave's sample,\n"
                  "else census), sample, census, unweighted; none shows plain figures only")
      ->check(CLI::IsMember({"auto", "sample", "census", "unweighted", "none"}));
  list("--strata", arguments.strata,
       "Attributes within whose classes a census is answered by chance, such as sector,province");
  list("--calibrate", arguments.margins,
       "Make the weights add up to the register by these attributes, such as province,sector;\n"
       "\"pupils\" for their number");
  command
      .add_option("--method", arguments.calibration_method,
                  "How to calibrate: raking (default), post-stratification, linear, logit")
      ->check(CLI::IsMember({"raking", "post-stratification", "linear", "logit"}));
  list("--bounds", arguments.bounds, "The least and the most a weight is multiplied by: 0.5,2");
  command.add_option("--trim", arguments.trim,
                     "Bring weights beyond so many times their mean down to that");
  command
      .add_option("--variance", arguments.variance,
                  "Standard errors by linearization (default) or jackknife")
      ->check(CLI::IsMember({"linearization", "jackknife"}));
  command
      .add_option("--lonely", arguments.lonely,
                  "A stratum in which one of several answered: fail (default), remove, adjust, "
                  "average")
      ->check(CLI::IsMember({"fail", "remove", "adjust", "average"}));
  command.add_option("--level", arguments.level, "Of confidence intervals, in percent")
      ->default_val(95)
      ->check(CLI::Range(50.0, 99.99));
  command
      .add_option("--critical", arguments.critical,
                  "Intervals by Student's t (default) or the normal distribution")
      ->check(CLI::IsMember({"t", "normal"}));
  command.add_option("--interval", arguments.interval, "Of shares: logit (default) or beta")
      ->check(CLI::IsMember({"logit", "beta"}));
  list("--test", arguments.tests,
       "Test by chi-square whether those who answered are like the register in these attributes");
}

std::string EstimateText(double value, bool mean) {
  return mean ? absl::StrFormat("%.6g", value) : absl::StrFormat("%.1f%%", 100 * value);
}

std::string MarginText(double lower, double upper, bool known, bool mean) {
  if (!known) return "–";
  const double half = (upper - lower) / 2;
  return absl::StrCat("± ",
                      mean ? absl::StrFormat("%.3g", half) : absl::StrFormat("%.1f%%", 100 * half));
}

std::string IntervalText(double lower, double upper, bool known, bool mean) {
  if (!known) return "–";
  return absl::StrCat(EstimateText(lower, mean), " – ", EstimateText(upper, mean));
}

std::string ChanceText(double p) {
  return p < 0.001 ? "p < 0.001" : absl::StrFormat("p = %.3f", p);
}

std::string SummaryText(const v1::EstimationSummary& summary) {
  std::string text =
      absl::StrFormat("\nDesign %s, errors by %s, intervals of %g%% (%s)\n",
                      EnumText(summary.design()), EnumText(summary.variance_method()),
                      100 * summary.confidence_level(), EnumText(summary.critical_value()));
  if (summary.withheld()) {
    text +=
        "Nothing is estimated: a few groups that weights follow from are hidden, and weights "
        "would\n"
        "give them away. Use coarser strata or other attributes, or --design unweighted\n";
  }
  if (summary.has_weights()) {
    const v1::WeightDiagnostics& weights = summary.weights();
    absl::StrAppendFormat(&text,
                          "Weights of %s units from %.4g to %.4g, worth %.0f even ones; %s degrees "
                          "of freedom\n",
                          Number(weights.units()), weights.least(), weights.most(),
                          weights.effective_units(), Number(summary.degrees_of_freedom()));
  }
  if (summary.has_calibration()) {
    absl::StrAppend(&text, "Calibrated to ", summary.calibration().total_count(), " totals by ",
                    EnumText(summary.calibration().method()), " in ",
                    summary.calibration().iterations(), " rounds\n");
  }
  if (summary.silent_strata_size() > 0) {
    absl::StrAppend(&text, "Nobody answered in: ", absl::StrJoin(summary.silent_strata(), ", "),
                    "\n");
  }
  if (summary.units_outside() > 0) {
    absl::StrAppend(&text, Number(summary.units_outside()),
                    " units are not in the design and have no weight\n");
  }
  for (const v1::RepresentativenessTest& test : summary.tests()) {
    absl::StrAppendFormat(&text,
                          "Like the register in %s: chi-square %.2f, %d degrees of freedom, "
                          "%s\n",
                          test.attribute(), test.statistic(), test.degrees_of_freedom(),
                          ChanceText(test.p_value()));
  }
  return text;
}

}  // namespace vg::cli

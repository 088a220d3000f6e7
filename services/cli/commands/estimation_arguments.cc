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
  options.set_respondents_attribute(persons);
  *options.mutable_test_attributes() = {tests.begin(), tests.end()};
  *options.mutable_reference_group() = {reference.begin(), reference.end()};
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
  command.add_option("--persons", arguments.persons,
                     "The attribute that tells how many persons of each unit could answer: those "
                     "who did\nare a sample of them");
  command.add_option("--level", arguments.level, "Of confidence intervals, in percent")
      ->default_val(95)
      ->check(CLI::Range(50.0, 99.99));
  command
      .add_option("--critical", arguments.critical,
                  "Intervals by Student's t (default) or the normal distribution")
      ->check(CLI::IsMember({"t", "normal"}));
  command.add_option("--interval", arguments.interval, "Of shares: logit (default) or beta")
      ->check(CLI::IsMember({"logit", "beta"}));
  list("--against", arguments.reference,
       "Hold the other groups against this one, by its values: Utrecht, or Utrecht,primary");
  list("--test", arguments.tests,
       "Test by chi-square whether those who answered are like the register in these attributes");
}

}  // namespace vg::cli

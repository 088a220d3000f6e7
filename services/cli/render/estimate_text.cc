#include "services/cli/render/estimate_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "services/cli/render/values.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::indicators::v1;

}  // namespace

std::string EstimateText(double value, bool mean) {
  return mean ? absl::StrFormat("%.6g", value) : absl::StrFormat("%.1f%%", 100 * value);
}

std::string ErrorText(double error, bool mean) {
  return mean ? absl::StrFormat("%.3g", error) : absl::StrFormat("%.1f%%", 100 * error);
}

std::string MarginText(double lower, double upper, bool known, bool mean) {
  return known ? absl::StrCat("± ", ErrorText((upper - lower) / 2, mean)) : "–";
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

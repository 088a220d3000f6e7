// Estimates and their errors as people read them.

#ifndef VG_SERVICES_CLI_RENDER_ESTIMATE_TEXT_H_
#define VG_SERVICES_CLI_RENDER_ESTIMATE_TEXT_H_

#include <string>

#include "voortgang/indicators/v1/estimation.pb.h"

namespace vg::cli {

// Of a mean "66.2", of a share "82.8%".
std::string EstimateText(double value, bool mean);
// A standard error, or half the width of an interval: "0.49", "1.3%".
std::string ErrorText(double error, bool mean);
// "± 4.9%": half the width of the interval; "–" if there is none.
std::string MarginText(double lower, double upper, bool known, bool mean);
// "77.5% – 87.1%"
std::string IntervalText(double lower, double upper, bool known, bool mean);
// "p = 0.031", "p < 0.001"
std::string ChanceText(double p);

// What was done, in a few lines: design, weights, calibration, tests.
std::string SummaryText(const voortgang::indicators::v1::EstimationSummary& summary);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_ESTIMATE_TEXT_H_

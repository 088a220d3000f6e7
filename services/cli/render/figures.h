// Tables of figures for the terminal.

#ifndef VG_SERVICES_CLI_RENDER_FIGURES_H_
#define VG_SERVICES_CLI_RENDER_FIGURES_H_

#include <string>

#include "services/cli/render/table.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::cli {

// Whether figures are shares, shown as percents.
bool IsShare(const voortgang::indicators::v1::IndicatorDefinition& definition);

// "Utrecht, 1-99"; "all" for the total.
std::string GroupText(const voortgang::indicators::v1::Estimate& estimate);

// A row per figure, with estimates for the population if the table has them.
Table FiguresOf(const voortgang::indicators::v1::IndicatorDefinition& definition,
                const voortgang::indicators::v1::EstimateTable& estimates);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_FIGURES_H_

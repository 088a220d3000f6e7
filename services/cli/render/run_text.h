// Runs and differences between them as people read them.

#ifndef VG_SERVICES_CLI_RENDER_RUN_TEXT_H_
#define VG_SERVICES_CLI_RENDER_RUN_TEXT_H_

#include <string>

#include "services/cli/render/table.h"
#include "voortgang/funding/v1/comparison.pb.h"
#include "voortgang/funding/v1/funding_analysis_service.pb.h"
#include "voortgang/funding/v1/run.pb.h"

namespace vg::cli {

// The totals of a run by component.
Table RunTable(const voortgang::funding::v1::Run& run);
// What else there is to say of it: its state, what it supersedes, what could not be determined.
std::string RunNotes(const voortgang::funding::v1::Run& run);

// "+€ 5,609.28", "-€ 3.00"; without sign for nothing.
std::string SignedAmount(const google::type::Money& money);

// The recipient, its amounts and every cause, a line each.
std::string DifferenceText(const voortgang::funding::v1::AmountDifference& difference);
Table CauseTable(const voortgang::funding::v1::ComparisonSummary& summary);

// Winners and losers by the classes of an attribute; with a row of all in the end.
Table ChangeRowsTable(const voortgang::funding::v1::ChangeTable& table,
                      const voortgang::funding::v1::ChangeRow& all);
// How many recipients fall in each band, with a bar.
Table BandTable(const voortgang::funding::v1::WhatIfResponse& answer);

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_RENDER_RUN_TEXT_H_

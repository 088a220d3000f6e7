// Comparisons from domain to proto.

#ifndef VG_SERVICES_FUNDING_API_COMPARISON_CONVERSIONS_H_
#define VG_SERVICES_FUNDING_API_COMPARISON_CONVERSIONS_H_

#include "services/funding/domain/comparison/comparison.h"
#include "services/funding/domain/comparison/what_if.h"
#include "services/funding/domain/schemes/scheme.h"
#include "voortgang/funding/v1/comparison.pb.h"
#include "voortgang/funding/v1/funding_analysis_service.pb.h"

namespace vg::funding {

// `scheme` is that of either side: recipients and currency are the same.
voortgang::funding::v1::AmountDifference ToProto(const Difference& difference,
                                                 const Scheme& scheme);
voortgang::funding::v1::ComparisonSummary ToProto(const ComparisonTotals& totals,
                                                  const Scheme& scheme);
voortgang::funding::v1::ChangeRow ToProto(const ChangeRow& row, const Scheme& scheme);
voortgang::funding::v1::ChangeTable ToProto(const ChangeTable& table, const Scheme& scheme);
void AddBands(voortgang::funding::v1::WhatIfResponse& response);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_COMPARISON_CONVERSIONS_H_

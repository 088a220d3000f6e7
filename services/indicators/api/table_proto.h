// A table as the API writes it.

#ifndef VG_SERVICES_INDICATORS_API_TABLE_PROTO_H_
#define VG_SERVICES_INDICATORS_API_TABLE_PROTO_H_

#include "services/indicators/api/tables.h"
#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

// The rows; those that are as they were in `earlier`, which `response` was filled with, are left as
// they are.
void FillRows(const MadeTable& made, const Viewer& viewer, const MadeTable& earlier,
              voortgang::indicators::v1::EstimateTable& response);

// Everything but the rows. `weighted`: null without estimation.
void FillSummaries(const Tables::Query& query, const Viewer& viewer, const Tables::Protected& table,
                   const WeightedTable* weighted,
                   voortgang::indicators::v1::EstimateTable& response);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TABLE_PROTO_H_

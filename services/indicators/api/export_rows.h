// Tables as rows of files for other systems.

#ifndef VG_SERVICES_INDICATORS_API_EXPORT_ROWS_H_
#define VG_SERVICES_INDICATORS_API_EXPORT_ROWS_H_

#include <string>

#include "voortgang/indicators/v1/indicators_service.pb.h"

namespace vg::indicators {

// What stands before the first row; empty for NDJSON.
std::string ExportHeader(voortgang::indicators::v1::ExportFormat format);

// The rows of a table, one per figure, each with its line end. `unit`: of the indicator's values.
std::string ExportRows(voortgang::indicators::v1::ExportFormat format,
                       const voortgang::indicators::v1::EstimateTable& table,
                       const std::string& unit);

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_EXPORT_ROWS_H_

// Sheets as an OpenDocument spreadsheet.

#ifndef VG_SERVICES_REPORT_PAGES_ODS_H_
#define VG_SERVICES_REPORT_PAGES_ODS_H_

#include <string>
#include <vector>

#include "services/report/pages/annex.h"

namespace vg::report {

inline constexpr char kOdsType[] = "application/vnd.oasis.opendocument.spreadsheet";

// A file (OpenDocument 1.2) with one sheet for each of `sheets`; the same sheets give the same
// bytes. Words stay words: nothing in it is a formula.
std::string OdsOf(const std::vector<DataSheet>& sheets);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_ODS_H_

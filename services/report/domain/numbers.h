// Values of figures as readers see them.

#ifndef VG_SERVICES_REPORT_DOMAIN_NUMBERS_H_
#define VG_SERVICES_REPORT_DOMAIN_NUMBERS_H_

#include <string>

#include "absl/time/civil_time.h"

#include "common/numeric/exact.h"
#include "common/numeric/format.h"
#include "services/report/domain/figure.h"

namespace vg::report {

// A value that is shown, in running text and in charts: "61,2%", "4,3", "€ 2,38 miljard".
std::string FormatValue(const Figure& figure, const Cell& cell, Language language);

// The same in a table, where amounts are whole: "€ 2.381.234.567".
std::string FormatTableValue(const Figure& figure, const Cell& cell, Language language);

// Its interval: "58,8% – 63,6%". The cell has one.
std::string FormatInterval(const Figure& figure, const Cell& cell, Language language);

// For programs: "0.612", "2381234567.89"; empty if it is not shown.
std::string PlainValue(const Figure& figure, const Cell& cell);

// "14 april 2022", "14 April 2022".
std::string FormatLongDay(absl::CivilDay day, Language language);

// "april 2022", "April 2022".
std::string FormatMonth(absl::CivilDay month, Language language);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_NUMBERS_H_

// Figures as JSON: for programs that read annexes, and for this one when it computes an edition
// again.

#ifndef VG_SERVICES_REPORT_PAGES_DATA_H_
#define VG_SERVICES_REPORT_PAGES_DATA_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/report/domain/figure.h"

namespace vg::report {

// All that a figure holds. Numbers are texts, exact, so that no reader rounds them; what is not
// shown has none.
std::string DataOf(const Figure& figure);

// The figure again: FigureFrom(DataOf(figure)) is `figure`. INVALID_ARGUMENT, DATA_MALFORMED.
absl::StatusOr<Figure> FigureFrom(std::string_view data);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PAGES_DATA_H_

// Plans as messages.

#ifndef VG_SERVICES_REPORT_API_PLAN_PROTO_H_
#define VG_SERVICES_REPORT_API_PLAN_PROTO_H_

#include <string>

#include "absl/status/statusor.h"

#include "services/report/domain/plan.h"
#include "voortgang/report/v1/edition.pb.h"

namespace vg::report {

namespace v1 = voortgang::report::v1;

// The plan of the edition `id`, checked. INVALID_ARGUMENT with the place of everything that is
// wrong.
absl::StatusOr<EditionPlan> FromProto(const std::string& id, const v1::EditionPlan& proto);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_PLAN_PROTO_H_

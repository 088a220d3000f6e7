// Plans as messages.

#ifndef VG_SERVICES_REPORT_API_PLAN_PROTO_H_
#define VG_SERVICES_REPORT_API_PLAN_PROTO_H_

#include "absl/status/statusor.h"

#include "services/report/domain/plan.h"
#include "voortgang/report/v1/edition.pb.h"

namespace vg::report {

namespace v1 = voortgang::report::v1;

// The plan, checked. INVALID_ARGUMENT with the place of everything that is wrong.
absl::StatusOr<EditionPlan> FromProto(const v1::EditionPlan& proto);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_PLAN_PROTO_H_

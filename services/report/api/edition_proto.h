// Editions as messages, and back.

#ifndef VG_SERVICES_REPORT_API_EDITION_PROTO_H_
#define VG_SERVICES_REPORT_API_EDITION_PROTO_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/report/domain/edition.h"
#include "services/report/domain/verification.h"
#include "services/report/storage/edition_store.h"
#include "voortgang/report/v1/edition.pb.h"
#include "voortgang/report/v1/report_service.pb.h"

namespace vg::report {

namespace v1 = voortgang::report::v1;

// What never changes about a composed edition, as EditionRecord::content.
v1::Edition ContentOf(const std::string& id, const v1::EditionPlan& plan,
                      const std::vector<Input>& inputs, const std::vector<File>& files);

// The edition of `record` as it is at `now`. INTERNAL if it cannot be read.
absl::StatusOr<v1::Edition> EditionOf(const EditionRecord& record, absl::Time now);

absl::StatusOr<std::vector<Input>> InputsOf(const v1::Edition& edition);

v1::InputDifference InputDifferenceOf(const Difference& difference);
v1::FileDifference FileDifferenceOf(const Difference& difference);

// The id of "editions/2022-04".
absl::StatusOr<std::string> EditionIdOf(const std::string& name, std::string_view field = "name");
std::string EditionNameOf(const std::string& id);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_EDITION_PROTO_H_

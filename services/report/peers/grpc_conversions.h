// What the readers of several services share.

#ifndef VG_SERVICES_REPORT_PEERS_GRPC_CONVERSIONS_H_
#define VG_SERVICES_REPORT_PEERS_GRPC_CONVERSIONS_H_

#include <string>

#include "absl/time/time.h"

#include "services/report/domain/text.h"
#include "voortgang/survey/v1/questionnaire.pb.h"
#include "voortgang/type/v1/localized_text.pb.h"

namespace vg::report {

// A table of all municipalities with many categories is long in coming.
inline constexpr absl::Duration kPatience = absl::Minutes(1);

inline LocalizedText TextOf(const voortgang::type::v1::LocalizedText& text) {
  return {.nl = text.nl(), .en = text.en()};
}

// "school_leader"; "programme" where nobody was asked.
std::string RoleName(voortgang::survey::v1::Role role);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_GRPC_CONVERSIONS_H_

// Fetches how a wave goes.

#ifndef VG_SERVICES_REPORT_PEERS_LIVE_H_
#define VG_SERVICES_REPORT_PEERS_LIVE_H_

#include <string>

#include "absl/status/statusor.h"

#include "services/report/domain/live.h"
#include "services/report/peers/sources.h"

namespace vg::report {

// The wave "waves/{id}" with the totals of every indicator on its questionnaires, as the caller of
// this thread may see them. Errors are those of the sources.
absl::StatusOr<LiveWave> ReadLive(const std::string& id, Sources& sources);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_PEERS_LIVE_H_

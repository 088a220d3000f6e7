// How a wave goes while it runs.

#ifndef VG_SERVICES_REPORT_DOMAIN_LIVE_H_
#define VG_SERVICES_REPORT_DOMAIN_LIVE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"

#include "services/report/domain/figure.h"
#include "services/report/domain/text.h"

namespace vg::report {

struct LiveDay {
  absl::CivilDay day;
  int64_t responses = 0;
};

struct LiveRole {
  std::string role;  // "school_leader"
  int64_t invited = 0;
  int64_t answered = 0;   // Units with a complete response.
  int64_t responses = 0;  // Complete ones.
  int64_t partial = 0;
  std::vector<LiveDay> by_day;  // Oldest first.
};

// A first estimate, as it may be shown.
struct LiveEstimate {
  LocalizedText title;
  std::string role;
  ValueKind kind = ValueKind::kShare;
  std::string unit;
  Cell cell;
};

struct LiveWave {
  std::string id;  // "2022-winter"
  LocalizedText title;
  std::vector<LiveRole> roles;
  std::vector<LiveEstimate> estimates;
};

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_LIVE_H_

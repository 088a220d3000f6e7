// Longer time for some than a wave is open.

#ifndef VG_SERVICES_SURVEY_DOMAIN_EXTENSION_H_
#define VG_SERVICES_SURVEY_DOMAIN_EXTENSION_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/survey/domain/unit.h"
#include "services/survey/domain/wave.h"

namespace vg::survey {

struct Extension {
  std::string id;
  std::optional<Role> role;        // Empty: all roles.
  std::vector<std::string> units;  // In order, each once; empty: all that have `where`.
  Attributes where;
  absl::Time until;
  std::string reason;
  std::string grantor;
  absl::Time grant_time;
  std::optional<absl::Time> revoke_time = {};  // Since then it lets nobody answer.
  std::string revoke_reason = {};
};

// Whether they were granted the same, whenever that was and whatever became of them.
bool SameExtension(const Extension& a, const Extension& b);

// Whether responses of `role` about `unit` are taken until `extension` ends.
bool Covers(const Extension& extension, const Unit& unit, Role role);

// When `wave` closes for responses of `role` about `unit`.
absl::Time CloseTime(const Wave& wave, const std::vector<Extension>& extensions, const Unit& unit,
                     Role role);

// FAILED_PRECONDITION (WAVE_NOT_OPEN, WAVE_CLOSED) unless responses of `role` about `unit` are
// taken at `now`: while the wave is open, and after that while an extension covers them.
absl::Status CheckOpen(const Wave& wave, const std::vector<Extension>& extensions, const Unit& unit,
                       Role role, absl::Time now);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_DOMAIN_EXTENSION_H_

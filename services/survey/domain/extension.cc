#include "services/survey/domain/extension.h"

#include <algorithm>
#include <tuple>

#include "services/survey/domain/errors.h"

namespace vg::survey {

bool SameExtension(const Extension& a, const Extension& b) {
  return std::tie(a.id, a.role, a.units, a.where, a.until, a.reason, a.grantor) ==
         std::tie(b.id, b.role, b.units, b.where, b.until, b.reason, b.grantor);
}

bool Covers(const Extension& extension, const Unit& unit, Role role) {
  if (extension.role && *extension.role != role) return false;
  if (!extension.units.empty() &&
      !std::binary_search(extension.units.begin(), extension.units.end(), unit.name)) {
    return false;
  }
  return HasAll(unit.attributes, extension.where);
}

absl::Time CloseTime(const Wave& wave, const std::vector<Extension>& extensions, const Unit& unit,
                     Role role) {
  absl::Time close_time = wave.close_time;
  for (const Extension& extension : extensions) {
    if (extension.until > close_time && !extension.revoke_time && Covers(extension, unit, role)) {
      close_time = extension.until;
    }
  }
  return close_time;
}

absl::Status CheckOpen(const Wave& wave, const std::vector<Extension>& extensions, const Unit& unit,
                       Role role, absl::Time now) {
  if (now < wave.close_time) return CheckOpen(wave, now);
  const absl::Time close_time = CloseTime(wave, extensions, unit, role);
  if (now >= close_time) return WaveClosed(wave.name(), close_time);
  return absl::OkStatus();
}

}  // namespace vg::survey

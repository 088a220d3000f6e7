#include "services/catalogue/domain/filing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/catalogue/domain/errors.h"

namespace vg::catalogue {
namespace {

// Whether it was new.
bool Remember(Consent consent, absl::Time now, std::vector<Consent>& consents) {
  for (const Consent& known : consents) {
    if (SameDecision(known, consent)) return false;
  }
  consent.record_time = now;
  const auto older = std::find_if(consents.begin(), consents.end(),
                                  [&](const Consent& known) { return known.date <= consent.date; });
  consents.insert(older, std::move(consent));
  return true;
}

absl::StatusOr<std::optional<Programme>> Changed(Programme programme, absl::Time now,
                                                 std::string field) {
  if (programme.consents.size() > kMaxConsents) {
    return InvalidFields({TooManyConsents(std::move(field), kMaxConsents)});
  }
  ++programme.revision;
  programme.update_time = now;
  return programme;
}

}  // namespace

absl::StatusOr<std::optional<Programme>> Apply(const Filing& filing, const Programme* stored,
                                               absl::Time now) {
  Programme programme = stored == nullptr ? Programme{.key = filing.key} : *stored;
  bool changed = stored == nullptr || stored->plan != filing.plan;
  for (const Consent& consent : filing.consents) {
    changed |= Remember(consent, now, programme.consents);
  }
  if (!changed) return std::nullopt;
  programme.plan = filing.plan;
  return Changed(std::move(programme), now, "consents");
}

absl::StatusOr<std::optional<Programme>> Record(const Consent& consent, const Programme& stored,
                                                absl::Time now) {
  Programme programme = stored;
  if (!Remember(consent, now, programme.consents)) return std::nullopt;
  return Changed(std::move(programme), now, "consent");
}

}  // namespace vg::catalogue

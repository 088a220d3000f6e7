// What a filing, a status or a decision of a council makes of a programme.

#ifndef VG_SERVICES_CATALOGUE_DOMAIN_FILING_H_
#define VG_SERVICES_CATALOGUE_DOMAIN_FILING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/catalogue/domain/programme.h"

namespace vg::catalogue {

// A programme as a school or its board hands it in. It has been checked.
struct Filing {
  ProgrammeKey key;
  Plan plan;
  std::vector<Consent> consents;  // To record with it, oldest first.
  std::vector<Finding> warnings;  // What deserves attention.
  // What interventions that are chosen take the place of, by the edition that they are chosen from.
  std::map<std::string, std::vector<std::string>> replaced;
  std::string imported_digest;  // Of the plan, where it comes by a stream; else empty.
  bool insists = false;         // It undoes what others changed since it was last imported.
};

// The programme after `filing`; nothing if the filing says what `stored` (null: there is none) says
// already. Decisions that are recorded already are left as they are, those that the filing does not
// mention stay. A plan that was imported last is not taken to undo what became of it, unless the
// filing insists; decisions that come with it are about the revision that last was that plan. With
// the revision of `stored` if nothing is new but that the plan was imported. INVALID_ARGUMENT:
// TOO_MANY_CONSENTS on "consents", UNKNOWN_REVISION on "consents[0].revision", and what Continue
// finds, with paths such as "programme.choices[3].status".
absl::StatusOr<std::optional<Programme>> Apply(const Filing& filing, const Programme* stored,
                                               absl::Time now);

// The programme after the decision; nothing if it is recorded already. INVALID_ARGUMENT:
// TOO_MANY_CONSENTS on "consent", UNKNOWN_REVISION on "consent.revision".
absl::StatusOr<std::optional<Programme>> Record(const Consent& consent, const Programme& stored,
                                                absl::Time now);

// The programme without the decision, which is kept as taken back; nothing if it was taken back
// already. INVALID_ARGUMENT: NOT_RECORDED on "consent".
absl::StatusOr<std::optional<Programme>> Retract(const Consent& consent, const Programme& stored,
                                                 absl::Time now);

// How far one chosen intervention is.
struct StatusReport {
  std::string intervention;
  StatusChange change;
  std::optional<int> pupils_reached;  // Nothing: as it is.
};

// The programme after the report; nothing if it says so already. INVALID_ARGUMENT: NOT_CHOSEN on
// "intervention", and what Continue finds, on "status" and "date".
absl::StatusOr<std::optional<Programme>> Record(const StatusReport& report, const Programme& stored,
                                                absl::Time now);

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_DOMAIN_FILING_H_

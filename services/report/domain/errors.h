// Everything that can be wrong with an edition, one function per failure.

#ifndef VG_SERVICES_REPORT_DOMAIN_ERRORS_H_
#define VG_SERVICES_REPORT_DOMAIN_ERRORS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "common/status/error.h"

namespace vg::report {

// Of the plan.
FieldViolation DuplicateId(std::string field, std::string_view id);
FieldViolation NotAMonth(std::string field);
FieldViolation NoSource(std::string field);
FieldViolation NoWave(std::string_view figure);
FieldViolation NoSections();
FieldViolation NoReason();
FieldViolation RevisesItself();

// Of a reference in a text or in the headline table.
FieldViolation MalformedReference(std::string field, std::string_view reference);
FieldViolation UnknownFigure(std::string field, std::string_view figure);
FieldViolation UnknownCategory(std::string field, std::string_view figure,
                               std::string_view category, const std::vector<std::string>& known);
FieldViolation UnknownGroup(std::string field, std::string_view figure, std::string_view group,
                            const std::vector<std::string>& known);
FieldViolation NoValue(std::string field, std::string_view figure, std::string_view category,
                       std::string_view why);

// Of a claim in a text.
FieldViolation MalformedClaim(std::string field, std::string_view condition);
// `words` need `claimed`, but `found`.
FieldViolation ClaimFails(std::string field, std::string_view words, std::string_view claimed,
                          std::string_view found);

// FAILED_PRECONDITION, FOLDING: the indicators have not seen everything yet, or it changes while it
// is read. Worth trying again.
absl::Status Folding(int64_t behind, int backfilling);

// FAILED_PRECONDITION, AFTER_CUT_OFF: the wave has answers of days that the plan leaves out.
absl::Status AfterCutOff(std::string_view wave, absl::CivilDay last_answers,
                         absl::CivilDay cut_off);

// FAILED_PRECONDITION, EDITION_PUBLISHED or EDITION_EMBARGOED: such an edition does not change.
absl::Status EditionPublished(std::string_view edition, std::string_view published_digest,
                              std::string_view digest);
absl::Status EditionEmbargoed(std::string_view edition, std::string_view embargoed_digest,
                              std::string_view digest);
absl::Status AlreadyPublic(std::string_view id);

// INVALID_ARGUMENT, EMBARGO_PASSED.
absl::Status EmbargoPassed(absl::Time wanted, absl::Time now);

// FAILED_PRECONDITION, REVISED_NOT_PUBLISHED and REVISED_ALREADY. Ids of editions.
absl::Status RevisedNotPublished(std::string_view id, std::string_view revised);
absl::Status RevisedAlready(std::string_view revised, std::string_view successor);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_ERRORS_H_

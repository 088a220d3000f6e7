// Everything that can be wrong with an edition, one function per failure.

#ifndef VG_SERVICES_REPORT_DOMAIN_ERRORS_H_
#define VG_SERVICES_REPORT_DOMAIN_ERRORS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "common/status/error.h"

namespace vg::report {

// Of the plan.
FieldViolation DuplicateId(std::string field, std::string_view id);
FieldViolation NotAMonth(std::string field);
FieldViolation NoSource(std::string field);
FieldViolation NoWave(std::string_view figure);
FieldViolation NoSections();

// Of a reference in a text or in the headline table.
FieldViolation MalformedReference(std::string field, std::string_view reference);
FieldViolation UnknownFigure(std::string field, std::string_view figure);
FieldViolation UnknownCategory(std::string field, std::string_view figure,
                               std::string_view category, const std::vector<std::string>& known);
FieldViolation NoValue(std::string field, std::string_view figure, std::string_view category,
                       std::string_view why);

// FAILED_PRECONDITION, FOLDING: the indicators have not seen everything yet, or it changes while it
// is read. Worth trying again.
absl::Status Folding(int64_t behind, int backfilling);

// FAILED_PRECONDITION, EDITION_PUBLISHED: a published edition never changes.
absl::Status EditionPublished(std::string_view edition, std::string_view published_digest,
                              std::string_view digest);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_ERRORS_H_

// The names of funding's resources.

#ifndef VG_SERVICES_FUNDING_API_NAMES_H_
#define VG_SERVICES_FUNDING_API_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/funding/domain/schemes/scheme.h"

namespace vg::funding {

struct SchemeVersionId {
  std::string scheme;
  std::optional<int64_t> version;  // Absent: the latest.
};

struct AllocationId {
  std::string run;
  std::string recipient;
};

std::string SchemeVersionName(std::string_view scheme, int64_t version);
std::string RunName(std::string_view run);
std::string AllocationName(std::string_view run, std::string_view recipient);
std::string SnapshotName(std::string_view snapshot);
// "schools/16SW03", "municipalities/GM0363".
std::string RecipientName(RecipientKind kind, std::string_view code);
// "grants/npo-schools/books/2021-2022", of the book "npo-schools/2021-2022".
std::string BookName(std::string_view book);

// INVALID_ARGUMENT on `field`; NOT_FOUND for a version that is no number.
absl::StatusOr<SchemeVersionId> ParseSchemeVersion(std::string_view name, std::string_view field);
absl::StatusOr<AllocationId> ParseAllocation(std::string_view name);
absl::StatusOr<std::string> ParseRun(std::string_view name, std::string_view field);
absl::StatusOr<std::string> ParseSnapshot(std::string_view name, std::string_view field);
// The code of "schools/16SW03", if it is of `kind`; else UNKNOWN_RECIPIENT.
absl::StatusOr<std::string> ParseRecipient(std::string_view name, RecipientKind kind,
                                           std::string_view field);
// The book of BookName.
absl::StatusOr<std::string> ParseBook(std::string_view name, std::string_view field);
// The run of "runs/a/approvals/1".
absl::StatusOr<std::string> ParseApproval(std::string_view name);
// Empty for "runs/-".
absl::StatusOr<std::string> ParseRunParent(std::string_view name);
// Empty for "schemes/-".
absl::StatusOr<std::string> ParseSchemeParent(std::string_view name);

}  // namespace vg::funding

#endif  // VG_SERVICES_FUNDING_API_NAMES_H_

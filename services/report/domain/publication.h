// Who may see an edition, and from when.

#ifndef VG_SERVICES_REPORT_DOMAIN_PUBLICATION_H_
#define VG_SERVICES_REPORT_DOMAIN_PUBLICATION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace vg::report {

// What was decided about one edition. Its state follows from this and the time: no job has to end
// an embargo.
struct Publication {
  std::optional<absl::Time> time;  // From when the world may see it; none: a draft.
  std::string revises;             // The id of the edition that it revises; empty: none.
  std::string successor;           // The id of the decided edition that revises it; empty: none.
  std::optional<absl::Time> successor_time;
};

enum class EditionState { kDraft, kEmbargoed, kPublished, kSuperseded };

EditionState StateAt(const Publication& publication, absl::Time now);

// Whether the world may see it.
bool IsPublic(EditionState state);

// From when the edition `id` is to be seen if at `now` somebody wants it to be so from `wanted`
// (none: at once). What is public already keeps its time. `revised`: what was decided about the
// edition that it revises; null if it revises none or one that does not exist.
//
// INVALID_ARGUMENT, EMBARGO_PASSED; FAILED_PRECONDITION, REVISED_NOT_PUBLISHED or REVISED_ALREADY.
absl::StatusOr<absl::Time> DecidePublication(const std::string& id, const Publication& publication,
                                             const Publication* revised,
                                             std::optional<absl::Time> wanted, absl::Time now);

// Whether the edition `id` may become a draft again, or be composed anew with other content.
// FAILED_PRECONDITION, EDITION_PUBLISHED.
absl::Status CheckRecall(const std::string& id, const Publication& publication, absl::Time now);

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_DOMAIN_PUBLICATION_H_

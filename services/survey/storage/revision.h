// What responses were before they changed. Internal to the storage of the survey, but for Revision.

#ifndef VG_SERVICES_SURVEY_STORAGE_REVISION_H_
#define VG_SERVICES_SURVEY_STORAGE_REVISION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/transaction.h"
#include "services/survey/storage/response.h"

namespace vg::survey {

// What made a revision. The numbers are stored and are those of the proto.
enum class RevisionKind { kSubmitted = 1, kContinued = 2, kCorrected = 3, kWithdrawn = 4 };

// What a response was at one time, and the change that made it so.
struct Revision {
  StoredResponse response;
  RevisionKind kind = RevisionKind::kSubmitted;
  std::string reason;
  absl::Time change_time;
};

// Why and when something takes the place of a revision.
struct RevisionEnd {
  RevisionKind kind;  // Of the revision that follows.
  std::string_view reason;
  absl::Time time;
};

// Keeps `before`, which is being changed.
absl::Status KeepRevision(sql::Transaction& transaction, int64_t wave, const StoredResponse& before,
                          const RevisionEnd& end);

// Whether `response` once was what has that digest.
absl::StatusOr<bool> WasOnce(sql::Transaction& transaction, int64_t wave,
                             const StoredResponse& response, std::string_view digest);

// What `newest` is and was, newest first: at most `limit` revisions below `before`; 0: from the
// newest on.
absl::StatusOr<std::vector<Revision>> ListRevisions(sql::Transaction& transaction, int64_t wave,
                                                    const StoredResponse& newest, int before,
                                                    size_t limit);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_REVISION_H_

// What responses were, are, and became by which change: the rows of response_change. Internal to
// the storage of the survey, but for Revision.

#ifndef VG_SERVICES_SURVEY_STORAGE_REVISION_H_
#define VG_SERVICES_SURVEY_STORAGE_REVISION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
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

// What a response was from one change on, and the change that made it so.
struct Revision {
  StoredResponse response;
  RevisionKind kind = RevisionKind::kSubmitted;
  std::string reason;
  absl::Time change_time;
  int64_t wave = 0;
  int partition = 0;    // Of the unit.
  int64_t number = 0;   // In the feed, in that partition.
  int64_t follows = 0;  // The number of the revision before; 0: this is the first.
};

// Selected from response_change c.
inline constexpr std::string_view kRevisionColumns =
    "c.response, c.unit, c.place, c.partial, c.accept_time, c.change_time, c.digest, c.content, "
    "c.revision, c.kind, c.reason, c.wave, c.number, c.follows, c.partition";
Revision RevisionFromRow(const sql::Row& row);

// Where the rows of a unit and its responses are.
int PartitionOfUnit(sql::Engine engine, std::string_view unit);

// DATA_LOSS if there is none.
absl::StatusOr<Revision> GetRevision(sql::Transaction& transaction, int partition, int64_t number);

// The newest revision of the response with that id; empty if there is none.
absl::StatusOr<std::optional<Revision>> FindResponse(sql::Transaction& transaction, int64_t wave,
                                                     std::string_view id);

// The ids of a unit's responses, ascending, after the given one, at most `limit`.
absl::StatusOr<std::vector<std::string>> IdsOfUnit(sql::Transaction& transaction, int64_t wave,
                                                   std::string_view unit, std::string_view after,
                                                   size_t limit);

// What `newest` is and was, newest first: at most `limit` revisions below `before`; 0: from the
// newest on.
absl::StatusOr<std::vector<Revision>> ListRevisions(sql::Transaction& transaction, Revision newest,
                                                    int before, size_t limit);

// What `newest` was at `time`; empty if it was not there yet.
absl::StatusOr<std::optional<Revision>> AsOf(sql::Transaction& transaction, Revision newest,
                                             absl::Time time);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_REVISION_H_

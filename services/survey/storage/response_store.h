// Where responses live.

#ifndef VG_SERVICES_SURVEY_STORAGE_RESPONSE_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_RESPONSE_STORE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/feed/signal.h"
#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "common/sql/group_committer.h"
#include "services/survey/storage/intake.h"
#include "services/survey/storage/response.h"
#include "services/survey/storage/wave_store.h"

namespace vg::survey {

// Every change goes to the feed and the counters in the same transaction, and rings the signal once
// it is on disk. Thread-safe.
class ResponseStore {
 public:
  ResponseStore(sql::Database& database, feed::Signal& signal)
      : database_(database), committer_(database), signal_(signal) {}

  // Takes `submissions` in, in one transaction, possibly together with those of other callers, and
  // returns when they are on disk. One result for each, in their order. With `validate_only`
  // everything is decided and nothing kept. `write_replacement` may be called more than once.
  absl::StatusOr<std::vector<SubmissionResult>> Take(std::span<const Submission> submissions,
                                                     bool validate_only, absl::Time now,
                                                     WriteReplacement write_replacement);

  // The caller's side of a withdrawal: what the feed says, and the answer to keep.
  using WriteChange = absl::FunctionRef<std::string(const StoredResponse& before)>;
  using Encode = absl::FunctionRef<std::string(const StoredResponse& after)>;

  // Takes a response of `wave` out of every count and returns its encoding; one that was withdrawn
  // before is answered again. NOT_FOUND.
  absl::StatusOr<std::string> Withdraw(const StoredWave& wave, std::string_view id,
                                       std::string_view reason, const requests::Request& request,
                                       absl::Time now, WriteChange write_change, Encode encode);

  // NOT_FOUND.
  absl::StatusOr<StoredResponse> Get(const StoredWave& wave, std::string_view id);

  struct ListOptions {
    std::string unit;  // Only of this unit; empty: of all.
    bool withdrawn = false;
    std::string after;  // The id of the last one seen.
    size_t limit = 50;
  };
  // By id.
  absl::StatusOr<std::vector<StoredResponse>> List(int64_t wave, const ListOptions& options);

  sql::GroupCommitter::Stats commit_stats() const { return committer_.stats(); }

 private:
  sql::Database& database_;
  sql::GroupCommitter committer_;
  feed::Signal& signal_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_RESPONSE_STORE_H_

// Where responses live.

#ifndef VG_SERVICES_SURVEY_STORAGE_RESPONSE_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_RESPONSE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/concurrency/gatherer.h"
#include "common/feed/feed.h"
#include "common/feed/signal.h"
#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "common/time/stopwatch.h"
#include "services/survey/storage/claimant.h"
#include "services/survey/storage/intake.h"
#include "services/survey/storage/rehearsal.h"
#include "services/survey/storage/response.h"
#include "services/survey/storage/revision.h"
#include "services/survey/storage/wave_store.h"

namespace vg::survey {

// Every change goes to the feed and the counters in the same transaction, and rings the signal once
// it is on disk. Thread-safe.
class ResponseStore {
 public:
  // Responses in one transaction, unless one caller brings more.
  static constexpr size_t kMostTogether = 4'000;

  // Nothing comes in that waited longer for the database: its time would be of long ago.
  static constexpr absl::Duration kMostWait = absl::Seconds(20);

  ResponseStore(sql::Database& database, feed::Signal& signal, absl::Duration most_wait = kMostWait)
      : database_(database),
        most_wait_(most_wait),
        gatherer_({.max_weight = kMostTogether}),
        signal_(signal) {}

  // Takes `submissions` in, in one transaction, possibly together with those of other callers, and
  // returns when they are on disk. One result for each, in their order. UNAVAILABLE
  // (WAITED_TOO_LONG) if they, or what they came together with, had to wait longer than
  // `most_wait`; then nothing is kept.
  absl::StatusOr<std::vector<SubmissionResult>> Take(std::span<const Submission> submissions,
                                                     absl::Time now);

  // Decides everything as Take would after what `rehearsal` accepted before, and keeps nothing.
  absl::StatusOr<std::vector<SubmissionResult>> Rehearse(std::span<const Submission> submissions,
                                                         absl::Time now, Rehearsal& rehearsal);

  struct Correction {
    const Submission& submission;  // The response as it should be.
    const Claimant& claimant;
    std::string_view reason;
    int expected_revision = 0;  // Of what is corrected; 0: of whatever is there.
    bool validate_only = false;
  };
  using Encode = absl::FunctionRef<absl::StatusOr<std::string>(const StoredResponse& after)>;

  // What a response was answered with, and whether it changed now.
  struct Answered {
    std::string answer;
    bool changed = false;
  };

  // Puts other answers in the place of those of a complete response and returns its encoding. The
  // same answers change nothing. NOT_FOUND; INVALID_ARGUMENT (IMMUTABLE) if it is about another
  // unit or questionnaire; ABORTED (REVISION_MISMATCH); FAILED_PRECONDITION (RESPONSE_PARTIAL,
  // RESPONSE_WITHDRAWN); PERMISSION_DENIED as CheckIsOwn.
  absl::StatusOr<Answered> Correct(const Correction& correction, const requests::Request& request,
                                   absl::Time now, Encode encode);

  // The quotas in which a complete response counts.
  using Claims = absl::FunctionRef<std::vector<QuotaClaim>(const StoredResponse& response)>;

  // Takes a response of `wave` out of every count and returns its encoding; one that was withdrawn
  // before is answered again. NOT_FOUND; PERMISSION_DENIED as CheckIsOwn.
  absl::StatusOr<Answered> Withdraw(const StoredWave& wave, std::string_view id,
                                    const Claimant& claimant, std::string_view reason,
                                    const requests::Request& request, absl::Time now, Claims claims,
                                    Encode encode);

  // NOT_FOUND; PERMISSION_DENIED as CheckIsOwn.
  absl::StatusOr<StoredResponse> Get(const StoredWave& wave, std::string_view id,
                                     const Claimant& claimant);

  // As FindInvited.
  absl::StatusOr<std::optional<std::string>> Invited(const StoredWave& wave,
                                                     std::string_view token_hash);

  // What a response is and was, newest first: at most `limit` revisions below `before`; 0: from the
  // newest on. NOT_FOUND.
  absl::StatusOr<std::vector<Revision>> Revisions(const StoredWave& wave, std::string_view id,
                                                  int before, size_t limit);

  // How a response was answered; empty if its client did not tell. NOT_FOUND.
  absl::StatusOr<std::string> Paradata(const StoredWave& wave, std::string_view id);

  struct ListOptions {
    std::string unit;  // Only of this unit; empty: of all.
    bool withdrawn = false;
    std::string after;  // The id of the last one seen.
    size_t limit = 50;
  };
  // By id.
  absl::StatusOr<std::vector<StoredResponse>> List(int64_t wave, const ListOptions& options);

  // Changes of all waves in the order of the feed, each after the one that it follows, if any.
  struct Changes {
    struct Change {
      Revision after;
      std::optional<Revision> before;
    };
    std::vector<Change> changes;
    feed::Cursors heads = {};
  };
  // What feed::ReadAll says.
  absl::StatusOr<Changes> ReadChanges(const feed::Cursors& after, int limit);

 private:
  // What one caller wants taken in, and what came of it.
  struct Taking {
    std::span<const Submission> submissions;
    absl::Time now;
    Stopwatch since_now = {};
    absl::Status status = {};
    std::vector<SubmissionResult> results = {};
  };
  void TakeAll(std::span<Taking* const> round);
  // Runs `work` in a transaction that is undone.
  absl::Status Undone(sql::Database::Work work);

  sql::Database& database_;
  const absl::Duration most_wait_;
  Gatherer<Taking> gatherer_;
  feed::Signal& signal_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_RESPONSE_STORE_H_

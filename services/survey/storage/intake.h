// Takes responses in, inside one transaction. Internal to the storage of the survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_INTAKE_H_
#define VG_SERVICES_SURVEY_STORAGE_INTAKE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/feed/feed.h"
#include "common/sql/transaction.h"
#include "services/survey/storage/quota_room.h"
#include "services/survey/storage/response.h"
#include "services/survey/storage/revision.h"
#include "services/survey/storage/tally.h"

namespace vg::survey {

inline constexpr std::string_view kResponseFeed = "survey.responses";

// Keeps the response, its revisions, the unit's state, the quotas, the counters and the feed in
// step. Counters, quotas and feed entries are gathered and written by Finish, in ascending order of
// partition, so that writers meet locks in one order; nothing may be added after it.
//
// Good under READ COMMITTED: whoever changes what counts for a unit first locks its unit_state row,
// whoever takes an id first claims its response_id row, and quotas are locked before both.
class Intake {
 public:
  explicit Intake(sql::Transaction& transaction, absl::Time now)
      : transaction_(transaction), now_(now), tally_(transaction, now), quotas_(transaction) {}

  // Handles `submissions` as if one after the other. One result for each, in their order; a refused
  // one leaves no trace but a note if a quota turned it away.
  absl::Status Take(std::span<const Submission> submissions, WriteReplacement write_replacement,
                    std::vector<SubmissionResult>& results);

  // Puts `after` in the place of `before`, which is complete and about the same unit and
  // questionnaire. False, and nothing changed, if it is no longer what is there.
  absl::StatusOr<bool> Correct(int64_t wave, const StoredResponse& before,
                               const StoredResponse& after, std::string_view reason,
                               std::string change);

  // Takes `response` out of every count, and out of the quotas of `claims`. It must be one that
  // counts. False, and nothing changed, if it is no longer what is there.
  absl::StatusOr<bool> Withdraw(int64_t wave, Role role, const StoredResponse& response,
                                std::span<const QuotaClaim> claims, std::string_view reason,
                                std::string change);

  absl::Status Finish();

  bool changed_anything() const { return !entries_.empty(); }
  QuotaRoom& quotas() { return quotas_; }

 private:
  // Whether a unit's state could change as wanted; if not, why the submission is refused.
  struct Admission {
    bool admitted = true;
    absl::Status refusal;
  };

  absl::Status LockQuotas(std::span<const Submission> submissions);
  // Claims the ids of those that the wave takes; whether each was free.
  absl::StatusOr<std::vector<bool>> ClaimIds(std::span<const Submission* const> submissions);
  // Takes in submissions whose ids are claimed, which no quota is about and which need no
  // invitation, in few trips to the database.
  absl::StatusOr<std::vector<SubmissionResult>> TakeAllNew(
      std::span<const Submission* const> submissions);
  absl::StatusOr<SubmissionResult> TakeOne(const Submission& submission, bool claimed,
                                           WriteReplacement write_replacement);
  absl::StatusOr<SubmissionResult> TakeNew(const Submission& submission);
  // Of a submission that was claimed: what follows from whether it was admitted.
  absl::StatusOr<SubmissionResult> Settle(const Submission& submission, Admission admission);
  absl::StatusOr<SubmissionResult> TakeAgain(const Submission& submission,
                                             WriteReplacement write_replacement);
  // Locks the unit and changes its state, unless the unit has answered or a quota is full.
  absl::StatusOr<Admission> Admit(const Submission& submission, Tally::UnitChange change);
  // False if `before` is no longer what is there.
  absl::StatusOr<bool> Replace(int64_t wave, const StoredResponse& before,
                               const StoredResponse& after, const RevisionEnd& end);
  absl::Status Keep(const Submission& submission);
  void Announce(std::string_view kind, std::string_view unit, std::string payload);
  absl::Status AppendNew();

  sql::Transaction& transaction_;
  const absl::Time now_;
  Tally tally_;
  QuotaRoom quotas_;
  std::vector<const Submission*> new_;  // Claimed and counted, not yet appended.
  std::vector<feed::NewEntry> entries_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_INTAKE_H_

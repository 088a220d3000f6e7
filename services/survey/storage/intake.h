// Takes responses in, inside one transaction. Internal to the storage of the survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_INTAKE_H_
#define VG_SERVICES_SURVEY_STORAGE_INTAKE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/feed/feed.h"
#include "common/sql/transaction.h"
#include "services/survey/storage/response.h"

namespace vg::survey {

inline constexpr std::string_view kResponseFeed = "survey.responses";

// Keeps the response, the unit's state, the counters and the feed in step. Counters and feed
// entries are gathered and written by Finish, in ascending order of partition, so that writers meet
// locks in one order; nothing may be added after it.
//
// Good under READ COMMITTED: whoever changes what counts for a unit first locks its unit_state row,
// and whoever takes an id first claims its response_id row.
class Intake {
 public:
  explicit Intake(sql::Transaction& transaction, absl::Time now)
      : transaction_(transaction), now_(now) {}

  // Handles `submissions` as if one after the other. One result for each, in their order; a refused
  // one leaves no trace.
  absl::Status Take(std::span<const Submission> submissions, WriteReplacement write_replacement,
                    std::vector<SubmissionResult>& results);

  // Takes `response` out of every count. It must be one that counts.
  absl::Status Withdraw(int64_t wave, Role role, const StoredResponse& response,
                        std::string_view reason, std::string change);

  absl::Status Finish();

  bool changed_anything() const { return !entries_.empty(); }

 private:
  // What one response adds to its unit's state.
  struct UnitChange {
    int complete = 0;
    int partial = 0;
  };
  struct CounterKey {
    int partition;
    int64_t wave;
    int role;
    int64_t day;
    auto operator<=>(const CounterKey&) const = default;
  };
  struct Counters {
    int64_t complete_units = 0;
    int64_t started_units = 0;
    int64_t complete_responses = 0;
    int64_t partial_responses = 0;
    int64_t withdrawn_responses = 0;
  };

  absl::StatusOr<SubmissionResult> TakeOne(const Submission& submission,
                                           WriteReplacement write_replacement);
  absl::StatusOr<SubmissionResult> TakeNew(const Submission& submission);
  absl::StatusOr<SubmissionResult> TakeAgain(const Submission& submission,
                                             WriteReplacement write_replacement);
  absl::StatusOr<bool> Replace(const Submission& submission, const StoredResponse& before);
  // False, and nothing changed, if the unit would then have more complete responses than `most`.
  absl::StatusOr<bool> ChangeUnit(int64_t wave, std::string_view unit, Role role, UnitChange change,
                                  int64_t most);
  Counters& CountersOf(int64_t wave, std::string_view unit, Role role, absl::Time accept_time);
  void Announce(std::string_view kind, std::string_view unit, std::string payload);
  absl::Status AppendNew();

  sql::Transaction& transaction_;
  const absl::Time now_;
  std::vector<const Submission*> new_;  // Claimed and counted, not yet appended.
  std::map<CounterKey, Counters> counters_;
  std::vector<feed::NewEntry> entries_;
};

// The response with that id; empty if there is none.
absl::StatusOr<std::optional<StoredResponse>> FindResponse(sql::Transaction& transaction,
                                                           int64_t wave, std::string_view id);

// The row of a response in the order in which FindResponse and the lists select it.
StoredResponse ResponseFromRow(const sql::Row& row);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_INTAKE_H_

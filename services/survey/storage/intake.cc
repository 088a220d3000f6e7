#include "services/survey/storage/intake.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "common/feed/partition.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"

namespace vg::survey {
namespace {

using Outcome = SubmissionResult::Outcome;

constexpr char kClaimId[] =
    "INSERT INTO response_id (partition, wave, response, unit, withdrawn) "
    "VALUES ($1, $2, $3, $4, 0) ON CONFLICT (partition, wave, response) DO NOTHING";
constexpr char kReleaseId[] =
    "DELETE FROM response_id WHERE partition = $1 AND wave = $2 AND response = $3";
constexpr char kSelectUnitOfId[] =
    "SELECT unit FROM response_id WHERE partition = $1 AND wave = $2 AND response = $3";
constexpr char kMarkIdWithdrawn[] =
    "UPDATE response_id SET withdrawn = 1 WHERE partition = $1 AND wave = $2 AND response = $3";
constexpr char kSelectResponse[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4";
// The digest tells whether the row is still the one that was read.
constexpr char kReplaceResponse[] =
    "UPDATE response SET partial = $5, accept_time = $6, digest = $7, content = $8 "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4 "
    "AND digest = $9 AND withdraw_time IS NULL";
constexpr char kWithdrawResponse[] =
    "UPDATE response SET withdraw_time = $5, withdraw_reason = $6 "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4 "
    "AND digest = $7 AND withdraw_time IS NULL";
constexpr char kChangeUnit[] =
    "INSERT INTO unit_state (partition, wave, unit, role, complete, partial) "
    "VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (partition, wave, unit, role) DO UPDATE "
    "SET complete = unit_state.complete + $5, partial = unit_state.partial + $6 "
    "WHERE unit_state.complete + $5 <= $7 "
    "RETURNING complete, partial";
constexpr char kAddToCounter[] =
    "INSERT INTO wave_counter (partition, wave, role, day, complete_units, started_units, "
    "complete_responses, partial_responses, withdrawn_responses) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
    "ON CONFLICT (partition, wave, role, day) DO UPDATE SET "
    "complete_units = wave_counter.complete_units + $5, "
    "started_units = wave_counter.started_units + $6, "
    "complete_responses = wave_counter.complete_responses + $7, "
    "partial_responses = wave_counter.partial_responses + $8, "
    "withdrawn_responses = wave_counter.withdrawn_responses + $9";

constexpr int64_t kNoLimit = std::numeric_limits<int32_t>::max();
// How often a response that others keep replacing is looked at again.
constexpr int kMaxLooks = 8;

int PartitionOfUnit(std::string_view unit) { return feed::PartitionOf(IdOf(unit)); }

int64_t DayOf(absl::Time time) {
  return absl::ToCivilDay(time, absl::UTCTimeZone()) - absl::CivilDay(1970, 1, 1);
}

int64_t MostComplete(Role role) { return AnswersOnce(role) ? 1 : kNoLimit; }

SubmissionResult Refused(absl::Status why) {
  return {.outcome = Outcome::kRefused, .refusal = std::move(why), .accept_time = {}};
}

// Cuts `submissions` where an id comes again, so that what came before is in the database by then.
size_t EndOfSegment(std::span<const Submission> submissions, size_t begin) {
  absl::flat_hash_set<std::pair<int64_t, absl::string_view>> seen;
  seen.reserve(submissions.size() - begin);
  for (size_t i = begin; i < submissions.size(); ++i) {
    if (!seen.emplace(submissions[i].wave, submissions[i].response.id).second) return i;
  }
  return submissions.size();
}

}  // namespace

absl::Status Intake::Take(std::span<const Submission> submissions,
                          WriteReplacement write_replacement,
                          std::vector<SubmissionResult>& results) {
  results.assign(submissions.size(), SubmissionResult());
  for (size_t begin = 0, end = 0; begin < submissions.size(); begin = end) {
    end = EndOfSegment(submissions, begin);
    // Writers that meet on PostgreSQL lock units in the same order. A unit's responses keep theirs.
    std::vector<std::tuple<int, std::string_view, size_t>> order;
    order.reserve(end - begin);
    for (size_t i = begin; i < end; ++i) {
      const std::string& unit = submissions[i].response.unit;
      order.emplace_back(PartitionOfUnit(unit), unit, i);
    }
    std::sort(order.begin(), order.end());
    for (const auto& [partition, unit, i] : order) {
      ASSIGN_OR_RETURN(results[i], TakeOne(submissions[i], write_replacement));
    }
    RETURN_IF_ERROR(AppendNew());
  }
  return absl::OkStatus();
}

absl::StatusOr<SubmissionResult> Intake::TakeOne(const Submission& submission,
                                                 WriteReplacement write_replacement) {
  const StoredResponse& response = submission.response;
  if (!submission.not_now.ok()) {
    ASSIGN_OR_RETURN(const auto before, FindResponse(transaction_, submission.wave, response.id));
    if (!before) return Refused(submission.not_now);
    return TakeAgain(submission, write_replacement);
  }
  ASSIGN_OR_RETURN(const int64_t claimed,
                   transaction_.Execute(kClaimId, {feed::PartitionOf(response.id), submission.wave,
                                                   response.id, response.unit}));
  return claimed == 1 ? TakeNew(submission) : TakeAgain(submission, write_replacement);
}

absl::StatusOr<SubmissionResult> Intake::TakeNew(const Submission& submission) {
  const StoredResponse& response = submission.response;
  const UnitChange change = {.complete = response.partial ? 0 : 1,
                             .partial = response.partial ? 1 : 0};
  ASSIGN_OR_RETURN(const bool counted, ChangeUnit(submission.wave, response.unit, submission.role,
                                                  change, MostComplete(submission.role)));
  if (!counted) {
    RETURN_IF_ERROR(
        transaction_
            .Execute(kReleaseId, {feed::PartitionOf(response.id), submission.wave, response.id})
            .status());
    return Refused(UnitAnswered(submission.name, response.unit));
  }
  Counters& counters =
      CountersOf(submission.wave, response.unit, submission.role, response.accept_time);
  counters.complete_responses += change.complete;
  counters.partial_responses += change.partial;
  new_.push_back(&submission);
  Announce("submitted", response.unit, submission.change);
  return SubmissionResult{
      .outcome = Outcome::kAccepted, .refusal = {}, .accept_time = response.accept_time};
}

absl::StatusOr<SubmissionResult> Intake::TakeAgain(const Submission& submission,
                                                   WriteReplacement write_replacement) {
  const StoredResponse& after = submission.response;
  for (int look = 0; look < kMaxLooks; ++look) {
    ASSIGN_OR_RETURN(const auto before, FindResponse(transaction_, submission.wave, after.id));
    if (!before) return absl::AbortedError("the response's id was released meanwhile");
    if (before->withdraw_time) return Refused(ResponseWithdrawn(submission.name));
    if (before->digest == after.digest) {
      return SubmissionResult{
          .outcome = Outcome::kRepeated, .refusal = {}, .accept_time = before->accept_time};
    }
    if (!before->partial || before->unit != after.unit || before->place != after.place) {
      return Refused(ResponseExists(submission.name));
    }
    if (!submission.not_now.ok()) return Refused(submission.not_now);

    const UnitChange change = {.complete = after.partial ? 0 : 1,
                               .partial = after.partial ? 0 : -1};
    ASSIGN_OR_RETURN(const bool counted, ChangeUnit(submission.wave, after.unit, submission.role,
                                                    change, MostComplete(submission.role)));
    if (!counted) return Refused(UnitAnswered(submission.name, after.unit));
    ASSIGN_OR_RETURN(const bool replaced, Replace(submission, *before));
    if (!replaced) {
      // Somebody else was here between our look and our lock.
      const UnitChange undo = {.complete = -change.complete, .partial = -change.partial};
      RETURN_IF_ERROR(
          ChangeUnit(submission.wave, after.unit, submission.role, undo, kNoLimit).status());
      continue;
    }
    --CountersOf(submission.wave, before->unit, submission.role, before->accept_time)
          .partial_responses;
    Counters& counters =
        CountersOf(submission.wave, after.unit, submission.role, after.accept_time);
    ++(after.partial ? counters.partial_responses : counters.complete_responses);
    Announce("replaced", after.unit, write_replacement(submission, *before));
    return SubmissionResult{
        .outcome = Outcome::kAccepted, .refusal = {}, .accept_time = after.accept_time};
  }
  return absl::AbortedError("the response is being replaced by others");
}

absl::StatusOr<bool> Intake::Replace(const Submission& submission, const StoredResponse& before) {
  const StoredResponse& after = submission.response;
  ASSIGN_OR_RETURN(const int64_t replaced,
                   transaction_.Execute(kReplaceResponse,
                                        {PartitionOfUnit(after.unit), submission.wave, after.unit,
                                         after.id, after.partial, after.accept_time, after.digest,
                                         sql::Bytes{after.content}, before.digest}));
  return replaced == 1;
}

absl::Status Intake::Withdraw(int64_t wave, Role role, const StoredResponse& response,
                              std::string_view reason, std::string change) {
  const UnitChange unit_change = {.complete = response.partial ? 0 : -1,
                                  .partial = response.partial ? -1 : 0};
  RETURN_IF_ERROR(ChangeUnit(wave, response.unit, role, unit_change, kNoLimit).status());
  ASSIGN_OR_RETURN(
      const int64_t withdrawn,
      transaction_.Execute(kWithdrawResponse, {PartitionOfUnit(response.unit), wave, response.unit,
                                               response.id, now_, reason, response.digest}));
  if (withdrawn != 1) return absl::AbortedError("the response was changed meanwhile");
  RETURN_IF_ERROR(
      transaction_.Execute(kMarkIdWithdrawn, {feed::PartitionOf(response.id), wave, response.id})
          .status());
  Counters& counters = CountersOf(wave, response.unit, role, response.accept_time);
  counters.complete_responses += unit_change.complete;
  counters.partial_responses += unit_change.partial;
  ++counters.withdrawn_responses;
  Announce("withdrawn", response.unit, std::move(change));
  return absl::OkStatus();
}

absl::StatusOr<bool> Intake::ChangeUnit(int64_t wave, std::string_view unit, Role role,
                                        UnitChange change, int64_t most) {
  const int partition = PartitionOfUnit(unit);
  int64_t complete = 0;
  int64_t partial = 0;
  ASSIGN_OR_RETURN(const bool changed,
                   transaction_.QueryOne(kChangeUnit,
                                         {partition, wave, unit, static_cast<int>(role),
                                          change.complete, change.partial, most},
                                         [&](const sql::Row& row) {
                                           complete = row.Int64(0);
                                           partial = row.Int64(1);
                                         }));
  if (!changed) return false;
  const int64_t complete_before = complete - change.complete;
  const int64_t all = complete + partial;
  const int64_t all_before = complete_before + partial - change.partial;
  Counters& counters = CountersOf(wave, unit, role, now_);
  counters.complete_units += (complete > 0 ? 1 : 0) - (complete_before > 0 ? 1 : 0);
  counters.started_units += (all > 0 ? 1 : 0) - (all_before > 0 ? 1 : 0);
  return true;
}

Intake::Counters& Intake::CountersOf(int64_t wave, std::string_view unit, Role role,
                                     absl::Time accept_time) {
  return counters_[{PartitionOfUnit(unit), wave, static_cast<int>(role), DayOf(accept_time)}];
}

void Intake::Announce(std::string_view kind, std::string_view unit, std::string payload) {
  entries_.push_back(
      {.kind = std::string(kind), .key = std::string(IdOf(unit)), .payload = std::move(payload)});
}

absl::Status Intake::AppendNew() {
  if (new_.empty()) return absl::OkStatus();
  size_t next = 0;
  RETURN_IF_ERROR(transaction_
                      .Append("response",
                              {"partition", "wave", "unit", "response", "place", "partial",
                               "accept_time", "withdraw_reason", "digest", "content"},
                              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                                if (next == new_.size()) return false;
                                const Submission& submission = *new_[next++];
                                const StoredResponse& response = submission.response;
                                row.reserve(10);
                                row.emplace_back(PartitionOfUnit(response.unit));
                                row.emplace_back(submission.wave);
                                row.emplace_back(response.unit);
                                row.emplace_back(response.id);
                                row.emplace_back(response.place);
                                row.emplace_back(response.partial);
                                row.emplace_back(response.accept_time);
                                row.emplace_back("");
                                row.emplace_back(response.digest);
                                row.emplace_back(sql::Bytes{response.content});
                                return true;
                              })
                      .status());
  new_.clear();
  return absl::OkStatus();
}

absl::Status Intake::Finish() {
  for (const auto& [key, counters] : counters_) {
    RETURN_IF_ERROR(
        transaction_
            .Execute(kAddToCounter,
                     {key.partition, key.wave, key.role, key.day, counters.complete_units,
                      counters.started_units, counters.complete_responses,
                      counters.partial_responses, counters.withdrawn_responses})
            .status());
  }
  if (entries_.empty()) return absl::OkStatus();
  return feed::Append(transaction_, kResponseFeed, entries_, now_);
}

StoredResponse ResponseFromRow(const sql::Row& row) {
  StoredResponse response;
  response.id = row.String(0);
  response.unit = row.String(1);
  response.place = row.Int(2);
  response.partial = row.Bool(3);
  response.accept_time = row.Time(4);
  if (!row.IsNull(5)) response.withdraw_time = row.Time(5);
  response.digest = row.String(6);
  response.content = row.OctetString(7);
  return response;
}

absl::StatusOr<std::optional<StoredResponse>> FindResponse(sql::Transaction& transaction,
                                                           int64_t wave, std::string_view id) {
  std::string unit;
  ASSIGN_OR_RETURN(const bool claimed,
                   transaction.QueryOne(kSelectUnitOfId, {feed::PartitionOf(id), wave, id},
                                        [&unit](const sql::Row& row) { unit = row.String(0); }));
  std::optional<StoredResponse> found;
  if (!claimed) return found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kSelectResponse, {PartitionOfUnit(unit), wave, unit, id},
                                [&found](const sql::Row& row) { found = ResponseFromRow(row); })
                      .status());
  return found;
}

}  // namespace vg::survey

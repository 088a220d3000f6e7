#include "services/survey/storage/intake.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"

#include "common/feed/partition.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"
#include "services/survey/storage/invitation_use.h"
#include "services/survey/storage/paradata.h"
#include "services/survey/storage/response_rows.h"

namespace vg::survey {
namespace {

using Outcome = SubmissionResult::Outcome;
using UnitChange = Tally::UnitChange;

constexpr char kClaimId[] =
    "INSERT INTO response_id (partition, wave, response, unit, withdrawn) "
    "VALUES ($1, $2, $3, $4, 0) ON CONFLICT (partition, wave, response) DO NOTHING "
    "RETURNING partition";
constexpr char kReleaseId[] =
    "DELETE FROM response_id WHERE partition = $1 AND wave = $2 AND response = $3";
constexpr char kMarkIdWithdrawn[] =
    "UPDATE response_id SET withdrawn = 1 WHERE partition = $1 AND wave = $2 AND response = $3";
// The revision tells whether the row is still the one that was read.
constexpr char kReplaceResponse[] =
    "UPDATE response SET partial = $5, accept_time = $6, digest = $7, content = $8, "
    "revision = $9 + 1 "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4 AND revision = $9";
constexpr char kWithdrawResponse[] =
    "UPDATE response SET withdraw_time = $5, withdraw_reason = $6, revision = $7 + 1 "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4 AND revision = $7";

// How often a response that others keep replacing is looked at again.
constexpr int kMaxLooks = 8;

int64_t MostComplete(Role role) { return AnswersOnce(role) ? 1 : Tally::kNoLimit; }

UnitChange Addition(const StoredResponse& response) {
  return {.complete = response.partial ? 0 : 1, .partial = response.partial ? 1 : 0};
}

SubmissionResult Refused(absl::Status why) {
  return {.outcome = Outcome::kRefused, .refusal = std::move(why), .accept_time = {}};
}

SubmissionResult Accepted(absl::Time accept_time, int revision) {
  return {.outcome = Outcome::kAccepted,
          .refusal = {},
          .accept_time = accept_time,
          .revision = revision};
}

SubmissionResult Repeated(StoredResponse there) {
  return {.outcome = Outcome::kRepeated,
          .refusal = {},
          .accept_time = there.accept_time,
          .revision = there.revision,
          .there = std::move(there)};
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
  RETURN_IF_ERROR(LockQuotas(submissions));
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
    std::vector<const Submission*> ordered;
    ordered.reserve(order.size());
    for (const auto& [partition, unit, i] : order) ordered.push_back(&submissions[i]);
    ASSIGN_OR_RETURN(const std::vector<bool> claimed, ClaimIds(ordered));
    // What is there already may change what a unit has room for, so it is handled in its turn.
    const bool simple = std::find(claimed.begin(), claimed.end(), false) == claimed.end() &&
                        std::all_of(ordered.begin(), ordered.end(), [](const Submission* each) {
                          return each->quotas.empty() && !each->invitation;
                        });
    if (simple) {
      ASSIGN_OR_RETURN(std::vector<SubmissionResult> taken, TakeAllNew(ordered));
      for (size_t at = 0; at < order.size(); ++at) {
        results[std::get<2>(order[at])] = std::move(taken[at]);
      }
    } else {
      for (size_t at = 0; at < order.size(); ++at) {
        ASSIGN_OR_RETURN(results[std::get<2>(order[at])],
                         TakeOne(*ordered[at], claimed[at], write_replacement));
      }
    }
    RETURN_IF_ERROR(AppendNew());
  }
  return absl::OkStatus();
}

absl::Status Intake::LockQuotas(std::span<const Submission> submissions) {
  std::set<int64_t> waves;
  for (const Submission& submission : submissions) {
    if (!submission.quotas.empty()) waves.insert(submission.wave);
  }
  for (const int64_t wave : waves) RETURN_IF_ERROR(quotas_.Lock(wave));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<bool>> Intake::ClaimIds(std::span<const Submission* const> submissions) {
  std::vector<std::vector<sql::Value>> params;
  std::vector<size_t> places;
  for (size_t i = 0; i < submissions.size(); ++i) {
    if (!submissions[i]->not_now.ok()) continue;
    const StoredResponse& response = submissions[i]->response;
    params.push_back(
        {feed::PartitionOf(response.id), submissions[i]->wave, response.id, response.unit});
    places.push_back(i);
  }
  std::vector<bool> claimed(submissions.size());
  RETURN_IF_ERROR(transaction_.QueryEach(
      kClaimId, params, [&](size_t i, const sql::Row&) { claimed[places[i]] = true; }));
  return claimed;
}

absl::StatusOr<std::vector<SubmissionResult>> Intake::TakeAllNew(
    std::span<const Submission* const> submissions) {
  std::vector<Tally::UnitEvent> events;
  events.reserve(submissions.size());
  for (const Submission* const each : submissions) {
    events.push_back({.wave = each->wave,
                      .unit = each->response.unit,
                      .role = each->role,
                      .change = Addition(each->response),
                      .most = MostComplete(each->role)});
  }
  ASSIGN_OR_RETURN(const std::vector<bool> counted, tally_.ChangeUnits(events));
  std::vector<SubmissionResult> results(submissions.size());
  for (size_t i = 0; i < submissions.size(); ++i) {
    const Submission& each = *submissions[i];
    Admission admission;
    if (!counted[i]) {
      admission = {.admitted = false, .refusal = UnitAnswered(each.name, each.response.unit)};
    }
    ASSIGN_OR_RETURN(results[i], Settle(each, std::move(admission)));
  }
  return results;
}

absl::StatusOr<SubmissionResult> Intake::TakeOne(const Submission& submission, bool claimed,
                                                 WriteReplacement write_replacement) {
  if (claimed) return TakeNew(submission);
  if (!submission.not_now.ok()) {
    ASSIGN_OR_RETURN(const auto before,
                     FindResponse(transaction_, submission.wave, submission.response.id));
    if (!before) return Refused(submission.not_now);
  }
  return TakeAgain(submission, write_replacement);
}

absl::StatusOr<SubmissionResult> Intake::TakeNew(const Submission& submission) {
  ASSIGN_OR_RETURN(Admission admission, Admit(submission, Addition(submission.response)));
  return Settle(submission, std::move(admission));
}

absl::StatusOr<SubmissionResult> Intake::Settle(const Submission& submission, Admission admission) {
  const StoredResponse& response = submission.response;
  if (!admission.admitted) {
    RETURN_IF_ERROR(
        transaction_
            .Execute(kReleaseId, {feed::PartitionOf(response.id), submission.wave, response.id})
            .status());
    return Refused(std::move(admission.refusal));
  }
  const UnitChange change = Addition(response);
  Tally::Counters& counters =
      tally_.Of(submission.wave, response.unit, submission.role, response.accept_time);
  counters.complete_responses += change.complete;
  counters.partial_responses += change.partial;
  RETURN_IF_ERROR(Keep(submission));
  new_.push_back(&submission);
  Announce("submitted", response.unit, submission.change);
  return Accepted(response.accept_time, 1);
}

absl::StatusOr<SubmissionResult> Intake::TakeAgain(const Submission& submission,
                                                   WriteReplacement write_replacement) {
  const StoredResponse& after = submission.response;
  for (int look = 0; look < kMaxLooks; ++look) {
    ASSIGN_OR_RETURN(auto before, FindResponse(transaction_, submission.wave, after.id));
    if (!before) return absl::AbortedError("the response's id was released meanwhile");
    if (before->withdraw_time) return Refused(ResponseWithdrawn(submission.name));
    if (before->digest == after.digest) return Repeated(*std::move(before));
    if (!before->partial || !submission.not_now.ok()) {
      ASSIGN_OR_RETURN(const bool once,
                       WasOnce(transaction_, submission.wave, *before, after.digest));
      if (once) return Repeated(*std::move(before));
    }
    if (!before->partial || before->unit != after.unit || before->place != after.place) {
      return Refused(ResponseExists(submission.name));
    }
    if (!submission.not_now.ok()) return Refused(submission.not_now);

    const UnitChange change = {.complete = after.partial ? 0 : 1,
                               .partial = after.partial ? 0 : -1};
    ASSIGN_OR_RETURN(Admission admission, Admit(submission, change));
    if (!admission.admitted) return Refused(std::move(admission.refusal));
    ASSIGN_OR_RETURN(
        const bool replaced,
        Replace(submission.wave, *before, after,
                {.kind = RevisionKind::kContinued, .reason = "", .time = after.accept_time}));
    if (!replaced) {
      // Somebody else was here between our look and our lock.
      if (!after.partial) quotas_.Add(submission.wave, submission.quotas, -1);
      RETURN_IF_ERROR(
          tally_.ChangeUnit(submission.wave, after.unit, submission.role, -change).status());
      continue;
    }
    --tally_.Of(submission.wave, before->unit, submission.role, before->accept_time)
          .partial_responses;
    Tally::Counters& counters =
        tally_.Of(submission.wave, after.unit, submission.role, after.accept_time);
    ++(after.partial ? counters.partial_responses : counters.complete_responses);
    RETURN_IF_ERROR(Keep(submission));
    Announce("replaced", after.unit, write_replacement(submission, *before));
    return Accepted(after.accept_time, before->revision + 1);
  }
  return absl::AbortedError("the response is being replaced by others");
}

absl::StatusOr<Intake::Admission> Intake::Admit(const Submission& submission, UnitChange change) {
  const StoredResponse& response = submission.response;
  ASSIGN_OR_RETURN(const bool counted,
                   tally_.ChangeUnit(submission.wave, response.unit, submission.role, change,
                                     MostComplete(submission.role)));
  if (!counted) {
    return Admission{.admitted = false, .refusal = UnitAnswered(submission.name, response.unit)};
  }
  InvitationVerdict invited;
  if (submission.invitation) {
    ASSIGN_OR_RETURN(invited, UseInvitation(transaction_, {.wave = submission.wave,
                                                           .role = submission.role,
                                                           .unit = response.unit,
                                                           .response = response.id,
                                                           .token_hash = *submission.invitation}));
    if (!invited.refusal.ok()) {
      RETURN_IF_ERROR(
          tally_.ChangeUnit(submission.wave, response.unit, submission.role, -change).status());
      return Admission{.admitted = false, .refusal = std::move(invited.refusal)};
    }
  }
  if (response.partial || submission.quotas.empty()) return Admission();
  if (const QuotaClaim* const full = quotas_.FindFull(submission.wave, submission.quotas)) {
    RETURN_IF_ERROR(
        tally_.ChangeUnit(submission.wave, response.unit, submission.role, -change).status());
    if (invited.counted) {
      RETURN_IF_ERROR(ReturnInvitation(transaction_, submission.wave, response.id));
    }
    RETURN_IF_ERROR(NoteTurnedAway(transaction_, submission.wave, response, full->quota, now_));
    return Admission{.admitted = false,
                     .refusal = QuotaFull(submission.name, full->quota, full->limit)};
  }
  quotas_.Add(submission.wave, submission.quotas, 1);
  return Admission();
}

absl::StatusOr<bool> Intake::Replace(int64_t wave, const StoredResponse& before,
                                     const StoredResponse& after, const RevisionEnd& end) {
  ASSIGN_OR_RETURN(const int64_t replaced,
                   transaction_.Execute(kReplaceResponse,
                                        {PartitionOfUnit(after.unit), wave, after.unit, after.id,
                                         after.partial, after.accept_time, after.digest,
                                         sql::Bytes{after.content}, before.revision}));
  if (replaced != 1) return false;
  RETURN_IF_ERROR(KeepRevision(transaction_, wave, before, end));
  return true;
}

absl::Status Intake::Keep(const Submission& submission) {
  if (submission.paradata.empty()) return absl::OkStatus();
  return KeepParadata(transaction_, submission.wave, submission.response, submission.paradata);
}

absl::StatusOr<bool> Intake::Correct(int64_t wave, const StoredResponse& before,
                                     const StoredResponse& after, std::string_view reason,
                                     std::string change) {
  ASSIGN_OR_RETURN(const bool replaced,
                   Replace(wave, before, after,
                           {.kind = RevisionKind::kCorrected, .reason = reason, .time = now_}));
  if (replaced) Announce("corrected", after.unit, std::move(change));
  return replaced;
}

absl::StatusOr<bool> Intake::Withdraw(int64_t wave, Role role, const StoredResponse& response,
                                      std::span<const QuotaClaim> claims, std::string_view reason,
                                      std::string change) {
  const bool in_quotas = !response.partial && !claims.empty();
  if (in_quotas) RETURN_IF_ERROR(quotas_.Lock(wave));
  const UnitChange unit_change = {.complete = response.partial ? 0 : -1,
                                  .partial = response.partial ? -1 : 0};
  RETURN_IF_ERROR(tally_.ChangeUnit(wave, response.unit, role, unit_change).status());
  ASSIGN_OR_RETURN(
      const int64_t withdrawn,
      transaction_.Execute(kWithdrawResponse, {PartitionOfUnit(response.unit), wave, response.unit,
                                               response.id, now_, reason, response.revision}));
  if (withdrawn != 1) {
    RETURN_IF_ERROR(tally_.ChangeUnit(wave, response.unit, role, -unit_change).status());
    return false;
  }
  RETURN_IF_ERROR(KeepRevision(transaction_, wave, response,
                               {.kind = RevisionKind::kWithdrawn, .reason = reason, .time = now_}));
  RETURN_IF_ERROR(
      transaction_.Execute(kMarkIdWithdrawn, {feed::PartitionOf(response.id), wave, response.id})
          .status());
  if (in_quotas) quotas_.Add(wave, claims, -1);
  RETURN_IF_ERROR(ReturnInvitation(transaction_, wave, response.id));
  Tally::Counters& counters = tally_.Of(wave, response.unit, role, response.accept_time);
  counters.complete_responses += unit_change.complete;
  counters.partial_responses += unit_change.partial;
  ++counters.withdrawn_responses;
  Announce("withdrawn", response.unit, std::move(change));
  return true;
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
  RETURN_IF_ERROR(quotas_.Finish());
  RETURN_IF_ERROR(tally_.Finish());
  if (entries_.empty()) return absl::OkStatus();
  return feed::Append(transaction_, kResponseFeed, entries_, now_);
}

}  // namespace vg::survey

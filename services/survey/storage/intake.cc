#include "services/survey/storage/intake.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "common/feed/partition.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"
#include "services/survey/storage/claimant.h"
#include "services/survey/storage/invitation_use.h"
#include "services/survey/storage/paradata.h"

namespace vg::survey {
namespace {

using Outcome = SubmissionResult::Outcome;
using UnitChange = Tally::UnitChange;

constexpr char kMoveHolder[] =
    "UPDATE response SET number = $4, withdrawn = $5 "
    "WHERE partition = $1 AND wave = $2 AND response = $3";

int64_t MostComplete(Role role) { return AnswersOnce(role) ? 1 : Tally::kNoLimit; }

Tally::UnitRole UnitOf(const Submission& submission) {
  return {submission.wave, submission.response.unit, submission.role};
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

}  // namespace

absl::Status Intake::Open(std::span<const Submission* const> submissions) {
  RETURN_IF_ERROR(LockQuotas(submissions));
  std::array<int64_t, feed::kPartitions> most = {};
  std::vector<Tally::UnitRole> units;
  units.reserve(submissions.size());
  for (const Submission* const each : submissions) {
    ++most[HomeOf(each->response.unit)];
    units.push_back(UnitOf(*each));
  }
  RETURN_IF_ERROR(numbers_.Reserve(most));
  RETURN_IF_ERROR(LoadHolders(submissions));
  return tally_.Load(units);
}

absl::Status Intake::LockQuotas(std::span<const Submission* const> submissions) {
  std::set<int64_t> waves;
  for (const Submission* const each : submissions) {
    if (!each->quotas.empty()) waves.insert(each->wave);
  }
  for (const int64_t wave : waves) RETURN_IF_ERROR(quotas_.Lock(wave));
  return absl::OkStatus();
}

absl::Status Intake::LoadHolders(std::span<const Submission* const> submissions) {
  holders_.reserve(submissions.size());
  for (const Submission* const each : submissions) {
    holders_.try_emplace(Key(each->wave, each->response.id));
  }
  const std::vector<HolderRow> asked = HoldersByKey();
  size_t next = 0;
  return transaction_.FindEach(
      "response", {"partition", "wave", "response"}, {"home", "number", "withdrawn", "submitter"},
      [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
        if (next == asked.size()) return false;
        const HolderRow& key = asked[next++];
        row.emplace_back(key.partition);
        row.emplace_back(key.wave);
        row.emplace_back(key.response);
        return true;
      },
      [&](size_t i, const sql::Row& row) {
        *asked[i].holder = {.home = row.Int(0),
                            .number = row.Int64(1),
                            .withdrawn = row.Bool(2),
                            .stored = true,
                            .submitter = row.String(3)};
      });
}

std::vector<Intake::HolderRow> Intake::HoldersByKey() {
  std::vector<HolderRow> rows;
  rows.reserve(holders_.size());
  for (auto& [key, holder] : holders_) {
    const std::string_view response(key.second.data(), key.second.size());
    rows.push_back(
        {feed::PartitionOf(transaction_.engine(), response), key.first, response, &holder});
  }
  std::sort(rows.begin(), rows.end(), [](const HolderRow& a, const HolderRow& b) {
    return std::tie(a.partition, a.wave, a.response) < std::tie(b.partition, b.wave, b.response);
  });
  return rows;
}

absl::Status Intake::Take(std::span<const Submission> submissions,
                          std::vector<SubmissionResult>& results) {
  results.clear();
  results.reserve(submissions.size());
  changes_.reserve(changes_.size() + submissions.size());
  for (const Submission& submission : submissions) {
    ASSIGN_OR_RETURN(results.emplace_back(), TakeOne(submission));
  }
  return absl::OkStatus();
}

absl::StatusOr<SubmissionResult> Intake::TakeOne(const Submission& submission) {
  Holder& holder = holders_.at(Key(submission.wave, submission.response.id));
  if (holder.number != 0) return TakeAgain(submission, holder);
  if (!submission.not_now.ok()) return Refused(submission.not_now);
  return TakeNew(submission, holder);
}

absl::StatusOr<SubmissionResult> Intake::TakeNew(const Submission& submission, Holder& holder) {
  const StoredResponse& response = submission.response;
  const UnitChange change = {.complete = response.partial ? 0 : 1,
                             .partial = response.partial ? 1 : 0};
  if (submission.expected_revision.value_or(0) != 0) {
    return Refused(RevisionMismatch(submission.name, 0));
  }
  ASSIGN_OR_RETURN(Admission admission, Admit(submission, change));
  if (!admission.admitted) return Refused(std::move(admission.refusal));
  const Tally::UnitRole unit = UnitOf(submission);
  Tally::Counters& counters = tally_.Of(unit, response.accept_time);
  counters.complete_responses += change.complete;
  counters.partial_responses += change.partial;
  holder.home = HomeOf(response.unit);
  holder.submitter = submission.submitter;
  const int64_t number = numbers_.Take(holder.home);
  Add(holder, {.wave = submission.wave,
               .response = &response,
               .kind = RevisionKind::kSubmitted,
               .revision = 1,
               .number = number,
               .follows = 0,
               .earlier = tally_.Chain(unit, number),
               .accept_time = response.accept_time,
               .change_time = response.accept_time,
               .reason = {}});
  if (!submission.paradata.empty()) paradata_[Key(submission.wave, response.id)] = &submission;
  return Accepted(response.accept_time, 1);
}

absl::StatusOr<SubmissionResult> Intake::TakeAgain(const Submission& submission, Holder& holder) {
  const StoredResponse& after = submission.response;
  if (holder.withdrawn) return Refused(ResponseWithdrawn(submission.name));
  ASSIGN_OR_RETURN(Revision newest, Read(holder.home, holder.number));
  const StoredResponse& before = newest.response;
  if (before.digest == after.digest) return Repeated(std::move(newest.response));
  const bool late = submission.expected_revision.value_or(before.revision) != before.revision;
  if (!before.partial || !submission.not_now.ok() || late) {
    ASSIGN_OR_RETURN(const bool once, WasOnce(newest, after.digest));
    if (once) return Repeated(std::move(newest.response));
  }
  if (!before.partial || before.unit != after.unit || before.place != after.place) {
    return Refused(ResponseExists(submission.name));
  }
  ASSIGN_OR_RETURN(const bool may_go_on, MayGoOn(submission, holder));
  if (!may_go_on) return Refused(ResponseExists(submission.name));
  if (!submission.not_now.ok()) return Refused(submission.not_now);
  if (late) return Refused(RevisionMismatch(submission.name, before.revision));

  const UnitChange change = {.complete = after.partial ? 0 : 1, .partial = after.partial ? 0 : -1};
  ASSIGN_OR_RETURN(Admission admission, Admit(submission, change));
  if (!admission.admitted) return Refused(std::move(admission.refusal));
  const Tally::UnitRole unit = UnitOf(submission);
  --tally_.Of(unit, before.accept_time).partial_responses;
  Tally::Counters& counters = tally_.Of(unit, after.accept_time);
  ++(after.partial ? counters.partial_responses : counters.complete_responses);
  const int revision = before.revision + 1;
  Add(holder, {.wave = submission.wave,
               .response = &after,
               .kind = RevisionKind::kContinued,
               .revision = revision,
               .number = numbers_.Take(holder.home),
               .follows = newest.number,
               .earlier = 0,
               .accept_time = after.accept_time,
               .change_time = after.accept_time,
               .reason = {}});
  if (!submission.paradata.empty()) paradata_[Key(submission.wave, after.id)] = &submission;
  return Accepted(after.accept_time, revision);
}

absl::StatusOr<bool> Intake::MayGoOn(const Submission& submission, const Holder& holder) {
  if (holder.submitter.empty() || submission.submitter.empty()) return true;
  if (holder.submitter == submission.submitter) return true;
  if (!submission.invitation) return false;
  ASSIGN_OR_RETURN(const auto invited,
                   FindInvited(transaction_, submission.wave, *submission.invitation));
  return invited && std::string_view(*invited) == submission.response.id;
}

absl::StatusOr<Intake::Admission> Intake::Admit(const Submission& submission, UnitChange change) {
  const StoredResponse& response = submission.response;
  const Tally::UnitRole unit = UnitOf(submission);
  if (!tally_.HasRoom(unit, change, MostComplete(submission.role))) {
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
      return Admission{.admitted = false, .refusal = std::move(invited.refusal)};
    }
  }
  if (!response.partial && !submission.quotas.empty()) {
    if (const QuotaClaim* const full = quotas_.FindFull(submission.wave, submission.quotas)) {
      if (invited.counted) {
        RETURN_IF_ERROR(ReturnInvitation(transaction_, submission.wave, response.id));
      }
      RETURN_IF_ERROR(NoteTurnedAway(transaction_, submission.wave, response, full->quota, now_));
      return Admission{.admitted = false,
                       .refusal = QuotaFull(submission.name, full->quota, full->limit)};
    }
    quotas_.Add(submission.wave, submission.quotas, 1);
  }
  tally_.Change(unit, change);
  return Admission();
}

absl::StatusOr<Revision> Intake::Read(int home, int64_t number) {
  // The latest are the most likely to be asked for.
  const auto found = std::find_if(changes_.rbegin(), changes_.rend(), [&](const Change& change) {
    return change.number == number && change.home == home;
  });
  if (found == changes_.rend()) return GetRevision(transaction_, home, number);
  Revision revision{.response = *found->response,
                    .kind = found->kind,
                    .reason = found->reason,
                    .change_time = found->change_time,
                    .wave = found->wave,
                    .partition = home,
                    .number = found->number,
                    .follows = found->follows};
  revision.response.revision = found->revision;
  return revision;
}

absl::StatusOr<bool> Intake::WasOnce(Revision newest, std::string_view digest) {
  while (newest.follows != 0) {
    ASSIGN_OR_RETURN(newest, Read(newest.partition, newest.follows));
    if (newest.response.digest == digest) return true;
  }
  return false;
}

absl::Status Intake::OpenFor(const Tally::UnitRole& unit) {
  std::array<int64_t, feed::kPartitions> one = {};
  one[HomeOf(unit.unit)] = 1;
  RETURN_IF_ERROR(numbers_.Reserve(one));
  return tally_.Load({&unit, 1});
}

void Intake::Correct(const Revision& before, const StoredResponse& after, std::string_view reason) {
  const int home = HomeOf(after.unit);
  Holder& holder = holders_[Key(before.wave, before.response.id)];
  holder = {.home = home, .stored = true};
  Add(holder, {.wave = before.wave,
               .response = &after,
               .kind = RevisionKind::kCorrected,
               .revision = before.response.revision + 1,
               .number = numbers_.Take(home),
               .follows = before.number,
               .earlier = 0,
               .accept_time = before.response.accept_time,
               .change_time = now_,
               .reason = std::string(reason)});
}

absl::Status Intake::Withdraw(const Revision& before, Role role, std::span<const QuotaClaim> claims,
                              std::string_view reason) {
  const StoredResponse& response = before.response;
  const Tally::UnitRole unit = {before.wave, response.unit, role};
  const UnitChange change = {.complete = response.partial ? 0 : -1,
                             .partial = response.partial ? -1 : 0};
  tally_.Change(unit, change);
  Tally::Counters& counters = tally_.Of(unit, response.accept_time);
  counters.complete_responses += change.complete;
  counters.partial_responses += change.partial;
  ++counters.withdrawn_responses;
  if (!response.partial) quotas_.Add(before.wave, claims, -1);
  const int home = HomeOf(response.unit);
  Holder& holder = holders_[Key(before.wave, response.id)];
  holder = {.home = home, .withdrawn = true, .stored = true};
  Add(holder, {.wave = before.wave,
               .response = &response,
               .kind = RevisionKind::kWithdrawn,
               .revision = response.revision + 1,
               .number = numbers_.Take(home),
               .follows = before.number,
               .earlier = 0,
               .accept_time = response.accept_time,
               .change_time = now_,
               .reason = std::string(reason)});
  return ReturnInvitation(transaction_, before.wave, response.id);
}

int Intake::HomeOf(std::string_view unit) const {
  return PartitionOfUnit(transaction_.engine(), unit);
}

void Intake::Add(Holder& holder, Change change) {
  change.home = holder.home;
  holder.number = change.number;
  holder.changed = true;
  changes_.push_back(std::move(change));
}

absl::Status Intake::Finish() {
  RETURN_IF_ERROR(numbers_.Finish());
  RETURN_IF_ERROR(quotas_.Finish());
  RETURN_IF_ERROR(tally_.Finish());
  if (changes_.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(AppendChanges());
  RETURN_IF_ERROR(WriteHolders());
  return WriteParadata();
}

absl::Status Intake::AppendChanges() {
  size_t next = 0;
  return transaction_
      .Append("response_change",
              {"partition", "number", "wave", "response", "unit", "place", "kind", "revision",
               "partial", "follows", "earlier", "accept_time", "change_time", "reason", "digest",
               "content"},
              [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                if (next == changes_.size()) return false;
                const Change& change = changes_[next++];
                const StoredResponse& response = *change.response;
                row.reserve(16);
                row.emplace_back(change.home);
                row.emplace_back(change.number);
                row.emplace_back(change.wave);
                row.emplace_back(response.id);
                row.emplace_back(response.unit);
                row.emplace_back(response.place);
                row.emplace_back(static_cast<int>(change.kind));
                row.emplace_back(change.revision);
                row.emplace_back(response.partial);
                row.emplace_back(change.follows);
                row.emplace_back(change.earlier);
                row.emplace_back(change.accept_time);
                row.emplace_back(change.change_time);
                row.emplace_back(change.reason);
                row.emplace_back(sql::Bytes{response.digest});
                row.emplace_back(sql::Bytes{response.content});
                return true;
              })
      .status();
}

absl::Status Intake::WriteHolders() {
  std::vector<HolderRow> rows = HoldersByKey();
  std::erase_if(rows, [](const HolderRow& row) { return !row.holder->changed; });
  std::vector<std::vector<sql::Value>> moved;
  for (const HolderRow& row : rows) {
    if (!row.holder->stored) continue;
    moved.push_back(
        {row.partition, row.wave, row.response, row.holder->number, row.holder->withdrawn});
  }
  RETURN_IF_ERROR(transaction_.QueryEach(kMoveHolder, moved, [](size_t, const sql::Row&) {}));
  auto next = rows.begin();
  const absl::Status added =
      transaction_
          .Append("response",
                  {"partition", "wave", "response", "home", "number", "withdrawn", "submitter"},
                  [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                    while (next != rows.end() && next->holder->stored) ++next;
                    if (next == rows.end()) return false;
                    const HolderRow& added = *next++;
                    row.reserve(7);
                    row.emplace_back(added.partition);
                    row.emplace_back(added.wave);
                    row.emplace_back(added.response);
                    row.emplace_back(added.holder->home);
                    row.emplace_back(added.holder->number);
                    row.emplace_back(added.holder->withdrawn);
                    row.emplace_back(added.holder->submitter);
                    return true;
                  })
          .status();
  if (!absl::IsAlreadyExists(added)) return added;
  return absl::AbortedError("a response's id was taken for a unit of another partition");
}

absl::Status Intake::WriteParadata() {
  if (paradata_.empty()) return absl::OkStatus();
  std::vector<const Submission*> kept;
  kept.reserve(paradata_.size());
  for (const auto& [key, submission] : paradata_) kept.push_back(submission);
  return KeepParadata(transaction_, kept);
}

}  // namespace vg::survey

#include "services/survey/storage/response_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/feed/partition.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "services/survey/domain/errors.h"
#include "services/survey/storage/paradata.h"

namespace vg::survey {
namespace {

// Ids of one partition. Contents are read only for those that make it onto the page.
constexpr char kSelectIds[] =
    "SELECT response FROM response "
    "WHERE partition = $1 AND wave = $2 AND response > $3 AND withdrawn <= $4 "
    "ORDER BY response LIMIT $5";

const std::string& SelectChanges() {
  static const std::string& sql = *new std::string(
      absl::StrCat("SELECT ", Av(kRevisionColumns),
                   " FROM response_change c WHERE c.partition = $1 AND c.number > $2 "
                   "ORDER BY c.number LIMIT $3"));
  return sql;
}

std::string NameOf(const StoredWave& wave, std::string_view id) {
  return absl::StrCat(wave.wave.name(), "/responses/", Av(id));
}

absl::Status WaitedTooLong() {
  return Error(absl::StatusCode::kUnavailable, "WAITED_TOO_LONG",
               "the database let nothing in for too long; nothing was kept, send it again");
}

// Whether `before` may be corrected that way.
absl::Status CheckCorrection(const ResponseStore::Correction& correction,
                             const StoredResponse& before) {
  const Submission& submission = correction.submission;
  if (before.withdraw_time) return ResponseWithdrawn(submission.name);
  if (before.partial) return ResponsePartial(submission.name);
  if (before.unit != submission.response.unit) return Immutable("unit");
  if (before.place != submission.response.place) return Immutable("questionnaire_version");
  return absl::OkStatus();
}

// The first ids of every partition, merged: ids are spread by hash.
absl::StatusOr<std::vector<std::string>> IdsOfWave(sql::Transaction& transaction, int64_t wave,
                                                   const ResponseStore::ListOptions& options) {
  std::vector<std::string> ids;
  for (int partition = 0; partition < feed::PartitionsIn(transaction.engine()); ++partition) {
    RETURN_IF_ERROR(transaction.Query(
        kSelectIds,
        {partition, wave, options.after, options.withdrawn, static_cast<int64_t>(options.limit)},
        [&ids](const sql::Row& row) { ids.push_back(row.String(0)); }));
  }
  const size_t count = std::min(ids.size(), options.limit);
  std::partial_sort(ids.begin(), ids.begin() + static_cast<ptrdiff_t>(count), ids.end());
  ids.resize(count);
  return ids;
}

}  // namespace

absl::StatusOr<std::vector<SubmissionResult>> ResponseStore::Take(
    std::span<const Submission> submissions, absl::Time now) {
  Taking taking{.submissions = submissions, .now = now};
  if (submissions.empty()) return std::move(taking.results);
  gatherer_.Do(taking, submissions.size(),
               [this](std::span<Taking* const> round) { TakeAll(round); });
  RETURN_IF_ERROR(taking.status);
  return std::move(taking.results);
}

void ResponseStore::TakeAll(std::span<Taking* const> round) {
  std::vector<const Submission*> all;
  absl::Time now = absl::InfinitePast();
  for (const Taking* const taking : round) {
    for (const Submission& submission : taking->submissions) all.push_back(&submission);
    now = std::max(now, taking->now);
  }
  bool changed = false;
  const absl::Status status = database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        Intake intake(transaction, now);
        RETURN_IF_ERROR(intake.Open(all));
        for (Taking* const taking : round) {
          if (taking->since_now.Elapsed() > most_wait_) return WaitedTooLong();
        }
        for (Taking* const taking : round) {
          RETURN_IF_ERROR(intake.Take(taking->submissions, taking->results));
        }
        changed = intake.changed_anything();
        return intake.Finish();
      },
      sql::Isolation::kReadCommitted);
  // What one caller brought may be what the database does not take.
  if (absl::IsInvalidArgument(status) && round.size() > 1) {
    for (Taking* const taking : round) TakeAll({&taking, 1});
    return;
  }
  for (Taking* const taking : round) taking->status = status;
  if (status.ok() && changed) signal_.Notify();
}

absl::StatusOr<std::vector<SubmissionResult>> ResponseStore::Rehearse(
    std::span<const Submission> submissions, absl::Time now, Rehearsal& rehearsal) {
  const std::vector<Submission> earlier = rehearsal.RelatedTo(submissions);
  std::vector<const Submission*> all;
  for (const Submission& submission : earlier) all.push_back(&submission);
  for (const Submission& submission : submissions) all.push_back(&submission);
  std::vector<SubmissionResult> results;
  RETURN_IF_ERROR(Undone([&](sql::Transaction& transaction) -> absl::Status {
    Intake intake(transaction, now);
    RETURN_IF_ERROR(intake.Open(all));
    rehearsal.Assume(intake.quotas());
    RETURN_IF_ERROR(intake.Take(earlier, results));
    return intake.Take(submissions, results);
  }));
  rehearsal.Add(submissions, results);
  return results;
}

absl::Status ResponseStore::Undone(sql::Database::Work work) {
  bool decided = false;
  const absl::Status undone = database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(work(transaction));
        decided = true;
        return absl::CancelledError("nothing is to be kept");
      },
      sql::Isolation::kReadCommitted);
  return absl::IsCancelled(undone) && decided ? absl::OkStatus() : undone;
}

absl::StatusOr<ResponseStore::Answered> ResponseStore::Correct(const Correction& correction,
                                                               const requests::Request& request,
                                                               absl::Time now, Encode encode) {
  Answered answered;
  const Submission& submission = correction.submission;
  const Tally::UnitRole unit = {submission.wave, submission.response.unit, submission.role};
  const auto work = [&](sql::Transaction& transaction) -> absl::Status {
    answered.changed = false;
    const auto correct = [&]() -> absl::StatusOr<std::string> {
      Intake intake(transaction, now);
      RETURN_IF_ERROR(intake.OpenFor(unit));
      ASSIGN_OR_RETURN(const auto before,
                       FindResponse(transaction, submission.wave, submission.response.id));
      if (!before) return NotFound(submission.name);
      RETURN_IF_ERROR(CheckIsOwn(transaction, submission.wave, submission.response.id,
                                 submission.name, correction.claimant));
      RETURN_IF_ERROR(CheckCorrection(correction, before->response));
      if (before->response.digest == submission.response.digest) {
        RETURN_IF_ERROR(intake.Finish());
        return encode(before->response);
      }
      if (correction.expected_revision != 0 &&
          correction.expected_revision != before->response.revision) {
        return RevisionMismatch(submission.name, before->response.revision);
      }
      StoredResponse after = submission.response;
      after.accept_time = before->response.accept_time;
      after.revision = before->response.revision + 1;
      intake.Correct(*before, after, correction.reason);
      answered.changed = true;
      RETURN_IF_ERROR(intake.Finish());
      return encode(after);
    };
    if (correction.validate_only) {
      ASSIGN_OR_RETURN(answered.answer, correct());
    } else {
      ASSIGN_OR_RETURN(answered.answer, requests::Once(transaction, request, now, correct));
    }
    return absl::OkStatus();
  };
  if (correction.validate_only) {
    RETURN_IF_ERROR(Undone(work));
    return answered;
  }
  RETURN_IF_ERROR(database_.Write(work, sql::Isolation::kReadCommitted));
  signal_.Notify();
  return answered;
}

absl::StatusOr<ResponseStore::Answered> ResponseStore::Withdraw(
    const StoredWave& wave, std::string_view id, const Claimant& claimant, std::string_view reason,
    const requests::Request& request, absl::Time now, Claims claims, Encode encode) {
  Answered answered;
  const auto withdraw = [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
    // Its unit never changes, and so neither what has to be locked.
    ASSIGN_OR_RETURN(const auto found, FindResponse(transaction, wave.number, id));
    if (!found) return NotFound(NameOf(wave, id));
    RETURN_IF_ERROR(CheckIsOwn(transaction, wave.number, id, NameOf(wave, id), claimant));
    const Role role = wave.wave.questionnaires[found->response.place].role;
    const std::vector<QuotaClaim> claimed = claims(found->response);
    Intake intake(transaction, now);
    if (!claimed.empty()) RETURN_IF_ERROR(intake.quotas().Lock(wave.number));
    RETURN_IF_ERROR(intake.OpenFor({wave.number, found->response.unit, role}));
    ASSIGN_OR_RETURN(const auto before, FindResponse(transaction, wave.number, id));
    if (!before) return absl::DataLossError("a response is gone");
    StoredResponse after = before->response;
    if (!after.withdraw_time) {
      RETURN_IF_ERROR(intake.Withdraw(*before, role, claimed, reason));
      after.withdraw_time = now;
      ++after.revision;
      answered.changed = true;
    }
    RETURN_IF_ERROR(intake.Finish());
    return encode(after);
  };
  RETURN_IF_ERROR(database_.Write(
      [&](sql::Transaction& transaction) -> absl::Status {
        answered.changed = false;
        ASSIGN_OR_RETURN(answered.answer, requests::Once(transaction, request, now,
                                                         [&] { return withdraw(transaction); }));
        return absl::OkStatus();
      },
      sql::Isolation::kReadCommitted));
  signal_.Notify();
  return answered;
}

absl::StatusOr<StoredResponse> ResponseStore::Get(const StoredWave& wave, std::string_view id,
                                                  const Claimant& claimant) {
  std::optional<Revision> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindResponse(transaction, wave.number, id));
    if (!found) return NotFound(NameOf(wave, id));
    return CheckIsOwn(transaction, wave.number, id, NameOf(wave, id), claimant);
  }));
  return std::move(found->response);
}

absl::StatusOr<std::optional<std::string>> ResponseStore::Invited(const StoredWave& wave,
                                                                  std::string_view token_hash) {
  std::optional<std::string> id;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(id, FindInvited(transaction, wave.number, token_hash));
    return absl::OkStatus();
  }));
  return id;
}

absl::StatusOr<std::vector<Revision>> ResponseStore::Revisions(const StoredWave& wave,
                                                               std::string_view id, int before,
                                                               size_t limit) {
  std::vector<Revision> revisions;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(auto newest, FindResponse(transaction, wave.number, id));
    if (!newest) return NotFound(NameOf(wave, id));
    ASSIGN_OR_RETURN(revisions, ListRevisions(transaction, *std::move(newest), before, limit));
    return absl::OkStatus();
  }));
  return revisions;
}

absl::StatusOr<std::string> ResponseStore::Paradata(const StoredWave& wave, std::string_view id) {
  std::string content;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const auto found, FindResponse(transaction, wave.number, id));
    if (!found) return NotFound(NameOf(wave, id));
    ASSIGN_OR_RETURN(content, FindParadata(transaction, wave.number, found->response));
    return absl::OkStatus();
  }));
  return content;
}

absl::StatusOr<std::vector<StoredResponse>> ResponseStore::List(int64_t wave,
                                                                const ListOptions& options) {
  std::vector<StoredResponse> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    found.clear();
    ListOptions rest = options;
    for (bool more = true; more && found.size() < options.limit;) {
      rest.limit = options.limit - found.size();
      ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                       rest.unit.empty()
                           ? IdsOfWave(transaction, wave, rest)
                           : IdsOfUnit(transaction, wave, rest.unit, rest.after, rest.limit));
      more = ids.size() == rest.limit;
      for (const std::string& id : ids) {
        ASSIGN_OR_RETURN(auto newest, FindResponse(transaction, wave, id));
        if (!newest) return absl::DataLossError("a response that is listed is missing");
        rest.after = id;
        if (newest->response.withdraw_time && !options.withdrawn) continue;
        found.push_back(std::move(newest->response));
      }
    }
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<ResponseStore::Changes> ResponseStore::ReadChanges(const feed::Cursors& after,
                                                                  int limit) {
  Changes read;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    read = Changes();
    const auto read_partition = [&](int partition, int64_t from,
                                    int most) -> absl::StatusOr<std::vector<feed::Entry>> {
      std::vector<feed::Entry> entries;
      std::vector<Revision> revisions;
      RETURN_IF_ERROR(transaction.Query(
          SelectChanges(), {partition, from, most},
          [&](const sql::Row& row) { revisions.push_back(RevisionFromRow(row)); }));
      for (Revision& revision : revisions) {
        entries.push_back({.partition = partition, .number = revision.number});
        Changes::Change& change = read.changes.emplace_back();
        if (revision.follows != 0) {
          ASSIGN_OR_RETURN(change.before, GetRevision(transaction, partition, revision.follows));
        }
        change.after = std::move(revision);
      }
      return entries;
    };
    return feed::ReadAll(transaction, kResponseFeed, after, limit, &read.heads, read_partition)
        .status();
  }));
  return read;
}

}  // namespace vg::survey

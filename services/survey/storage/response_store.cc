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
#include "services/survey/storage/response_rows.h"

namespace vg::survey {
namespace {

// Ids of one partition. Contents are read only for those that make it onto the page.
constexpr char kSelectIds[] =
    "SELECT response, unit FROM response_id "
    "WHERE partition = $1 AND wave = $2 AND response > $3 AND withdrawn <= $4 "
    "ORDER BY response LIMIT $5";
constexpr char kSelectResponse[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content, revision "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4";
constexpr char kSelectCountingOfUnit[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content, revision "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response > $4 "
    "AND withdraw_time IS NULL ORDER BY response LIMIT $5";
constexpr char kSelectAllOfUnit[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content, revision "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response > $4 "
    "ORDER BY response LIMIT $5";

std::string NameOf(const StoredWave& wave, std::string_view id) {
  return absl::StrCat(wave.wave.name(), "/responses/", Av(id));
}

// How often a response that others keep changing is looked at again.
constexpr int kMaxLooks = 8;

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

struct ListedId {
  std::string id;
  std::string unit;
};

absl::Status ListOfUnit(sql::Transaction& transaction, int64_t wave,
                        const ResponseStore::ListOptions& options,
                        std::vector<StoredResponse>& found) {
  return transaction.Query(
      options.withdrawn ? kSelectAllOfUnit : kSelectCountingOfUnit,
      {feed::PartitionOf(IdOf(options.unit)), wave, options.unit, options.after,
       static_cast<int64_t>(options.limit)},
      [&found](const sql::Row& row) { found.push_back(ResponseFromRow(row)); });
}

// The first ids of every partition, merged: ids are spread by hash.
absl::Status ListOfWave(sql::Transaction& transaction, int64_t wave,
                        const ResponseStore::ListOptions& options,
                        std::vector<StoredResponse>& found) {
  std::vector<ListedId> ids;
  for (int partition = 0; partition < feed::kPartitions; ++partition) {
    RETURN_IF_ERROR(transaction.Query(
        kSelectIds,
        {partition, wave, options.after, options.withdrawn, static_cast<int64_t>(options.limit)},
        [&ids](const sql::Row& row) {
          ids.push_back({row.String(0), row.String(1)});
        }));
  }
  const size_t count = std::min(ids.size(), options.limit);
  std::partial_sort(ids.begin(), ids.begin() + static_cast<ptrdiff_t>(count), ids.end(),
                    [](const ListedId& a, const ListedId& b) { return a.id < b.id; });
  ids.resize(count);
  for (const ListedId& listed : ids) {
    RETURN_IF_ERROR(
        transaction
            .QueryOne(kSelectResponse,
                      {feed::PartitionOf(IdOf(listed.unit)), wave, listed.unit, listed.id},
                      [&found](const sql::Row& row) { found.push_back(ResponseFromRow(row)); })
            .status());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<SubmissionResult>> ResponseStore::Take(
    std::span<const Submission> submissions, absl::Time now, WriteReplacement write_replacement) {
  std::vector<SubmissionResult> results;
  if (submissions.empty()) return results;
  bool changed = false;
  RETURN_IF_ERROR(committer_.Commit(feed::PartitionOf(IdOf(submissions.front().response.unit)),
                                    [&](sql::Transaction& transaction) -> absl::Status {
                                      Intake intake(transaction, now);
                                      RETURN_IF_ERROR(
                                          intake.Take(submissions, write_replacement, results));
                                      changed = intake.changed_anything();
                                      return intake.Finish();
                                    }));
  if (changed) signal_.Notify();
  return results;
}

absl::StatusOr<std::vector<SubmissionResult>> ResponseStore::Rehearse(
    std::span<const Submission> submissions, absl::Time now, Rehearsal& rehearsal) {
  const std::vector<Submission> earlier = rehearsal.RelatedTo(submissions);
  const auto untold = [](const Submission&, const StoredResponse&) { return std::string(); };
  std::vector<SubmissionResult> results;
  RETURN_IF_ERROR(Undone([&](sql::Transaction& transaction) -> absl::Status {
    Intake intake(transaction, now);
    for (const Submission& submission : submissions) {
      if (!submission.quotas.empty()) {
        RETURN_IF_ERROR(intake.quotas().Lock(submission.wave));
      }
    }
    rehearsal.Assume(intake.quotas());
    RETURN_IF_ERROR(intake.Take(earlier, untold, results));
    return intake.Take(submissions, untold, results);
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

absl::StatusOr<std::string> ResponseStore::Correct(const Correction& correction,
                                                   const requests::Request& request, absl::Time now,
                                                   WriteReplacement write_replacement,
                                                   Encode encode) {
  std::string answer;
  const Submission& submission = correction.submission;
  const auto work = [&](sql::Transaction& transaction) -> absl::Status {
    const auto correct = [&]() -> absl::StatusOr<std::string> {
      for (int look = 0; look < kMaxLooks; ++look) {
        ASSIGN_OR_RETURN(const auto before,
                         FindResponse(transaction, submission.wave, submission.response.id));
        if (!before) return NotFound(submission.name);
        RETURN_IF_ERROR(CheckCorrection(correction, *before));
        if (before->digest == submission.response.digest) return encode(*before);
        if (correction.expected_revision != 0 &&
            correction.expected_revision != before->revision) {
          return RevisionMismatch(submission.name, before->revision);
        }
        StoredResponse after = submission.response;
        after.accept_time = before->accept_time;
        after.revision = before->revision + 1;
        Intake intake(transaction, now);
        ASSIGN_OR_RETURN(const bool corrected,
                         intake.Correct(submission.wave, *before, after, correction.reason,
                                        write_replacement(submission, *before)));
        if (!corrected) continue;
        RETURN_IF_ERROR(intake.Finish());
        return encode(after);
      }
      return absl::AbortedError("the response is being changed by others");
    };
    if (correction.validate_only) {
      ASSIGN_OR_RETURN(answer, correct());
    } else {
      ASSIGN_OR_RETURN(answer, requests::Once(transaction, request, now, correct));
    }
    return absl::OkStatus();
  };
  if (correction.validate_only) {
    RETURN_IF_ERROR(Undone(work));
    return answer;
  }
  RETURN_IF_ERROR(database_.Write(work, sql::Isolation::kReadCommitted));
  signal_.Notify();
  return answer;
}

absl::StatusOr<std::string> ResponseStore::Withdraw(const StoredWave& wave, std::string_view id,
                                                    std::string_view reason,
                                                    const requests::Request& request,
                                                    absl::Time now, PrepareWithdrawal prepare,
                                                    Encode encode) {
  std::string answer;
  const auto work = [&](sql::Transaction& transaction) -> absl::Status {
    const auto withdraw = [&]() -> absl::StatusOr<std::string> {
      for (int look = 0; look < kMaxLooks; ++look) {
        ASSIGN_OR_RETURN(auto found, FindResponse(transaction, wave.number, id));
        if (!found) return NotFound(NameOf(wave, id));
        if (found->withdraw_time) return encode(*found);
        const Role role = wave.wave.questionnaires[found->place].role;
        Withdrawal withdrawal = prepare(*found);
        Intake intake(transaction, now);
        ASSIGN_OR_RETURN(const bool withdrawn,
                         intake.Withdraw(wave.number, role, *found, withdrawal.quotas, reason,
                                         std::move(withdrawal.change)));
        if (!withdrawn) continue;
        RETURN_IF_ERROR(intake.Finish());
        found->withdraw_time = now;
        ++found->revision;
        return encode(*found);
      }
      return absl::AbortedError("the response is being changed by others");
    };
    ASSIGN_OR_RETURN(answer, requests::Once(transaction, request, now, withdraw));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database_.Write(work, sql::Isolation::kReadCommitted));
  signal_.Notify();
  return answer;
}

absl::StatusOr<StoredResponse> ResponseStore::Get(const StoredWave& wave, std::string_view id) {
  std::optional<StoredResponse> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(found, FindResponse(transaction, wave.number, id));
    return absl::OkStatus();
  }));
  if (!found) return NotFound(NameOf(wave, id));
  return *std::move(found);
}

absl::StatusOr<std::vector<Revision>> ResponseStore::Revisions(const StoredWave& wave,
                                                               std::string_view id, int before,
                                                               size_t limit) {
  std::vector<Revision> revisions;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const auto newest, FindResponse(transaction, wave.number, id));
    if (!newest) return NotFound(NameOf(wave, id));
    ASSIGN_OR_RETURN(revisions, ListRevisions(transaction, wave.number, *newest, before, limit));
    return absl::OkStatus();
  }));
  return revisions;
}

absl::StatusOr<std::string> ResponseStore::Paradata(const StoredWave& wave, std::string_view id) {
  std::string content;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const auto found, FindResponse(transaction, wave.number, id));
    if (!found) return NotFound(NameOf(wave, id));
    ASSIGN_OR_RETURN(content, FindParadata(transaction, wave.number, *found));
    return absl::OkStatus();
  }));
  return content;
}

absl::StatusOr<std::vector<StoredResponse>> ResponseStore::List(int64_t wave,
                                                                const ListOptions& options) {
  std::vector<StoredResponse> found;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    found.clear();
    return options.unit.empty() ? ListOfWave(transaction, wave, options, found)
                                : ListOfUnit(transaction, wave, options, found);
  }));
  return found;
}

}  // namespace vg::survey

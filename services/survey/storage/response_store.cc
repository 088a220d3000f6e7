#include "services/survey/storage/response_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/feed/partition.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

// Ids of one partition. Contents are read only for those that make it onto the page.
constexpr char kSelectIds[] =
    "SELECT response, unit FROM response_id "
    "WHERE partition = $1 AND wave = $2 AND response > $3 AND withdrawn <= $4 "
    "ORDER BY response LIMIT $5";
constexpr char kSelectResponse[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4";
constexpr char kSelectCountingOfUnit[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response > $4 "
    "AND withdraw_time IS NULL ORDER BY response LIMIT $5";
constexpr char kSelectAllOfUnit[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response > $4 "
    "ORDER BY response LIMIT $5";

std::string NameOf(const StoredWave& wave, std::string_view id) {
  return absl::StrCat(wave.wave.name(), "/responses/", Av(id));
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
    std::span<const Submission> submissions, bool validate_only, absl::Time now,
    WriteReplacement write_replacement) {
  std::vector<SubmissionResult> results;
  if (submissions.empty()) return results;
  bool decided = false;
  bool changed = false;
  const auto work = [&](sql::Transaction& transaction) -> absl::Status {
    Intake intake(transaction, now);
    RETURN_IF_ERROR(intake.Take(submissions, write_replacement, results));
    decided = true;
    if (validate_only) return absl::CancelledError("nothing is to be kept");
    changed = intake.changed_anything();
    return intake.Finish();
  };
  if (validate_only) {
    const absl::Status undone = database_.Write(work, sql::Isolation::kReadCommitted);
    if (!absl::IsCancelled(undone) || !decided) return undone;
    return results;
  }
  RETURN_IF_ERROR(
      committer_.Commit(feed::PartitionOf(IdOf(submissions.front().response.unit)), work));
  if (changed) signal_.Notify();
  return results;
}

absl::StatusOr<std::string> ResponseStore::Withdraw(const StoredWave& wave, std::string_view id,
                                                    std::string_view reason,
                                                    const requests::Request& request,
                                                    absl::Time now, WriteChange write_change,
                                                    Encode encode) {
  std::string answer;
  RETURN_IF_ERROR(database_.Write([&](sql::Transaction& transaction) -> absl::Status {
    const auto withdraw = [&]() -> absl::StatusOr<std::string> {
      ASSIGN_OR_RETURN(auto found, FindResponse(transaction, wave.number, id));
      if (!found) return NotFound(NameOf(wave, id));
      if (found->withdraw_time) return encode(*found);
      const Role role = wave.wave.questionnaires[found->place].role;
      Intake intake(transaction, now);
      RETURN_IF_ERROR(intake.Withdraw(wave.number, role, *found, reason, write_change(*found)));
      RETURN_IF_ERROR(intake.Finish());
      found->withdraw_time = now;
      return encode(*found);
    };
    ASSIGN_OR_RETURN(answer, requests::Once(transaction, request, now, withdraw));
    return absl::OkStatus();
  }));
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

#include "services/survey/storage/refusal_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/feed/partition.h"
#include "common/status/status_macros.h"
#include "services/survey/storage/revision.h"

namespace vg::survey {
namespace {

// Locks the wave's row, which is what writers about refusals wait for.
constexpr char kAddToCount[] =
    "INSERT INTO refusal_count (wave, refusals) VALUES ($1, $2) "
    "ON CONFLICT (wave) DO UPDATE SET refusals = refusal_count.refusals + $2 RETURNING refusals";
constexpr char kAgain[] =
    "UPDATE refusal SET unit = $4, refuse_time = $5, answers = $6, count = count + 1 "
    "WHERE partition = $1 AND wave = $2 AND response = $3";
constexpr char kInsert[] =
    "INSERT INTO refusal (partition, wave, response, unit, refuse_time, answers, count) "
    "VALUES ($1, $2, $3, $4, $5, $6, 1)";
constexpr char kSelectRefused[] =
    "SELECT response FROM refusal WHERE partition = $1 AND wave = $2 AND response > $3 "
    "ORDER BY response LIMIT $4";
constexpr char kSelectRefusal[] =
    "SELECT unit, refuse_time, answers, count FROM refusal "
    "WHERE partition = $1 AND wave = $2 AND response = $3";
constexpr char kSelectTurned[] =
    "SELECT response FROM turned_away WHERE partition = $1 AND wave = $2 AND response > $3 "
    "ORDER BY response LIMIT $4";
constexpr char kSelectTurnedAway[] =
    "SELECT unit, turn_away_time, quota FROM turned_away "
    "WHERE partition = $1 AND wave = $2 AND response = $3";

// The first ids of every partition, merged.
absl::StatusOr<std::vector<std::string>> FirstIds(sql::Transaction& transaction,
                                                  std::string_view select, int64_t wave,
                                                  std::string_view after, size_t limit) {
  std::vector<std::string> ids;
  for (int partition = 0; partition < feed::PartitionsIn(transaction.engine()); ++partition) {
    RETURN_IF_ERROR(
        transaction.Query(select, {partition, wave, after, static_cast<int64_t>(limit)},
                          [&ids](const sql::Row& row) { ids.push_back(row.String(0)); }));
  }
  std::sort(ids.begin(), ids.end());
  ids.resize(std::min(ids.size(), limit));
  return ids;
}

// Whether the response came, came on or was corrected at `time` or later.
absl::StatusOr<bool> AcceptedSince(sql::Transaction& transaction, int64_t wave, std::string_view id,
                                   absl::Time time) {
  ASSIGN_OR_RETURN(std::optional<Revision> found, FindResponse(transaction, wave, id));
  if (!found) return false;
  if (found->kind == RevisionKind::kWithdrawn) {
    ASSIGN_OR_RETURN(found, GetRevision(transaction, found->partition, found->follows));
  }
  return (found->kind == RevisionKind::kCorrected ? found->change_time
                                                  : found->response.accept_time) >= time;
}

absl::Status NoteOfWave(sql::Transaction& transaction, int64_t wave, int64_t most,
                        std::span<const RefusedResponse* const> refused, absl::Time now) {
  ASSIGN_OR_RETURN(const std::optional<int64_t> before,
                   transaction.QueryInt64(kAddToCount, {wave, 0}));
  int64_t added = 0;
  for (const RefusedResponse* const one : refused) {
    const std::vector<sql::Value> row = {feed::PartitionOf(transaction.engine(), one->response),
                                         wave,
                                         one->response,
                                         one->unit,
                                         now,
                                         sql::Bytes{one->answers}};
    ASSIGN_OR_RETURN(const int64_t again, transaction.Execute(kAgain, row));
    if (again == 1 || before.value_or(0) + added >= most) continue;
    RETURN_IF_ERROR(transaction.Execute(kInsert, row).status());
    ++added;
  }
  return added == 0 ? absl::OkStatus()
                    : transaction.QueryInt64(kAddToCount, {wave, added}).status();
}

}  // namespace

absl::Status RefusalStore::Note(std::span<const RefusedResponse> refused, absl::Time now) {
  if (refused.empty()) return absl::OkStatus();
  // Waves in ascending order; refusals of one response keep theirs.
  std::vector<const RefusedResponse*> sorted;
  sorted.reserve(refused.size());
  for (const RefusedResponse& one : refused) sorted.push_back(&one);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->wave < b->wave; });
  return committer_.Commit(sorted.front()->wave, [&](sql::Transaction& transaction) {
    for (size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
      const int64_t wave = sorted[begin]->wave;
      while (end < sorted.size() && sorted[end]->wave == wave) ++end;
      RETURN_IF_ERROR(NoteOfWave(transaction, wave, max_refusals_,
                                 std::span(sorted).subspan(begin, end - begin), now));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<Refusal>> RefusalStore::List(int64_t wave, std::string_view after,
                                                        size_t limit) {
  std::vector<Refusal> refusals;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    refusals.clear();
    ASSIGN_OR_RETURN(std::vector<std::string> ids,
                     FirstIds(transaction, kSelectRefused, wave, after, limit));
    for (std::string& id : ids) {
      Refusal& refusal = refusals.emplace_back();
      RETURN_IF_ERROR(transaction
                          .QueryOne(kSelectRefusal,
                                    {feed::PartitionOf(transaction.engine(), id), wave, id},
                                    [&refusal](const sql::Row& row) {
                                      refusal.refused.unit = row.String(0);
                                      refusal.refuse_time = row.Time(1);
                                      refusal.refused.answers = row.OctetString(2);
                                      refusal.count = row.Int(3);
                                    })
                          .status());
      ASSIGN_OR_RETURN(refusal.accepted_since,
                       AcceptedSince(transaction, wave, id, refusal.refuse_time));
      refusal.refused.wave = wave;
      refusal.refused.response = std::move(id);
    }
    return absl::OkStatus();
  }));
  return refusals;
}

absl::StatusOr<std::vector<TurnedAway>> RefusalStore::ListTurnedAway(int64_t wave,
                                                                     std::string_view after,
                                                                     size_t limit) {
  std::vector<TurnedAway> turned_away;
  RETURN_IF_ERROR(database_.Read([&](sql::Transaction& transaction) -> absl::Status {
    turned_away.clear();
    ASSIGN_OR_RETURN(std::vector<std::string> ids,
                     FirstIds(transaction, kSelectTurned, wave, after, limit));
    for (std::string& id : ids) {
      TurnedAway& turned = turned_away.emplace_back();
      RETURN_IF_ERROR(transaction
                          .QueryOne(kSelectTurnedAway,
                                    {feed::PartitionOf(transaction.engine(), id), wave, id},
                                    [&turned](const sql::Row& row) {
                                      turned.unit = row.String(0);
                                      turned.time = row.Time(1);
                                      turned.quota = row.String(2);
                                    })
                          .status());
      ASSIGN_OR_RETURN(turned.accepted_since, AcceptedSince(transaction, wave, id, turned.time));
      turned.response = std::move(id);
    }
    return absl::OkStatus();
  }));
  return turned_away;
}

}  // namespace vg::survey

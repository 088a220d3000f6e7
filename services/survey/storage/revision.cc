#include "services/survey/storage/revision.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/feed/partition.h"
#include "common/status/absl_view.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

const std::string& SelectRevision() {
  static const std::string& sql = *new std::string(
      absl::StrCat("SELECT ", Av(kRevisionColumns),
                   " FROM response_change c WHERE c.partition = $1 AND c.number = $2"));
  return sql;
}

constexpr char kSelectNewest[] =
    "SELECT home, number FROM response WHERE partition = $1 AND wave = $2 AND response = $3";

// From the latest response of each role to the first.
constexpr char kSelectIdsOfUnit[] =
    "WITH RECURSIVE first (response, earlier) AS ("
    "SELECT c.response, c.earlier FROM unit_state u "
    "JOIN response_change c ON c.partition = u.partition AND c.number = u.latest "
    "WHERE u.partition = $1 AND u.wave = $2 AND u.unit = $3 "
    "UNION ALL "
    "SELECT c.response, c.earlier FROM first f "
    "JOIN response_change c ON c.partition = $1 AND c.number = f.earlier) "
    "SELECT response FROM first WHERE response > $4 ORDER BY response LIMIT $5";

}  // namespace

Revision RevisionFromRow(const sql::Row& row) {
  Revision revision;
  StoredResponse& response = revision.response;
  response.id = row.String(0);
  response.unit = row.String(1);
  response.place = row.Int(2);
  response.partial = row.Bool(3);
  response.accept_time = row.Time(4);
  revision.change_time = row.Time(5);
  response.digest = row.OctetString(6);
  response.content = row.OctetString(7);
  response.revision = row.Int(8);
  revision.kind = static_cast<RevisionKind>(row.Int(9));
  revision.reason = row.String(10);
  revision.wave = row.Int64(11);
  revision.number = row.Int64(12);
  revision.follows = row.Int64(13);
  revision.partition = row.Int(14);
  if (revision.kind == RevisionKind::kWithdrawn) response.withdraw_time = revision.change_time;
  return revision;
}

int PartitionOfUnit(sql::Engine engine, std::string_view unit) {
  return feed::PartitionOf(engine, IdOf(unit));
}

absl::StatusOr<Revision> GetRevision(sql::Transaction& transaction, int partition, int64_t number) {
  Revision revision;
  ASSIGN_OR_RETURN(const bool found, transaction.QueryOne(SelectRevision(), {partition, number},
                                                          [&revision](const sql::Row& row) {
                                                            revision = RevisionFromRow(row);
                                                          }));
  if (!found) return absl::DataLossError("a revision of a response is missing");
  return revision;
}

absl::StatusOr<std::optional<Revision>> FindResponse(sql::Transaction& transaction, int64_t wave,
                                                     std::string_view id) {
  // Not joined: who holds an id is in the id's partition, and what it holds in its unit's, perhaps
  // on another machine.
  int home = 0;
  int64_t number = 0;
  ASSIGN_OR_RETURN(
      const bool found,
      transaction.QueryOne(kSelectNewest, {feed::PartitionOf(transaction.engine(), id), wave, id},
                           [&](const sql::Row& row) {
                             home = row.Int(0);
                             number = row.Int64(1);
                           }));
  if (!found) return std::nullopt;
  return GetRevision(transaction, home, number);
}

absl::StatusOr<std::vector<std::string>> IdsOfUnit(sql::Transaction& transaction, int64_t wave,
                                                   std::string_view unit, std::string_view after,
                                                   size_t limit) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(transaction.Query(
      kSelectIdsOfUnit,
      {PartitionOfUnit(transaction.engine(), unit), wave, unit, after, static_cast<int64_t>(limit)},
      [&ids](const sql::Row& row) { ids.push_back(row.String(0)); }));
  return ids;
}

absl::StatusOr<std::vector<Revision>> ListRevisions(sql::Transaction& transaction, Revision newest,
                                                    int before, size_t limit) {
  const int partition = newest.partition;
  std::vector<Revision> revisions;
  for (Revision current = std::move(newest); revisions.size() < limit;) {
    const int64_t follows = current.follows;
    if (before == 0 || current.response.revision < before) revisions.push_back(std::move(current));
    if (follows == 0) break;
    ASSIGN_OR_RETURN(current, GetRevision(transaction, partition, follows));
  }
  return revisions;
}

absl::StatusOr<std::optional<Revision>> AsOf(sql::Transaction& transaction, Revision newest,
                                             absl::Time time) {
  while (newest.change_time > time) {
    if (newest.follows == 0) return std::nullopt;
    ASSIGN_OR_RETURN(newest, GetRevision(transaction, newest.partition, newest.follows));
  }
  return newest;
}

}  // namespace vg::survey

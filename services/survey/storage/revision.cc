#include "services/survey/storage/revision.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "common/status/status_macros.h"
#include "services/survey/storage/response_rows.h"

namespace vg::survey {
namespace {

constexpr char kInsert[] =
    "INSERT INTO response_revision (partition, wave, unit, response, revision, partial, "
    "accept_time, digest, content, kind, reason, change_time) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
constexpr char kFindDigest[] =
    "SELECT revision FROM response_revision "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4 AND digest = $5 LIMIT 1";
constexpr char kSelect[] =
    "SELECT revision, partial, accept_time, digest, content, kind, reason, change_time "
    "FROM response_revision "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4 AND revision <= $5 "
    "ORDER BY revision DESC LIMIT $6";

// A revision as it was, and what followed it.
struct Ended {
  StoredResponse response;
  RevisionKind next;
  std::string reason;
  absl::Time time;
};

}  // namespace

absl::Status KeepRevision(sql::Transaction& transaction, int64_t wave, const StoredResponse& before,
                          const RevisionEnd& end) {
  return transaction
      .Execute(kInsert, {PartitionOfUnit(before.unit), wave, before.unit, before.id,
                         before.revision, before.partial, before.accept_time, before.digest,
                         sql::Bytes{before.content}, static_cast<int>(end.kind), end.reason,
                         end.time})
      .status();
}

absl::StatusOr<bool> WasOnce(sql::Transaction& transaction, int64_t wave,
                             const StoredResponse& response, std::string_view digest) {
  ASSIGN_OR_RETURN(const std::optional<int64_t> found,
                   transaction.QueryInt64(kFindDigest, {PartitionOfUnit(response.unit), wave,
                                                        response.unit, response.id, digest}));
  return found.has_value();
}

absl::StatusOr<std::vector<Revision>> ListRevisions(sql::Transaction& transaction, int64_t wave,
                                                    const StoredResponse& newest, int before,
                                                    size_t limit) {
  const int top = before == 0 ? newest.revision : std::min(newest.revision, before - 1);
  std::map<int, Ended> ended;
  // One more than the page, for it tells how the page's last revision came about.
  RETURN_IF_ERROR(transaction.Query(
      kSelect,
      {PartitionOfUnit(newest.unit), wave, newest.unit, newest.id, top,
       static_cast<int64_t>(limit) + 1},
      [&](const sql::Row& row) {
        StoredResponse response;
        response.id = newest.id;
        response.unit = newest.unit;
        response.place = newest.place;
        response.revision = row.Int(0);
        response.partial = row.Bool(1);
        response.accept_time = row.Time(2);
        response.digest = row.String(3);
        response.content = row.OctetString(4);
        const int number = response.revision;
        ended.emplace(number, Ended{std::move(response), static_cast<RevisionKind>(row.Int(5)),
                                    row.String(6), row.Time(7)});
      }));
  std::vector<Revision> revisions;
  for (int number = top; number > 0 && revisions.size() < limit; --number) {
    Revision& revision = revisions.emplace_back();
    if (number == newest.revision) {
      revision.response = newest;
    } else if (const auto found = ended.find(number); found != ended.end()) {
      revision.response = found->second.response;
    } else {
      return absl::DataLossError("a revision of a response is missing");
    }
    revision.change_time = revision.response.accept_time;
    if (const auto origin = ended.find(number - 1); origin != ended.end()) {
      revision.kind = origin->second.next;
      revision.reason = origin->second.reason;
      revision.change_time = origin->second.time;
    }
  }
  return revisions;
}

}  // namespace vg::survey

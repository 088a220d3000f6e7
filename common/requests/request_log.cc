#include "common/requests/request_log.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/feed/partition.h"
#include "common/status/absl_view.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"

namespace vg::requests {
namespace {

constexpr sql::Migration kMigrations[] = {{1, "request_log", R"sql(
CREATE TABLE request_log (
  partition {int} NOT NULL,
  scope {text} NOT NULL,
  request_id {text} NOT NULL,
  digest {bytes} NOT NULL,
  response {bytes} NOT NULL,
  time {int} NOT NULL,
  PRIMARY KEY (partition, scope, request_id)
) {strict};

CREATE INDEX request_log_by_time ON request_log (time);
)sql"}};

// A racer waits here until the other one has committed or given up.
constexpr char kClaim[] =
    "INSERT INTO request_log (partition, scope, request_id, digest, response, time) "
    "VALUES ($1, $2, $3, $4, $5, $6) "
    "ON CONFLICT (partition, scope, request_id) DO NOTHING";
constexpr char kKeepResponse[] =
    "UPDATE request_log SET response = $4 "
    "WHERE partition = $1 AND scope = $2 AND request_id = $3";
constexpr char kSelect[] =
    "SELECT digest, response FROM request_log "
    "WHERE partition = $1 AND scope = $2 AND request_id = $3";
constexpr char kPurge[] =
    "DELETE FROM request_log WHERE (partition, scope, request_id) IN ("
    "SELECT partition, scope, request_id FROM request_log WHERE time < $1 ORDER BY time LIMIT $2)";

absl::Status Reused(const Request& request) {
  return Error(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
               absl::StrCat("request_id ", Av(request.request_id),
                            " was used before with other content; repeat a request unchanged, or "
                            "give a new one a new id"),
               {{"request_id", std::string(request.request_id)}});
}

}  // namespace

constinit const sql::Schema kSchema = {"request_log", kMigrations};

absl::StatusOr<std::string> Once(sql::Transaction& transaction, const Request& request,
                                 absl::Time now,
                                 absl::FunctionRef<absl::StatusOr<std::string>()> work) {
  if (request.request_id.empty()) return work();
  const int partition = feed::PartitionOf(transaction.engine(), request.request_id);
  ASSIGN_OR_RETURN(
      const int64_t claimed,
      transaction.Execute(kClaim, {partition, request.scope, request.request_id,
                                   sql::Bytes{std::string(request.digest)}, sql::Bytes{}, now}));
  if (claimed == 1) {
    ASSIGN_OR_RETURN(std::string response, work());
    RETURN_IF_ERROR(transaction
                        .Execute(kKeepResponse, {partition, request.scope, request.request_id,
                                                 sql::Bytes{response}})
                        .status());
    return response;
  }
  ASSIGN_OR_RETURN(std::optional<std::string> kept, Find(transaction, request));
  // Purged between the two statements: as good as a lost race.
  if (!kept.has_value()) {
    return absl::UnavailableError("the kept answer was just removed; repeat the call");
  }
  return *std::move(kept);
}

absl::StatusOr<std::optional<std::string>> Find(sql::Transaction& transaction,
                                                const Request& request) {
  if (request.request_id.empty()) return std::nullopt;
  std::string digest, response;
  ASSIGN_OR_RETURN(
      const bool found,
      transaction.QueryOne(kSelect,
                           {feed::PartitionOf(transaction.engine(), request.request_id),
                            request.scope, request.request_id},
                           [&](const sql::Row& row) {
                             digest = row.OctetString(0);
                             response = row.OctetString(1);
                           }));
  if (!found) return std::nullopt;
  if (digest != request.digest) return Reused(request);
  return response;
}

absl::StatusOr<int64_t> Purge(sql::Transaction& transaction, absl::Time before, int64_t limit) {
  return transaction.Execute(kPurge, {before, limit});
}

}  // namespace vg::requests

#include "services/survey/storage/response_rows.h"

#include <string>

#include "common/feed/partition.h"
#include "common/status/status_macros.h"

namespace vg::survey {
namespace {

constexpr char kSelectUnitOfId[] =
    "SELECT unit FROM response_id WHERE partition = $1 AND wave = $2 AND response = $3";
constexpr char kSelectResponse[] =
    "SELECT response, unit, place, partial, accept_time, withdraw_time, digest, content, revision "
    "FROM response WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4";

}  // namespace

int PartitionOfUnit(std::string_view unit) { return feed::PartitionOf(IdOf(unit)); }

absl::StatusOr<std::optional<StoredResponse>> FindResponse(sql::Transaction& transaction,
                                                           int64_t wave, std::string_view id) {
  std::string unit;
  ASSIGN_OR_RETURN(const bool claimed,
                   transaction.QueryOne(kSelectUnitOfId, {feed::PartitionOf(id), wave, id},
                                        [&unit](const sql::Row& row) { unit = row.String(0); }));
  if (!claimed) return std::nullopt;
  return FindResponseOf(transaction, wave, unit, id);
}

absl::StatusOr<std::optional<StoredResponse>> FindResponseOf(sql::Transaction& transaction,
                                                             int64_t wave, std::string_view unit,
                                                             std::string_view id) {
  std::optional<StoredResponse> found;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kSelectResponse, {PartitionOfUnit(unit), wave, unit, id},
                                [&found](const sql::Row& row) { found = ResponseFromRow(row); })
                      .status());
  return found;
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
  response.revision = row.Int(8);
  return response;
}

}  // namespace vg::survey

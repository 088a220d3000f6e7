#include "services/survey/storage/paradata.h"

#include "common/status/status_macros.h"
#include "services/survey/storage/response_rows.h"

namespace vg::survey {
namespace {

constexpr char kKeep[] =
    "INSERT INTO paradata (partition, wave, unit, response, content) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (partition, wave, unit, response) DO UPDATE SET content = $5";
constexpr char kSelect[] =
    "SELECT content FROM paradata "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4";

}  // namespace

absl::Status KeepParadata(sql::Transaction& transaction, int64_t wave,
                          const StoredResponse& response, std::string_view content) {
  return transaction
      .Execute(kKeep, {PartitionOfUnit(response.unit), wave, response.unit, response.id,
                       sql::Bytes{std::string(content)}})
      .status();
}

absl::StatusOr<std::string> FindParadata(sql::Transaction& transaction, int64_t wave,
                                         const StoredResponse& response) {
  std::string content;
  RETURN_IF_ERROR(
      transaction
          .QueryOne(kSelect, {PartitionOfUnit(response.unit), wave, response.unit, response.id},
                    [&content](const sql::Row& row) { content = row.OctetString(0); })
          .status());
  return content;
}

}  // namespace vg::survey

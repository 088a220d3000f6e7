#include "services/survey/storage/paradata.h"

#include "common/status/status_macros.h"
#include "services/survey/storage/revision.h"

namespace vg::survey {
namespace {

constexpr char kPut[] =
    "ON CONFLICT (partition, wave, unit, response) DO UPDATE SET content = excluded.content";
constexpr char kSelect[] =
    "SELECT content FROM paradata "
    "WHERE partition = $1 AND wave = $2 AND unit = $3 AND response = $4";

}  // namespace

absl::Status KeepParadata(sql::Transaction& transaction,
                          std::span<const Submission* const> submissions) {
  size_t next = 0;
  return transaction.Merge("paradata", {"partition", "wave", "unit", "response", "content"}, kPut,
                           [&](std::vector<sql::Value>& row) -> absl::StatusOr<bool> {
                             if (next == submissions.size()) return false;
                             const Submission& submission = *submissions[next++];
                             const StoredResponse& response = submission.response;
                             row = {PartitionOfUnit(transaction.engine(), response.unit),
                                    submission.wave, response.unit, response.id,
                                    sql::Bytes{submission.paradata}};
                             return true;
                           });
}

absl::StatusOr<std::string> FindParadata(sql::Transaction& transaction, int64_t wave,
                                         const StoredResponse& response) {
  std::string content;
  RETURN_IF_ERROR(transaction
                      .QueryOne(kSelect,
                                {PartitionOfUnit(transaction.engine(), response.unit), wave,
                                 response.unit, response.id},
                                [&content](const sql::Row& row) { content = row.OctetString(0); })
                      .status());
  return content;
}

}  // namespace vg::survey

// Reads responses from the database. Internal to the storage of the survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_RESPONSE_ROWS_H_
#define VG_SERVICES_SURVEY_STORAGE_RESPONSE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/survey/storage/response.h"

namespace vg::survey {

// Where the rows of a unit and its responses are.
int PartitionOfUnit(std::string_view unit);

// The response with that id; empty if there is none.
absl::StatusOr<std::optional<StoredResponse>> FindResponse(sql::Transaction& transaction,
                                                           int64_t wave, std::string_view id);

// The response of `unit` with that id; empty if there is none.
absl::StatusOr<std::optional<StoredResponse>> FindResponseOf(sql::Transaction& transaction,
                                                             int64_t wave, std::string_view unit,
                                                             std::string_view id);

// The row of a response in the order in which these functions and the lists select it.
StoredResponse ResponseFromRow(const sql::Row& row);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_RESPONSE_ROWS_H_

// How responses were answered, apart from the answers. Internal to the storage of the survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_PARADATA_H_
#define VG_SERVICES_SURVEY_STORAGE_PARADATA_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/survey/storage/response.h"

namespace vg::survey {

// Keeps what each brought in the place of what was known of its response. No two are about the same
// response.
absl::Status KeepParadata(sql::Transaction& transaction,
                          std::span<const Submission* const> submissions);

// Empty if nothing is known.
absl::StatusOr<std::string> FindParadata(sql::Transaction& transaction, int64_t wave,
                                         const StoredResponse& response);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_PARADATA_H_

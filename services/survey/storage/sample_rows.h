// The rows of samples. Internal to the storage of the survey.

#ifndef VG_SERVICES_SURVEY_STORAGE_SAMPLE_ROWS_H_
#define VG_SERVICES_SURVEY_STORAGE_SAMPLE_ROWS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/sql/transaction.h"
#include "services/survey/domain/sample.h"

namespace vg::survey {

absl::Status InsertSample(sql::Transaction& transaction, int64_t wave, const Sample& sample,
                          const SampleSummary& summary);

// By role.
absl::StatusOr<std::vector<SampleSummary>> ReadSummaries(sql::Transaction& transaction,
                                                         int64_t wave);

// The samples of a wave by role, their units by name.
absl::StatusOr<std::vector<Sample>> ReadSamples(sql::Transaction& transaction, int64_t wave);

// At most `limit` units of one sample after the one named `after`, by name.
absl::StatusOr<std::vector<SampleUnit>> ReadSampleUnits(sql::Transaction& transaction, int64_t wave,
                                                        Role role, std::string_view after,
                                                        size_t limit);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_SAMPLE_ROWS_H_

// Where findings and reminders live, and what they come to beside the responses.

#ifndef VG_SERVICES_SURVEY_STORAGE_FIELDWORK_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_FIELDWORK_STORE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "services/survey/domain/disposition.h"

namespace vg::survey {

// Waves are told by their numbers. Thread-safe. Every method is one transaction.
class FieldworkStore {
 public:
  explicit FieldworkStore(sql::Database& database) : database_(database) {}

  // Keeps findings and returns how many were not there before: a finding is known by its unit,
  // role, time and disposition. They may come in any order and again.
  absl::StatusOr<int64_t> Record(int64_t wave, std::span<const Finding> findings, absl::Time now);

  // The last `limit` findings about a unit, oldest first.
  absl::StatusOr<std::vector<Finding>> Findings(int64_t wave, std::string_view unit, size_t limit);

  // Keeps that units were reminded at a time and returns how many of them were not known yet.
  absl::StatusOr<int64_t> Remind(int64_t wave, Role role, std::span<const std::string> units,
                                 absl::Time time);

  // What is known of the units of a role, at one moment.
  absl::StatusOr<Fieldwork> Read(int64_t wave, Role role, bool with_reminders);

 private:
  sql::Database& database_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_FIELDWORK_STORE_H_

// Where waves and their frames live.

#ifndef VG_SERVICES_SURVEY_STORAGE_WAVE_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_WAVE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "services/survey/domain/extension.h"
#include "services/survey/domain/progress.h"
#include "services/survey/domain/wave.h"

namespace vg::survey {

struct StoredWave {
  int64_t number = 0;  // By which responses refer to it.
  Wave wave;
  std::string opening_digest;
  int64_t extensions = 0;         // How many were granted, those that were revoked included.
  int64_t extension_changes = 0;  // How often one was granted or revoked; only grows.
};

// Thread-safe. Every method is one transaction.
class WaveStore {
 public:
  using Encode = absl::FunctionRef<std::string(const Wave&)>;
  // Chooses what `current` becomes. Must be pure: it is run again when it loses a race.
  using Change = absl::FunctionRef<absl::StatusOr<Wave>(const Wave& current)>;

  explicit WaveStore(sql::Database& database) : database_(database) {}

  // Opens `wave` for `units` and the samples that it summarizes, and returns its encoding; the same
  // wave again is answered as it is now. ALREADY_EXISTS (WAVE_EXISTS) if the id was opened with
  // other content.
  absl::StatusOr<std::string> Open(const Wave& wave, const std::vector<Unit>& units,
                                   const std::vector<Sample>& samples,
                                   const requests::Request& request, absl::Time now, Encode encode);

  // Changes title and times as `change` says, and returns the encoding. NOT_FOUND.
  absl::StatusOr<std::string> Update(std::string_view id, const requests::Request& request,
                                     absl::Time now, Change change, Encode encode);

  absl::StatusOr<std::optional<StoredWave>> Find(std::string_view id);
  // NOT_FOUND.
  absl::StatusOr<StoredWave> Get(std::string_view id);

  // DATA_LOSS if no wave has that number.
  absl::StatusOr<std::string> IdOf(int64_t number);

  // By opening time, newest first, then by id, after the given position, at most `limit`. Without
  // `after_time` from the start.
  absl::StatusOr<std::vector<Wave>> List(std::optional<absl::Time> after_time,
                                         std::string_view after_id, size_t limit);

  // The units of the wave's snapshot, by name.
  absl::StatusOr<std::vector<Unit>> Units(int64_t number);

  // The samples of the wave by role, their units by name.
  absl::StatusOr<std::vector<Sample>> Samples(const StoredWave& stored);
  // At most `limit` units of a role's sample after the one named `after`, by name.
  absl::StatusOr<std::vector<SampleUnit>> SampleUnits(int64_t number, Role role,
                                                      std::string_view after, size_t limit);

  // What was granted for the wave, by id.
  absl::StatusOr<std::vector<Extension>> Extensions(int64_t number);

  // Per role, in the order of Role. NOT_FOUND.
  absl::StatusOr<std::vector<RoleProgress>> Progress(std::string_view id);

 private:
  sql::Database& database_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_WAVE_STORE_H_

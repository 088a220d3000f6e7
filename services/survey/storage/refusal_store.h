// Which responses were not taken in, and why.

#ifndef VG_SERVICES_SURVEY_STORAGE_REFUSAL_STORE_H_
#define VG_SERVICES_SURVEY_STORAGE_REFUSAL_STORE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/sql/database.h"
#include "common/sql/group_committer.h"

namespace vg::survey {

// A response that was refused for its answers.
struct RefusedResponse {
  int64_t wave = 0;  // The wave's number.
  std::string response;
  std::string unit;
  std::string answers;  // What was wrong; bytes of the layer above, without the answers themselves.
};

struct Refusal {
  RefusedResponse refused;  // As it was last.
  absl::Time refuse_time;
  int count = 0;
  bool accepted_since = false;
};

// A response for which a quota had no room.
struct TurnedAway {
  std::string response;
  std::string unit;
  std::string quota;
  absl::Time time;  // The first time.
  bool accepted_since = false;
};

// One entry per response, and at most kMaxRefusals of a wave, because anybody can send anything.
// Refusals are noted in commits of their own, which responses that are taken in do not wait for;
// responses that were turned away are noted by Intake. Thread-safe.
class RefusalStore {
 public:
  static constexpr int64_t kMaxRefusals = 100'000;

  explicit RefusalStore(sql::Database& database, int64_t max_refusals = kMaxRefusals)
      : database_(database), committer_(database), max_refusals_(max_refusals) {}

  // Returns when they are on disk.
  absl::Status Note(std::span<const RefusedResponse> refused, absl::Time now);

  // By response, after the given one, at most `limit`.
  absl::StatusOr<std::vector<Refusal>> List(int64_t wave, std::string_view after, size_t limit);
  absl::StatusOr<std::vector<TurnedAway>> ListTurnedAway(int64_t wave, std::string_view after,
                                                         size_t limit);

 private:
  sql::Database& database_;
  sql::GroupCommitter committer_;
  const int64_t max_refusals_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_REFUSAL_STORE_H_

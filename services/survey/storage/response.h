// Responses as they are stored and as they come in.

#ifndef VG_SERVICES_SURVEY_STORAGE_RESPONSE_H_
#define VG_SERVICES_SURVEY_STORAGE_RESPONSE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/survey/domain/unit.h"

namespace vg::survey {

struct StoredResponse {
  std::string id;    // The last part of its name.
  std::string unit;  // "schools/16SW03"
  int place = 0;     // Of its questionnaire in the wave.
  bool partial = false;
  absl::Time accept_time;
  std::optional<absl::Time> withdraw_time;
  std::string digest;   // Of what the client sent.
  std::string content;  // The answers; bytes of the layer above.
};

// One response that has passed every check that needs no database.
struct Submission {
  int64_t wave = 0;  // The wave's number.
  std::string name;  // "waves/w/responses/r"
  Role role = Role::kSchoolLeader;
  StoredResponse response;
  std::string change;  // The feed's payload if nothing was there before.
  // Why the wave takes nothing new now; OK if it does. What is there already is answered anyhow.
  absl::Status not_now;
};

struct SubmissionResult {
  enum class Outcome { kRefused, kAccepted, kRepeated };
  Outcome outcome = Outcome::kRefused;
  absl::Status refusal;    // If refused.
  absl::Time accept_time;  // If not.
};

// Writes the feed's payload for a response that takes the place of `before`.
using WriteReplacement =
    absl::FunctionRef<std::string(const Submission& after, const StoredResponse& before)>;

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_RESPONSE_H_

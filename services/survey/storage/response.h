// Responses as they are stored and as they come in.

#ifndef VG_SERVICES_SURVEY_STORAGE_RESPONSE_H_
#define VG_SERVICES_SURVEY_STORAGE_RESPONSE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  std::string digest;   // Of what the client sent; octets.
  std::string content;  // The answers; bytes of the layer above.
  int revision = 1;     // How often it changed, this time included.
};

// A quota that a response counts in once it is complete.
struct QuotaClaim {
  std::string quota;
  int64_t limit = 0;
};

// One response that has passed every check that needs no database.
struct Submission {
  int64_t wave = 0;  // The wave's number.
  std::string name;  // "waves/w/responses/r"
  Role role = Role::kSchoolLeader;
  StoredResponse response;
  // Why the wave takes nothing new now; OK if it does. What is there already is answered anyhow.
  absl::Status not_now;
  std::vector<QuotaClaim> quotas;  // All must have room for a complete response.
  // TokenHash of what was sent, where only invited respondents answer.
  std::optional<std::string> invitation = {};
  std::string paradata;        // Bytes of the layer above; empty: none was sent.
  std::string submitter = {};  // Who hands it in, as in Claimant; empty: nobody knows.
  // What the response must have become by now, 0: nothing yet. Without it whatever it is.
  std::optional<int> expected_revision = {};
};

struct SubmissionResult {
  enum class Outcome { kRefused, kAccepted, kRepeated };
  Outcome outcome = Outcome::kRefused;
  absl::Status refusal;    // If refused.
  absl::Time accept_time;  // If accepted.
  int revision = 1;        // If accepted.
  // If repeated: what is there. A complete response is a repetition also of what it once was.
  std::optional<StoredResponse> there = {};
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_STORAGE_RESPONSE_H_

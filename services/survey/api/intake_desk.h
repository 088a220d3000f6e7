// Checks responses that come in one call and makes them ready for the store.

#ifndef VG_SERVICES_SURVEY_API_INTAKE_DESK_H_
#define VG_SERVICES_SURVEY_API_INTAKE_DESK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/survey/api/wave_cache.h"
#include "services/survey/domain/response_checker.h"
#include "services/survey/storage/refusal_store.h"
#include "services/survey/storage/response.h"
#include "services/survey/storage/response_store.h"
#include "voortgang/survey/v1/response.pb.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

// Keeps checkers from response to response. One per call; not thread-safe.
class IntakeDesk {
 public:
  // Borrows both.
  IntakeDesk(WaveCache& waves, ResponseStore& responses) : waves_(waves), responses_(responses) {}

  // Begins a batch that is taken in at `now`: waves are read anew.
  void BeginBatch(absl::Time now);
  // Who hands in what is prepared from now on, as SubmitterOf tells it.
  void SetSubmitter(std::string submitter) { submitter_ = std::move(submitter); }

  enum class Purpose { kIntake, kCorrection };

  // Checks `sent` in every way that needs no look at other responses. Errors that are the
  // response's own (see IsRefusal) name fields as in the Response message.
  absl::StatusOr<Submission> Prepare(const voortgang::survey::v1::Response& sent,
                                     Purpose purpose = Purpose::kIntake);

  // Brings what an earlier batch prepared up to this one: the time, and whether its wave is open.
  // UNAVAILABLE (DAY_CHANGED) if its rules ask for the day and it is another one now.
  absl::Status Renew(Submission& submission);

  // What Prepare refused for its answers since the last call of this.
  std::vector<RefusedResponse> TakeRefused();

  // What was wrong with the answers in the last Prepare; empty if it did not refuse them.
  const voortgang::survey::v1::Refusal& refusal() const { return refusal_; }

  // Whether an error of Prepare is about the response and not about the server.
  static bool IsRefusal(const absl::Status& status);

  // The response as it is stored now, into the empty `out`.
  absl::Status ToProto(const Submission& submission, const SubmissionResult& result,
                       voortgang::survey::v1::Response& out) const;
  absl::Status ToProto(const Submission& submission, const StoredResponse& stored,
                       voortgang::survey::v1::Response& out) const;

 private:
  absl::StatusOr<const ReadyWave*> Wave(std::string_view id);
  ResponseChecker& Checker(const ReadyWave& wave, int place);
  // Evaluates the rules, which may ask for the day: a response that is there keeps the day on which
  // it was accepted, so that the same response sent again is judged as it was. Sets draft.today if
  // rules ask for it.
  absl::StatusOr<const Verdict*> Check(const ReadyWave& wave, std::string_view id, Purpose purpose,
                                       ResponseChecker& checker, ResponseDraft& draft);

  WaveCache& waves_;
  ResponseStore& responses_;
  absl::Time now_;
  std::string submitter_;
  std::vector<RefusedResponse> refused_;
  voortgang::survey::v1::Refusal refusal_;
  // Of this batch.
  std::map<std::string, absl::StatusOr<ReadyWave>, std::less<>> ready_;
  std::map<int64_t, std::shared_ptr<const WaveParts>> parts_;
  std::map<std::pair<int64_t, int>, ResponseChecker> checkers_;
};

// The quotas in which a complete response of `role` about `unit` counts.
std::vector<QuotaClaim> ClaimsOf(const ReadyWave& wave, Role role, std::string_view unit);

// `status` with `prefix` before the names of fields: "unit" becomes "response.unit".
absl::Status Prefixed(const absl::Status& status, std::string_view prefix);

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_INTAKE_DESK_H_

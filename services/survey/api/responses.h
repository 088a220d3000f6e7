// The RPCs about responses.

#ifndef VG_SERVICES_SURVEY_API_RESPONSES_H_
#define VG_SERVICES_SURVEY_API_RESPONSES_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/grpc/call_pipeline.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/survey/api/intake_desk.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/storage/refusal_store.h"
#include "services/survey/storage/rehearsal.h"
#include "services/survey/storage/response_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Responses {
 public:
  Responses(ResponseStore& store, RefusalStore& refusals, WaveCache& wave_cache,
            const Clock& clock, metrics::Registry& metrics);

  absl::Status Submit(const v1::SubmitResponseRequest& request, v1::Response& response);
  absl::Status Import(rpc::Call& call,
                      rpc::Stream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>& stream);
  absl::Status Withdraw(const v1::WithdrawResponseRequest& request, v1::Response& response);
  absl::Status Get(const v1::GetResponseRequest& request, v1::Response& response);
  absl::Status List(const v1::ListResponsesRequest& request, v1::ListResponsesResponse& response);

 private:
  // Takes one message of an import in, as one transaction; with `rehearsal` nothing is kept.
  absl::Status ImportBatch(IntakeDesk& desk, const v1::ImportResponsesRequest& message,
                           Rehearsal* rehearsal, v1::ImportResponsesResponse& out);
  absl::StatusOr<std::vector<SubmissionResult>> Take(const std::vector<Submission>& submissions,
                                                     Rehearsal* rehearsal, absl::Time now);
  // Notes what the desk refused. That the answer is a refusal does not depend on it.
  void Note(IntakeDesk& desk, absl::Time now);
  void Count(SubmissionResult::Outcome outcome);

  ResponseStore& store_;
  RefusalStore& refusals_;
  WaveCache& wave_cache_;
  const Clock& clock_;
  prometheus::Counter& accepted_;
  prometheus::Counter& repeated_;
  prometheus::Counter& refused_;
  prometheus::Counter& withdrawn_;
  prometheus::Counter& unnoted_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_RESPONSES_H_

// The RPCs about responses.

#ifndef VG_SERVICES_SURVEY_API_RESPONSES_H_
#define VG_SERVICES_SURVEY_API_RESPONSES_H_

#include "absl/status/status.h"

#include "common/grpc/call_pipeline.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/survey/api/intake_desk.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/storage/questionnaire_store.h"
#include "services/survey/storage/response_store.h"
#include "services/survey/storage/wave_store.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows what it is given. Thread-safe.
class Responses {
 public:
  Responses(ResponseStore& store, WaveStore& waves, QuestionnaireStore& questionnaires,
            const Clock& clock, metrics::Registry& metrics);

  absl::Status Submit(const v1::SubmitResponseRequest& request, v1::Response& response);
  absl::Status Import(rpc::Call& call,
                      rpc::Stream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>& stream);
  absl::Status Withdraw(const v1::WithdrawResponseRequest& request, v1::Response& response);
  absl::Status Get(const v1::GetResponseRequest& request, v1::Response& response);
  absl::Status List(const v1::ListResponsesRequest& request, v1::ListResponsesResponse& response);

 private:
  // Takes one message of an import in, as one transaction.
  absl::Status ImportBatch(IntakeDesk& desk, v1::ImportResponsesRequest& message,
                           bool validate_only, v1::ImportResponsesResponse& out);
  void Count(SubmissionResult::Outcome outcome);

  ResponseStore& store_;
  WaveStore& waves_;
  const Clock& clock_;
  WaveCache wave_cache_;
  prometheus::Counter& accepted_;
  prometheus::Counter& repeated_;
  prometheus::Counter& refused_;
  prometheus::Counter& withdrawn_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_RESPONSES_H_

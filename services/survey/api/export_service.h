// Responses as files, on the wire.

#ifndef VG_SERVICES_SURVEY_API_EXPORT_SERVICE_H_
#define VG_SERVICES_SURVEY_API_EXPORT_SERVICE_H_

#include <functional>

#include "absl/status/status.h"

#include "common/grpc/call_pipeline.h"
#include "common/time/clock.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/storage/export_store.h"
#include "services/survey/storage/questionnaire_store.h"
#include "services/survey/storage/wave_store.h"
#include "voortgang/survey/v1/export_service.grpc.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows everything it is made from. Thread-safe.
class ExportService final : public v1::ExportService::CallbackService {
 public:
  ExportService(ExportStore& store, WaveStore& waves, QuestionnaireStore& questionnaires,
                const Clock& clock, rpc::CallPipeline& calls)
      : store_(store),
        questionnaires_(questionnaires),
        wave_cache_(waves, questionnaires),
        clock_(clock),
        calls_(calls) {}

  grpc::ServerWriteReactor<v1::ExportResponsesResponse>* ExportResponses(
      grpc::CallbackServerContext* context, const v1::ExportResponsesRequest* request) override {
    return calls_.ServerStream<v1::ExportResponsesResponse>(
        context, request, std::bind_front(&ExportService::Stream, this));
  }

 private:
  absl::Status Stream(rpc::Call& call, const v1::ExportResponsesRequest& request,
                      rpc::Writer<v1::ExportResponsesResponse>& writer);

  ExportStore& store_;
  QuestionnaireStore& questionnaires_;
  WaveCache wave_cache_;
  const Clock& clock_;
  rpc::CallPipeline& calls_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_EXPORT_SERVICE_H_

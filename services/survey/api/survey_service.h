// The survey on the wire.

#ifndef VG_SERVICES_SURVEY_API_SURVEY_SERVICE_H_
#define VG_SERVICES_SURVEY_API_SURVEY_SERVICE_H_

#include <functional>

#include "absl/status/status.h"

#include "common/grpc/call_pipeline.h"
#include "common/grpc/change_tail.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/survey/api/intake_desk.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/peers/registry.h"
#include "services/survey/storage/questionnaire_store.h"
#include "services/survey/storage/response_store.h"
#include "services/survey/storage/wave_store.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Borrows everything it is made from. Thread-safe.
class SurveyService final : public v1::SurveyService::CallbackService {
 public:
  struct Stores {
    QuestionnaireStore& questionnaires;
    WaveStore& waves;
    ResponseStore& responses;
  };

  // `tail` streams the feed kResponseFeed.
  SurveyService(Stores stores, rpc::ChangeTail tail, Registry& registry, const Clock& clock,
                metrics::Registry& metrics, rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* PublishQuestionnaire(grpc::CallbackServerContext* context,
                                                 const v1::PublishQuestionnaireRequest* request,
                                                 v1::QuestionnaireVersion* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&SurveyService::Publish, this));
  }
  grpc::ServerUnaryReactor* GetQuestionnaireVersion(
      grpc::CallbackServerContext* context, const v1::GetQuestionnaireVersionRequest* request,
      v1::QuestionnaireVersion* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&SurveyService::GetVersion, this));
  }
  grpc::ServerUnaryReactor* ListQuestionnaireVersions(
      grpc::CallbackServerContext* context, const v1::ListQuestionnaireVersionsRequest* request,
      v1::ListQuestionnaireVersionsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&SurveyService::ListVersions, this));
  }
  grpc::ServerUnaryReactor* OpenWave(grpc::CallbackServerContext* context,
                                     const v1::OpenWaveRequest* request,
                                     v1::Wave* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&SurveyService::Open, this));
  }
  grpc::ServerUnaryReactor* GetWave(grpc::CallbackServerContext* context,
                                    const v1::GetWaveRequest* request,
                                    v1::Wave* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&SurveyService::ReadWave, this));
  }
  grpc::ServerUnaryReactor* ListWaves(grpc::CallbackServerContext* context,
                                      const v1::ListWavesRequest* request,
                                      v1::ListWavesResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&SurveyService::ReadWaves, this));
  }
  grpc::ServerUnaryReactor* UpdateWave(grpc::CallbackServerContext* context,
                                       const v1::UpdateWaveRequest* request,
                                       v1::Wave* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&SurveyService::Update, this));
  }
  grpc::ServerUnaryReactor* SubmitResponse(grpc::CallbackServerContext* context,
                                           const v1::SubmitResponseRequest* request,
                                           v1::Response* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&SurveyService::Submit, this));
  }
  grpc::ServerBidiReactor<v1::ImportResponsesRequest, v1::ImportResponsesResponse>* ImportResponses(
      grpc::CallbackServerContext* context) override {
    return calls_.BidiStream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>(
        context, std::bind_front(&SurveyService::Import, this));
  }
  grpc::ServerUnaryReactor* WithdrawResponse(grpc::CallbackServerContext* context,
                                             const v1::WithdrawResponseRequest* request,
                                             v1::Response* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&SurveyService::Withdraw, this));
  }
  grpc::ServerUnaryReactor* GetResponse(grpc::CallbackServerContext* context,
                                        const v1::GetResponseRequest* request,
                                        v1::Response* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&SurveyService::ReadResponse, this));
  }
  grpc::ServerUnaryReactor* ListResponses(grpc::CallbackServerContext* context,
                                          const v1::ListResponsesRequest* request,
                                          v1::ListResponsesResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&SurveyService::ReadResponses, this));
  }
  grpc::ServerUnaryReactor* GetWaveProgress(grpc::CallbackServerContext* context,
                                            const v1::GetWaveProgressRequest* request,
                                            v1::WaveProgress* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&SurveyService::ReadProgress, this));
  }
  grpc::ServerWriteReactor<v1::TailResponseChangesResponse>* TailResponseChanges(
      grpc::CallbackServerContext* context,
      const v1::TailResponseChangesRequest* request) override {
    return calls_.ServerStream<v1::TailResponseChangesResponse>(
        context, request,
        [this](rpc::Call& call, const v1::TailResponseChangesRequest& message,
               rpc::Writer<v1::TailResponseChangesResponse>& writer) {
          return tail_.Stream(call, message, writer);
        });
  }

 private:
  absl::Status Publish(const v1::PublishQuestionnaireRequest& request,
                       v1::QuestionnaireVersion& response);
  absl::Status GetVersion(const v1::GetQuestionnaireVersionRequest& request,
                          v1::QuestionnaireVersion& response);
  absl::Status ListVersions(const v1::ListQuestionnaireVersionsRequest& request,
                            v1::ListQuestionnaireVersionsResponse& response);
  absl::Status Open(const v1::OpenWaveRequest& request, v1::Wave& response);
  absl::Status ReadWave(const v1::GetWaveRequest& request, v1::Wave& response);
  absl::Status ReadWaves(const v1::ListWavesRequest& request, v1::ListWavesResponse& response);
  absl::Status Update(const v1::UpdateWaveRequest& request, v1::Wave& response);
  absl::Status Submit(const v1::SubmitResponseRequest& request, v1::Response& response);
  absl::Status Import(rpc::Call& call,
                      rpc::Stream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>& stream);
  absl::Status Withdraw(const v1::WithdrawResponseRequest& request, v1::Response& response);
  absl::Status ReadResponse(const v1::GetResponseRequest& request, v1::Response& response);
  absl::Status ReadResponses(const v1::ListResponsesRequest& request,
                             v1::ListResponsesResponse& response);
  absl::Status ReadProgress(const v1::GetWaveProgressRequest& request, v1::WaveProgress& response);

  // Takes one message of an import in, as one transaction.
  absl::Status ImportBatch(IntakeDesk& desk, v1::ImportResponsesRequest& message,
                           bool validate_only, v1::ImportResponsesResponse& out);
  void Count(SubmissionResult::Outcome outcome);

  QuestionnaireStore& questionnaires_;
  WaveStore& waves_;
  ResponseStore& responses_;
  const rpc::ChangeTail tail_;
  Registry& registry_;
  const Clock& clock_;
  rpc::CallPipeline& calls_;
  WaveCache wave_cache_;
  prometheus::Counter& accepted_;
  prometheus::Counter& repeated_;
  prometheus::Counter& refused_;
  prometheus::Counter& withdrawn_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_SURVEY_SERVICE_H_

// The survey on the wire.

#ifndef VG_SERVICES_SURVEY_API_SURVEY_SERVICE_H_
#define VG_SERVICES_SURVEY_API_SURVEY_SERVICE_H_

#include <functional>

#include "common/grpc/call_pipeline.h"
#include "common/grpc/change_tail.h"
#include "common/grpc/method_queue.h"
#include "common/grpc/rounds.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "services/survey/api/corrections.h"
#include "services/survey/api/drafts.h"
#include "services/survey/api/forms.h"
#include "services/survey/api/questionnaires.h"
#include "services/survey/api/refusals.h"
#include "services/survey/api/responses.h"
#include "services/survey/api/waves.h"
#include "services/survey/peers/registry.h"
#include "services/survey/storage/questionnaire_store.h"
#include "services/survey/storage/response_store.h"
#include "services/survey/storage/wave_store.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Every method is one call: the pipeline runs the class that knows how. SubmitResponse is served in
// rounds. Borrows everything it is made from. Thread-safe.
class SurveyService final : public rpc::WithQueues<v1::SurveyService> {
 public:
  struct Stores {
    QuestionnaireStore& questionnaires;
    DraftStore& drafts;
    WaveStore& waves;
    ResponseStore& responses;
    RefusalStore& refusals;
  };

  // `tail` streams the feed kResponseFeed.
  SurveyService(Stores stores, feed::Signal& signal, Registry& registry, const Clock& clock,
                metrics::Registry& metrics, rpc::CallPipeline& calls);

  grpc::ServerUnaryReactor* PublishQuestionnaire(grpc::CallbackServerContext* context,
                                                 const v1::PublishQuestionnaireRequest* request,
                                                 v1::QuestionnaireVersion* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Questionnaires::Publish, &questionnaires_));
  }
  grpc::ServerUnaryReactor* GetQuestionnaireVersion(
      grpc::CallbackServerContext* context, const v1::GetQuestionnaireVersionRequest* request,
      v1::QuestionnaireVersion* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Questionnaires::Get, &questionnaires_));
  }
  grpc::ServerUnaryReactor* ConvertXlsForm(grpc::CallbackServerContext* context,
                                           const v1::ConvertXlsFormRequest* request,
                                           v1::ConvertXlsFormResponse* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Forms::Convert, &forms_));
  }
  grpc::ServerUnaryReactor* WriteXlsForm(grpc::CallbackServerContext* context,
                                         const v1::WriteXlsFormRequest* request,
                                         v1::WriteXlsFormResponse* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Forms::Write, &forms_));
  }
  grpc::ServerUnaryReactor* GetCodebook(grpc::CallbackServerContext* context,
                                        const v1::GetCodebookRequest* request,
                                        v1::Codebook* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Forms::Codebook, &forms_));
  }
  grpc::ServerUnaryReactor* ListQuestionnaireVersions(
      grpc::CallbackServerContext* context, const v1::ListQuestionnaireVersionsRequest* request,
      v1::ListQuestionnaireVersionsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Questionnaires::List, &questionnaires_));
  }
  grpc::ServerUnaryReactor* CompareQuestionnaireVersions(
      grpc::CallbackServerContext* context, const v1::CompareQuestionnaireVersionsRequest* request,
      v1::CompareQuestionnaireVersionsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Questionnaires::Compare, &questionnaires_));
  }
  grpc::ServerUnaryReactor* SaveQuestionnaireDraft(grpc::CallbackServerContext* context,
                                                   const v1::SaveQuestionnaireDraftRequest* request,
                                                   v1::QuestionnaireDraft* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Drafts::Save, &drafts_));
  }
  grpc::ServerUnaryReactor* GetQuestionnaireDraft(grpc::CallbackServerContext* context,
                                                  const v1::GetQuestionnaireDraftRequest* request,
                                                  v1::QuestionnaireDraft* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Drafts::Get, &drafts_));
  }
  grpc::ServerUnaryReactor* ListQuestionnaireDrafts(
      grpc::CallbackServerContext* context, const v1::ListQuestionnaireDraftsRequest* request,
      v1::ListQuestionnaireDraftsResponse* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Drafts::List, &drafts_));
  }
  grpc::ServerUnaryReactor* DeleteQuestionnaireDraft(
      grpc::CallbackServerContext* context, const v1::DeleteQuestionnaireDraftRequest* request,
      google::protobuf::Empty* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Drafts::Delete, &drafts_));
  }
  grpc::ServerUnaryReactor* OpenWave(grpc::CallbackServerContext* context,
                                     const v1::OpenWaveRequest* request,
                                     v1::Wave* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Waves::Open, &waves_));
  }
  grpc::ServerUnaryReactor* GetWave(grpc::CallbackServerContext* context,
                                    const v1::GetWaveRequest* request,
                                    v1::Wave* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Waves::Get, &waves_));
  }
  grpc::ServerUnaryReactor* ListWaves(grpc::CallbackServerContext* context,
                                      const v1::ListWavesRequest* request,
                                      v1::ListWavesResponse* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Waves::List, &waves_));
  }
  grpc::ServerUnaryReactor* UpdateWave(grpc::CallbackServerContext* context,
                                       const v1::UpdateWaveRequest* request,
                                       v1::Wave* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Waves::Update, &waves_));
  }
  grpc::ServerBidiReactor<v1::ImportResponsesRequest, v1::ImportResponsesResponse>* ImportResponses(
      grpc::CallbackServerContext* context) override {
    return calls_.BidiStream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>(
        context, std::bind_front(&Responses::Import, &responses_));
  }
  grpc::ServerUnaryReactor* CorrectResponse(grpc::CallbackServerContext* context,
                                            const v1::CorrectResponseRequest* request,
                                            v1::Response* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Corrections::Correct, &corrections_));
  }
  grpc::ServerUnaryReactor* ListResponseRevisions(
      grpc::CallbackServerContext* context, const v1::ListResponseRevisionsRequest* request,
      v1::ListResponseRevisionsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Corrections::List, &corrections_));
  }
  grpc::ServerUnaryReactor* GetParadata(grpc::CallbackServerContext* context,
                                        const v1::GetParadataRequest* request,
                                        v1::Paradata* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Corrections::GetParadata, &corrections_));
  }
  grpc::ServerUnaryReactor* ListRefusals(grpc::CallbackServerContext* context,
                                         const v1::ListRefusalsRequest* request,
                                         v1::ListRefusalsResponse* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Refusals::List, &refusals_));
  }
  grpc::ServerUnaryReactor* ListTurnedAway(grpc::CallbackServerContext* context,
                                           const v1::ListTurnedAwayRequest* request,
                                           v1::ListTurnedAwayResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Refusals::ListTurnedAway, &refusals_));
  }
  grpc::ServerUnaryReactor* WithdrawResponse(grpc::CallbackServerContext* context,
                                             const v1::WithdrawResponseRequest* request,
                                             v1::Response* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Responses::Withdraw, &responses_));
  }
  grpc::ServerUnaryReactor* GetResponse(grpc::CallbackServerContext* context,
                                        const v1::GetResponseRequest* request,
                                        v1::Response* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Responses::Get, &responses_));
  }
  grpc::ServerUnaryReactor* ListResponses(grpc::CallbackServerContext* context,
                                          const v1::ListResponsesRequest* request,
                                          v1::ListResponsesResponse* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Responses::List, &responses_));
  }
  grpc::ServerUnaryReactor* GetWaveProgress(grpc::CallbackServerContext* context,
                                            const v1::GetWaveProgressRequest* request,
                                            v1::WaveProgress* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&Waves::Progress, &waves_));
  }
  grpc::ServerWriteReactor<v1::WaveProgress>* WatchWaveProgress(
      grpc::CallbackServerContext* context, const v1::WatchWaveProgressRequest* request) override {
    return calls_.ServerStream<v1::WaveProgress>(context, request,
                                                 std::bind_front(&Waves::WatchProgress, &waves_));
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
  grpc::ServerUnaryReactor* GetResponseChangeHeads(
      grpc::CallbackServerContext* context, const v1::GetResponseChangeHeadsRequest* request,
      voortgang::feed::v1::FeedHeads* response) override {
    return calls_.Unary(
        context, request, response,
        [this](const v1::GetResponseChangeHeadsRequest&, voortgang::feed::v1::FeedHeads& heads) {
          return tail_.Heads(heads);
        });
  }

 private:
  rpc::CallPipeline& calls_;
  Questionnaires questionnaires_;
  Drafts drafts_;
  Forms forms_;
  Waves waves_;
  WaveCache wave_cache_;
  Responses responses_;
  rpc::Rounds<v1::SubmitResponseRequest, v1::Response> submissions_;
  Corrections corrections_;
  Refusals refusals_;
  const rpc::ChangeTail tail_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_SURVEY_SERVICE_H_

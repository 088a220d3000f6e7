// Fieldwork, on the wire.

#ifndef VG_SERVICES_SURVEY_API_FIELDWORK_SERVICE_H_
#define VG_SERVICES_SURVEY_API_FIELDWORK_SERVICE_H_

#include <functional>

#include "absl/status/status.h"

#include "common/grpc/call_pipeline.h"
#include "common/time/clock.h"
#include "services/survey/api/dispositions.h"
#include "services/survey/api/extensions.h"
#include "services/survey/api/invitations.h"
#include "services/survey/api/wave_cache.h"
#include "services/survey/peers/registry.h"
#include "services/survey/storage/extension_store.h"
#include "services/survey/storage/fieldwork_store.h"
#include "services/survey/storage/invitation_store.h"
#include "services/survey/storage/questionnaire_store.h"
#include "services/survey/storage/wave_store.h"
#include "voortgang/survey/v1/fieldwork_service.grpc.pb.h"

namespace vg::survey {

namespace v1 = voortgang::survey::v1;

// Every method is one call: the pipeline runs the class that knows how. Borrows everything it is
// made from. Thread-safe.
class FieldworkService final : public v1::FieldworkService::CallbackService {
 public:
  struct Stores {
    QuestionnaireStore& questionnaires;
    WaveStore& waves;
    InvitationStore& invitations;
    ExtensionStore& extensions;
    FieldworkStore& fieldwork;
  };

  FieldworkService(Stores stores, Registry& registry, const Clock& clock, rpc::CallPipeline& calls)
      : calls_(calls),
        registry_(registry),
        waves_(stores.waves),
        wave_cache_(stores.waves, stores.questionnaires),
        invitations_(stores.invitations, wave_cache_, clock),
        extensions_(stores.extensions, wave_cache_, clock),
        dispositions_(stores.fieldwork, stores.invitations, wave_cache_, clock) {
    // Reads the snapshot's units from the registry.
    calls_.SetUnaryDeadline("DrawSample", absl::Minutes(2));
  }

  grpc::ServerUnaryReactor* DrawSample(grpc::CallbackServerContext* context,
                                       const v1::DrawSampleRequest* request,
                                       v1::Sample* response) override {
    return calls_.Unary(context, request, response, std::bind_front(&FieldworkService::Draw, this));
  }
  grpc::ServerUnaryReactor* ListSampleUnits(grpc::CallbackServerContext* context,
                                            const v1::ListSampleUnitsRequest* request,
                                            v1::ListSampleUnitsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&FieldworkService::ListSample, this));
  }
  grpc::ServerUnaryReactor* BatchCreateInvitations(
      grpc::CallbackServerContext* context, const v1::BatchCreateInvitationsRequest* request,
      v1::BatchCreateInvitationsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Invitations::BatchCreate, &invitations_));
  }
  grpc::ServerWriteReactor<v1::CreateInvitationsResponse>* CreateInvitations(
      grpc::CallbackServerContext* context, const v1::CreateInvitationsRequest* request) override {
    return calls_.ServerStream<v1::CreateInvitationsResponse>(
        context, request, std::bind_front(&Invitations::Create, &invitations_));
  }
  grpc::ServerUnaryReactor* ListInvitations(grpc::CallbackServerContext* context,
                                            const v1::ListInvitationsRequest* request,
                                            v1::ListInvitationsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Invitations::List, &invitations_));
  }
  grpc::ServerUnaryReactor* RevokeInvitation(grpc::CallbackServerContext* context,
                                             const v1::RevokeInvitationRequest* request,
                                             v1::Invitation* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Invitations::Revoke, &invitations_));
  }
  grpc::ServerUnaryReactor* GrantExtension(grpc::CallbackServerContext* context,
                                           const v1::GrantExtensionRequest* request,
                                           v1::Extension* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Extensions::Grant, &extensions_));
  }
  grpc::ServerUnaryReactor* RevokeExtension(grpc::CallbackServerContext* context,
                                            const v1::RevokeExtensionRequest* request,
                                            v1::Extension* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Extensions::Revoke, &extensions_));
  }
  grpc::ServerUnaryReactor* ListExtensions(grpc::CallbackServerContext* context,
                                           const v1::ListExtensionsRequest* request,
                                           v1::ListExtensionsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Extensions::List, &extensions_));
  }
  grpc::ServerUnaryReactor* RecordDispositions(grpc::CallbackServerContext* context,
                                               const v1::RecordDispositionsRequest* request,
                                               v1::RecordDispositionsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Dispositions::Record, &dispositions_));
  }
  grpc::ServerUnaryReactor* ListUnitDispositions(
      grpc::CallbackServerContext* context, const v1::ListUnitDispositionsRequest* request,
      v1::ListUnitDispositionsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Dispositions::List, &dispositions_));
  }
  grpc::ServerUnaryReactor* ListFindings(grpc::CallbackServerContext* context,
                                         const v1::ListFindingsRequest* request,
                                         v1::ListFindingsResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Dispositions::Findings, &dispositions_));
  }
  grpc::ServerUnaryReactor* ListReminders(grpc::CallbackServerContext* context,
                                          const v1::ListRemindersRequest* request,
                                          v1::ListRemindersResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Dispositions::ListReminders, &dispositions_));
  }
  grpc::ServerUnaryReactor* RecordReminders(grpc::CallbackServerContext* context,
                                            const v1::RecordRemindersRequest* request,
                                            v1::RecordRemindersResponse* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Dispositions::RecordReminders, &dispositions_));
  }
  grpc::ServerUnaryReactor* GetResponseRates(grpc::CallbackServerContext* context,
                                             const v1::GetResponseRatesRequest* request,
                                             v1::ResponseRates* response) override {
    return calls_.Unary(context, request, response,
                        std::bind_front(&Dispositions::Rates, &dispositions_));
  }

 private:
  absl::Status Draw(const v1::DrawSampleRequest& request, v1::Sample& response);
  absl::Status ListSample(const v1::ListSampleUnitsRequest& request,
                          v1::ListSampleUnitsResponse& response);

  rpc::CallPipeline& calls_;
  Registry& registry_;
  WaveStore& waves_;
  WaveCache wave_cache_;
  Invitations invitations_;
  Extensions extensions_;
  Dispositions dispositions_;
};

}  // namespace vg::survey

#endif  // VG_SERVICES_SURVEY_API_FIELDWORK_SERVICE_H_

#include "services/survey/wiring.h"

#include <utility>

#include "common/feed/feed.h"
#include "common/requests/janitor.h"
#include "common/requests/request_log.h"
#include "common/status/status_macros.h"
#include "services/survey/api/export_service.h"
#include "services/survey/api/fieldwork_service.h"
#include "services/survey/api/survey_service.h"
#include "services/survey/storage/schema.h"
#include "services/survey/storage/wave_meter.h"

namespace vg::survey {
namespace {

class SurveyModule final : public Module {
 public:
  SurveyModule(sql::Database& database, std::unique_ptr<Registry> registry, bool remote,
               Platform& platform)
      : platform_(platform),
        remote_(remote),
        registry_(std::move(registry)),
        questionnaires_(database),
        drafts_(database),
        waves_(database),
        responses_(database, platform.FeedSignal("survey")),
        refusals_(database),
        service_({questionnaires_, drafts_, waves_, responses_, refusals_},
                 platform.FeedSignal("survey"), *registry_, platform.clock(), platform.metrics(),
                 platform.Pipeline(v1::SurveyService::service_full_name())),
        exports_(database),
        export_service_(exports_, waves_, questionnaires_, platform.clock(),
                        platform.Pipeline(v1::ExportService::service_full_name())),
        invitations_(database),
        extensions_(database),
        fieldwork_(database),
        fieldwork_service_({questionnaires_, waves_, invitations_, extensions_, fieldwork_},
                           *registry_, platform.clock(),
                           platform.Pipeline(v1::FieldworkService::service_full_name())),
        wave_meter_(waves_, platform.metrics()),
        janitor_(database, platform.clock()) {}

  std::string_view name() const override { return "survey"; }
  std::vector<grpc::Service*> grpc_services() override {
    return {&service_, &export_service_, &fieldwork_service_};
  }

  // Only the opening of a wave needs the registry; answers are taken in without it.
  std::vector<Dependency> dependencies() override {
    if (!remote_) return {};
    return {platform_.Peer("registry", false)};
  }

  absl::Status Start() override {
    wave_meter_.Start();
    janitor_.Start();
    return absl::OkStatus();
  }
  void Stop() override {
    wave_meter_.Stop();
    janitor_.Stop();
  }

 private:
  Platform& platform_;
  const bool remote_;
  const std::unique_ptr<Registry> registry_;
  QuestionnaireStore questionnaires_;
  DraftStore drafts_;
  WaveStore waves_;
  ResponseStore responses_;
  RefusalStore refusals_;
  SurveyService service_;  // Borrows the ones above.
  ExportStore exports_;
  ExportService export_service_;
  InvitationStore invitations_;
  ExtensionStore extensions_;
  FieldworkStore fieldwork_;
  FieldworkService fieldwork_service_;
  WaveMeter wave_meter_;
  requests::Janitor janitor_;
};

absl::StatusOr<std::unique_ptr<Module>> Make(std::unique_ptr<Registry> registry, bool remote,
                                             Platform& platform) {
  ASSIGN_OR_RETURN(sql::Database* const database,
                   platform.OpenDatabase("survey", {kSchema, feed::kSchema, requests::kSchema}));
  return std::make_unique<SurveyModule>(*database, std::move(registry), remote, platform);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Module>> MakeSurvey(Platform& platform) {
  return Make(
      std::make_unique<RemoteRegistry>(platform.ClientOf<RemoteRegistry::Service>("registry")),
      true, platform);
}

absl::StatusOr<std::unique_ptr<Module>> MakeSurveyWith(std::unique_ptr<Registry> registry,
                                                       Platform& platform) {
  return Make(std::move(registry), false, platform);
}

}  // namespace vg::survey

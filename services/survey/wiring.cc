#include "services/survey/wiring.h"

#include <utility>

#include "common/feed/feed.h"
#include "common/requests/janitor.h"
#include "common/requests/request_log.h"
#include "common/status/status_macros.h"
#include "services/survey/api/survey_service.h"
#include "services/survey/storage/schema.h"

namespace vg::survey {
namespace {

// How soon a follower of the feed sees commits of another replica.
constexpr absl::Duration kPoll = absl::Milliseconds(150);

class SurveyModule final : public Module {
 public:
  SurveyModule(sql::Database& database, std::unique_ptr<Registry> registry, bool remote,
               Platform& platform)
      : platform_(platform),
        remote_(remote),
        registry_(std::move(registry)),
        questionnaires_(database),
        waves_(database),
        responses_(database, platform.FeedSignal("survey")),
        service_({questionnaires_, waves_, responses_},
                 rpc::ChangeTail(database, kResponseFeed, platform.FeedSignal("survey"),
                                 {.poll = kPoll}),
                 *registry_, platform.clock(), platform.metrics(),
                 platform.Pipeline(v1::SurveyService::service_full_name())),
        janitor_(database, platform.clock()) {}

  std::string_view name() const override { return "survey"; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_}; }

  // Only the opening of a wave needs the registry; answers are taken in without it.
  std::vector<Dependency> dependencies() override {
    if (!remote_) return {};
    return {platform_.Peer("registry", false)};
  }

  absl::Status Start() override {
    janitor_.Start();
    return absl::OkStatus();
  }
  void Stop() override { janitor_.Stop(); }

 private:
  Platform& platform_;
  const bool remote_;
  const std::unique_ptr<Registry> registry_;
  QuestionnaireStore questionnaires_;
  WaveStore waves_;
  ResponseStore responses_;
  SurveyService service_;  // Borrows the ones above.
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

#include "services/indicators/wiring.h"

#include <utility>
#include <vector>

#include "common/app/observe.h"
#include "common/feed/cursor_store.h"
#include "common/requests/request_log.h"
#include "common/status/status_macros.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/api/disclosure_service.h"
#include "services/indicators/api/feed_folding.h"
#include "services/indicators/api/indicators_service.h"
#include "services/indicators/api/measures.h"
#include "services/indicators/api/peers.h"
#include "services/indicators/storage/disclosure_store.h"
#include "services/indicators/storage/indicator_store.h"
#include "services/indicators/storage/schema.h"
#include "services/indicators/storage/sums_store.h"

namespace vg::indicators {
namespace {

namespace v1 = voortgang::indicators::v1;

class IndicatorsModule final : public Module {
 public:
  IndicatorsModule(sql::Database& database, Platform& platform)
      : platform_(platform),
        indicators_(database),
        sums_(database),
        disclosures_(database),
        peers_(platform.ClientOf<voortgang::registry::v1::RegistryService>("registry"),
               platform.ClientOf<voortgang::survey::v1::SurveyService>("survey"),
               platform.ClientOf<voortgang::survey::v1::FieldworkService>("survey"),
               platform.ClientOf<voortgang::catalogue::v1::CatalogueService>("catalogue")),
        measures_(peers_),
        tables_(sums_, disclosures_, measures_, peers_, platform.clock()),
        responses_(kResponseFeed, indicators_, sums_, measures_, peers_),
        programmes_(kProgrammeFeed, indicators_, sums_, measures_, peers_),
        service_(indicators_, sums_, tables_, measures_, peers_, {&responses_, &programmes_},
                 platform.cache(), platform.metrics(), platform.clock(),
                 platform.Pipeline(v1::IndicatorsService::service_full_name())),
        disclosure_service_(indicators_, disclosures_, measures_, tables_, platform.metrics(),
                            platform.clock(),
                            platform.Pipeline(v1::DisclosureService::service_full_name())),
        response_metrics_(
            Observe(platform.metrics(), "indicators", kResponseFeed, responses_.tailer())),
        programme_metrics_(
            Observe(platform.metrics(), "indicators", kProgrammeFeed, programmes_.tailer())) {}

  std::string_view name() const override { return "indicators"; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_, &disclosure_service_}; }
  std::vector<Dependency> dependencies() override {
    return {platform_.Peer("registry"), platform_.Peer("survey"), platform_.Peer("catalogue")};
  }
  absl::Status Start() override {
    responses_.Start();
    programmes_.Start();
    return absl::OkStatus();
  }
  void Stop() override {
    responses_.Stop();
    programmes_.Stop();
  }

 private:
  Platform& platform_;
  IndicatorStore indicators_;
  SumsStore sums_;
  DisclosureStore disclosures_;
  GrpcPeers peers_;
  Measures measures_;
  Tables tables_;
  FeedFolding responses_, programmes_;
  IndicatorsService service_;
  DisclosureService disclosure_service_;
  Observations response_metrics_, programme_metrics_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Module>> MakeIndicators(Platform& platform) {
  ASSIGN_OR_RETURN(
      sql::Database * database,
      platform.OpenDatabase("indicators", {kSchema, feed::kCursorSchema, requests::kSchema}));
  return std::make_unique<IndicatorsModule>(*database, platform);
}

}  // namespace vg::indicators

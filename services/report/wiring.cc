#include "services/report/wiring.h"

#include <string_view>
#include <utility>
#include <vector>

#include "common/concurrency/executor.h"
#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "common/status/status_macros.h"
#include "services/report/api/report_service.h"
#include "services/report/api/site.h"
#include "services/report/api/staff_site.h"
#include "services/report/peers/grpc_sources.h"
#include "services/report/storage/edition_store.h"
#include "services/report/storage/schema.h"

namespace vg::report {
namespace {

constexpr char kName[] = "report";

class ReportModule final : public Module {
 public:
  ReportModule(sql::Database& database, Platform& platform, GrpcSources::Clients clients)
      : platform_(platform),
        store_(database),
        sources_(std::move(clients)),
        service_(store_, sources_, helpers_, platform.clock(), platform.metrics(),
                 platform.Pipeline(v1::ReportService::service_full_name())),
        site_(store_, platform.cache(), platform.clock()),
        staff_(sources_, platform.authenticator(), platform.clock()) {}

  std::string_view name() const override { return kName; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_}; }
  std::vector<http::Route> http_routes() override {
    std::vector<http::Route> routes = site_.Routes();
    for (http::Route& route : staff_.Routes()) routes.push_back(std::move(route));
    return routes;
  }
  // Pages are served without the others; composing needs them.
  std::vector<Dependency> dependencies() override {
    std::vector<Dependency> needed;
    for (const char* peer : {"registry", "survey", "catalogue", "funding", "indicators"}) {
      needed.push_back(platform_.Peer(peer, /*required=*/false));
    }
    return needed;
  }

 private:
  Platform& platform_;
  EditionStore store_;
  GrpcSources sources_;
  BoundedExecutor helpers_{{.name = "report-helpers", .threads = static_cast<int>(kHelpers)}};
  ReportService service_;
  Site site_;
  StaffSite staff_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Module>> MakeReport(Platform& platform) {
  ASSIGN_OR_RETURN(sql::Database* const database,
                   platform.OpenDatabase(kName, {kSchema, requests::kSchema}));
  GrpcSources::Clients clients{
      .registry = platform.ClientOf<voortgang::registry::v1::RegistryService>("registry"),
      .survey = platform.ClientOf<voortgang::survey::v1::SurveyService>("survey"),
      .catalogue = platform.ClientOf<voortgang::catalogue::v1::CatalogueService>("catalogue"),
      .funding = platform.ClientOf<voortgang::funding::v1::FundingService>("funding"),
      .ledger = platform.ClientOf<voortgang::funding::v1::LedgerService>("funding"),
      .accountability = platform.ClientOf<voortgang::funding::v1::AccountabilityService>("funding"),
      .indicators = platform.ClientOf<voortgang::indicators::v1::IndicatorsService>("indicators"),
      .disclosures = platform.ClientOf<voortgang::indicators::v1::DisclosureService>("indicators")};
  return std::make_unique<ReportModule>(*database, platform, std::move(clients));
}

}  // namespace vg::report

#include "services/catalogue/wiring.h"

#include <string_view>
#include <vector>

#include "common/feed/feed.h"
#include "common/requests/janitor.h"
#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "common/status/status_macros.h"
#include "services/catalogue/api/catalogue_service.h"
#include "services/catalogue/peers/registry.h"
#include "services/catalogue/storage/schema.h"

namespace vg::catalogue {
namespace {

constexpr char kName[] = "catalogue";

class CatalogueModule final : public Module {
 public:
  CatalogueModule(sql::Database& database, Platform& platform)
      : platform_(platform),
        registry_(platform.ClientOf<RemoteRegistry::Service>("registry")),
        service_(database, registry_, platform.clock(), platform.FeedSignal(kName),
                 platform.metrics(), platform.Pipeline(v1::CatalogueService::service_full_name())),
        janitor_(database, platform.clock()) {}

  std::string_view name() const override { return kName; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_}; }

  // Only filing by a board and breakdowns ask it.
  std::vector<Dependency> dependencies() override { return {platform_.Peer("registry", false)}; }

  absl::Status Start() override {
    janitor_.Start();
    return absl::OkStatus();
  }
  void Stop() override { janitor_.Stop(); }

 private:
  Platform& platform_;
  RemoteRegistry registry_;
  CatalogueService service_;  // Borrows the registry.
  requests::Janitor janitor_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Module>> MakeCatalogue(Platform& platform) {
  ASSIGN_OR_RETURN(sql::Database* const database,
                   platform.OpenDatabase(kName, {kSchema, feed::kSchema, requests::kSchema}));
  return std::make_unique<CatalogueModule>(*database, platform);
}

}  // namespace vg::catalogue

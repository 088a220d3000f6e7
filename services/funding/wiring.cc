#include "services/funding/wiring.h"

#include <string_view>
#include <vector>

#include "common/requests/janitor.h"
#include "common/requests/request_log.h"
#include "common/status/status_macros.h"
#include "services/funding/api/funding_service.h"
#include "services/funding/peers/grpc_register.h"
#include "services/funding/storage/funding_store.h"
#include "services/funding/storage/schema.h"

namespace vg::funding {
namespace {

namespace v1 = voortgang::funding::v1;
namespace registry = voortgang::registry::v1;

class FundingModule final : public Module {
 public:
  FundingModule(sql::Database& database, Platform& platform)
      : platform_(platform),
        store_(database),
        register_(platform.ClientOf<registry::RegistryService>("registry")),
        service_(store_, register_, platform.clock(), platform.metrics(),
                 platform.Pipeline(v1::FundingService::service_full_name())),
        janitor_(database, platform.clock()) {}

  std::string_view name() const override { return "funding"; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_}; }
  // Amounts that are kept are read without it.
  std::vector<Dependency> dependencies() override {
    return {platform_.Peer("registry", /*required=*/false)};
  }
  absl::Status Start() override {
    janitor_.Start();
    return absl::OkStatus();
  }
  void Stop() override { janitor_.Stop(); }

 private:
  Platform& platform_;
  FundingStore store_;
  GrpcRegister register_;
  FundingService service_;  // Borrows the ones above.
  requests::Janitor janitor_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Module>> MakeFunding(Platform& platform) {
  ASSIGN_OR_RETURN(sql::Database * database,
                   platform.OpenDatabase("funding", {kSchema, requests::kSchema}));
  return std::make_unique<FundingModule>(*database, platform);
}

}  // namespace vg::funding

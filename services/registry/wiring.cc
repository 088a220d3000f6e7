#include "services/registry/wiring.h"

#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "common/requests/janitor.h"
#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "common/status/status_macros.h"
#include "services/registry/api/registry_service.h"
#include "services/registry/storage/registry_store.h"
#include "services/registry/storage/schema.h"

namespace vg::registry {
namespace {

constexpr char kName[] = "registry";

class RegistryModule final : public Module {
 public:
  RegistryModule(sql::Database& database, Platform& platform)
      : store_(database),
        service_(store_, platform.clock(), platform.metrics(),
                 platform.Pipeline(v1::RegistryService::service_full_name())),
        janitor_(database, platform.clock()) {}

  std::string_view name() const override { return kName; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_}; }
  absl::Status Start() override {
    janitor_.Start();
    return absl::OkStatus();
  }
  void Stop() override { janitor_.Stop(); }

 private:
  RegistryStore store_;  // Outlives service_, which borrows it.
  RegistryService service_;
  requests::Janitor janitor_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Module>> MakeRegistry(Platform& platform) {
  ASSIGN_OR_RETURN(sql::Database* const database,
                   platform.OpenDatabase(kName, {kSchema, requests::kSchema}));
  return std::make_unique<RegistryModule>(*database, platform);
}

}  // namespace vg::registry

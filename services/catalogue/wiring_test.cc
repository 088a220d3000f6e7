#include "services/catalogue/wiring.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/grpc/status.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "voortgang/catalogue/v1/catalogue_service.grpc.pb.h"

namespace vg::catalogue {
namespace {

namespace v1 = voortgang::catalogue::v1;

absl::StatusOr<std::unique_ptr<AppServer>> StartOn(const std::string& folder) {
  ServerOptions options = TestServerOptions();
  options.data_dir = folder;
  options.peers = {
      {"registry", "127.0.0.1:1"}};  // Nobody is there: only boards and breakdowns ask.
  return AppServer::Start(options, [](Platform& platform) -> absl::StatusOr<Modules> {
    Modules modules;
    ASSIGN_OR_RETURN(modules.emplace_back(), MakeCatalogue(platform));
    return modules;
  });
}

TEST(WiringTest, KeepsWhatWasPublishedAcrossARestart) {
  const TempDir folder;
  std::string digest;
  {
    ASSERT_OK_AND_ASSIGN(const auto server, StartOn(folder.path()));
    v1::PublishMenuEditionRequest request;
    request.set_menu_edition_id("2021-spring");
    v1::MenuEdition& menu = *request.mutable_menu_edition();
    menu.mutable_title()->set_nl("Menukaart");
    menu.mutable_start_date()->set_year(2021);
    menu.mutable_start_date()->set_month(5);
    menu.mutable_start_date()->set_day(10);
    v1::MenuCategory& category = *menu.add_categories();
    category.set_id("B");
    category.mutable_title()->set_nl("Effectievere inzet");
    v1::Intervention& intervention = *menu.add_interventions();
    intervention.set_id("feedback");
    intervention.set_category("B");
    intervention.mutable_title()->set_nl("Feedback");
    grpc::ClientContext context;
    v1::MenuEdition published;
    ASSERT_OK(rpc::FromGrpcStatus(v1::CatalogueService::NewStub(server->Channel())
                                      ->PublishMenuEdition(&context, request, &published)));
    digest = published.digest();
    EXPECT_TRUE(server->Stop());
  }
  ASSERT_OK_AND_ASSIGN(const auto server, StartOn(folder.path()));
  v1::GetMenuEditionRequest request;
  request.set_name("menuEditions/2021-spring");
  grpc::ClientContext context;
  v1::MenuEdition read;
  ASSERT_OK(rpc::FromGrpcStatus(
      v1::CatalogueService::NewStub(server->Channel())->GetMenuEdition(&context, request, &read)));
  EXPECT_EQ(read.digest(), digest);
}

}  // namespace
}  // namespace vg::catalogue

#include "services/registry/wiring.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/grpc/status.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::registry {
namespace {

namespace v1 = voortgang::registry::v1;

absl::StatusOr<Modules> OnlyRegistry(Platform& platform) {
  Modules modules;
  ASSIGN_OR_RETURN(modules.emplace_back(), MakeRegistry(platform));
  return modules;
}

absl::Status Import(AppServer& server) {
  const auto stub = v1::RegistryService::NewStub(server.Channel());
  grpc::ClientContext context;
  const auto stream = stub->ImportSnapshot(&context);
  v1::ImportSnapshotRequest request;
  v1::ImportPlan& plan = *request.mutable_plan();
  plan.set_snapshot_id("s1");
  plan.mutable_count_date()->set_year(2020);
  plan.mutable_count_date()->set_month(10);
  plan.mutable_count_date()->set_day(1);
  stream->Write(request);
  request.mutable_chunk()->set_file_name("schools.csv");
  request.mutable_chunk()->set_data(
      "school,title,sector,municipality,province\n01AA00,De Brug,primary,114,Drenthe\n");
  stream->Write(request);
  stream->WritesDone();
  v1::ImportSnapshotResponse response;
  while (stream->Read(&response)) {
  }
  return rpc::FromGrpcStatus(stream->Finish());
}

TEST(RegistryModuleTest, KeepsSnapshotsOverARestartOfItsServer) {
  const TempDir folder;
  ServerOptions options = TestServerOptions();
  options.data_dir = folder.path();
  {
    ASSERT_OK_AND_ASSIGN(const auto server, AppServer::Start(options, OnlyRegistry));
    ASSERT_OK(Import(*server));
    EXPECT_TRUE(server->Stop());
  }
  ASSERT_OK_AND_ASSIGN(const auto server, AppServer::Start(options, OnlyRegistry));
  const auto stub = v1::RegistryService::NewStub(server->Channel());
  grpc::ClientContext context;
  v1::GetSchoolRequest request;
  request.set_name("snapshots/s1/schools/01AA00");
  v1::School school;
  ASSERT_OK(rpc::FromGrpcStatus(stub->GetSchool(&context, request, &school)));
  EXPECT_EQ(school.title(), "De Brug");
}

}  // namespace
}  // namespace vg::registry

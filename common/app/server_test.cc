#include "common/app/server.h"

#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "gtest/gtest.h"

#include "common/app/test_modules.h"
#include "common/grpc/status.h"
#include "common/grpc/test_registry.h"
#include "common/http/test_client.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using rpc::LogLines;
using rpc::SchoolRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace registry_v1 = voortgang::registry::v1;
namespace survey_v1 = voortgang::survey::v1;

using SetUp = std::function<void(RegistryModule&)>;

MakeModules OnlyRegistry(SetUp set_up = [](RegistryModule&) {}) {
  return [set_up](Platform& platform) -> absl::StatusOr<Modules> {
    auto module = std::make_unique<RegistryModule>(platform);
    RETURN_IF_ERROR(platform.OpenDatabase("registry", {}).status());
    set_up(*module);
    Modules modules;
    modules.push_back(std::move(module));
    return modules;
  };
}

MakeModules RegistryAndSurvey(SetUp set_up = [](RegistryModule&) {}) {
  return [set_up](Platform& platform) -> absl::StatusOr<Modules> {
    ASSIGN_OR_RETURN(Modules modules, OnlyRegistry(set_up)(platform));
    modules.push_back(std::make_unique<SurveyModule>(platform));
    return modules;
  };
}

absl::StatusOr<Modules> OnlySurvey(Platform& platform) {
  Modules modules;
  modules.push_back(std::make_unique<SurveyModule>(platform));
  return modules;
}

std::string Address(int port) { return "127.0.0.1:" + std::to_string(port); }

std::shared_ptr<grpc::Channel> Outside(int port) {
  return grpc::CreateChannel(Address(port), grpc::InsecureChannelCredentials());
}

// "SERVING", "NOT_SERVING", or the code of the refusal.
std::string HealthOf(int port, const std::string& name) {
  grpc::ClientContext context;
  HealthCheckRequest request;
  HealthCheckResponse response;
  request.set_service(name);
  const grpc::Status status = Health::NewStub(Outside(port))->Check(&context, request, &response);
  if (!status.ok()) return std::string(rpc::CodeName(status.error_code()));
  return HealthCheckResponse::ServingStatus_Name(response.status());
}

absl::Status GetSchool(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  registry_v1::School school;
  return rpc::FromGrpcStatus(registry_v1::RegistryService::NewStub(channel)->GetSchool(
      &context, SchoolRequest(), &school));
}

absl::Status GetWave(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  survey_v1::GetWaveRequest request;
  request.set_name("waves/first");
  survey_v1::Wave wave;
  return rpc::FromGrpcStatus(
      survey_v1::SurveyService::NewStub(channel)->GetWave(&context, request, &wave));
}

class AppServerTest : public testing::Test {
 protected:
  std::unique_ptr<AppServer> Start(const MakeModules& make_modules,
                                   ServerOptions options = TestServerOptions()) {
    auto server = AppServer::Start(options, make_modules);
    EXPECT_THAT(server, IsOk());
    return *std::move(server);
  }

  LogLines log_;
};

TEST_F(AppServerTest, ServesItsModulesInProcessAndOnItsPort) {
  const auto server = Start(OnlyRegistry());
  EXPECT_THAT(GetSchool(server->Channel()), IsOk());
  EXPECT_THAT(GetSchool(Outside(server->port())), IsOk());
}

TEST_F(AppServerTest, ShowsMetricsHealthAndPagesOverHttp) {
  ServerOptions options = TestServerOptions();
  options.http_listen = "127.0.0.1:0";
  const auto server = Start(OnlyRegistry(), options);
  ASSERT_THAT(GetSchool(server->Channel()), IsOk());
  const auto metrics = [&] { return http::Ask(server->http_port(), "/metrics"); };
  // The executor counts what it has done once the answer is out.
  EXPECT_TRUE(WaitUntil([&] {
    return absl::StrContains(metrics(),
                             "voortgang_executor_completed_total{executor=\"registry\"} 1\n");
  }));
  for (const char* series :
       {"grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"GetSchool\","
        "grpc_service=\"voortgang.registry.v1.RegistryService\",grpc_type=\"unary\"} 1\n",
        "voortgang_executor_queue_length{executor=\"registry-streams\"} 0\n",
        "voortgang_database_connections_limit{service=\"registry\"}",
        "voortgang_cache_requests_total{result=\"hit\"} 0\n",
        "voortgang_dependency_up{dependency=\"database\",service=\"registry\"} 1\n",
        "voortgang_ready 1\n", "voortgang_build_info{", "process_resident_memory_bytes "}) {
    EXPECT_THAT(metrics(), HasSubstr(series));
  }
  EXPECT_THAT(http::Ask(server->http_port(), "/healthz"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(http::Ask(server->http_port(), "/readyz"), HasSubstr("\"registry/database\":true"));
  EXPECT_THAT(http::Ask(server->http_port(), "/page"), HasSubstr("<p>hello</p>"));
}

TEST_F(AppServerTest, TellsTheHealthOfServicesAndDependenciesOnBothPorts) {
  const auto server = Start(OnlyRegistry());
  for (const int port : {server->port(), server->admin_port()}) {
    for (const char* name : {"", "readiness", "liveness", "registry", "registry/database",
                             "registry/cache", "voortgang.registry.v1.RegistryService"}) {
      EXPECT_EQ(HealthOf(port, name), "SERVING") << name;
    }
    EXPECT_EQ(HealthOf(port, "registry/moon"), "NotFound");
  }
}

TEST_F(AppServerTest, DescribesItsServicesByReflection) {
  const auto server = Start(OnlyRegistry());
  for (const int port : {server->port(), server->admin_port()}) {
    // ServerReflectionRequest{list_services: ""}: its own code cannot be linked beside gRPC's.
    const std::string list_services("\x3a\x00", 2);
    const grpc::Slice slice(list_services);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    grpc::ClientContext context;
    const auto channel = Outside(port);
    const grpc::internal::RpcMethod method(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        grpc::internal::RpcMethod::NORMAL_RPC);
    const grpc::Status status =
        grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
            channel.get(), method, &context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    grpc::Slice answer;
    ASSERT_TRUE(response.DumpToSingleSlice(&answer).ok());
    const std::string text(reinterpret_cast<const char*>(answer.begin()), answer.size());
    EXPECT_THAT(text, HasSubstr("grpc.health.v1.Health"));
    if (port == server->port()) {
      EXPECT_THAT(text, HasSubstr("voortgang.registry.v1.RegistryService"));
    }
  }
}

TEST_F(AppServerTest, IsNotReadyWithoutARequiredDependency) {
  ServerOptions options = TestServerOptions();
  options.http_listen = "127.0.0.1:0";
  const auto server = Start(OnlyRegistry([](RegistryModule& module) {
                              module.needs = {{.name = "moon", .check = [] {
                                                 return absl::UnavailableError("new moon");
                                               }}};
                            }),
                            options);
  EXPECT_EQ(HealthOf(server->admin_port(), "registry/moon"), "NOT_SERVING");
  EXPECT_EQ(HealthOf(server->admin_port(), "readiness"), "NOT_SERVING");
  EXPECT_EQ(HealthOf(server->admin_port(), "liveness"), "SERVING");
  EXPECT_THAT(http::Ask(server->http_port(), "/readyz"), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(log_.text(), HasSubstr("registry/moon is not well: new moon"));
}

TEST_F(AppServerTest, BecomesReadyWhenItsDependencyDoes) {
  std::atomic<bool> well = false;
  ServerOptions options = TestServerOptions();
  options.health_interval = absl::Milliseconds(1);
  const auto server =
      Start(OnlyRegistry([&](RegistryModule& module) {
              module.needs = {{.name = "moon", .check = [&] {
                                 return well ? absl::OkStatus() : absl::UnavailableError("no");
                               }}};
            }),
            options);
  grpc::ClientContext context;
  const auto stub = Health::NewStub(Outside(server->admin_port()));
  const auto watch = stub->Watch(&context, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  well = true;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
}

TEST_F(AppServerTest, StaysReadyWithoutRedis) {
  ServerOptions options = TestServerOptions();
  options.cache_url = "redis://127.0.0.1:1";
  const auto server = Start(OnlyRegistry(), options);
  EXPECT_EQ(HealthOf(server->admin_port(), "readiness"), "SERVING");
}

TEST_F(AppServerTest, LetsModulesCallEachOtherInProcess) {
  const auto server = Start(RegistryAndSurvey());
  EXPECT_THAT(GetWave(server->Channel()), IsOk());
  EXPECT_THAT(GetWave(Outside(server->port())), IsOk());
}

TEST_F(AppServerTest, LetsModulesWaitForEachOtherWhenEveryThreadIsTaken) {
  ServerOptions options = TestServerOptions();
  options.unary_threads = 1;
  const auto server = Start(RegistryAndSurvey(), options);
  std::vector<std::thread> callers;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] { answered += GetWave(server->Channel()).ok() ? 1 : 0; });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, 8);
}

TEST_F(AppServerTest, FindsItsPeerInAnotherProcessByAddress) {
  const auto registry = Start(OnlyRegistry());
  ServerOptions options = TestServerOptions();
  options.peers = {{"registry", Address(registry->port())}};
  const auto survey = Start(OnlySurvey, options);
  EXPECT_THAT(GetWave(survey->Channel()), IsOk());
  EXPECT_EQ(HealthOf(survey->admin_port(), "survey/registry"), "SERVING");
}

TEST_F(AppServerTest, IsNotReadyWhenItsPeerIsNotThere) {
  ServerOptions options = TestServerOptions();
  options.peers = {{"registry", "127.0.0.1:1"}};
  const auto survey = Start(OnlySurvey, options);
  EXPECT_EQ(HealthOf(survey->admin_port(), "readiness"), "NOT_SERVING");
}

TEST_F(AppServerTest, RefusesToStartWithoutAnAddressOfAPeer) {
  const auto server = AppServer::Start(TestServerOptions(), OnlySurvey);
  EXPECT_THAT(server.status(), HasReason("PEER_UNKNOWN"));
  EXPECT_THAT(std::string(server.status().message()), HasSubstr("--peers=registry=host:50051"));
}

TEST_F(AppServerTest, RefusesToShareAPort) {
  const auto first = Start(OnlyRegistry());
  ServerOptions options = TestServerOptions();
  options.listen = Address(first->port());
  EXPECT_THAT(AppServer::Start(options, OnlyRegistry()).status(), HasReason("ADDRESS_TAKEN"));
}

TEST_F(AppServerTest, RefusesOptionsThatMakeNoSense) {
  ServerOptions options = TestServerOptions();
  options.listen = "nowhere";
  options.unary_threads = 0;
  const absl::Status status = AppServer::Start(options, OnlyRegistry()).status();
  EXPECT_THAT(status, HasReason("ADDRESS_INVALID"));
  EXPECT_EQ(DetailsOf(status).violations.size(), 2);
}

TEST_F(AppServerTest, StartsModulesInOrderAndStopsThemOnceInReverse) {
  std::vector<std::string> events;
  {
    const auto server = Start(OnlyRegistry([&](RegistryModule& module) {
      module.on_start = [&] { events.push_back("start"); };
      module.on_stop = [&] { events.push_back("stop"); };
    }));
    EXPECT_TRUE(server->Stop());
  }
  EXPECT_THAT(events, ElementsAre("start", "stop"));
}

TEST_F(AppServerTest, FailsToStartWithItsModule) {
  const auto server =
      AppServer::Start(TestServerOptions(), OnlyRegistry([](RegistryModule& module) {
                         module.start_status = absl::DataLossError("broken");
                       }));
  EXPECT_THAT(server, StatusIs(absl::StatusCode::kDataLoss));
}

// Starts a call that lasts until `release`, and stops the server meanwhile.
void StopDuringACall(AppServerTest&, const MakeModules& make_modules,
                     const std::function<absl::Status(std::shared_ptr<grpc::Channel>)>& call,
                     absl::Notification& began, absl::Notification& release,
                     const std::function<void(AppServer&)>& while_draining) {
  auto server = *AppServer::Start(TestServerOptions(), make_modules);
  absl::Status status;
  std::thread caller([&] { status = call(Outside(server->port())); });
  began.WaitForNotification();
  bool in_time = false;
  std::thread stopper([&] { in_time = server->Stop(); });
  while_draining(*server);
  release.Notify();
  stopper.join();
  caller.join();
  EXPECT_TRUE(in_time);
  EXPECT_THAT(status, IsOk());
}

SetUp SlowSchool(absl::Notification& began, absl::Notification& release) {
  return [&](RegistryModule& module) {
    module.service.get_school = [&](rpc::Call&, const auto& request, registry_v1::School& school) {
      began.Notify();
      release.WaitForNotification();
      school.set_name(request.name());
      return absl::OkStatus();
    };
  };
}

// Waits, through a Watch, until the server says that it is not ready.
void AwaitNotServing(AppServer& server) {
  grpc::ClientContext context;
  const auto stub = Health::NewStub(Outside(server.admin_port()));
  const auto watch = stub->Watch(&context, HealthCheckRequest());
  HealthCheckResponse response;
  while (watch->Read(&response) && response.status() == HealthCheckResponse::SERVING) {
  }
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
}

TEST_F(AppServerTest, FinishesTheCallUnderWayBeforeItEnds) {
  absl::Notification began;
  absl::Notification release;
  StopDuringACall(*this, OnlyRegistry(SlowSchool(began, release)), GetSchool, began, release,
                  AwaitNotServing);
}

TEST_F(AppServerTest, FinishesACallThatIsWaitingForAnotherModule) {
  absl::Notification began;
  absl::Notification release;
  StopDuringACall(*this, RegistryAndSurvey(SlowSchool(began, release)), GetWave, began, release,
                  AwaitNotServing);
}

TEST_F(AppServerTest, IsNotHeldUpByAWatchOrAnEndlessStream) {
  ServerOptions options = TestServerOptions();
  options.drain_budget = absl::Seconds(30);
  const auto server = Start(OnlyRegistry([](RegistryModule& module) {
                              module.service.export_schools =
                                  [](rpc::Call& call, const auto&,
                                     rpc::Writer<registry_v1::ExportSchoolsResponse>& writer) {
                                    RETURN_IF_ERROR(writer.Write({}));
                                    return call.Wait(absl::InfiniteDuration());
                                  };
                            }),
                            options);
  grpc::ClientContext watch_context;
  const auto health = Health::NewStub(Outside(server->port()));
  const auto watch = health->Watch(&watch_context, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);

  grpc::ClientContext stream_context;
  const auto registry = registry_v1::RegistryService::NewStub(Outside(server->port()));
  const auto stream = registry->ExportSchools(&stream_context, rpc::ExportRequest());
  registry_v1::ExportSchoolsResponse schools;
  ASSERT_TRUE(stream->Read(&schools));

  const absl::Time before = absl::Now();
  EXPECT_TRUE(server->Stop());
  EXPECT_LT(absl::Now() - before, absl::Seconds(10));
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(stream->Read(&schools));
  EXPECT_THAT(rpc::FromGrpcStatus(stream->Finish()), HasReason("DRAINING"));
}

TEST(RunServerDeathTest, DrainsOnSigtermAndExitsWithZero) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(std::exit(RunServer(TestServerOptions(), OnlyRegistry([](RegistryModule& module) {
                                    module.on_start = [] { kill(getpid(), SIGTERM); };
                                  }))),
              testing::ExitedWithCode(0), "test drains after Terminated");
}

TEST(RunServerDeathTest, ExitsWithOneAndASentenceWhenItCannotStart) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(std::exit(RunServer(TestServerOptions(), OnlySurvey)), testing::ExitedWithCode(1),
              "test cannot start: peers: must say where registry is");
}

// A service with one table.
absl::StatusOr<Modules> OneTable(Platform& platform) {
  static constexpr sql::Migration kMigrations[] = {
      {1, "0001_table", "CREATE TABLE thing (id {int} NOT NULL PRIMARY KEY) {strict}"}};
  RETURN_IF_ERROR(platform.OpenDatabase("registry", {{"thing", kMigrations}}).status());
  Modules modules;
  modules.push_back(std::make_unique<RegistryModule>(platform));
  return modules;
}

TEST(AppServerMigrationsTest, ServeOnlyOnTablesThatSomethingElseBroughtUpToDateIfToldSo) {
  const TempDir folder;
  ServerOptions options = TestServerOptions();
  options.data_dir = folder.path();
  options.migrations = Migrations::kCheck;
  EXPECT_THAT(AppServer::Start(options, OneTable).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  options.migrations = Migrations::kOnly;
  ASSERT_OK(AppServer::MigrateOnly(options, OneTable));
  options.migrations = Migrations::kCheck;
  EXPECT_OK(AppServer::Start(options, OneTable).status());
}

TEST(RunServerDeathTest, EndsOnceTablesAreUpToDateIfToldSo) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  ServerOptions options = TestServerOptions();
  options.migrations = Migrations::kOnly;
  EXPECT_EXIT(std::exit(RunServer(options, OneTable)), testing::ExitedWithCode(0),
              "tables are up to date");
}

}  // namespace
}  // namespace vg

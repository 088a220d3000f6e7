// A server with a principals file, as callers see it.

#include <signal.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/app/server.h"
#include "common/app/test_modules.h"
#include "common/digest/digest.h"
#include "common/grpc/client.h"
#include "common/log/log.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "voortgang/access/v1/access_service.grpc.pb.h"

namespace vg {
namespace {

namespace access_v1 = voortgang::access::v1;
namespace registry_v1 = voortgang::registry::v1;
using rpc::LogLines;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::atomic<int> imports_begun = 0;

absl::StatusOr<Modules> OnlyRegistry(Platform& platform) {
  Modules modules;
  auto module = std::make_unique<RegistryModule>(platform);
  module->service.import_snapshot = [](rpc::Call&, auto& messages) -> absl::Status {
    ++imports_begun;
    for (;;) {
      ASSIGN_OR_RETURN(const auto* const message, messages.Read());
      if (message == nullptr) return absl::OkStatus();
    }
  };
  modules.push_back(std::move(module));
  return modules;
}

std::string User(const std::string& name, const std::string& roles, const std::string& token) {
  return "  - {name: " + name + ", roles: " + roles + ", token_sha256: " + Sha256Hex(token) + "}\n";
}

class AccessTest : public testing::Test {
 protected:
  std::unique_ptr<AppServer> Start(const std::string& principals) {
    Write(principals);
    ServerOptions options = TestServerOptions();
    options.principals = path_;
    options.reload_interval = absl::Milliseconds(1);
    auto server = AppServer::Start(options, OnlyRegistry);
    EXPECT_THAT(server, IsOk());
    return *std::move(server);
  }

  void Write(const std::string& principals) {
    std::ofstream(path_ + ".new") << "principals:\n" << principals;
    std::filesystem::rename(path_ + ".new", path_);
  }

  static std::shared_ptr<grpc::Channel> Outside(const AppServer& server) {
    return rpc::MakeChannel("127.0.0.1:" + std::to_string(server.port()));
  }

  static void Bring(grpc::ClientContext& context, const std::string& token) {
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
  }

  static absl::StatusOr<access_v1::Caller> WhoAmI(const AppServer& server,
                                                  const std::string& token) {
    grpc::ClientContext context;
    Bring(context, token);
    access_v1::Caller caller;
    const grpc::Status status =
        access_v1::AccessService::NewStub(Outside(server))->WhoAmI(&context, {}, &caller);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return caller;
  }

  static absl::Status ImportSnapshot(const AppServer& server, const std::string& token) {
    grpc::ClientContext context;
    Bring(context, token);
    const auto stub = registry_v1::RegistryService::NewStub(Outside(server));
    const auto stream = stub->ImportSnapshot(&context);
    stream->WritesDone();
    return rpc::FromGrpcStatus(stream->Finish());
  }

  LogLines log_;
  TempDir folder_;
  const std::string path_ = folder_.File("principals.yaml");
};

TEST_F(AccessTest, TellsCallersWhoTheyAre) {
  const auto server = Start(User("users/jansen", "[reader, editor]", "t"));
  ASSERT_OK_AND_ASSIGN(const access_v1::Caller caller, WhoAmI(*server, "t"));
  EXPECT_EQ(caller.name(), "users/jansen");
  EXPECT_THAT(caller.roles(),
              ElementsAre(voortgang::api::v1::ROLE_READER, voortgang::api::v1::ROLE_EDITOR));
  EXPECT_THAT(WhoAmI(*server, "").status(), HasReason("CREDENTIALS_MISSING"));
  EXPECT_THAT(WhoAmI(*server, "T").status(), HasReason("TOKEN_UNKNOWN"));
  EXPECT_THAT(log_.text(), Not(HasSubstr("OPEN")));
}

TEST_F(AccessTest, RefusesAReaderAWriteThatAnEditorMayMake) {
  const auto server = Start(User("users/r", "reader", "r") + User("users/e", "editor", "e"));
  EXPECT_THAT(ImportSnapshot(*server, "e"), IsOk());
  EXPECT_THAT(ImportSnapshot(*server, "r"), HasReason("ROLE_MISSING"));
  EXPECT_THAT(ImportSnapshot(*server, ""), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(AccessTest, SaysLoudlyThatItRunsOpen) {
  auto server = AppServer::Start(TestServerOptions(), OnlyRegistry);
  ASSERT_THAT(server, IsOk());
  ASSERT_OK_AND_ASSIGN(const access_v1::Caller caller, WhoAmI(**server, ""));
  EXPECT_EQ(caller.name(), "anonymous");
  EXPECT_THAT(ImportSnapshot(**server, ""), IsOk());
  EXPECT_THAT(log_.text(), HasSubstr("this server runs OPEN"));
  EXPECT_THAT((*server)->Reload(), IsOk());
}

TEST_F(AccessTest, FollowsItsFileWithoutDroppingCalls) {
  const auto server = Start(User("users/a", "editor", "a"));
  grpc::ClientContext context;
  Bring(context, "a");
  const auto stub = registry_v1::RegistryService::NewStub(Outside(*server));
  const int begun = imports_begun;
  const auto under_way = stub->ImportSnapshot(&context);
  ASSERT_TRUE(under_way->Write({}));
  ASSERT_TRUE(WaitUntil([&] { return imports_begun > begun; }));

  Write(User("users/b", "reader", "b"));
  EXPECT_TRUE(WaitUntil([&] { return WhoAmI(*server, "b").ok(); }));
  EXPECT_THAT(WhoAmI(*server, "a").status(), HasReason("TOKEN_UNKNOWN"));
  under_way->WritesDone();
  EXPECT_THAT(rpc::FromGrpcStatus(under_way->Finish()), IsOk());
}

TEST_F(AccessTest, KeepsTheOldFileInForceWhenTheNewOneIsWrong) {
  const auto server = Start(User("users/a", "editor", "a"));
  Write("  - {name: users/a, roles: emperor}\n");
  const absl::Status wrong = server->Reload();
  EXPECT_THAT(wrong, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 2, column")));
  EXPECT_THAT(WhoAmI(*server, "a"), IsOk());
  EXPECT_THAT(log_.text(), HasSubstr("the one before stays in force"));
}

TEST_F(AccessTest, DoesNotStartWithAFileThatIsWrong) {
  Write("  - {name: users/a, roles: emperor}\n");
  ServerOptions options = TestServerOptions();
  options.principals = path_;
  EXPECT_THAT(AppServer::Start(options, OnlyRegistry).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 2, column")));
  options.principals = folder_.File("nowhere.yaml");
  EXPECT_THAT(AppServer::Start(options, OnlyRegistry).status(), HasReason("FILE_NOT_FOUND"));
}

TEST_F(AccessTest, LetsItsOwnModulesCallEachOther) {
  const auto server = Start(User("users/a", "editor", "a"));
  const rpc::Client<registry_v1::RegistryService> client(server->Channel());
  EXPECT_THAT(client.Call(&registry_v1::RegistryService::Stub::GetSchool, rpc::SchoolRequest()),
              IsOk());
}

TEST(RunServerDeathTest, ReadsThePrincipalsAgainOnSighup) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const TempDir folder;
  ServerOptions options = TestServerOptions();
  options.principals =
      folder.Write("principals.yaml", "principals:\n" + User("users/a", "editor", "a"));
  options.reload_interval = absl::Hours(1);
  // SIGTERM follows once the file was read, for of two pending signals either may come first.
  const auto end_when_read = [](std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
    if (line.find("was read again") != std::string_view::npos) kill(getpid(), SIGTERM);
  };
  EXPECT_EXIT(
      {
        log::SetSink(end_when_read);
        std::exit(RunServer(options, [](Platform& platform) {
          kill(getpid(), SIGHUP);
          return OnlyRegistry(platform);
        }));
      },
      testing::ExitedWithCode(0), "the principals file was read again: 1 principals");
}

}  // namespace
}  // namespace vg

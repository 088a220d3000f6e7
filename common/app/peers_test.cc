// Services in processes of their own: who is believed about whom.

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/app/server.h"
#include "common/app/test_modules.h"
#include "common/auth/test_authority.h"
#include "common/digest/digest.h"
#include "common/grpc/client.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"

namespace vg {
namespace {

namespace registry_v1 = voortgang::registry::v1;
namespace survey_v1 = voortgang::survey::v1;
using ::testing::HasSubstr;

// The registry in one process, the survey that asks it in another, each with a principals file.
class PeersTest : public testing::Test {
 protected:
  PeersTest() {
    registry_options_.principals = folder_.Write(
        "registry.yaml", "principals:\n" + User("systems/suite", "service", "suite-token") +
                             User("systems/other", "[editor, approver]", "other-token"));
    survey_options_.principals =
        folder_.Write("survey.yaml", "principals:\n" + User("users/jansen", "reader", "jansen"));
    survey_options_.token_file = folder_.Write("token", "suite-token");
  }

  static std::string User(const std::string& name, const std::string& roles,
                          const std::string& token) {
    return "  - {name: " + name + ", roles: " + roles + ", token_sha256: " + Sha256Hex(token) +
           "}\n";
  }

  void Start() {
    auto registry =
        AppServer::Start(registry_options_, [this](Platform& platform) -> absl::StatusOr<Modules> {
          auto module = std::make_unique<RegistryModule>(platform);
          module->service.get_school = [this](const rpc::Call& call, const auto&, auto&) {
            caller_ = call.caller();
            return absl::OkStatus();
          };
          Modules modules;
          modules.push_back(std::move(module));
          return modules;
        });
    ASSERT_THAT(registry, IsOk());
    registry_ = *std::move(registry);
    survey_options_.peers = {{"registry", "127.0.0.1:" + std::to_string(registry_->port())}};
    auto survey =
        AppServer::Start(survey_options_, [](Platform& platform) -> absl::StatusOr<Modules> {
          Modules modules;
          modules.push_back(std::make_unique<SurveyModule>(platform));
          return modules;
        });
    ASSERT_THAT(survey, IsOk());
    survey_ = *std::move(survey);
  }

  // Jansen asks the survey, which asks the registry.
  absl::Status GetWave() {
    rpc::ChannelOptions options;
    options.token = [] { return "jansen"; };
    const rpc::Client<survey_v1::SurveyService> client(
        rpc::MakeChannel("127.0.0.1:" + std::to_string(survey_->port()), options));
    survey_v1::GetWaveRequest request;
    request.set_name("waves/first");
    return client.Call(&survey_v1::SurveyService::Stub::GetWave, request).status();
  }

  rpc::LogLines log_;
  const TempDir folder_;
  ServerOptions registry_options_ = TestServerOptions();
  ServerOptions survey_options_ = TestServerOptions();
  auth::Principal caller_;
  std::unique_ptr<AppServer> registry_;
  std::unique_ptr<AppServer> survey_;
};

TEST_F(PeersTest, LetTheOuterCallerTravelWithTheCall) {
  Start();
  ASSERT_THAT(GetWave(), IsOk());
  EXPECT_EQ(caller_.name, "users/jansen");
  EXPECT_EQ(caller_.roles, auth::Roles({voortgang::api::v1::ROLE_READER}));
  EXPECT_EQ(caller_.via, "systems/suite");
  EXPECT_THAT(log_.text(), HasSubstr(R"("caller":"users/jansen")"));
  EXPECT_THAT(log_.text(), HasSubstr(R"("via":"systems/suite")"));
}

TEST_F(PeersTest, CallEachOtherOverTls) {
  const auth::TestAuthority authority("suite");
  const auth::TestIdentity identity = authority.Issue("registry");
  registry_options_.tls_cert = folder_.Write("registry.crt", identity.certificate);
  registry_options_.tls_key = folder_.Write("registry.key", identity.key);
  survey_options_.peers_ca = folder_.Write("ca.pem", authority.certificate());
  Start();
  ASSERT_THAT(GetWave(), IsOk());
  EXPECT_EQ(caller_.name, "users/jansen");
}

TEST_F(PeersTest, AreRefusedWithoutTheirOwnToken) {
  survey_options_.token_file.clear();
  Start();
  EXPECT_THAT(GetWave(), HasReason("CREDENTIALS_MISSING"));
}

TEST_F(PeersTest, AreNotBelievedWithoutTheRole) {
  survey_options_.token_file = folder_.Write("token", "other-token");
  Start();
  EXPECT_THAT(GetWave(), HasReason("NOT_A_SERVICE"));
  EXPECT_EQ(caller_.name, auth::kAnonymous);
}

TEST_F(PeersTest, DoNotStartWithoutTheFilesThatTheyName) {
  survey_options_.token_file = folder_.File("nowhere");
  EXPECT_THAT(AppServer::Start(survey_options_, [](Platform&) { return Modules(); }).status(),
              HasReason("FILE_NOT_FOUND"));
  survey_options_.token_file.clear();
  survey_options_.peers_ca = folder_.File("nowhere");
  EXPECT_THAT(AppServer::Start(survey_options_, [](Platform&) { return Modules(); }).status(),
              HasReason("TLS_FILES_INVALID"));
}

}  // namespace
}  // namespace vg

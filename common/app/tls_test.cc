// A server that speaks TLS, as callers with and without certificates see it.

#include "common/grpc/tls.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"

#include "common/app/server.h"
#include "common/auth/test_authority.h"
#include "common/digest/digest.h"
#include "common/grpc/client.h"
#include "common/grpc/test_registry.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "voortgang/access/v1/access_service.grpc.pb.h"

namespace vg {
namespace {

namespace access_v1 = voortgang::access::v1;
using auth::TestAuthority;
using auth::TestIdentity;
using rpc::LogLines;
using ::testing::HasSubstr;

constexpr char kOin[] = "00000001001234567000";
constexpr absl::Duration kPatience = absl::Seconds(10);

absl::StatusOr<Modules> Nothing(Platform&) { return Modules(); }

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    Put("server", authority_.Issue("server"));
    folder_.Write("ca.pem", authority_.certificate());
    folder_.Write("principals.yaml",
                  "principals:\n  - {name: systems/supplier, roles: respondent, oin: '" +
                      std::string(kOin) +
                      "'}\n  - {name: users/jansen, roles: editor, "
                      "token_sha256: " +
                      Sha256Hex("t") + "}\n");
  }

  // A new file takes the old one's place, as gRPC wants it.
  void Put(const std::string& name, const TestIdentity& identity) {
    folder_.Write("new.crt", identity.certificate);
    folder_.Write("new.key", identity.key);
    std::filesystem::rename(folder_.File("new.key"), folder_.File(name + ".key"));
    std::filesystem::rename(folder_.File("new.crt"), folder_.File(name + ".crt"));
  }

  ServerOptions Options() {
    ServerOptions options = TestServerOptions();
    options.principals = folder_.File("principals.yaml");
    options.tls_cert = folder_.File("server.crt");
    options.tls_key = folder_.File("server.key");
    options.tls_client_ca = folder_.File("ca.pem");
    return options;
  }

  std::unique_ptr<AppServer> Start(const ServerOptions& options) {
    auto server = AppServer::Start(options, Nothing);
    EXPECT_THAT(server, IsOk());
    return *std::move(server);
  }

  // The caller's name, as the server has it: over TLS, showing certificate `name` and bringing
  // `token` where they are given.
  absl::StatusOr<std::string> WhoAmI(const AppServer& server, const std::string& name,
                                     const std::string& token = "") {
    rpc::TlsFiles files{.authority = folder_.File("ca.pem")};
    if (!name.empty()) {
      files.certificate = folder_.File(name + ".crt");
      files.key = folder_.File(name + ".key");
    }
    auto credentials = rpc::MakeChannelCredentials(files);
    if (!credentials.ok()) return credentials.status();
    rpc::ChannelOptions options{.user_agent = "test-" + std::to_string(++channels_)};
    options.credentials = *std::move(credentials);
    if (!token.empty()) options.token = [token] { return token; };
    return Ask(server, options);
  }

  absl::StatusOr<std::string> Ask(const AppServer& server, const rpc::ChannelOptions& options) {
    const rpc::Client<access_v1::AccessService> client(
        rpc::MakeChannel("127.0.0.1:" + std::to_string(server.port()), options));
    const auto caller =
        client.Call(&access_v1::AccessService::Stub::WhoAmI, access_v1::WhoAmIRequest(), kPatience);
    if (!caller.ok()) return caller.status();
    return caller->name();
  }

  LogLines log_;
  const TestAuthority authority_{"authority"};
  const TempDir folder_;
  int channels_ = 0;  // Channels alike would share a connection.
};

TEST_F(TlsTest, KnowsACallerByTheNumberInItsCertificate) {
  const auto server = Start(Options());
  Put("supplier", authority_.Issue("Leerling, B.V.", kOin));
  EXPECT_THAT(WhoAmI(*server, "supplier"), IsOkAndHolds("systems/supplier"));
  Put("other", authority_.Issue("x,serialNumber=00000001001234567000", "00000009001234567000"));
  EXPECT_THAT(WhoAmI(*server, "other").status(), HasReason("CERTIFICATE_UNKNOWN"));
  Put("none", authority_.Issue("x,serialNumber=00000001001234567000"));
  EXPECT_THAT(WhoAmI(*server, "none").status(), HasReason("CERTIFICATE_MALFORMED"));
}

TEST_F(TlsTest, KnowsACallerWithoutACertificateByItsToken) {
  const auto server = Start(Options());
  EXPECT_THAT(WhoAmI(*server, "", "t"), IsOkAndHolds("users/jansen"));
  EXPECT_THAT(WhoAmI(*server, "", "wrong").status(), HasReason("TOKEN_UNKNOWN"));
  EXPECT_THAT(WhoAmI(*server, "").status(), HasReason("CREDENTIALS_MISSING"));
}

TEST_F(TlsTest, ShakesNoHandsOverACertificateThatIsNotGood) {
  const auto server = Start(Options());
  const TestAuthority stranger("authority");
  Put("forged", stranger.Issue("x", kOin));
  EXPECT_THAT(WhoAmI(*server, "forged"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(WhoAmI(*server, "forged", "t"), StatusIs(absl::StatusCode::kUnavailable));
  Put("expired", authority_.Issue("x", kOin, -60));
  EXPECT_THAT(WhoAmI(*server, "expired"), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TlsTest, LooksAtNoCertificateWithoutAnAuthorityForThem) {
  ServerOptions options = Options();
  options.tls_client_ca.clear();
  const auto server = Start(options);
  const TestAuthority stranger("authority");
  Put("forged", stranger.Issue("x", kOin));
  EXPECT_THAT(WhoAmI(*server, "forged").status(), HasReason("CREDENTIALS_MISSING"));
}

TEST_F(TlsTest, IsNotCalledUnderANameOrAuthorityThatIsNotItsOwn) {
  const auto server = Start(Options());
  const TestAuthority stranger("authority");
  folder_.Write("ca.pem", stranger.certificate());
  EXPECT_THAT(WhoAmI(*server, "", "t"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Ask(*server, {.user_agent = "plaintext"}), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(TlsTest, ServesANewCertificateWithoutARestart) {
  ServerOptions options = Options();
  options.tls_client_ca.clear();
  const auto server = Start(options);
  ASSERT_THAT(WhoAmI(*server, "", "t"), IsOkAndHolds("users/jansen"));
  const TestAuthority next("next authority");
  Put("server", next.Issue("server"));
  folder_.Write("ca.pem", next.certificate());
  EXPECT_TRUE(WaitUntil([&] { return WhoAmI(*server, "", "t").ok(); }));
}

TEST_F(TlsTest, TellsWhenItsCertificatesEnd) {
  constexpr long kDay = 24 * 60 * 60;
  constexpr char kName[] = "voortgang_certificate_not_after_timestamp_seconds";
  const auto days_left = [&](AppServer& server, const std::string& option) {
    const std::string text = server.platform().metrics().Text();
    const std::string series = std::string(kName) + "{option=\"" + option + "\"} ";
    const size_t at = text.find(series);
    if (at == std::string::npos) return -1L;
    const double end = std::stod(text.substr(at + series.size()));
    return std::lround((end - static_cast<double>(absl::ToUnixSeconds(absl::Now()))) / kDay);
  };
  const TestIdentity leaf = authority_.Issue("server", "", 20 * kDay);
  Put("server", leaf);
  const auto server = Start(Options());
  EXPECT_EQ(days_left(*server, "tls-cert"), 20);
  EXPECT_EQ(days_left(*server, "peers-ca"), -1) << "is not used";
  const TestIdentity between = authority_.Issue("between", "", 5 * kDay);
  Put("server", {.certificate = leaf.certificate + between.certificate, .key = leaf.key});
  EXPECT_EQ(days_left(*server, "tls-cert"), 5) << "a chain holds as long as its weakest link";
  folder_.Write("ca.pem", "nonsense");
  EXPECT_LT(days_left(*server, "tls-client-ca"), -10'000) << "cannot be read";
}

TEST_F(TlsTest, KeepsTheAdminPortInPlaintextForProbes) {
  const auto server = Start(Options());
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckResponse response;
  const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server->admin_port()),
                                           grpc::InsecureChannelCredentials());
  ASSERT_TRUE(grpc::health::v1::Health::NewStub(channel)->Check(&context, {}, &response).ok());
  EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING);
}

TEST_F(TlsTest, DoesNotStartWithFilesThatDoNotFit) {
  ServerOptions options = Options();
  Put("other", authority_.Issue("other"));
  options.tls_key = folder_.File("other.key");
  EXPECT_THAT(AppServer::Start(options, Nothing).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is not the key of")));
  options.tls_key.clear();
  EXPECT_THAT(AppServer::Start(options, Nothing).status(), HasReason("TLS_FILES_INVALID"));
  options.tls_cert.clear();
  EXPECT_THAT(AppServer::Start(options, Nothing).status(), HasReason("TLS_FILES_INVALID"));
  options = Options();
  options.tls_client_ca = folder_.Write("nonsense.pem", "nonsense");
  EXPECT_THAT(AppServer::Start(options, Nothing).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nonsense.pem must hold")));
}

}  // namespace
}  // namespace vg

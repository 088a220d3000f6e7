// Who calls, as the pipeline tells it to handlers, logs and other services.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/grpc/client.h"
#include "common/grpc/test_caller.h"
#include "common/grpc/test_registry.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"

namespace vg::rpc {
namespace {

using auth::Principal;
using auth::PrincipalPtr;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using voortgang::api::v1::ROLE_EDITOR;
using voortgang::api::v1::ROLE_READER;

// "Bearer editor" makes users/editor with that role, and so on.
class ByRole final : public auth::Authenticator {
 public:
  absl::StatusOr<PrincipalPtr> Identify(const auth::Credentials& credentials) const override {
    for (const auth::Role role : auth::Roles::All().List()) {
      if (credentials.authorization == "Bearer " + auth::NameOf(role)) {
        return std::make_shared<Principal>(Principal{
            .name = "users/" + auth::NameOf(role), .title = "", .roles = {role}, .via = ""});
      }
    }
    return Error(absl::StatusCode::kUnauthenticated, "TOKEN_UNKNOWN", "nobody has this token");
  }
};

class CallerTest : public testing::Test {
 protected:
  absl::Status GetSchool(TestServer& server, const std::string& authorization,
                         const v1::GetSchoolRequest& request = SchoolRequest()) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", authorization);
    v1::School school;
    return FromGrpcStatus(server.stub().GetSchool(&context, request, &school));
  }

  // ImportSnapshot is for editors, and audited.
  absl::Status ImportSnapshot(TestServer& server, const std::string& authorization) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", authorization);
    const auto stream = server.stub().ImportSnapshot(&context);
    stream->WritesDone();
    return FromGrpcStatus(stream->Finish());
  }

  LogLines log_;
  ByRole by_role_;
};

TEST_F(CallerTest, IsTheHandlersToSee) {
  TestServer server({.authenticator = &by_role_});
  std::string name;
  server.service().get_school = [&](const Call& call, const auto&, auto&) {
    name = call.caller().name;
    return absl::OkStatus();
  };
  EXPECT_THAT(GetSchool(server, "Bearer reader"), IsOk());
  EXPECT_EQ(name, "users/reader");
  EXPECT_THAT(log_.text(), HasSubstr(R"("caller":"users/reader")"));
}

TEST_F(CallerTest, IsAnonymousOnAServerThatRunsOpen) {
  TestServer server;
  std::string name;
  server.service().get_school = [&](const Call& call, const auto&, auto&) {
    name = call.caller().name;
    return absl::OkStatus();
  };
  EXPECT_THAT(GetSchool(server, "Bearer reader"), IsOk());
  EXPECT_EQ(name, "anonymous");
}

TEST_F(CallerTest, IsAskedForBeforeTheRequestIsLookedAt) {
  TestServer server({.authenticator = &by_role_});
  server.service().get_school = [](Call&, const auto&, auto&) {
    ADD_FAILURE() << "handled";
    return absl::OkStatus();
  };
  const v1::GetSchoolRequest malformed;
  EXPECT_THAT(GetSchool(server, "Bearer wrong", malformed),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(GetSchool(server, "Bearer wrong", malformed), HasReason("TOKEN_UNKNOWN"));
}

TEST_F(CallerTest, IsRefusedWithoutTheRoleInTheSameWordsWhateverIsAskedFor) {
  TestServer server({.authenticator = &by_role_});
  server.service().import_snapshot = [](Call&, auto&) { return absl::OkStatus(); };
  EXPECT_THAT(ImportSnapshot(server, "Bearer editor"), IsOk());
  const absl::Status refused = ImportSnapshot(server, "Bearer reader");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied,
                                HasSubstr("users/reader may not call ImportSnapshot")));
  EXPECT_THAT(refused, HasReason("ROLE_MISSING"));
  EXPECT_EQ(DetailsOf(refused).metadata.at("roles"), "editor");
}

TEST_F(CallerTest, LeavesAnAuditLineWhereTheMethodSaysSoAlsoWhenRefused) {
  TestServer server({.authenticator = &by_role_});
  server.service().import_snapshot = [](Call&, auto&) { return absl::OkStatus(); };
  ASSERT_THAT(ImportSnapshot(server, "Bearer editor"), IsOk());
  ASSERT_THAT(ImportSnapshot(server, "Bearer reader"), HasReason("ROLE_MISSING"));
  EXPECT_THAT(log_.text(),
              HasSubstr(R"("message":"audit","audit":"call",)"
                        R"("method":"/voortgang.registry.v1.RegistryService/ImportSnapshot",)"
                        R"("outcome":"OK","caller":"users/editor")"));
  EXPECT_THAT(log_.text(), HasSubstr(R"("outcome":"PermissionDenied","caller":"users/reader")"));
}

TEST_F(CallerTest, LeavesAnAuditLineWithTheResourceWhereTheHandlerWantsOne) {
  TestServer server({.authenticator = &by_role_});
  ASSERT_THAT(GetSchool(server, "Bearer reader"), IsOk());
  EXPECT_THAT(log_.text(), Not(HasSubstr("audit")));
  v1::School made;
  server.service().get_school = [&](Call& call, const auto&, v1::School& school) {
    call.Audit();
    school = made;
    return absl::OkStatus();
  };
  log::SetMinimumSeverity(log::Severity::kError);  // Audit lines are written all the same.
  ASSERT_THAT(GetSchool(server, "Bearer reader"), IsOk());
  log::SetMinimumSeverity(log::Severity::kInfo);
  EXPECT_THAT(log_.text(), AllOf(HasSubstr(R"("audit":"call")"),
                                 HasSubstr(R"("resource":"snapshots/2021/schools/16SW03")")));
  made.set_name("snapshots/made");  // What came of it says more than what was asked.
  ASSERT_THAT(GetSchool(server, "Bearer reader"), IsOk());
  EXPECT_THAT(log_.text(), HasSubstr(R"("resource":"snapshots/made")"));
}

TEST_F(CallerTest, IsLoggedWithTheTransactionOfTheGatewayItCameThrough) {
  TestServer server({.authenticator = &by_role_});
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer reader");
  context.AddMetadata("fsc-transaction-id", "01899c62-eba5-7b58-b68d-000000000001");
  v1::School school;
  ASSERT_TRUE(server.stub().GetSchool(&context, SchoolRequest(), &school).ok());
  EXPECT_THAT(log_.text(),
              HasSubstr(R"("fsc_transaction_id":"01899c62-eba5-7b58-b68d-000000000001")"));
}

TEST_F(CallerTest, TravelsToTheServiceBelow) {
  TestServer below;
  Principal caller;
  below.service().get_school = [&](const Call& call, const auto&, auto&) {
    caller = call.caller();
    return absl::OkStatus();
  };
  const Client<v1::RegistryService> client(below.channel());
  TestServer above({.authenticator = &by_role_});
  above.service().get_school = [&](Call&, const auto& request, v1::School& school) {
    ASSIGN_OR_RETURN(school, client.Call(&v1::RegistryService::Stub::GetSchool, request));
    return absl::OkStatus();
  };
  ASSERT_THAT(GetSchool(above, "Bearer editor"), IsOk());
  EXPECT_EQ(caller.name, "users/editor");
  EXPECT_EQ(caller.roles, auth::Roles({ROLE_EDITOR}));
}

TEST_F(CallerTest, CanBeToldByATestInTheProcessAndByNobodyOutside) {
  TestServer server;
  std::string name;
  server.service().get_school = [&](const Call& call, const auto&, auto&) {
    name = call.caller().name;
    return absl::OkStatus();
  };
  v1::School school;
  grpc::ClientContext inside;
  CallAs(inside, "users/jansen", {ROLE_READER});
  ASSERT_TRUE(server.stub().GetSchool(&inside, SchoolRequest(), &school).ok());
  EXPECT_EQ(name, "users/jansen");

  grpc::ClientContext outside;
  CallAs(outside, "users/jansen", {ROLE_READER});
  const auto stub = v1::RegistryService::NewStub(MakeChannel(server.address()));
  ASSERT_TRUE(stub->GetSchool(&outside, SchoolRequest(), &school).ok());
  EXPECT_EQ(name, "anonymous");
}

}  // namespace
}  // namespace vg::rpc

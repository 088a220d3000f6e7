#include "common/grpc/client.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/grpc/test_registry.h"
#include "common/status/status_macros.h"
#include "common/testing/status_matchers.h"

namespace vg::rpc {
namespace {

using ::testing::HasSubstr;

constexpr auto kGetSchool = &v1::RegistryService::Stub::GetSchool;

TEST(ClientTest, KeepsReasonAndDetailsOfTheOtherService) {
  LogLines log;
  TestServer server;
  server.service().get_school = [](Call&, const auto& request, auto&) {
    return NotFound(request.name());
  };
  const Client<v1::RegistryService> client(server.channel());
  const auto school = client.Call(kGetSchool, SchoolRequest());
  EXPECT_THAT(school, StatusIs(absl::StatusCode::kNotFound, HasSubstr("does not exist")));
  EXPECT_EQ(DetailsOf(school.status()).metadata.at("resource"), SchoolRequest().name());
}

TEST(ClientTest, PassesOnDeadlineRequestIdAndTrace) {
  LogLines log;
  TestServer below;
  TestServer above;
  std::string request_id;
  std::string traceparent;
  absl::Time deadline;
  below.service().get_school = [&](Call& call, const auto&, auto&) {
    request_id = call.request_id();
    traceparent = call.traceparent();
    deadline = call.deadline();
    return absl::OkStatus();
  };
  const Client<v1::RegistryService> client(below.channel());
  absl::Time own_deadline;
  std::string own_trace;
  above.service().get_school = [&](Call& call, const auto& request, v1::School& school) {
    own_deadline = call.deadline();
    own_trace = call.traceparent();
    ASSIGN_OR_RETURN(school, client.Call(kGetSchool, request, absl::Hours(1)));
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  context.AddMetadata("x-request-id", "r-1");
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  v1::School school;
  ASSERT_TRUE(above.stub().GetSchool(&context, SchoolRequest(), &school).ok());
  EXPECT_EQ(request_id, "r-1");
  EXPECT_EQ(traceparent.substr(0, 36), own_trace.substr(0, 36));
  EXPECT_NE(traceparent, own_trace);
  EXPECT_LT(deadline, own_deadline);
}

TEST(ClientTest, FindsItsChannelAtTheFirstCall) {
  LogLines log;
  std::unique_ptr<TestServer> server;
  const Client<v1::RegistryService> client(
      [&]() -> std::shared_ptr<grpc::ChannelInterface> { return server->channel(); });
  server = std::make_unique<TestServer>();
  EXPECT_THAT(client.Call(kGetSchool, SchoolRequest()), IsOk());
}

TEST(MakeChannelTest, ReachesAServerByHostAndPort) {
  LogLines log;
  TestServer server;
  const Client<v1::RegistryService> client(MakeChannel(server.address()));
  EXPECT_THAT(client.Call(kGetSchool, SchoolRequest()), IsOk());
}

TEST(MakeChannelTest, RepeatsACallThatFoundNobodyOrAServerThatEnds) {
  LogLines log;
  TestServer server;
  int calls = 0;
  server.service().get_school = [&](Call&, const auto&, auto&) {
    if (++calls == 1) return absl::UnavailableError("not yet");
    return calls == 2 ? absl::CancelledError() : absl::OkStatus();
  };
  const Client<v1::RegistryService> client(MakeChannel(server.address()));
  EXPECT_THAT(client.Call(kGetSchool, SchoolRequest()), IsOk());
  EXPECT_EQ(calls, 3);
}

TEST(MakeChannelTest, SaysUnavailableWhenNobodyListens) {
  const Client<v1::RegistryService> client(MakeChannel("127.0.0.1:1"));
  EXPECT_THAT(client.Call(kGetSchool, SchoolRequest(), absl::Seconds(5)),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace vg::rpc

#include "common/grpc/rounds.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"

#include "common/grpc/client.h"
#include "common/grpc/status.h"
#include "common/grpc/test_registry.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"
#include "common/time/clock.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace vg::rpc {
namespace {

using ::testing::AllOf;
using Round = SchoolRounds::Round;

void Answer(Round round) {
  for (auto& call : round) {
    call.response().set_name(call.request().name());
    call.Finish(absl::OkStatus());
  }
}

class RoundsTest : public testing::Test {
 protected:
  static absl::StatusOr<v1::School> GetSchool(v1::RegistryService::Stub& stub,
                                              const v1::GetSchoolRequest& request) {
    grpc::ClientContext context;
    v1::School school;
    const absl::Status status = FromGrpcStatus(stub.GetSchool(&context, request, &school));
    if (!status.ok()) return status;
    return school;
  }

  static v1::GetSchoolRequest Request(size_t number) {
    v1::GetSchoolRequest request;
    request.set_name(absl::StrCat("snapshots/2021/schools/", number));
    return request;
  }

  static ExecutorStats Stats(TestServer& server) { return server.calls().queues().at(0)->stats(); }

  // Calls at the same time, over one connection of their own.
  static void CallTogether(const TestServer& server, size_t callers,
                           const std::function<void(size_t, absl::StatusOr<v1::School>)>& told) {
    CallTogether(MakeChannel(server.address()), callers, told);
  }
  static void CallTogether(const std::shared_ptr<grpc::Channel>& channel, size_t callers,
                           const std::function<void(size_t, absl::StatusOr<v1::School>)>& told) {
    const auto stub = v1::RegistryService::NewStub(channel);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < callers; ++i) {
      threads.emplace_back([&, i] { told(i, GetSchool(*stub, Request(i))); });
    }
    for (std::thread& thread : threads) thread.join();
  }

  LogLines log_;
};

TEST_F(RoundsTest, ServesTogetherWhatComesWhileARoundIsUnderWay) {
  constexpr size_t kCallers = 10;
  std::atomic<size_t> largest = 0, calls = 0;
  TestServer server([&](Round round) {
    largest = std::max<size_t>(largest, round.size());
    calls += round.size();
    Answer(round);
  });
  size_t bursts = 0;
  EXPECT_TRUE(WaitUntil([&] {
    ++bursts;
    CallTogether(server, kCallers, [](size_t number, const absl::StatusOr<v1::School>& school) {
      ASSERT_OK(school);
      EXPECT_EQ(school->name(), Request(number).name());
    });
    return largest > 1;
  }));
  EXPECT_EQ(calls, bursts * kCallers);
  EXPECT_TRUE(WaitUntil([&] { return Stats(server).active == 0; }));
  EXPECT_EQ(Stats(server).completed, static_cast<int64_t>(bursts * kCallers));
  EXPECT_EQ(Stats(server).queued, 0);
  EXPECT_GT(Stats(server).waited, absl::ZeroDuration());
}

// Sockets of this process that hold back what is written to them.
size_t CorkedSockets() {
  size_t corked = 0;
  for (const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) {
    int on = 0;
    socklen_t size = sizeof(on);
    getsockopt(std::stoi(file.path().filename()), IPPROTO_TCP, TCP_CORK, &on, &size);
    if (on != 0) ++corked;
  }
  return corked;
}

class RoundsTogetherTest : public RoundsTest, public testing::WithParamInterface<bool> {};

TEST_P(RoundsTogetherTest, SendsItsAnswersTogether) {
  std::atomic<size_t> together = 0, alone = 0;
  TestServer server([&](Round round) {
    ASSERT_EQ(CorkedSockets(), 0u);  // Others may have answers on that connection meanwhile.
    Answer(round.first(1));
    (round.size() > 1 ? together : alone) += CorkedSockets();
    Answer(round.subspan(1));
  });
  const auto channel = MakeChannel(GetParam() ? server.address6() : server.address());
  if (!channel->WaitForConnected(absl::ToChronoTime(SystemClock().Now() + absl::Seconds(5)))) {
    GTEST_SKIP() << "there is no IPv6 here";
  }
  EXPECT_TRUE(WaitUntil([&] {
    CallTogether(channel, 10, [](size_t, const auto& school) { EXPECT_OK(school); });
    return together > 0;
  }));
  EXPECT_EQ(alone, 0u);
  // The connection is still there.
  EXPECT_TRUE(WaitUntil([] { return CorkedSockets() == 0; }));
}

INSTANTIATE_TEST_SUITE_P(Protocols, RoundsTogetherTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "IPv6" : "IPv4"; });

TEST_F(RoundsTest, HasNoRoundLargerThanItMay) {
  std::atomic<size_t> largest = 0, rounds = 0;
  TestServer server(
      [&](Round round) {
        ++rounds;
        largest = std::max<size_t>(largest, round.size());
        Answer(round);
      },
      {.max_round = 2});
  CallTogether(server, 9, [](size_t, const auto& school) { EXPECT_OK(school); });
  EXPECT_LE(largest, 2u);
  EXPECT_GE(rounds, 5u);
}

TEST_F(RoundsTest, ChecksEachRequestAndAnswersWhatTheHandlerForgot) {
  TestServer server([](Round round) {
    for (auto& call : round) {
      if (call.request().name() == Request(1).name()) throw std::runtime_error("library");
    }
  });
  EXPECT_THAT(GetSchool(server.stub(), v1::GetSchoolRequest()), HasReason("REQUIRED"));
  EXPECT_THAT(GetSchool(server.stub(), Request(1)), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(GetSchool(server.stub(), Request(2)), StatusIs(absl::StatusCode::kInternal));
}

// gRPC itself would end such a call as if the server were at fault.
TEST_F(RoundsTest, SaysWhatIsWrongWithBytesThatAreNoMessage) {
  std::atomic<bool> handled = false;
  TestServer server([&](Round round) {
    handled = true;
    Answer(round);
  });
  grpc::GenericStub stub(server.channel());
  const std::string bytes = "\x0a\x7f";  // A text of 127 bytes that are not there.
  grpc::Slice slice(bytes);
  grpc::ByteBuffer request(&slice, 1), response;
  grpc::ClientContext context;
  absl::Notification done;
  grpc::Status status;
  stub.UnaryCall(&context, "/voortgang.registry.v1.RegistryService/GetSchool", {}, &request,
                 &response, [&](grpc::Status told) {
                   status = std::move(told);
                   done.Notify();
                 });
  done.WaitForNotification();
  EXPECT_THAT(FromGrpcStatus(status),
              AllOf(StatusIs(absl::StatusCode::kInvalidArgument), HasReason("MALFORMED_MESSAGE")));
  EXPECT_FALSE(handled);
  // The lines of a round are written together, after its answers.
  EXPECT_TRUE(
      WaitUntil([&] { return log_.text().find("MALFORMED_MESSAGE") != std::string::npos; }));
}

TEST_F(RoundsTest, RefusesWhatThereIsNoRoomFor) {
  std::atomic<int> refused = 0;
  TestServer server(Answer, {.max_waiting = 0});
  CallTogether(server, 4, [&](size_t, const absl::StatusOr<v1::School>& school) {
    EXPECT_THAT(school, HasReason("OVERLOADED"));
    ++refused;
  });
  EXPECT_EQ(refused, 4);
  EXPECT_EQ(Stats(server).rejected, 4);
}

TEST_F(RoundsTest, RefusesCallsFromOutsideWhileTheServerDrains) {
  TestServer server(Answer);
  server.calls().RefuseOutsideCalls();
  const auto stub = v1::RegistryService::NewStub(MakeChannel(server.address()));
  EXPECT_THAT(GetSchool(*stub, Request(1)), HasReason("DRAINING"));
  EXPECT_OK(GetSchool(server.stub(), Request(1)));
}

// A call's time begins when it comes, not when the server last had something to do.
TEST_F(RoundsTest, ServesWhatComesAfterALongSilence) {
  constexpr absl::Duration kDeadline = absl::Seconds(2);
  TestServer server(Answer);
  server.calls().SetUnaryDeadline("GetSchool", kDeadline);
  const auto burst = [&] {
    CallTogether(server, 20, [](size_t, const auto& school) { EXPECT_OK(school); });
  };
  burst();
  const absl::Time silent = SystemClock().Now();
  ASSERT_TRUE(WaitUntil([&] { return SystemClock().Now() > silent + kDeadline; }));
  burst();
}

// What was taken in is answered, and the thread is gone before what it uses may go.
TEST_F(RoundsTest, EndsARoundBeforeTheServerIsGone) {
  absl::Notification began, go_on;
  std::atomic<bool> handled = false;
  TestServer server([&](Round round) {
    began.Notify();
    go_on.WaitForNotification();
    Answer(round);
    handled = true;
  });
  const auto stub = v1::RegistryService::NewStub(MakeChannel(server.address()));
  std::thread caller([&] { EXPECT_OK(GetSchool(*stub, Request(1))); });
  began.WaitForNotification();
  EXPECT_EQ(Stats(server).active, 1);
  EXPECT_EQ(Stats(server).queued, 1);  // It takes the place of another.
  std::thread owner([&] { server.Shutdown(); });
  go_on.Notify();
  owner.join();
  caller.join();
  EXPECT_TRUE(handled);
}

// Calls that the server gives up are handled all the same: what they brought may be on disk.
TEST_F(RoundsTest, EndsWhenTheServerGivesUpCallsThatWait) {
  constexpr size_t kCallers = 5;
  absl::Notification began, go_on;
  std::atomic<size_t> handled = 0;
  TestServer server(
      [&](Round round) {
        if (handled == 0) {
          began.Notify();
          go_on.WaitForNotification();
        }
        handled += round.size();
        Answer(round);
      },
      {.max_round = 1});
  std::thread callers(
      [&] { CallTogether(server, kCallers, [](size_t, const absl::StatusOr<v1::School>&) {}); });
  began.WaitForNotification();
  std::thread owner([&] { server.ShutdownNow(); });
  callers.join();  // They are told at once, while the round goes on.
  go_on.Notify();
  owner.join();
  EXPECT_GE(handled, 1u);
}

}  // namespace
}  // namespace vg::rpc

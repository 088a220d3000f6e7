#include "common/grpc/batcher.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/barrier.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/grpc/status.h"
#include "common/grpc/test_registry.h"
#include "common/testing/inline_executor.h"
#include "common/testing/status_matchers.h"
#include "common/testing/wait_until.h"

namespace vg::rpc {
namespace {

using ::testing::ElementsAre;
using Schools = Batcher<v1::GetSchoolRequest, v1::School>;

class BatcherTest : public testing::Test {
 protected:
  absl::Status GetSchool(TestServer& server, const v1::GetSchoolRequest& request,
                         v1::School& school) {
    grpc::ClientContext context;
    return FromGrpcStatus(server.stub().GetSchool(&context, request, &school));
  }

  static v1::GetSchoolRequest Request(size_t number) {
    v1::GetSchoolRequest request;
    request.set_name(absl::StrCat("snapshots/2021/schools/", number));
    return request;
  }

  LogLines log_;
};

TEST_F(BatcherTest, ServesTogetherWhatComesWhileARoundIsUnderWay) {
  constexpr size_t kCallers = 10;
  absl::Notification first_began, go_on;
  std::vector<size_t> rounds;  // One lane, so one thread at a time.
  Schools together({.lanes = 1}, [&](Schools::Round round) {
    rounds.push_back(round.size());
    if (rounds.size() == 1) {
      first_began.Notify();
      go_on.WaitForNotification();
    }
    for (auto& call : round) {
      call.response().set_name(call.request().name());
      call.Finish(absl::OkStatus());
    }
  });
  TestServer server;
  server.service().together = &together;
  std::vector<std::thread> callers;
  std::atomic<size_t> right = 0;
  for (size_t i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      v1::School school;
      EXPECT_OK(GetSchool(server, Request(i), school));
      if (school.name() == Request(i).name()) ++right;
    });
    if (i == 0) first_began.WaitForNotification();
  }
  const std::string all = absl::StrCat("grpc_type=\"unary\"} ", kCallers, "\n");
  EXPECT_TRUE(WaitUntil([&] {
    return server.metrics().Text().find(
               "msg_received_total{grpc_method=\"GetSchool\",grpc_service="
               "\"voortgang.registry.v1.RegistryService\"," +
               all) != std::string::npos;
  }));
  go_on.Notify();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(right, kCallers);
  EXPECT_EQ(rounds.front(), 1u);
  EXPECT_LT(rounds.size(), kCallers);
}

TEST_F(BatcherTest, ChecksEachRequestAndAnswersWhatTheHandlerForgot) {
  Schools together({}, [](Schools::Round round) {
    for (auto& call : round) {
      if (call.request().name() == "snapshots/2021/schools/1") throw std::runtime_error("library");
    }
  });
  TestServer server;
  server.service().together = &together;
  v1::School school;
  EXPECT_THAT(GetSchool(server, v1::GetSchoolRequest(), school), HasReason("REQUIRED"));
  EXPECT_THAT(GetSchool(server, Request(1), school), StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(GetSchool(server, Request(2), school), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(BatcherTest, RefusesAtOnceWhenTheExecutorIsFull) {
  FullExecutor full;
  Schools together({}, [](Schools::Round) {});
  TestServer server({.unary_executor = &full});
  server.service().together = &together;
  v1::School school;
  EXPECT_THAT(GetSchool(server, Request(1), school), HasReason("OVERLOADED"));
}

// Says no only once `callers` have asked.
class LateRefusal final : public Executor {
 public:
  explicit LateRefusal(int callers) : barrier_(callers) {}
  bool TrySubmit(absl::AnyInvocable<void()>) override {
    barrier_.Block();
    return false;
  }

 private:
  absl::Barrier barrier_;
};

TEST_F(BatcherTest, LeavesNobodyWaitingWhenNoLaneCouldBegin) {
  LateRefusal late(2);
  Schools together({.lanes = 2}, [](Schools::Round) {});
  TestServer server({.unary_executor = &late});
  server.service().together = &together;
  std::vector<std::thread> callers;
  for (size_t i = 0; i < 2; ++i) {
    callers.emplace_back([&, i] {
      v1::School school;
      EXPECT_THAT(GetSchool(server, Request(i), school), HasReason("OVERLOADED"));
    });
  }
  for (std::thread& caller : callers) caller.join();
}

// A lane goes on after the last answer: to notes of the handler, and to look whether more has come.
TEST_F(BatcherTest, StaysUntilItsLanesHaveEnded) {
  absl::Notification go_on, gone;
  std::atomic<bool> handled = false;
  auto together = std::make_unique<Schools>(Schools::Options{}, [&](Schools::Round round) {
    for (auto& call : round) call.Finish(absl::OkStatus());
    go_on.WaitForNotification();
    handled = true;
  });
  TestServer server;
  server.service().together = together.get();
  v1::School school;
  ASSERT_OK(GetSchool(server, Request(1), school));
  std::thread owner([&] {
    together.reset();
    EXPECT_TRUE(handled);
    gone.Notify();
  });
  EXPECT_FALSE(gone.WaitForNotificationWithTimeout(absl::Milliseconds(100)));
  go_on.Notify();
  owner.join();
}

TEST_F(BatcherTest, WaitsForNoCompanyWhenItGoes) {
  auto together = std::make_unique<Schools>(Schools::Options{.spacing = absl::Hours(1), .crowd = 1},
                                            [](Schools::Round round) {
                                              for (auto& call : round)
                                                call.Finish(absl::OkStatus());
                                            });
  TestServer server;
  server.service().together = together.get();
  v1::School school;
  ASSERT_OK(GetSchool(server, Request(1), school));
  together.reset();
}

}  // namespace
}  // namespace vg::rpc

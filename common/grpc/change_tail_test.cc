#include "common/grpc/change_tail.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/feed/partition.h"
#include "common/sql/migrations.h"
#include "common/sql/test_backends.h"
#include "common/testing/status_matchers.h"
#include "voortgang/survey/v1/survey_service.pb.h"

namespace vg::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

using Request = voortgang::survey::v1::TailResponseChangesRequest;
using Response = voortgang::survey::v1::TailResponseChangesResponse;
using Change = voortgang::survey::v1::ResponseChange;

constexpr char kFeed[] = "survey.responses";

// Keeps what was written, and lets the test act on it.
class Listener final : public Writer<Response> {
 public:
  explicit Listener(std::function<void(const Response&)> heard = {}) : heard_(std::move(heard)) {}

  absl::Status Write(Response message) override {
    if (heard_) heard_(message);
    messages_.push_back(std::move(message));
    return absl::OkStatus();
  }
  const std::vector<Response>& messages() const { return messages_; }
  std::vector<int> sizes() const {
    std::vector<int> sizes;
    for (const Response& message : messages_) sizes.push_back(message.changes_size());
    return sizes;
  }
  int count() const {
    int count = 0;
    for (const int size : sizes()) count += size;
    return count;
  }

 private:
  const std::function<void(const Response&)> heard_;
  std::vector<Response> messages_;
};

class ChangeTailTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_OK(sql::Migrate(*database_, {feed::kSchema})); }

  void AppendPayloads(const std::vector<feed::NewEntry>& entries) {
    ASSERT_OK(database_->Write([&](sql::Transaction& transaction) {
      return feed::Append(transaction, kFeed, entries, absl::FromUnixSeconds(1'000));
    }));
    signal_.Notify();
  }
  // `count` changes of as many units, each of about `bytes`.
  void Append(int count, size_t bytes = 0) {
    std::vector<feed::NewEntry> entries;
    for (int i = 0; i < count; ++i) {
      Change change;
      change.mutable_after()->set_name(absl::StrCat("r", i, std::string(bytes, '.')));
      entries.push_back({"submitted", absl::StrCat("s", i), change.SerializeAsString()});
    }
    AppendPayloads(entries);
  }

  absl::Status Tail(const Request& request, Listener& listener) {
    return ChangeTail(*database_, kFeed, signal_).Stream(call_, request, listener);
  }
  absl::Status Tail(const Request& request) {
    Listener listener;
    return Tail(request, listener);
  }

  sql::TestDatabase place_{sql::TestBackend::kSqliteMemory};
  std::unique_ptr<sql::Database> database_ = place_.Open();
  feed::Signal signal_;
  Call call_{Call::Origin{}};
};

TEST_F(ChangeTailTest, TellsWhatHappenedWhereAndWhen) {
  Append(1);
  Listener listener;
  ASSERT_OK(Tail({}, listener));
  const Change& change = listener.messages().at(0).changes(0);
  EXPECT_EQ(change.after().name(), "r0");
  EXPECT_EQ(change.position().partition(), feed::PartitionOf(sql::Engine::kSqlite, "s0"));
  EXPECT_EQ(change.position().number(), 1);
  EXPECT_EQ(change.change_time().seconds(), 1'000);
}

TEST_F(ChangeTailTest, TellsTheHeadsOnceEverythingWasSent) {
  Append(1);
  Listener listener;
  ASSERT_OK(Tail({}, listener));
  EXPECT_THAT(listener.sizes(), ElementsAre(1, 0));
  for (const Response& message : listener.messages()) {
    ASSERT_EQ(message.heads_size(), 1);
    EXPECT_EQ(message.heads(0).partition(), feed::PartitionOf(sql::Engine::kSqlite, "s0"));
    EXPECT_EQ(message.heads(0).number(), 1);
  }
}

TEST_F(ChangeTailTest, GoesOnAfterThePositionsSeen) {
  Append(1000);
  std::map<int, int64_t> seen;
  Request halfway;
  Listener listener([&](const Response& message) {
    EXPECT_LE(message.changes_size(), 500);
    for (const Change& change : message.changes()) {
      EXPECT_EQ(change.position().number(), ++seen[change.position().partition()]);
    }
    if (halfway.positions_size() > 0) return;
    for (const auto& [partition, number] : seen) {
      auto& position = *halfway.add_positions();
      position.set_partition(partition);
      position.set_number(number);
    }
  });
  ASSERT_OK(Tail({}, listener));
  EXPECT_EQ(listener.count(), 1000);
  Listener rest;
  ASSERT_OK(Tail(halfway, rest));
  EXPECT_EQ(rest.count(), 1000 - listener.sizes().front());
  Request all;
  *all.mutable_positions() = listener.messages().back().heads();
  EXPECT_EQ(all.positions_size(), static_cast<int>(seen.size()));
  Listener nothing;
  ASSERT_OK(Tail(all, nothing));
  EXPECT_THAT(nothing.sizes(), ElementsAre(0));
}

TEST_F(ChangeTailTest, SplitsWhatIsTooLargeForOneMessage) {
  Append(7, size_t{300} << 10);
  Listener listener;
  ASSERT_OK(Tail({}, listener));
  EXPECT_THAT(listener.sizes(), ElementsAre(3, 3, 1, 0));
  for (const Response& message : listener.messages()) {
    EXPECT_LT(message.ByteSizeLong(), size_t{1} << 20);
    EXPECT_THAT(message.heads(), SizeIs(listener.messages().back().heads_size()));
  }
}

TEST_F(ChangeTailTest, SendsAloneWhatIsLargerThanAMessageShouldBe) {
  Append(2, size_t{2} << 20);
  Listener listener;
  ASSERT_OK(Tail({}, listener));
  EXPECT_THAT(listener.sizes(), ElementsAre(1, 1, 0));
}

TEST_F(ChangeTailTest, FollowsChangesAsTheyComeUntilTheServerDrains) {
  Request request;
  request.set_follow(true);
  int rounds = 0;
  Listener listener([&](const Response& message) {
    if (message.changes_size() > 0) return;
    if (++rounds == 3) return call_.Drain();
    Append(1);
  });
  EXPECT_THAT(Tail(request, listener), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(listener.sizes(), ElementsAre(0, 1, 0, 1, 0));
}

TEST_F(ChangeTailTest, EndsWhenTheCallerIsGone) {
  Append(1000);
  for (const bool follow : {false, true}) {
    Call call{Call::Origin{}};
    Listener listener([&call](const Response&) { call.Cancel(); });
    Request request;
    request.set_follow(follow);
    EXPECT_THAT(ChangeTail(*database_, kFeed, signal_).Stream(call, request, listener),
                StatusIs(absl::StatusCode::kCancelled));
    EXPECT_THAT(listener.sizes(), ElementsAre(500));
  }
}

TEST_F(ChangeTailTest, RefusesAPartitionThatIsNamedTwice) {
  Request request;
  request.add_positions()->set_partition(3);
  request.add_positions()->set_partition(3);
  const absl::Status status = Tail(request);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(status, HasReason("DUPLICATE_ID"));
  EXPECT_EQ(DetailsOf(status).violations.at(0).field, "positions[1].partition");
}

TEST_F(ChangeTailTest, RefusesAPositionThatTheFeedDoesNotHave) {
  Append(1);
  Request request;
  auto& position = *request.add_positions();
  position.set_partition(feed::PartitionOf(sql::Engine::kSqlite, "s0"));
  position.set_number(1);
  EXPECT_OK(Tail(request));
  position.set_number(2);
  for (const bool follow : {false, true}) {
    request.set_follow(follow);
    const absl::Status status = Tail(request);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(status, HasReason("POSITION_AHEAD"));
  }
}

TEST_F(ChangeTailTest, SaysWhichEntryCannotBeRead) {
  AppendPayloads({{"submitted", "s0", "\xff"}});
  EXPECT_THAT(Tail({}), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace vg::rpc

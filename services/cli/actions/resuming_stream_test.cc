#include "services/cli/actions/resuming_stream.h"

#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "common/testing/status_matchers.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using ::testing::ElementsAre;
using ::testing::SizeIs;

// Takes in batches, and breaks the connection as the test wants it.
class BreakingSurvey final : public v1::SurveyService::Service {
 public:
  grpc::Status ImportResponses(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::ImportResponsesResponse, v1::ImportResponsesRequest>* stream)
      override {
    ++connections;
    v1::ImportResponsesRequest request;
    int64_t acknowledged = 0;
    for (int batch = 0; stream->Read(&request); ++batch) {
      if (acknowledge_before_breaking == 0 && break_times > 0) return Break();
      for (const v1::Response& response : request.responses()) names.push_back(response.name());
      // Taken in, and the connection breaks before that is said.
      if (batch == acknowledge_before_breaking && break_times > 0) return Break();
      v1::ImportResponsesResponse out;
      for (int i = 0; i < request.responses_size(); ++i) {
        out.add_results()->set_index(acknowledged++);
      }
      out.set_acknowledged_count(acknowledged);
      stream->Write(out);
    }
    return end;
  }

  int break_times = 0;
  int acknowledge_before_breaking = 2;
  grpc::Status end;
  int connections = 0;
  std::vector<std::string> names;  // In the order in which they were taken in.

 private:
  grpc::Status Break() {
    --break_times;
    return {grpc::StatusCode::UNAVAILABLE, "killed"};
  }
};

class ResumingStreamTest : public ::testing::Test {
 protected:
  using Stream = ResumingStream<v1::ImportResponsesRequest, v1::ImportResponsesResponse>;

  ResumingStreamTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&survey_);
    server_ = builder.BuildAndStart();
    stub_ = v1::SurveyService::NewStub(server_->InProcessChannel({}));
  }

  // Sends `batches` of two.
  absl::Status Send(int batches, int attempts) {
    int sent = 0;
    Stream stream(
        [this](grpc::ClientContext* context) -> std::unique_ptr<Stream::Stream> {
          return stub_->ImportResponses(context);
        },
        [&](v1::ImportResponsesRequest& request) {
          if (sent == batches) return false;
          request.add_responses()->set_name("r" + std::to_string(2 * sent));
          request.add_responses()->set_name("r" + std::to_string(2 * sent + 1));
          ++sent;
          return true;
        },
        [&](const v1::ImportResponsesResponse& response, int64_t before) {
          for (const auto& result : response.results()) indexes_.push_back(result.index() + before);
        },
        [&](const absl::Status&, absl::Duration wait) { waits_.push_back(wait); });
    const absl::Status status = stream.Run({.attempts = attempts,
                                            .first_wait = absl::Milliseconds(1),
                                            .longest_wait = absl::Milliseconds(4)});
    acknowledged_ = stream.acknowledged();
    return status;
  }

  BreakingSurvey survey_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::SurveyService::Stub> stub_;
  std::vector<int64_t> indexes_;  // Of the items, as they were acknowledged.
  std::vector<absl::Duration> waits_;
  int64_t acknowledged_ = 0;
};

std::vector<int64_t> FirstIndexes(int64_t count) {
  std::vector<int64_t> indexes;
  for (int64_t i = 0; i < count; ++i) indexes.push_back(i);
  return indexes;
}

TEST_F(ResumingStreamTest, GoesOnFromTheLastAcknowledgedItem) {
  survey_.break_times = 3;
  EXPECT_THAT(Send(50, 1), IsOk());
  EXPECT_EQ(survey_.connections, 4);
  EXPECT_EQ(indexes_, FirstIndexes(100));
  EXPECT_EQ(acknowledged_, 100);
  EXPECT_THAT(std::set<std::string>(survey_.names.begin(), survey_.names.end()), SizeIs(100));
  // One batch per break came twice, for nobody said that it had come.
  EXPECT_THAT(survey_.names, SizeIs(106));
}

TEST_F(ResumingStreamTest, WaitsLongerWhileNothingIsAcknowledged) {
  survey_.break_times = 4;
  survey_.acknowledge_before_breaking = 0;
  EXPECT_THAT(Send(3, 4), IsOk());
  EXPECT_THAT(waits_, ElementsAre(absl::Milliseconds(1), absl::Milliseconds(2),
                                  absl::Milliseconds(4), absl::Milliseconds(4)));
  EXPECT_EQ(indexes_, FirstIndexes(6));
}

TEST_F(ResumingStreamTest, GivesUpInTheEndAndKnowsHowFarItCame) {
  survey_.break_times = 1000;
  survey_.acknowledge_before_breaking = 0;
  EXPECT_TRUE(absl::IsUnavailable(Send(3, 2)));
  EXPECT_EQ(survey_.connections, 3);
  EXPECT_EQ(acknowledged_, 0);
}

TEST_F(ResumingStreamTest, DoesNotGoOnAfterWhatIsNoBrokenConnection) {
  survey_.end = {grpc::StatusCode::INVALID_ARGUMENT, "no"};
  EXPECT_TRUE(absl::IsInvalidArgument(Send(3, 5)));
  EXPECT_EQ(survey_.connections, 1);
  EXPECT_THAT(waits_, SizeIs(0));
}

TEST_F(ResumingStreamTest, SendsNothingWhereThereIsNothing) {
  EXPECT_THAT(Send(0, 1), IsOk());
  EXPECT_THAT(indexes_, SizeIs(0));
}

}  // namespace
}  // namespace vg::cli

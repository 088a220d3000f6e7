#include "services/cli/actions/export_responses.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include <gmock/gmock.h>

#include "common/testing/status_matchers.h"

namespace vg::cli {
namespace {

namespace v1 = voortgang::survey::v1;
using Piece = v1::ExportResponsesResponse;

// Ten pieces "0" to "9"; breaks off after as many pieces as it is told, call after call.
class BreakingService final : public v1::ExportService::Service {
 public:
  std::vector<int> breaks;
  grpc::StatusCode how = grpc::StatusCode::UNAVAILABLE;
  int calls = 0;

  grpc::Status ExportResponses(grpc::ServerContext*, const v1::ExportResponsesRequest* request,
                               grpc::ServerWriter<Piece>* writer) override {
    const int most = static_cast<size_t>(calls) < breaks.size() ? breaks[calls] : 10;
    ++calls;
    int next = 0;
    (void)absl::SimpleAtoi(request->resume_token(), &next);
    for (int sent = 0; next < 10; ++sent, ++next) {
      if (sent == most) return {how, "gone"};
      Piece piece;
      piece.set_rows(absl::StrCat(next));
      piece.set_row_count(next + 1);
      if (next < 9) piece.set_resume_token(absl::StrCat(next + 1));
      writer->Write(piece);
    }
    return grpc::Status::OK;
  }
};

class ExportResponsesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::ExportService::NewStub(server_->InProcessChannel({}));
  }
  absl::StatusOr<Piece> Export() {
    written_.clear();
    return ExportResponses(*stub_, {}, {.most_attempts = 3, .sleep = [](absl::Duration) {}},
                           [this](const Piece& piece) {
                             written_ += piece.rows();
                             return write_;
                           });
  }

  BreakingService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::ExportService::Stub> stub_;
  std::string written_;
  absl::Status write_;
};

TEST_F(ExportResponsesTest, GoesOnWhereTheConnectionBroke) {
  service_.breaks = {3, 0, 0, 1, 0, 2};
  ASSERT_OK_AND_ASSIGN(const Piece last, Export());
  EXPECT_EQ(written_, "0123456789");
  EXPECT_EQ(last.row_count(), 10);
  EXPECT_EQ(service_.calls, 7);
}

// Nobody took its pieces for a while.
TEST_F(ExportResponsesTest, GoesOnWhereTheServerGaveUp) {
  service_.breaks = {3};
  service_.how = grpc::StatusCode::CANCELLED;
  ASSERT_OK(Export());
  EXPECT_EQ(written_, "0123456789");
}

TEST_F(ExportResponsesTest, GivesUpWhenNothingComesAnyMore) {
  service_.breaks = {2, 0, 0, 0, 0, 0};
  EXPECT_THAT(Export(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(written_, "01");
  EXPECT_EQ(service_.calls, 4);
}

TEST_F(ExportResponsesTest, StopsWhenThePlaceIsFull) {
  write_ = absl::ResourceExhaustedError("full");
  EXPECT_THAT(Export(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(written_, "0");
}

}  // namespace
}  // namespace vg::cli

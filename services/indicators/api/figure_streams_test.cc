#include "services/indicators/api/figure_streams.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "services/indicators/api/test_service.h"

namespace vg::indicators {
namespace {

class FigureStreamsTest : public IndicatorsServiceTest {
 protected:
  FigureStreamsTest() {
    EXPECT_THAT(server_.Define("execution", Example("execution-well")), IsOk());
    SubmitLeaders(40);
    server_.CatchUp();
  }

  static v1::QueryEstimatesRequest Query(const std::vector<std::string>& breakdowns = {}) {
    v1::QueryEstimatesRequest request;
    request.set_indicator("indicators/execution");
    request.set_wave(kWave);
    for (const std::string& each : breakdowns) request.add_breakdowns(each);
    return request;
  }
};

TEST_F(FigureStreamsTest, PartsPutTogetherAreTheTable) {
  v1::StreamEstimatesRequest request;
  *request.mutable_query() = Query({"province", "sector"});
  request.set_part_size(2);
  grpc::ClientContext context;
  const auto reader = server_.stub->StreamEstimates(&context, request);
  v1::EstimateTable whole, part;
  int parts = 0;
  for (; reader->Read(&part); ++parts) {
    EXPECT_LE(part.estimates_size(), 2);
    EXPECT_EQ(part.indicator().empty(), parts > 0);
    whole.MergeFrom(part);
  }
  EXPECT_OK(rpc::FromGrpcStatus(reader->Finish()));
  EXPECT_GT(parts, 1);
  EXPECT_EQ(whole.SerializeAsString(), server_.Query(request.query())->SerializeAsString());
}

TEST_F(FigureStreamsTest, WhoWatchesGetsTheTableAndEveryChange) {
  v1::WatchEstimatesRequest request;
  *request.mutable_query() = Query();
  request.set_interval_millis(1);
  grpc::ClientContext context;
  const auto reader = server_.stub->WatchEstimates(&context, request);
  v1::EstimateTable table;
  ASSERT_TRUE(reader->Read(&table));
  EXPECT_EQ(table.estimates(0).n(), 40);
  survey::Response more = Leader(1, "badly");
  more.set_name(absl::StrCat(kWave, "/responses/another"));
  Submit(more);
  ASSERT_TRUE(reader->Read(&table));
  EXPECT_EQ(table.estimates(0).n(), 41);
  Withdraw(more);
  ASSERT_TRUE(reader->Read(&table));
  EXPECT_EQ(table.estimates(0).n(), 40);
  context.TryCancel();
  while (reader->Read(&table)) {
  }
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(FigureStreamsTest, AWatchOfNothingIsRefused) {
  v1::WatchEstimatesRequest request;
  *request.mutable_query() = Query({"weather"});
  grpc::ClientContext context;
  const auto reader = server_.stub->WatchEstimates(&context, request);
  v1::EstimateTable table;
  EXPECT_FALSE(reader->Read(&table));
  EXPECT_THAT(rpc::FromGrpcStatus(reader->Finish()), HasReason("UNKNOWN_ATTRIBUTE"));
}

TEST_F(FigureStreamsTest, AnExportIsOneFileOfAllTables) {
  v1::ExportEstimatesRequest request;
  *request.add_queries() = Query();
  *request.add_queries() = Query({"province"});
  const auto exported = [&] {
    grpc::ClientContext context;
    const auto reader = server_.stub->ExportEstimates(&context, request);
    v1::ExportEstimatesResponse piece;
    std::string file;
    while (reader->Read(&piece)) file += piece.data();
    const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
    return status.ok() ? absl::StatusOr<std::string>(file) : status;
  };
  EXPECT_THAT(exported(), StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_format(v1::EXPORT_FORMAT_CSV);
  const auto file = exported();
  ASSERT_THAT(file, IsOk());
  EXPECT_THAT(*file, testing::StartsWith("dataElement,period,orgUnit,"));
  EXPECT_THAT(*file, testing::HasSubstr("\r\nexecution,w,all,,published,0.75,40,40,"));
  EXPECT_THAT(*file, testing::HasSubstr("\r\nexecution,w,Utrecht,"));
  *request.add_queries() = Query({"weather"});
  EXPECT_THAT(exported(), HasReason("UNKNOWN_ATTRIBUTE"));
}

}  // namespace
}  // namespace vg::indicators

#include "services/catalogue/peers/registry.h"

#include <memory>

#include "grpcpp/grpcpp.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::catalogue {
namespace {

namespace v1 = voortgang::registry::v1;
using ::grpc::ServerContext;
using ::grpc::Status;

// Six schools: one of nought, five with a score per pupil of 1 to 5 tenths.
class FakeService final : public v1::RegistryService::Service {
 public:
  Status GetSnapshot(ServerContext*, const v1::GetSnapshotRequest* request,
                     v1::Snapshot* snapshot) override {
    if (gone) return {grpc::StatusCode::UNAVAILABLE, "away"};
    if (request->name() == "snapshots/none") return {grpc::StatusCode::NOT_FOUND, "none"};
    ++asked;
    snapshot->set_digest("digest of " + request->name());
    return Status::OK;
  }
  Status ExportSchools(ServerContext*, const v1::ExportSchoolsRequest*,
                       grpc::ServerWriter<v1::ExportSchoolsResponse>* writer) override {
    for (int i = 0; i < 6; ++i) {
      v1::ExportSchoolsResponse batch;
      v1::School& school = *batch.add_schools();
      school.set_school("schools/16SW0" + std::to_string(i));
      school.set_sector(voortgang::type::v1::SECTOR_PRIMARY);
      school.set_board("boards/40740");
      school.set_province("Utrecht");
      school.set_municipality(i == 0 ? "municipalities/GM0363" : "municipalities/GM0344");
      (*school.mutable_attributes())["corop_region"] = "17";
      (*school.mutable_attributes())["province"] = "what a plain file says";
      for (const int64_t pupils : {60, 40}) {
        auto& count = *school.add_pupil_counts()->mutable_count();
        count.set_state(voortgang::type::v1::COUNT_STATE_KNOWN);
        count.set_value(pupils);
      }
      school.mutable_disadvantage_score()->set_value(std::to_string(10 * i));
      writer->Write(batch);
    }
    return Status::OK;
  }

  // Two pages.
  Status ListMunicipalities(ServerContext*, const v1::ListMunicipalitiesRequest* request,
                            v1::ListMunicipalitiesResponse* response) override {
    const bool first = request->page_token().empty();
    v1::Municipality& municipality = *response->add_municipalities();
    municipality.set_municipality(first ? "municipalities/GM0344" : "municipalities/GM0363");
    (*municipality.mutable_attributes())["urbanity"] = first ? "2" : "1";
    if (first) response->set_next_page_token("more");
    return Status::OK;
  }

  int asked = 0;
  bool gone = false;
};

class RemoteRegistryTest : public testing::Test {
 protected:
  RemoteRegistryTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }

  FakeService service_;
  std::unique_ptr<grpc::Server> server_;
  RemoteRegistry registry_{
      rpc::Client<RemoteRegistry::Service>([this] { return server_->InProcessChannel({}); })};
};

TEST_F(RemoteRegistryTest, ReadsWhatSchoolsAreGroupedBy) {
  ASSERT_OK_AND_ASSIGN(const auto schools, registry_.Schools("snapshots/2021"));
  EXPECT_EQ(schools->digest(), "digest of snapshots/2021");
  EXPECT_EQ(schools->size(), 6u);
  EXPECT_EQ(schools->Get("16SW03", "sector"), "primary");
  EXPECT_EQ(schools->Get("16SW03", "board"), "boards/40740");
  EXPECT_EQ(schools->Get("16SW03", "province"), "Utrecht");
  EXPECT_EQ(schools->Get("16SW03", "corop_region"), "17");
  EXPECT_EQ(schools->Get("16SW03", "size"), "100-199");
  EXPECT_EQ(schools->Get("16SW03", "municipality.urbanity"), "2");
  EXPECT_EQ(schools->Get("16SW00", "municipality.urbanity"), "1");
  EXPECT_EQ(schools->Get("16SW03", "denomination"), "");
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(schools->Get("16SW0" + std::to_string(i), "score"), std::to_string(i));
  }
}

TEST_F(RemoteRegistryTest, AsksOnceForTheSnapshotsUsedLast) {
  for (const char* snapshot : {"snapshots/a", "snapshots/b", "snapshots/c"}) {
    ASSERT_OK(registry_.Schools(snapshot));
  }
  ASSERT_OK(registry_.Schools("snapshots/a"));
  EXPECT_EQ(service_.asked, 3);
  ASSERT_OK(registry_.Schools("snapshots/d"));  // Takes the place of b.
  service_.gone = true;
  EXPECT_OK(registry_.Schools("snapshots/a"));
  EXPECT_THAT(registry_.Schools("snapshots/b"), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(RemoteRegistryTest, HandsOnWhatTheRegistryRefuses) {
  EXPECT_THAT(registry_.Schools("snapshots/none"), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace vg::catalogue

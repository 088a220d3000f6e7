#include "services/survey/peers/registry.h"

#include <memory>

#include "grpcpp/grpcpp.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"

namespace vg::survey {
namespace {

namespace registry = voortgang::registry::v1;
using ::grpc::ServerContext;
using ::grpc::Status;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

// Two schools of one board, a board without schools, and a municipality.
class FakeService final : public registry::RegistryService::Service {
 public:
  Status ExportSchools(ServerContext*, const registry::ExportSchoolsRequest*,
                       grpc::ServerWriter<registry::ExportSchoolsResponse>* writer) override {
    registry::ExportSchoolsResponse batch;
    for (const int pupils : {90, 120}) {
      registry::School& school = *batch.add_schools();
      school.set_school("schools/16SW0" + std::to_string(batch.schools_size()));
      school.set_sector(voortgang::type::v1::SECTOR_PRIMARY);
      school.set_board("boards/40740");
      school.set_province("Utrecht");
      school.set_municipality("municipalities/GM034" + std::to_string(batch.schools_size()));
      auto& count = *school.add_pupil_counts()->mutable_count();
      count.set_state(voortgang::type::v1::COUNT_STATE_KNOWN);
      count.set_value(pupils);
    }
    writer->Write(batch);
    return Status::OK;
  }
  Status ListBoards(ServerContext*, const registry::ListBoardsRequest*,
                    registry::ListBoardsResponse* response) override {
    response->add_boards()->set_board("boards/40740");
    response->add_boards()->set_board("boards/40741");
    return Status::OK;
  }
  Status ListMunicipalities(ServerContext*, const registry::ListMunicipalitiesRequest*,
                            registry::ListMunicipalitiesResponse* response) override {
    registry::Municipality& municipality = *response->add_municipalities();
    municipality.set_municipality("municipalities/GM0344");
    municipality.set_province("Utrecht");
    (*municipality.mutable_attributes())["urbanity"] = "1";
    (*municipality.mutable_attributes())["province"] = "what a plain file says";
    return Status::OK;
  }
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

TEST_F(RemoteRegistryTest, KnowsOfMunicipalitiesWhatTheRegisterSays) {
  ASSERT_OK_AND_ASSIGN(const auto units,
                       registry_.Units("snapshots/2021", {UnitKind::kMunicipality}));
  ASSERT_THAT(units, SizeIs(1));
  EXPECT_EQ(units[0].name, "municipalities/GM0344");
  EXPECT_THAT(units[0].attributes, ElementsAre(Pair("province", "Utrecht"), Pair("urbanity", "1")));
}

TEST_F(RemoteRegistryTest, KnowsOfBoardsWhatTheirSchoolsShare) {
  ASSERT_OK_AND_ASSIGN(const auto units, registry_.Units("snapshots/2021", {UnitKind::kBoard}));
  ASSERT_THAT(units, SizeIs(2));
  EXPECT_EQ(units[0].name, "boards/40740");
  EXPECT_THAT(units[0].attributes,
              ElementsAre(Pair("province", "Utrecht"), Pair("school_count", "2-9"),
                          Pair("sector", "primary"), Pair("size", "200-499")));
  EXPECT_EQ(units[0].sector, Sector::kNone);
  EXPECT_THAT(units[1].attributes, IsEmpty());
}

TEST_F(RemoteRegistryTest, GivesTheUnitsOfAllKindsThatAreAskedFor) {
  EXPECT_THAT(registry_.Units("snapshots/2021",
                              {UnitKind::kSchool, UnitKind::kBoard, UnitKind::kMunicipality}),
              IsOkAndHolds(SizeIs(5)));
  EXPECT_THAT(registry_.Units("snapshots/2021", {UnitKind::kSchool}), IsOkAndHolds(SizeIs(2)));
}

}  // namespace
}  // namespace vg::survey

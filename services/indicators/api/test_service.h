// The service through a real server, with the services above it in memory: for tests.

#ifndef VG_SERVICES_INDICATORS_API_TEST_SERVICE_H_
#define VG_SERVICES_INDICATORS_API_TEST_SERVICE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "common/app/server.h"
#include "common/feed/cursor_store.h"
#include "common/grpc/status.h"
#include "common/requests/request_log.h"
#include "common/status/status_macros.h"
#include "common/testing/places.h"
#include "common/testing/status_matchers.h"
#include "common/testing/temp_dir.h"
#include "common/testing/wait_until.h"
#include "common/yaml/yaml.h"
#include "services/indicators/api/definition_proto.h"
#include "services/indicators/api/disclosure_service.h"
#include "services/indicators/api/fake_peers.h"
#include "services/indicators/api/indicators_service.h"
#include "services/indicators/storage/schema.h"

namespace vg::indicators {

namespace v1 = voortgang::indicators::v1;
namespace catalogue = voortgang::catalogue::v1;
namespace survey = voortgang::survey::v1;

inline constexpr char kWave[] = "waves/w";
inline constexpr char kLeaders[] = "questionnaires/school-leaders/versions/1";
inline constexpr char kStaff[] = "questionnaires/staff/versions/1";

template <typename Message>
inline Message FromYaml(const std::string& path) {
  Message message;
  EXPECT_OK(ParseYaml(ReadFile(SourcePath("deploy/examples/" + path)), &message));
  return message;
}

template <typename Message>
inline Message Yaml(std::string_view text) {
  Message message;
  EXPECT_OK(ParseYaml(text, &message));
  return message;
}

inline v1::IndicatorDefinition Example(const std::string& id) {
  return FromYaml<v1::IndicatorDefinition>("indicators/" + id + ".yaml");
}

// Schools 0 to 39: the first 30 in Utrecht, the others in Zeeland; every tenth is secondary.
inline std::string School(int i) { return absl::StrCat("schools/", i); }
inline constexpr int kSchools = 40;

inline void FillPeers(FakePeers& peers) {
  survey::Wave& wave = peers.waves[kWave];
  wave.set_name(kWave);
  wave.set_snapshot("snapshots/s");
  for (const char* id : {"school-leaders", "staff", "boards", "municipalities"}) {
    survey::QuestionnaireVersion version;
    version.set_name(absl::StrCat("questionnaires/", id, "/versions/1"));
    *version.mutable_content() =
        FromYaml<survey::Questionnaire>(absl::StrCat("questionnaires/", id, ".yaml"));
    wave.add_questionnaires()->set_questionnaire_version(version.name());
    peers.questionnaires[version.name()] = version;
    peers.questionnaires[absl::StrCat("questionnaires/", id, "/versions/latest")] = version;
  }
  std::vector<Unit> units;
  for (int i = 0; i < kSchools; ++i) {
    Unit unit;
    unit.name = School(i);
    unit.sector = i % 10 == 0 ? "secondary" : "primary";
    unit.province = i < 30 ? "Utrecht" : "Zeeland";
    unit.attributes["staff"] = "8";
    units.push_back(unit);
    if (i >= 3) peers.passing_schools.insert(unit.name);
  }
  peers.units["snapshots/s"] = std::make_shared<const SnapshotUnits>(
      SnapshotUnits{"snapshots/s", "digest-of-s", UnitTable(std::move(units))});
}

class FakedModule final : public Module {
 public:
  FakedModule(sql::Database& database, Platform& platform, Peers& peers, SumsStore** sums)
      : indicators_(database),
        sums_(database),
        measures_(peers),
        disclosures_(database),
        tables_(sums_, disclosures_, measures_, peers, platform.clock()),
        responses_(kResponseFeed, indicators_, sums_, measures_, peers),
        programmes_(kProgrammeFeed, indicators_, sums_, measures_, peers),
        service_(indicators_, sums_, tables_, measures_, peers, {&responses_, &programmes_},
                 platform.cache(), platform.metrics(), platform.clock(),
                 platform.Pipeline(v1::IndicatorsService::service_full_name())),
        disclosure_service_(indicators_, disclosures_, measures_, tables_, platform.metrics(),
                            platform.clock(),
                            platform.Pipeline(v1::DisclosureService::service_full_name())) {
    *sums = &sums_;
  }
  std::string_view name() const override { return "indicators"; }
  std::vector<grpc::Service*> grpc_services() override { return {&service_, &disclosure_service_}; }
  absl::Status Start() override {
    responses_.Start();
    programmes_.Start();
    return absl::OkStatus();
  }
  void Stop() override {
    responses_.Stop();
    programmes_.Stop();
  }

 private:
  IndicatorStore indicators_;
  SumsStore sums_;
  Measures measures_;
  DisclosureStore disclosures_;
  Tables tables_;
  FeedFolding responses_, programmes_;
  IndicatorsService service_;
  DisclosureService disclosure_service_;
};

// A server on a database of its own.
class Server {
 public:
  explicit Server(Peers& peers, const ServerOptions& options = TestServerOptions()) {
    absl::StatusOr<std::unique_ptr<AppServer>> started =
        AppServer::Start(options, [&](Platform& platform) -> absl::StatusOr<Modules> {
          ASSIGN_OR_RETURN(sql::Database* const database,
                           platform.OpenDatabase(
                               "indicators", {kSchema, feed::kCursorSchema, requests::kSchema}));
          Modules modules;
          modules.push_back(std::make_unique<FakedModule>(*database, platform, peers, &sums));
          return modules;
        });
    EXPECT_THAT(started, IsOk());
    app = *std::move(started);
    stub = v1::IndicatorsService::NewStub(app->Channel());
    disclosures = v1::DisclosureService::NewStub(app->Channel());
  }

  absl::StatusOr<v1::Indicator> Define(const v1::DefineIndicatorRequest& request) {
    grpc::ClientContext context;
    v1::Indicator indicator;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->DefineIndicator(&context, request, &indicator)));
    return indicator;
  }
  absl::StatusOr<v1::Indicator> Define(const std::string& id,
                                       const v1::IndicatorDefinition& definition) {
    v1::DefineIndicatorRequest request;
    request.set_indicator_id(id);
    *request.mutable_definition() = definition;
    return Define(request);
  }
  absl::StatusOr<v1::Indicator> DefineYaml(const std::string& id, std::string_view yaml) {
    return Define(id, Yaml<v1::IndicatorDefinition>(yaml));
  }
  absl::StatusOr<v1::FoldState> GetFoldState() {
    grpc::ClientContext context;
    v1::FoldState state;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->GetFoldState(&context, {}, &state)));
    return state;
  }
  // Waits until everything is folded.
  void CatchUp() {
    EXPECT_TRUE(WaitUntil([&] {
      const absl::StatusOr<v1::FoldState> state = GetFoldState();
      if (!state.ok()) return false;
      for (const v1::FeedFoldState& feed : state->feeds()) {
        if (feed.folded_count() != feed.head_count() || feed.backfilling_count() != 0) return false;
      }
      return true;
    }));
  }
  absl::StatusOr<v1::EstimateTable> Query(const v1::QueryEstimatesRequest& request) {
    grpc::ClientContext context;
    v1::EstimateTable table;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->QueryEstimates(&context, request, &table)));
    return table;
  }
  absl::StatusOr<v1::WaveComparison> CompareWaves(const v1::CompareWavesRequest& request) {
    grpc::ClientContext context;
    v1::WaveComparison comparison;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(stub->CompareWaves(&context, request, &comparison)));
    return comparison;
  }
  absl::StatusOr<v1::EstimateTable> Query(const std::string& id,
                                          const std::vector<std::string>& breakdowns = {},
                                          const std::string& wave = kWave) {
    v1::QueryEstimatesRequest request;
    request.set_indicator("indicators/" + id);
    request.set_wave(wave);
    if (wave.empty()) request.set_snapshot("snapshots/s");
    for (const std::string& each : breakdowns) request.add_breakdowns(each);
    return Query(request);
  }

  std::unique_ptr<AppServer> app;
  std::unique_ptr<v1::IndicatorsService::Stub> stub;
  std::unique_ptr<v1::DisclosureService::Stub> disclosures;
  SumsStore* sums = nullptr;
};

class IndicatorsServiceTest : public testing::Test {
 protected:
  IndicatorsServiceTest() { FillPeers(peers_); }

  static survey::Response Leader(int school, const std::string& execution) {
    survey::Response response;
    response.set_name(absl::StrCat(kWave, "/responses/leader-", school));
    response.set_questionnaire_version(kLeaders);
    response.set_unit(School(school));
    survey::Answer& answer = *response.add_answers();
    answer.set_question("execution");
    answer.set_choice(execution);
    return response;
  }
  void Submit(const survey::Response& response) {
    survey::ResponseChange change;
    *change.mutable_after() = response;
    peers_.Append(kResponseFeed, response.unit(), change);
  }
  void Withdraw(const survey::Response& response) {
    survey::ResponseChange change;
    *change.mutable_before() = response;
    peers_.Append(kResponseFeed, response.unit(), change);
  }
  // Leaders of `schools` schools, three of four of whom say that it goes well.
  void SubmitLeaders(int schools) {
    for (int i = 0; i < schools; ++i) Submit(Leader(i, i % 4 == 0 ? "badly" : "well"));
  }

  FakePeers peers_;
  Server server_{peers_};
};

}  // namespace vg::indicators

#endif  // VG_SERVICES_INDICATORS_API_TEST_SERVICE_H_

// The catalogue behind a real gRPC server in this process. For tests only.

#ifndef VG_SERVICES_CATALOGUE_API_TEST_SERVER_H_
#define VG_SERVICES_CATALOGUE_API_TEST_SERVER_H_

#include <cstdlib>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/grpcpp.h"

#include "common/concurrency/executor.h"
#include "common/feed/feed.h"
#include "common/grpc/status.h"
#include "common/requests/request_log.h"
#include "common/status/error.h"
#include "common/testing/fake_clock.h"
#include "services/catalogue/api/catalogue_service.h"
#include "services/catalogue/storage/schema.h"

namespace vg::catalogue {

// Knows "snapshots/2021": board 40740 has 16SW03 and 16SW04 in Utrecht, board 12345 has 31FR00 in
// Zeeland. A test may take it away between calls.
class FakeRegistry final : public Registry {
 public:
  absl::StatusOr<std::shared_ptr<const SchoolTable>> Schools(const std::string& snapshot) override {
    if (!status.ok()) return status;
    if (snapshot != "snapshots/2021") return NotFound(snapshot);
    return table_;
  }

  absl::Status status;

 private:
  const std::shared_ptr<const SchoolTable> table_ = std::make_shared<const SchoolTable>(
      "digest-of-2021",
      std::vector<School>{
          {"16SW03", {{"board", "boards/40740"}, {"province", "Utrecht"}, {"size", "100-199"}}},
          {"16SW04", {{"board", "boards/40740"}, {"province", "Utrecht"}, {"size", "200-499"}}},
          {"31FR00", {{"board", "boards/12345"}, {"province", "Zeeland"}, {"size", "100-199"}}}});
};

// Time stands still at 1 April 2022. An InlineExecutor will not do: streams wait for their callers.
class TestServer {
 public:
  explicit TestServer(const std::string& url = "sqlite::memory:") : database_(Open(url)) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::CatalogueService::NewStub(server_->InProcessChannel({}));
  }
  ~TestServer() {
    calls_.Drain();
    server_->Shutdown();
  }

  v1::CatalogueService::Stub& stub() { return *stub_; }
  FakeClock& clock() { return clock_; }
  metrics::Registry& metrics() { return metrics_; }
  FakeRegistry& registry() { return registry_; }
  rpc::CallPipeline& calls() { return calls_; }

  // One unary call: Call(&Stub::GetProgramme, request).
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::CatalogueService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const std::type_identity_t<Request>& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (*stub_.*method)(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return response;
  }

  // Sends each message and waits for its answer.
  absl::StatusOr<std::vector<v1::ImportProgrammesResponse>> Import(
      const std::vector<v1::ImportProgrammesRequest>& messages) {
    grpc::ClientContext context;
    const auto stream = stub_->ImportProgrammes(&context);
    std::vector<v1::ImportProgrammesResponse> answers;
    for (const v1::ImportProgrammesRequest& message : messages) {
      if (!stream->Write(message) || !stream->Read(&answers.emplace_back())) break;
    }
    stream->WritesDone();
    const grpc::Status status = stream->Finish();
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return answers;
  }

  // Everything that the feed has after `request`'s positions.
  absl::StatusOr<std::vector<v1::TailProgrammeChangesResponse>> Tail(
      const v1::TailProgrammeChangesRequest& request) {
    grpc::ClientContext context;
    const auto reader = stub_->TailProgrammeChanges(&context, request);
    std::vector<v1::TailProgrammeChangesResponse> batches;
    v1::TailProgrammeChangesResponse batch;
    while (reader->Read(&batch)) batches.push_back(batch);
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return batches;
  }

 private:
  static std::unique_ptr<sql::Database> Open(const std::string& url) {
    auto database = sql::Database::Open(url);
    absl::Status status = database.status();
    if (status.ok()) {
      status = sql::Migrate(**database, {kSchema, feed::kSchema, requests::kSchema});
    }
    if (!status.ok()) {
      std::cerr << "cannot open " << url << ": " << status << "\n";
      std::abort();
    }
    return *std::move(database);
  }

  FakeClock clock_;
  metrics::Registry metrics_;
  feed::Signal signal_;
  std::unique_ptr<sql::Database> database_;
  BoundedExecutor unary_{{.name = "unary"}};
  BoundedExecutor streams_{{.name = "streams"}};
  rpc::CallPipeline calls_{
      v1::CatalogueService::service_full_name(),
      {.unary_executor = &unary_, .stream_executor = &streams_, .metrics = &metrics_}};
  FakeRegistry registry_;
  CatalogueService service_{*database_, registry_, clock_, signal_, metrics_, calls_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::CatalogueService::Stub> stub_;
};

using Stub = v1::CatalogueService::Stub;

inline void SetDate(google::type::Date& date, int year, int month, int day) {
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
}

// Categories B and F (supporting only); feedback and directe-instructie in B, leermiddelen in F.
inline v1::MenuEdition MenuProto() {
  v1::MenuEdition menu;
  menu.mutable_title()->set_nl("Menukaart voorjaar 2021");
  SetDate(*menu.mutable_start_date(), 2021, 5, 10);
  for (const char* id : {"B", "F"}) {
    v1::MenuCategory& category = *menu.add_categories();
    category.set_id(id);
    category.mutable_title()->set_nl(absl::StrCat("Categorie ", id));
    category.set_supporting_only(*id == 'F');
  }
  for (const auto& [id, category] :
       {std::pair("feedback", "B"), std::pair("directe-instructie", "B"),
        std::pair("leermiddelen", "F")}) {
    v1::Intervention& intervention = *menu.add_interventions();
    intervention.set_id(id);
    intervention.set_category(category);
    intervention.mutable_title()->set_nl(absl::StrCat("De ", id));
  }
  v1::Evidence& evidence = *menu.mutable_interventions(0)->add_evidence();
  evidence.set_scheme("EEF");
  evidence.set_effect_months(8);
  evidence.set_strength(3);
  return menu;
}

inline v1::PublishMenuEditionRequest PublishRequest(const std::string& id,
                                                    const v1::MenuEdition& menu = MenuProto()) {
  v1::PublishMenuEditionRequest request;
  request.set_menu_edition_id(id);
  *request.mutable_menu_edition() = menu;
  return request;
}

inline std::string NameOf(const std::string& school, const std::string& year = "2021-2022") {
  return absl::StrCat("schools/", school, "/programmes/", year);
}

// A programme that chose `interventions` from menuEditions/2021-spring, all running.
inline v1::Programme ProgrammeProto(const std::string& school,
                                    std::initializer_list<const char*> interventions = {"feedback"},
                                    const std::string& year = "2021-2022") {
  v1::Programme programme;
  programme.set_name(NameOf(school, year));
  programme.set_menu_edition("menuEditions/2021-spring");
  SetDate(*programme.mutable_scan_date(), 2021, 6, 1);
  programme.add_goals("Vertraging inlopen");
  programme.add_considerations("support_base");
  programme.add_considerations("fits_vision");
  programme.set_team_involvement(v1::INVOLVEMENT_DECIDED);
  for (const char* id : interventions) {
    v1::Choice& choice = *programme.add_choices();
    choice.set_intervention(absl::StrCat("interventions/", id));
    choice.set_status(v1::CHOICE_STATUS_RUNNING);
    choice.mutable_planned_amount()->set_currency_code("EUR");
    choice.mutable_planned_amount()->set_units(12500);
    choice.mutable_planned_amount()->set_nanos(500'000'000);
    choice.set_pupils_reached(80);
  }
  return programme;
}

inline v1::SubmitProgrammeRequest SubmitRequest(const v1::Programme& programme) {
  v1::SubmitProgrammeRequest request;
  *request.mutable_programme() = programme;
  return request;
}

inline v1::Consent ConsentProto(v1::ConsentState state, int month, int day) {
  v1::Consent consent;
  consent.set_body(v1::COUNCIL_BODY_MR);
  consent.set_state(state);
  SetDate(*consent.mutable_date(), 2021, month, day);
  consent.set_evidence("Notulen MR");
  return consent;
}

}  // namespace vg::catalogue

#endif  // VG_SERVICES_CATALOGUE_API_TEST_SERVER_H_

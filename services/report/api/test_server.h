// The report behind real gRPC and HTTP servers in this process, over sources in memory. For tests
// only.

#ifndef VG_SERVICES_REPORT_API_TEST_SERVER_H_
#define VG_SERVICES_REPORT_API_TEST_SERVER_H_

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"

#include "common/cache/lru_cache.h"
#include "common/concurrency/executor.h"
#include "common/grpc/status.h"
#include "common/http/server.h"
#include "common/http/test_client.h"
#include "common/requests/request_log.h"
#include "common/testing/fake_clock.h"
#include "services/report/api/report_service.h"
#include "services/report/api/site.h"
#include "services/report/api/staff_site.h"
#include "services/report/peers/examples.h"
#include "services/report/storage/schema.h"

namespace vg::report {

// Knows one reader, by the token "s3cret".
class KnowsOneToken final : public auth::Authenticator {
 public:
  absl::StatusOr<auth::PrincipalPtr> Identify(const auth::Credentials& credentials) const override {
    if (credentials.authorization == "Bearer s3cret") return auth::Anonymous();
    return absl::UnauthenticatedError("who are you?");
  }
};

class TestServer {
 public:
  explicit TestServer(const std::string& database_url = "sqlite::memory:")
      : database_(Open(database_url)) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::ReportService::NewStub(server_->InProcessChannel({}));
    std::vector<http::Route> routes = site_.Routes();
    for (http::Route& route : staff_.Routes()) routes.push_back(std::move(route));
    auto http = http::Server::Start({}, std::move(routes));
    Require(http.status());
    http_ = *std::move(http);
  }
  ~TestServer() {
    calls_.Drain();
    server_->Shutdown();
  }

  v1::ReportService::Stub& stub() { return *stub_; }
  FakeSources& sources() { return sources_; }
  FakeClock& clock() { return clock_; }
  int http_port() const { return http_->port(); }

  // One unary call: Call(&Stub::GetEdition, request).
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::ReportService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const std::type_identity_t<Request>& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (*stub_.*method)(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return response;
  }

  absl::StatusOr<std::string> Download(const std::string& edition, const std::string& path) {
    v1::DownloadAssetRequest request;
    request.set_edition(edition);
    request.set_path(path);
    grpc::ClientContext context;
    const auto reader = stub_->DownloadAsset(&context, request);
    std::string bytes;
    v1::DownloadAssetResponse piece;
    while (reader->Read(&piece)) bytes += piece.data();
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return bytes;
  }

  // What somebody does to the database behind the report's back.
  absl::Status Execute(const std::string& sql) {
    return database_->Write(
        [&](sql::Transaction& transaction) { return transaction.Execute(sql).status(); });
  }

  // The whole answer, head and body.
  std::string Browse(const std::string& path, const std::string& headers = "",
                     const std::string& method = "GET") {
    return http::Ask(http_->port(), path, method, headers);
  }

 private:
  static void Require(const absl::Status& status) {
    if (status.ok()) return;
    std::cerr << "cannot start: " << status << "\n";
    std::abort();
  }

  static std::unique_ptr<sql::Database> Open(const std::string& url) {
    auto database = sql::Database::Open(url);
    Require(database.status());
    Require(sql::Migrate(**database, {kSchema, requests::kSchema}));
    return *std::move(database);
  }

  FakeClock clock_;
  metrics::Registry metrics_;
  FakeSources sources_ = ExampleSources();
  std::unique_ptr<sql::Database> database_;
  cache::LruCache cache_{size_t{4} << 20, clock_};
  BoundedExecutor unary_{{.name = "unary"}};
  BoundedExecutor streams_{{.name = "streams"}};
  rpc::CallPipeline calls_{
      v1::ReportService::service_full_name(),
      {.unary_executor = &unary_, .stream_executor = &streams_, .metrics = &metrics_}};
  EditionStore store_{*database_};
  BoundedExecutor helpers_{{.name = "helpers"}};
  ReportService service_{store_, sources_, helpers_, clock_, metrics_, calls_};
  Site site_{store_, cache_, clock_};
  const KnowsOneToken authenticator_;
  StaffSite staff_{sources_, authenticator_, clock_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::ReportService::Stub> stub_;
  std::unique_ptr<http::Server> http_;
};

using Stub = v1::ReportService::Stub;

// The plan of peers/examples.h as a message.
inline v1::ComposeEditionRequest ComposeRequest(const std::string& id = "2022-04") {
  const EditionPlan plan = ExamplePlan();
  v1::ComposeEditionRequest request;
  request.set_edition_id(id);
  v1::EditionPlan& proto = *request.mutable_plan();
  const auto text = [](const LocalizedText& from, voortgang::type::v1::LocalizedText& to) {
    to.set_nl(from.nl);
    to.set_en(from.en);
  };
  text(plan.title, *proto.mutable_title());
  proto.set_number(plan.number);
  proto.mutable_edition_month()->set_year(2022);
  proto.mutable_edition_month()->set_month(4);
  proto.mutable_edition_month()->set_day(1);
  text(plan.explanation, *proto.mutable_explanation());
  proto.set_snapshot(plan.snapshot);
  proto.set_wave(plan.wave);
  proto.set_menu_edition(plan.menu_edition);
  for (const HeadlinePlan& line : plan.headline) {
    v1::HeadlineFigure& added = *proto.add_headline();
    text(line.title, *added.mutable_title());
    added.set_figure(line.figure);
    added.set_category(line.category);
  }
  for (const SectionPlan& section : plan.sections) {
    v1::ReportSection& added = *proto.add_sections();
    added.set_id(section.id);
    text(section.title, *added.mutable_title());
    text(section.text, *added.mutable_text());
    for (const FigurePlan& figure : section.figures) {
      v1::Figure& drawn = *added.add_figures();
      drawn.set_id(figure.id);
      text(figure.title, *drawn.mutable_title());
      if (const auto* estimates = std::get_if<EstimateSource>(&figure.source)) {
        drawn.mutable_estimates()->set_indicator(estimates->indicator);
        drawn.mutable_estimates()->set_breakdown(estimates->breakdown);
        drawn.mutable_estimates()->set_sort_by_value(estimates->sort_by_value);
      } else if (const auto* allocations = std::get_if<AllocationSource>(&figure.source)) {
        drawn.mutable_allocations()->set_run(allocations->run);
      } else {
        drawn.mutable_response();
      }
    }
  }
  return request;
}

inline v1::PublishEditionRequest PublishRequest(const std::string& id = "2022-04") {
  v1::PublishEditionRequest request;
  request.set_name("editions/" + id);
  return request;
}

}  // namespace vg::report

#endif  // VG_SERVICES_REPORT_API_TEST_SERVER_H_

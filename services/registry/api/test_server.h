// The registry behind a real gRPC server in this process. For tests only.

#ifndef VG_SERVICES_REGISTRY_API_TEST_SERVER_H_
#define VG_SERVICES_REGISTRY_API_TEST_SERVER_H_

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"

#include "common/concurrency/executor.h"
#include "common/grpc/status.h"
#include "common/requests/request_log.h"
#include "common/sql/database.h"
#include "common/sql/migrations.h"
#include "common/testing/fake_clock.h"
#include "services/registry/api/registry_service.h"
#include "services/registry/storage/registry_store.h"
#include "services/registry/storage/schema.h"

namespace vg::registry {

using Stub = v1::RegistryService::Stub;

// What an import answered.
struct ImportAnswer {
  absl::Status status;
  std::vector<v1::ImportProgress> progress;
  std::vector<v1::RefusedRow> refused;
  v1::ImportResult result;
};

// Time stands still at 1 April 2022.
class TestServer {
 public:
  explicit TestServer(const std::string& url = "sqlite::memory:") : database_(Open(url)) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::RegistryService::NewStub(server_->InProcessChannel({}));
  }
  ~TestServer() {
    calls_.Drain();
    server_->Shutdown();
  }

  Stub& stub() { return *stub_; }
  FakeClock& clock() { return clock_; }
  metrics::Registry& metrics() { return metrics_; }

  // One unary call: Call(&Stub::GetSchool, request).
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::type_identity_t<Request>& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (*stub_.*method)(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return response;
  }

  // Sends the messages as they are while it reads what comes back.
  ImportAnswer Send(const std::vector<v1::ImportSnapshotRequest>& messages) {
    grpc::ClientContext context;
    const auto stream = stub_->ImportSnapshot(&context);
    std::jthread sender([&] {
      for (const v1::ImportSnapshotRequest& message : messages) {
        if (!stream->Write(message)) break;
      }
      stream->WritesDone();
    });
    ImportAnswer answer;
    v1::ImportSnapshotResponse response;
    while (stream->Read(&response)) {
      if (response.has_progress()) answer.progress.push_back(response.progress());
      if (response.has_refused()) answer.refused.push_back(response.refused());
      if (response.has_result()) answer.result = response.result();
    }
    sender.join();
    answer.status = rpc::FromGrpcStatus(stream->Finish());
    return answer;
  }

 private:
  static std::unique_ptr<sql::Database> Open(const std::string& url) {
    auto database = sql::Database::Open(url);
    absl::Status status = database.status();
    if (status.ok()) status = sql::Migrate(**database, {kSchema, requests::kSchema});
    if (!status.ok()) {
      std::cerr << "cannot open " << url << ": " << status << "\n";
      std::abort();
    }
    return *std::move(database);
  }

  FakeClock clock_;
  metrics::Registry metrics_;
  std::unique_ptr<sql::Database> database_;
  BoundedExecutor unary_{{.name = "unary"}};
  BoundedExecutor streams_{{.name = "streams"}};
  rpc::CallPipeline calls_{
      v1::RegistryService::service_full_name(),
      {.unary_executor = &unary_, .stream_executor = &streams_, .metrics = &metrics_}};
  RegistryStore store_{*database_};
  RegistryService service_{store_, clock_, metrics_, calls_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Stub> stub_;
};

inline v1::ImportSnapshotRequest PlanMessage(const std::string& id, int year = 2020) {
  v1::ImportSnapshotRequest message;
  v1::ImportPlan& plan = *message.mutable_plan();
  plan.set_snapshot_id(id);
  plan.mutable_count_date()->set_year(year);
  plan.mutable_count_date()->set_month(10);
  plan.mutable_count_date()->set_day(1);
  return message;
}

inline v1::ImportSnapshotRequest ChunkMessage(const std::string& file, const std::string& bytes) {
  v1::ImportSnapshotRequest message;
  message.mutable_chunk()->set_file_name(file);
  message.mutable_chunk()->set_data(bytes);
  return message;
}

}  // namespace vg::registry

#endif  // VG_SERVICES_REGISTRY_API_TEST_SERVER_H_

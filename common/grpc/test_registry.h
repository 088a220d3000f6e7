// A registry service whose methods are what a test says, behind a real server.

#ifndef VG_COMMON_GRPC_TEST_REGISTRY_H_
#define VG_COMMON_GRPC_TEST_REGISTRY_H_

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"

#include "common/concurrency/executor.h"
#include "common/grpc/call_pipeline.h"
#include "common/grpc/malformed_requests.h"
#include "common/grpc/method_queue.h"
#include "common/grpc/rounds.h"
#include "common/grpc/unknown_methods.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/time/clock.h"
#include "voortgang/registry/v1/registry_service.grpc.pb.h"

namespace vg::rpc {

namespace v1 = voortgang::registry::v1;

// Gathers log lines while it lives.
class LogLines {
 public:
  LogLines() {
    log::SetSink([this](std::string_view line) {
      absl::MutexLock lock(&mutex_);
      text_ += line;
      text_ += '\n';
    });
  }
  ~LogLines() { log::SetSink(nullptr); }

  std::string text() const {
    absl::MutexLock lock(&mutex_);
    return text_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::string text_ ABSL_GUARDED_BY(mutex_);
};

using SchoolRounds = Rounds<v1::GetSchoolRequest, v1::School>;

class TestRegistry final : public WithQueues<v1::RegistryService> {
 public:
  using Import = Stream<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>;

  std::function<absl::Status(Call&, const v1::GetSchoolRequest&, v1::School&)> get_school =
      [](Call&, const v1::GetSchoolRequest& request, v1::School& school) {
        school.set_name(request.name());
        return absl::OkStatus();
      };
  std::function<absl::Status(Call&, const v1::ExportSchoolsRequest&,
                             Writer<v1::ExportSchoolsResponse>&)>
      export_schools;
  std::function<absl::Status(Call&, Import&)> import_snapshot;

  explicit TestRegistry(CallPipeline& calls) : calls_(calls) {}
  // Answers GetSchool in rounds if there is a handler of them.
  TestRegistry(CallPipeline& calls, SchoolRounds::Options options, SchoolRounds::Handler handler)
      : calls_(calls) {
    if (handler == nullptr) return;
    rounds_.emplace(calls, Queued<v1::School>("GetSchool"), options, std::move(handler));
  }

  grpc::ServerUnaryReactor* GetSchool(grpc::CallbackServerContext* context,
                                      const v1::GetSchoolRequest* request,
                                      v1::School* response) override {
    return calls_.Unary(context, request, response, get_school);
  }
  grpc::ServerWriteReactor<v1::ExportSchoolsResponse>* ExportSchools(
      grpc::CallbackServerContext* context, const v1::ExportSchoolsRequest* request) override {
    return calls_.ServerStream<v1::ExportSchoolsResponse>(context, request, export_schools);
  }
  grpc::ServerBidiReactor<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>* ImportSnapshot(
      grpc::CallbackServerContext* context) override {
    return calls_.BidiStream<v1::ImportSnapshotRequest, v1::ImportSnapshotResponse>(
        context, import_snapshot);
  }

 private:
  CallPipeline& calls_;
  std::optional<SchoolRounds> rounds_;
};

// The service, what it needs, and a server that is reached in process.
class TestServer {
 public:
  explicit TestServer(CallPipeline::Options options = {}, size_t grpc_max_message_bytes = 64 << 20)
      : TestServer(options, grpc_max_message_bytes, {}, nullptr) {}
  // Answers GetSchool in rounds.
  explicit TestServer(SchoolRounds::Handler handler, SchoolRounds::Options options = {})
      : TestServer({}, 64 << 20, options, std::move(handler)) {}

  ~TestServer() { Shutdown(); }

  void Shutdown() { ShutdownBy(absl::InfiniteFuture()); }
  // Without waiting for calls.
  void ShutdownNow() { ShutdownBy(SystemClock().Now()); }

  TestRegistry& service() { return service_; }
  CallPipeline& calls() { return calls_; }
  metrics::Registry& metrics() { return metrics_; }
  v1::RegistryService::Stub& stub() { return *stub_; }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string address6() const { return "[::1]:" + std::to_string(port_); }

 private:
  TestServer(CallPipeline::Options options, size_t grpc_max_message_bytes,
             SchoolRounds::Options rounds, SchoolRounds::Handler handler)
      : calls_(v1::RegistryService::service_full_name(), WithDefaults(options)),
        service_(calls_, rounds, std::move(handler)),
        unknown_(metrics_) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    builder.RegisterCallbackGenericService(&unknown_);
    std::set<std::string, std::less<>> queued;
    for (MethodQueue* const queue : calls_.queues()) {
      queue->AddTo(builder);
      queued.insert(queue->path());
    }
    MalformedRequests::Register(builder, metrics_, std::move(queued));
    builder.SetMaxReceiveMessageSize(static_cast<int>(grpc_max_message_bytes));
    builder.AddListeningPort("[::]:0", grpc::InsecureServerCredentials(), &port_);
    server_ = builder.BuildAndStart();
    for (MethodQueue* const queue : calls_.queues()) queue->Start();
    channel_ = server_->InProcessChannel({});
    stub_ = v1::RegistryService::NewStub(channel_);
  }

  void ShutdownBy(absl::Time deadline) {
    server_->Shutdown(absl::ToChronoTime(deadline));
    server_->Wait();
    for (MethodQueue* const queue : calls_.queues()) queue->End();
  }

  CallPipeline::Options WithDefaults(CallPipeline::Options options) {
    if (options.unary_executor == nullptr) options.unary_executor = &unary_;
    if (options.stream_executor == nullptr) options.stream_executor = &streams_;
    options.metrics = &metrics_;
    return options;
  }

  metrics::Registry metrics_;
  BoundedExecutor unary_{{.name = "unary", .threads = 2, .queue_depth = 16}};
  BoundedExecutor streams_{{.name = "streams", .threads = 2, .queue_depth = 16}};
  CallPipeline calls_;
  TestRegistry service_;
  UnknownMethods unknown_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RegistryService::Stub> stub_;
};

inline v1::GetSchoolRequest SchoolRequest() {
  v1::GetSchoolRequest request;
  request.set_name("snapshots/2021/schools/16SW03");
  return request;
}

inline v1::ExportSchoolsRequest ExportRequest() {
  v1::ExportSchoolsRequest request;
  request.set_parent("snapshots/2021");
  return request;
}

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_TEST_REGISTRY_H_

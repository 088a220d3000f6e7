// The way every call takes: deadline, request id, identity, authorisation, admission, validation,
// handler, status with details, metrics, access and audit log.
//
// A service is a callback service whose methods are one line each:
//
//   grpc::ServerUnaryReactor* GetSchool(grpc::CallbackServerContext* context,
//                                       const v1::GetSchoolRequest* request,
//                                       v1::School* response) override {
//     return calls_.Unary(context, request, response, std::bind_front(&SchoolService::Get, this));
//   }
//   absl::Status Get(const v1::GetSchoolRequest& request, v1::School& response);
//
// Handlers are plain functions that may block. They run on a bounded executor, never on gRPC's own
// threads. A handler may take the call first: (rpc::Call&, const Request&, Response&). A method
// whose calls are better served many at a time has a thread of its own instead: rpc::Rounds.

#ifndef VG_COMMON_GRPC_CALL_PIPELINE_H_
#define VG_COMMON_GRPC_CALL_PIPELINE_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"

#include "common/auth/authenticator.h"
#include "common/concurrency/executor.h"
#include "common/grpc/call.h"
#include "common/grpc/method_queue.h"
#include "common/grpc/reactors.h"
#include "common/metrics/metrics.h"

namespace vg::rpc {

// The pipeline of one gRPC service. Borrows its executors, registry and authenticator, which must
// outlive it; the service that uses it must outlive the server. Thread-safe after set-up.
class CallPipeline {
 public:
  struct Options {
    Executor* unary_executor = nullptr;
    Executor* stream_executor = nullptr;  // Each open stream holds one of its threads.
    // The same for streams that go on as long as their callers stay, which would else leave no room
    // for those that do a piece of work. Null: stream_executor.
    Executor* follow_executor = nullptr;
    metrics::Registry* metrics = nullptr;
    const auth::Authenticator* authenticator = &auth::OpenToAll();
    absl::Duration unary_deadline = absl::Seconds(30);
    // A stream that waits longer for its caller's next message is ended: it holds a thread.
    absl::Duration stream_idle = absl::Minutes(2);
    size_t max_message_bytes = size_t{16} << 20;
  };

  // `service` is the full proto name (`v1::RegistryService::service_full_name()`), whose
  // descriptor must be linked in. Makes all series of its methods.
  CallPipeline(std::string_view service, const Options& options);
  ~CallPipeline();
  CallPipeline(const CallPipeline&) = delete;
  CallPipeline& operator=(const CallPipeline&) = delete;

  // Lets unary calls of `method` ("ComposeEdition") last longer than the default. A caller's own
  // deadline still counts when it is sooner.
  void SetUnaryDeadline(std::string_view method, absl::Duration deadline);

  // Lets streams of `method` ("TailChanges") be served by the follow_executor.
  void SetFollows(std::string_view method);

  // `method` is the calling function's name: leave it out inside the overridden method itself.
  template <typename Request, typename Response, typename Handler>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, Handler handler,
                                  const char* method = __builtin_FUNCTION()) {
    auto* reactor =
        new UnaryReactor<Request, Response>(*this, MethodNamed(method), context, request, response);
    reactor->Begin([reactor, handler = std::move(handler)]() mutable {
      if constexpr (std::is_invocable_v<Handler&, Call&, const Request&, Response&>) {
        return handler(reactor->call(), reactor->request(), reactor->response());
      } else {
        return handler(reactor->request(), reactor->response());
      }
    });
    return reactor;
  }

  // handler(Call&, const Request&, Writer<Response>&) -> absl::Status
  template <typename Response, typename Request, typename Handler>
  grpc::ServerWriteReactor<Response>* ServerStream(grpc::CallbackServerContext* context,
                                                   const Request* request, Handler handler,
                                                   const char* method = __builtin_FUNCTION()) {
    auto* reactor =
        new ServerStreamReactor<Request, Response>(*this, MethodNamed(method), context, request);
    reactor->Begin([reactor, handler = std::move(handler)]() mutable {
      Writer<Response>& writer = *reactor;
      return handler(reactor->call(), reactor->request(), writer);
    });
    return reactor;
  }

  // handler(Call&, Reader<Request>&, Response&) -> absl::Status
  template <typename Request, typename Response, typename Handler>
  grpc::ServerReadReactor<Request>* ClientStream(grpc::CallbackServerContext* context,
                                                 Response* response, Handler handler,
                                                 const char* method = __builtin_FUNCTION()) {
    auto* reactor =
        new ClientStreamReactor<Request, Response>(*this, MethodNamed(method), context, response);
    reactor->Begin([reactor, handler = std::move(handler)]() mutable {
      Reader<Request>& reader = *reactor;
      return handler(reactor->call(), reader, reactor->response());
    });
    return reactor;
  }

  // handler(Call&, Stream<Request, Response>&) -> absl::Status
  template <typename Request, typename Response, typename Handler>
  grpc::ServerBidiReactor<Request, Response>* BidiStream(
      grpc::CallbackServerContext* context, Handler handler,
      const char* method = __builtin_FUNCTION()) {
    auto* reactor = new BidiReactor<Request, Response>(*this, MethodNamed(method), context);
    reactor->Begin([reactor, handler = std::move(handler)]() mutable {
      Stream<Request, Response>& stream = *reactor;
      return handler(reactor->call(), stream);
    });
    return reactor;
  }

  // Adds a method that is served from a queue, which must outlive the server. Whoever makes the
  // server starts and ends the queues.
  void Add(MethodQueue& queue) { queues_.push_back(&queue); }
  const std::vector<MethodQueue*>& queues() const { return queues_; }

  // Aborts if the service has no such method.
  const MethodInfo& MethodNamed(std::string_view method) const;

  // Tells every open stream, and every later one, that the server is going away.
  void Drain();

  // From now on calls from outside this process are answered UNAVAILABLE (DRAINING); those from
  // inside are still served, for they are part of calls under way.
  void RefuseOutsideCalls();

  // Waits until every call from outside is over, at most until `deadline`; whether that came about.
  bool AwaitOutsideCalls(absl::Time deadline);

  const std::string& service() const { return service_; }

 private:
  friend class ServedCall;

  // False if the executor of the method is full.
  bool Submit(const MethodInfo& method, absl::AnyInvocable<void()> task);
  // False if the call is to be refused; it leaves all the same.
  bool Arrived(bool outside);
  void Left(bool outside);
  // Streams are told when the server drains.
  void Opened(Call& call);
  void Closed(Call& call);
  bool NobodyOutside() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return outside_calls_ == 0; }

  const std::string service_;
  const Options options_;
  std::map<std::string, std::unique_ptr<MethodInfo>, std::less<>> methods_;
  std::vector<MethodQueue*> queues_;
  absl::Mutex mutex_;
  std::set<Call*> streams_ ABSL_GUARDED_BY(mutex_);
  int outside_calls_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool refusing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_CALL_PIPELINE_H_

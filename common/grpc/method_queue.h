// Methods whose calls gRPC puts in a queue, for a thread of their own to take out.
//
// gRPC's callbacks cost a waking thread for each step of each call. From a queue a thread that was
// busy takes all that has come meanwhile, and gRPC wakes nobody.

#ifndef VG_COMMON_GRPC_METHOD_QUEUE_H_
#define VG_COMMON_GRPC_METHOD_QUEUE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "google/protobuf/descriptor.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/support/async_unary_call.h"

#include "common/concurrency/executor.h"

namespace vg::rpc {

// The queue of one method, in the hands of whoever makes the server: AddTo, build the server,
// Start, shut the server down, End. Must outlive the server.
class MethodQueue {
 public:
  // "voortgang.survey.v1.SurveyService" and "SubmitResponse".
  MethodQueue(std::string_view service, std::string_view method);
  virtual ~MethodQueue();
  MethodQueue(const MethodQueue&) = delete;
  MethodQueue& operator=(const MethodQueue&) = delete;

  // "/voortgang.survey.v1.SurveyService/SubmitResponse".
  const std::string& path() const { return path_; }

  // Those of an executor with one thread, whose tasks are calls; those that it serves now are
  // counted as waiting too, for they take the places of others. Thread-safe.
  virtual ExecutorStats stats() const = 0;

  void AddTo(grpc::ServerBuilder& builder);
  void Start();
  // Waits until every call is answered and gRPC has said that no more will come.
  void End();

 protected:
  // Takes out what comes until gRPC has given back all that it was asked for: a server that shuts
  // down answers what it was asked in vain.
  virtual void Work(grpc::ServerCompletionQueue& queue) = 0;

 private:
  const std::string path_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::thread thread_;
};

// Asks gRPC for the next call of a method, whose request it gives as bytes. It puts `tag` in the
// queue when the call has come, or when none will.
template <typename Response>
using AskForCall = std::function<void(grpc::ServerContext* context, grpc::ByteBuffer* request,
                                      grpc::ServerAsyncResponseWriter<Response>* writer,
                                      grpc::ServerCompletionQueue* queue, void* tag)>;

// A method that was taken away from the callbacks.
template <typename Response>
struct QueuedMethod {
  std::string name;
  AskForCall<Response> ask;
};

// A callback service of which some methods are served from queues: derive from
// rpc::WithQueues<v1::SurveyService> in the place of v1::SurveyService::CallbackService.
template <typename Service>
class WithQueues : public Service::CallbackService {
 protected:
  template <typename Response>
  QueuedMethod<Response> Queued(const std::string& method) {
    const int index = google::protobuf::DescriptorPool::generated_pool()
                          ->FindServiceByName(Service::service_full_name())
                          ->FindMethodByName(method)
                          ->index();
    this->MarkMethodCallback(index, nullptr);  // Without a handler gRPC waits to be asked.
    this->MarkMethodAsync(index);
    return {.name = method,
            .ask = [this, index](grpc::ServerContext* context, grpc::ByteBuffer* request,
                                 grpc::ServerAsyncResponseWriter<Response>* writer,
                                 grpc::ServerCompletionQueue* queue, void* tag) {
              this->RequestAsyncUnary(index, context, request, writer, queue, queue, tag);
            }};
  }
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_METHOD_QUEUE_H_

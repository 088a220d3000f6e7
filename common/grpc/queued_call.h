// One call of a method that is served from a queue.

#ifndef VG_COMMON_GRPC_QUEUED_CALL_H_
#define VG_COMMON_GRPC_QUEUED_CALL_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"

#include "common/auth/principal.h"
#include "common/grpc/arenas.h"
#include "common/grpc/call_pipeline.h"
#include "common/grpc/malformed_requests.h"
#include "common/grpc/method_queue.h"
#include "common/grpc/served_call.h"

namespace vg::rpc {

// Its own tag in the queue, which gives it back twice: when the call has come and when its answer
// has gone. Delete it then, or when gRPC says that no call will come. For one thread.
template <typename Request, typename Response>
class QueuedCall {
 public:
  QueuedCall(const AskForCall<Response>& ask, grpc::ServerCompletionQueue& queue) {
    ask(&context_, &bytes_, &writer_, &queue, this);
  }
  QueuedCall(const QueuedCall&) = delete;
  QueuedCall& operator=(const QueuedCall&) = delete;

  bool arrived() const { return served_.has_value(); }

  // Takes the call, which came at `came`, through the pipeline's door. Whether it is let in; if
  // not, it has ended.
  bool Enter(CallPipeline& pipeline, const MethodInfo& method, absl::Time came) {
    served_.emplace(pipeline, method, *this, came);
    return served_->Enter();
  }

  // Reads the request. Why it is not to be handled; OK if it is.
  absl::Status Ready() { return served_->Read(); }
  absl::Time came() const { return served_->came(); }
  const std::string& peer() const { return served_->call().peer(); }
  const auth::Principal& caller() const { return served_->call().caller(); }
  // These once it is ready.
  const Request& request() const { return *messages_->request; }
  Response& response() { return *messages_->response; }
  // One of these ends it.
  void Refuse() { served_->Refuse(); }
  void Finish(const absl::Status& status) { served_->Conclude(status); }

 private:
  struct Messages {
    google::protobuf::Arena arena{CallArena()};
    Request* const request = google::protobuf::Arena::CreateMessage<Request>(&arena);
    Response* const response = google::protobuf::Arena::CreateMessage<Response>(&arena);
  };

  class Served final : public ServedCall {
   public:
    Served(CallPipeline& pipeline, const MethodInfo& method, QueuedCall& call, absl::Time came)
        : ServedCall(pipeline, method, &call.context_, came), call_(call) {}

    absl::Status Read() {
      Messages& messages = call_.messages_.emplace();
      if (!grpc::SerializationTraits<Request>::Deserialize(&call_.bytes_, messages.request).ok()) {
        return MalformedMessage("the request");
      }
      return Ready();
    }

   private:
    const google::protobuf::Message* Asked() const override {
      return call_.messages_ ? call_.messages_->request : nullptr;
    }
    const google::protobuf::Message* Answer() const override {
      return call_.messages_ ? call_.messages_->response : nullptr;
    }
    void FinishCall(const grpc::Status& status) override {
      if (status.ok()) {
        CountSent();
        call_.writer_.Finish(*call_.messages_->response, status, &call_);
      } else {
        call_.writer_.FinishWithError(status, &call_);
      }
    }

    QueuedCall& call_;
  };

  grpc::ServerContext context_;
  grpc::ByteBuffer bytes_;
  grpc::ServerAsyncResponseWriter<Response> writer_{&context_};
  std::optional<Messages> messages_;  // Once read: calls that wait are bytes.
  std::optional<Served> served_;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_QUEUED_CALL_H_

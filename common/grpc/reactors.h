// The gRPC side of the call pipeline: one reactor per call, on which handlers block in peace.
// Reactors delete themselves when gRPC is done with them.

#ifndef VG_COMMON_GRPC_REACTORS_H_
#define VG_COMMON_GRPC_REACTORS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"

#include "common/grpc/arenas.h"
#include "common/grpc/call.h"
#include "common/grpc/gate.h"
#include "common/grpc/malformed_requests.h"
#include "common/grpc/served_call.h"

namespace vg::rpc {

template <typename Request, typename Response>
class UnaryReactor final : public ServedCall, public grpc::ServerUnaryReactor {
 public:
  UnaryReactor(CallPipeline& pipeline, const MethodInfo& method,
               grpc::CallbackServerContext* context, const Request* request, Response* response)
      : ServedCall(pipeline, method, context), request_(request), response_(response) {}

  const Request& request() const { return *request_; }
  Response& response() { return *response_; }

 private:
  const google::protobuf::Message* Asked() const override { return request_; }
  const google::protobuf::Message* Answer() const override { return response_; }
  void FinishCall(const grpc::Status& status) override {
    if (status.ok()) CountSent();
    Finish(status);
  }
  void OnCancel() override { call().Cancel(); }
  void OnDone() override { delete this; }
  // Neither of these waits, so both may run where gRPC notices; a way round by a thread of its
  // executor costs as much as the rest of a short call.
  bool InternalInlineable() override { return true; }

  const Request* const request_;
  Response* const response_;
};

// The reading half of a reactor `Base` (ServerReadReactor or ServerBidiReactor): one message is
// read ahead while the handler works on the one before it.
template <typename Base, typename Request, typename Interface>
class ReadingReactor : public ServedCall, public Base, public Interface {
 public:
  using ServedCall::ServedCall;

  absl::StatusOr<const Request*> Read() final {
    if (!reading_) {
      reading_ = true;
      ReadNext();
    }
    if (!read_.AwaitFor(IdleLimit())) return Idle();
    if (read_.abandoned()) return ReasonOfEnd();
    if (!read_.Await()) {
      if (CallerIsGone()) return ReasonOfEnd();
      if (!HasMark(*next_)) {
        return MalformedMessage("messages[" + std::to_string(received_) + "]");
      }
      return nullptr;
    }
    const Request* const message = next_;
    CountReceived();
    ReadNext();
    const std::string prefix = "messages[" + std::to_string(received_++) + "]";
    if (absl::Status status = Accept(*message, prefix); !status.ok()) return status;
    return message;
  }

  void StopReading() final { read_.Abandon(); }

 protected:
  void OnReadDone(bool ok) final { read_.Ended(ok); }
  void OnCancel() final { call().Cancel(); }
  void OnDone() final { delete this; }
  void FinishCall(const grpc::Status& status) override { this->Finish(status); }

 private:
  // gRPC reports a message that it cannot parse and the end of the caller's messages in the same
  // way. A parser clears the message that it fills, so a mark on it outlives only the end.
  void ReadNext() {
    google::protobuf::Arena& arena = arenas_[++turn_ % 2];
    arena.Reset();
    next_ = google::protobuf::Arena::CreateMessage<Request>(&arena);
    Mark(*next_);
    read_.Began();
    this->StartRead(next_);
  }

  Gate read_;
  // The messages, in turns: the handler's and the one that is read ahead. What has many parts is
  // let go at once this way, whichever thread made them.
  std::array<google::protobuf::Arena, 2> arenas_ = {google::protobuf::Arena(StreamArena()),
                                                    google::protobuf::Arena(StreamArena())};
  size_t turn_ = 0;
  Request* next_ = nullptr;  // gRPC's while a read is under way.
  bool reading_ = false;
  int64_t received_ = 0;
};

template <typename Request, typename Response>
class ClientStreamReactor final
    : public ReadingReactor<grpc::ServerReadReactor<Request>, Request, Reader<Request>> {
 public:
  ClientStreamReactor(CallPipeline& pipeline, const MethodInfo& method,
                      grpc::CallbackServerContext* context, Response* response)
      : ReadingReactor<grpc::ServerReadReactor<Request>, Request, Reader<Request>>(pipeline, method,
                                                                                   context),
        response_(response) {}

  Response& response() { return *response_; }

 private:
  const google::protobuf::Message* Answer() const override { return response_; }
  void FinishCall(const grpc::Status& status) override {
    if (status.ok()) this->CountSent();
    this->Finish(status);
  }

  Response* const response_;
};

template <typename Request, typename Response>
class ServerStreamReactor final : public ServedCall,
                                  public grpc::ServerWriteReactor<Response>,
                                  public Writer<Response> {
 public:
  ServerStreamReactor(CallPipeline& pipeline, const MethodInfo& method,
                      grpc::CallbackServerContext* context, const Request* request)
      : ServedCall(pipeline, method, context), request_(request) {}

  const Request& request() const { return *request_; }

  absl::Status Write(Response message) override {
    if (absl::Status status = AwaitWrite(write_); !status.ok()) return status;
    current_ = std::move(message);
    CountSent();
    write_.Began();
    this->StartWrite(&current_);
    return absl::OkStatus();
  }

 private:
  const google::protobuf::Message* Asked() const override { return request_; }
  void Settle() override { SettleWrite(write_); }
  void FinishCall(const grpc::Status& status) override { this->Finish(status); }
  void OnWriteDone(bool ok) override { write_.Ended(ok); }
  void OnCancel() override { call().Cancel(); }
  void OnDone() override { delete this; }

  const Request* const request_;
  Gate write_;
  Response current_;  // gRPC's while a write is under way.
};

template <typename Request, typename Response>
class BidiReactor final : public ReadingReactor<grpc::ServerBidiReactor<Request, Response>, Request,
                                                Stream<Request, Response>> {
 public:
  BidiReactor(CallPipeline& pipeline, const MethodInfo& method,
              grpc::CallbackServerContext* context)
      : ReadingReactor<grpc::ServerBidiReactor<Request, Response>, Request,
                       Stream<Request, Response>>(pipeline, method, context) {}

  absl::Status Write(Response message) override {
    if (absl::Status status = this->AwaitWrite(write_); !status.ok()) return status;
    current_ = std::move(message);
    this->CountSent();
    write_.Began();
    this->StartWrite(&current_);
    return absl::OkStatus();
  }

 private:
  void Settle() override { this->SettleWrite(write_); }
  void OnWriteDone(bool ok) override { write_.Ended(ok); }

  Gate write_;
  Response current_;  // gRPC's while a write is under way.
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_REACTORS_H_

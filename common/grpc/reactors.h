// The gRPC side of the call pipeline: one reactor per call, on which handlers block in peace.

#ifndef VG_COMMON_GRPC_REACTORS_H_
#define VG_COMMON_GRPC_REACTORS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"

#include "common/grpc/arena_messages.h"
#include "common/grpc/call.h"

namespace vg::rpc {

class CallPipeline;
struct MethodInfo;

// What all reactors share: identity, authorisation, admission, the handler's run, the end of the
// call with its metrics and log line. Deletes itself when gRPC is done with it. What both the
// handler's thread and gRPC's callbacks touch lives in Call and Gate, under their mutexes.
class CallReactor {
 public:
  // `request` is validated before the handler runs; null if the requests are a stream.
  CallReactor(CallPipeline& pipeline, const MethodInfo& method,
              grpc::CallbackServerContext* context, const google::protobuf::Message* request);
  virtual ~CallReactor();
  CallReactor(const CallReactor&) = delete;
  CallReactor& operator=(const CallReactor&) = delete;

  Call& call() { return call_; }

  // Sends `handler` to its executor, or ends the call at once.
  void Begin(absl::AnyInvocable<absl::Status()> handler);

  // The same in steps, for those who serve several calls together. Whether the call is let in; if
  // not, it has ended.
  bool Enter();
  // Ends a call that was let in for want of room.
  void Refuse();
  // Why the request is not to be handled; OK if it is.
  absl::Status Ready() const;
  void Conclude(const absl::Status& status);

 protected:
  // Ends the call on the wire. The reactor may be gone when this returns.
  virtual void FinishCall(const grpc::Status& status) = 0;
  // The one message that is answered; null if the answers are a stream.
  virtual const google::protobuf::Message* Answer() const { return nullptr; }
  // Waits until nothing that the handler sent is still on its way.
  virtual void Settle() {}

  // INVALID_ARGUMENT if `message` is too large or breaks its fields' rules.
  absl::Status Accept(const google::protobuf::Message& message, const std::string& prefix) const;
  // Why a read or write of this call came to nothing.
  absl::Status ReasonOfEnd() const;
  // Puts a mark on `message` that parsing into it removes, whatever the bytes are.
  void Mark(google::protobuf::Message& message) const;
  bool HasMark(const google::protobuf::Message& message) const;
  // INVALID_ARGUMENT: message `index` of the stream could not be parsed.
  static absl::Status Malformed(int64_t index);
  // How long a stream may wait for the caller's next message, and what is answered then.
  absl::Duration IdleLimit() const;
  absl::Status Idle() const;
  // Whether the end of the caller's messages is their last one and not the caller's disappearance.
  bool CallerIsGone() const;
  void CountReceived() const;
  void CountSent() const;

 private:
  void Run(absl::AnyInvocable<absl::Status()>& handler);
  void End(const absl::Status& status);

  CallPipeline& pipeline_;
  const MethodInfo& method_;
  grpc::CallbackServerContext* const context_;
  const google::protobuf::Message* const request_;
  const absl::Time started_;
  absl::Status refusal_;  // Why the caller may not make this call; OK if it may.
  Call call_;
  const uint64_t mark_;  // Not to be guessed by a caller.
  const bool outside_;   // The caller is not of this process.
  const bool admitted_;
};

// One operation at a time that gRPC completes on a thread of its own. Thread-safe.
class Gate {
 public:
  void Began();
  void Ended(bool ok);
  // Waits until nothing is under way; whether the last operation succeeded (true before the first).
  bool Await();
  // The same, but gives up after `limit`: whether nothing is under way.
  bool AwaitFor(absl::Duration limit);
  // From now on nobody waits; Await tells of a failure.
  void Abandon();
  bool abandoned() const;

 private:
  bool Idle() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !pending_ || abandoned_; }

  mutable absl::Mutex mutex_;
  bool pending_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  bool ok_ ABSL_GUARDED_BY(mutex_) = true;
};

template <typename Request, typename Response>
class UnaryReactor final : public CallReactor, public grpc::ServerUnaryReactor {
 public:
  UnaryReactor(CallPipeline& pipeline, const MethodInfo& method,
               grpc::CallbackServerContext* context, const Request* request, Response* response)
      : CallReactor(pipeline, method, context, request), request_(request), response_(response) {}

  const Request& request() const { return *request_; }
  Response& response() { return *response_; }

 private:
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
class ReadingReactor : public CallReactor, public Base, public Interface {
 public:
  using CallReactor::CallReactor;

  absl::StatusOr<const Request*> Read() final {
    if (!reading_) {
      reading_ = true;
      ReadNext();
    }
    if (!read_.AwaitFor(IdleLimit())) return Idle();
    if (read_.abandoned()) return ReasonOfEnd();
    if (!read_.Await()) {
      if (CallerIsGone()) return ReasonOfEnd();
      if (!HasMark(*next_)) return Malformed(received_);
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
      : ReadingReactor<grpc::ServerReadReactor<Request>, Request, Reader<Request>>(
            pipeline, method, context, nullptr),
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
class ServerStreamReactor final : public CallReactor,
                                  public grpc::ServerWriteReactor<Response>,
                                  public Writer<Response> {
 public:
  ServerStreamReactor(CallPipeline& pipeline, const MethodInfo& method,
                      grpc::CallbackServerContext* context, const Request* request)
      : CallReactor(pipeline, method, context, request), request_(request) {}

  const Request& request() const { return *request_; }

  absl::Status Write(Response message) override {
    if (!write_.Await() || call().cancelled()) return ReasonOfEnd();
    current_ = std::move(message);
    CountSent();
    write_.Began();
    this->StartWrite(&current_);
    return absl::OkStatus();
  }

 private:
  void Settle() override { write_.Await(); }
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
                       Stream<Request, Response>>(pipeline, method, context, nullptr) {}

  absl::Status Write(Response message) override {
    if (!write_.Await() || this->call().cancelled()) return this->ReasonOfEnd();
    current_ = std::move(message);
    this->CountSent();
    write_.Began();
    this->StartWrite(&current_);
    return absl::OkStatus();
  }

 private:
  void Settle() override { write_.Await(); }
  void OnWriteDone(bool ok) override { write_.Ended(ok); }

  Gate write_;
  Response current_;  // gRPC's while a write is under way.
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_REACTORS_H_

// One call's way through the pipeline, whatever brought it here.

#ifndef VG_COMMON_GRPC_SERVED_CALL_H_
#define VG_COMMON_GRPC_SERVED_CALL_H_

#include <cstdint>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"

#include "common/grpc/call.h"
#include "common/grpc/gate.h"
#include "common/time/clock.h"

namespace vg::rpc {

class CallPipeline;
struct MethodInfo;

// What calls of every kind share: identity, authorisation, admission, the handler's run, the end of
// the call with its metrics and log line. What both the handler's thread and gRPC's callbacks touch
// lives in Call and Gate, under their mutexes.
class ServedCall {
 public:
  // Its time counts from `came`.
  ServedCall(CallPipeline& pipeline, const MethodInfo& method, grpc::ServerContextBase* context,
             absl::Time came = SystemClock().Now());
  virtual ~ServedCall();
  ServedCall(const ServedCall&) = delete;
  ServedCall& operator=(const ServedCall&) = delete;

  Call& call() { return call_; }
  const Call& call() const { return call_; }
  absl::Time came() const { return started_; }

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
  // Ends the call on the wire. This object may be gone when it returns.
  virtual void FinishCall(const grpc::Status& status) = 0;
  // The one message that is asked with, which is validated before the handler runs; null if the
  // requests are a stream, or before it is read.
  virtual const google::protobuf::Message* Asked() const { return nullptr; }
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
  // How long a stream may wait for the caller's next message, or for the caller to read what was
  // sent, and what is answered then.
  absl::Duration IdleLimit() const;
  absl::Status Idle() const;
  absl::Status Unread() const;
  // Waits until the write of `gate` that is under way is over. Why nothing is to be written after
  // it; OK if something may.
  absl::Status AwaitWrite(Gate& gate);
  void SettleWrite(Gate& gate);
  // Whether the end of the caller's messages is their last one and not the caller's disappearance.
  bool CallerIsGone() const;
  void CountReceived() const;
  void CountSent() const;

 private:
  void Run(absl::AnyInvocable<absl::Status()>& handler);
  void End(const absl::Status& status);

  CallPipeline& pipeline_;
  const MethodInfo& method_;
  grpc::ServerContextBase* const context_;
  const absl::Time started_;
  absl::Status refusal_;  // Why the caller may not make this call; OK if it may.
  Call call_;
  const uint64_t mark_;  // Not to be guessed by a caller.
  const bool outside_;   // The caller is not of this process.
  const bool admitted_;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_SERVED_CALL_H_

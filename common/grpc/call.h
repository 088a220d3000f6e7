// One call that this process serves, as its handler sees it.

#ifndef VG_COMMON_GRPC_CALL_H_
#define VG_COMMON_GRPC_CALL_H_

#include <atomic>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/auth/principal.h"

namespace vg::rpc {

// The peer of a call from inside this process: what comes over a network or a socket has an
// address.
inline constexpr char kInProcess[] = "in-process";

// Shared by the handler's thread and gRPC's callbacks. Thread-safe.
class Call {
 public:
  struct Origin {
    std::string service;      // "voortgang.registry.v1.RegistryService"
    std::string method;       // "ListSchools"
    std::string request_id;   // The caller's x-request-id, or made here.
    std::string traceparent;  // W3C trace context of this call; its parent is the caller's span.
    std::string peer;         // "ipv4:127.0.0.1:51234", or kInProcess.
    absl::Time deadline = absl::InfiniteFuture();
    auth::PrincipalPtr caller = auth::Anonymous();
  };

  explicit Call(Origin origin) : origin_(std::move(origin)) {}
  virtual ~Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const std::string& service() const { return origin_.service; }
  const std::string& method() const { return origin_.method; }
  const std::string& request_id() const { return origin_.request_id; }
  const std::string& traceparent() const { return origin_.traceparent; }
  const std::string& peer() const { return origin_.peer; }

  // Who calls. If a service passed the call on, who called that service. Lives as long as the call;
  // keep a copy of the name, not a reference.
  const auth::Principal& caller() const { return *origin_.caller; }

  // Leaves an audit line when the call ends, as methods marked `audited` do: for what is sensitive
  // only if asked in a certain way.
  void Audit() { audited_ = true; }
  bool audited() const { return audited_; }

  // When the caller stops waiting; InfiniteFuture for a stream without a deadline.
  absl::Time deadline() const { return origin_.deadline; }

  // The caller is gone or its deadline has passed: nobody will see the answer.
  bool cancelled() const;

  // OK while going on makes sense; else CANCELLED, DEADLINE_EXCEEDED or, for a stream while the
  // server drains, UNAVAILABLE. Endless streams (a feed's tail) ask this in every round and return
  // what it says.
  absl::Status Alive() const;

  // Waits `duration`, less when Alive() stops being OK; returns Alive().
  absl::Status Wait(absl::Duration duration) const;

  // Stopped when Alive() is no longer OK: for work that waits elsewhere (feed::StreamFeed).
  std::stop_token stop_token() const { return stop_.get_token(); }

  // The pipeline's side.
  void Cancel();
  void Drain();

  // The call that this thread serves now; null outside the pipeline.
  static const Call* Current();

 private:
  const Origin origin_;
  mutable absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<bool> audited_ = false;
  std::stop_source stop_;
};

// Makes `call` the current one of this thread.
class ServingCall {
 public:
  explicit ServingCall(const Call& call);
  ~ServingCall();
  ServingCall(const ServingCall&) = delete;
  ServingCall& operator=(const ServingCall&) = delete;

 private:
  const Call* const outer_;
};

// What a stream handler reads from. One thread at a time.
template <typename Request>
class Reader {
 public:
  virtual ~Reader() = default;

  // Waits for the next message, which stays until the next Read. Null after the caller's last one.
  // An error ends the call and is what the handler returns: INVALID_ARGUMENT for a message that
  // breaks its fields' rules (paths begin with `messages[3].`), CANCELLED or DEADLINE_EXCEEDED when
  // the caller vanished, which is never mistaken for the end of its messages.
  //
  //   for (;;) {
  //     ASSIGN_OR_RETURN(const auto* const message, reader.Read());
  //     if (message == nullptr) break;
  //     ...
  //   }
  virtual absl::StatusOr<const Request*> Read() = 0;

  // Ends a Read that waits, and every later one, with CANCELLED: for handlers of which another
  // thread knows that the call is over. May be called on any thread.
  virtual void StopReading() = 0;
};

// What a stream handler writes to. One thread at a time.
template <typename Response>
class Writer {
 public:
  virtual ~Writer() = default;

  // Hands one message over and waits while the one before it is still on its way: a slow reader
  // slows its writer down. CANCELLED or DEADLINE_EXCEEDED when the caller is gone, and when it has
  // read nothing for so long that the call is given up (IDLE_STREAM; the caller sees CANCELLED).
  virtual absl::Status Write(Response message) = 0;
};

// Both directions. Reading and writing may happen on two threads.
template <typename Request, typename Response>
class Stream : public Reader<Request>, public Writer<Response> {};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_CALL_H_

// Serving together the unary calls that come at about the same time, for methods whose work is
// cheaper by the dozen: one look at the database, one commit, and no thread that waits for each.

#ifndef VG_COMMON_GRPC_ROUNDS_H_
#define VG_COMMON_GRPC_ROUNDS_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpc/support/time.h"
#include "grpcpp/grpcpp.h"

#include "common/auth/principal.h"
#include "common/concurrency/executor.h"
#include "common/grpc/call_pipeline.h"
#include "common/grpc/corks.h"
#include "common/grpc/method_info.h"
#include "common/grpc/method_queue.h"
#include "common/grpc/queued_call.h"
#include "common/log/together.h"
#include "common/time/clock.h"

namespace vg::rpc {

// The answers of a round, which leave together.
class RoundAnswers {
 public:
  RoundAnswers(Corks& corks, std::vector<std::string_view> peers)
      : corks_(corks), peers_(std::move(peers)) {}
  ~RoundAnswers() { corks_.Release(); }
  RoundAnswers(const RoundAnswers&) = delete;
  RoundAnswers& operator=(const RoundAnswers&) = delete;

  // Before each answer.
  void Begin() {
    if (!peers_.empty()) corks_.Hold(std::exchange(peers_, {}));
  }

 private:
  Corks& corks_;
  std::vector<std::string_view> peers_;  // Until the first answer.
};

// One of the calls of a round: finished once.
template <typename Request, typename Response>
class RoundCall {
 public:
  RoundCall(QueuedCall<Request, Response>& call, RoundAnswers& answers)
      : call_(&call), answers_(answers) {}

  bool finished() const { return call_ == nullptr; }
  const Request& request() const { return call_->request(); }
  const auth::Principal& caller() const { return call_->caller(); }
  Response& response() { return call_->response(); }
  // Its messages are not to be touched after this.
  void Finish(const absl::Status& status) {
    answers_.Begin();
    std::exchange(call_, nullptr)->Finish(status);
  }

 private:
  QueuedCall<Request, Response>* call_;
  RoundAnswers& answers_;
};

// Calls that come while a round is under way make up the next one, so rounds grow with the load. A
// second thread would only make them smaller. The handler may block: until it returns, nobody is
// let in or refused. It is not told of the calls: Call::Current() is null.
//
//   MyService::MyService(rpc::CallPipeline& calls)
//       : submissions_(calls, Queued<v1::Response>("SubmitResponse"), {},
//                      [this](auto round) { ... }) {}
template <typename Request, typename Response>
class Rounds final : public MethodQueue {
 public:
  using Round = std::span<RoundCall<Request, Response>>;
  // Finishes every call of the round, and does nothing slow after the first: answers that go over
  // one connection leave together when it returns.
  using Handler = std::function<void(Round round)>;

  struct Options {
    size_t max_round = 256;
    // Calls that wait for a round; more are refused. As many are asked for at once: gRPC itself
    // lets the others wait.
    size_t max_waiting = 512;
  };

  // Adds itself to the pipeline, which must outlive it.
  Rounds(CallPipeline& pipeline, QueuedMethod<Response> method, Options options, Handler handler)
      : MethodQueue(pipeline.service(), method.name),
        pipeline_(pipeline),
        method_(pipeline.MethodNamed(method.name)),
        ask_(std::move(method.ask)),
        options_(options),
        handler_(std::move(handler)),
        stats_({.threads = 1, .queue_depth = static_cast<int>(options.max_waiting)}) {
    pipeline_.Add(*this);
  }

  ExecutorStats stats() const override {
    absl::MutexLock lock(&mutex_);
    return stats_;
  }

 private:
  using Call = QueuedCall<Request, Response>;

  void Work(grpc::ServerCompletionQueue& queue) override {
    Ask(queue);
    for (size_t i = 1; i < options_.max_waiting; ++i) Ask(queue);
    while (Gather(queue)) Serve(Next());
  }

  void Ask(grpc::ServerCompletionQueue& queue) {
    new Call(ask_, queue);
    ++asked_;
  }

  // Takes out what is there, and waits if no call is; false once none will come.
  bool Gather(grpc::ServerCompletionQueue& queue) {
    TakeOut(queue);
    void* tag = nullptr;
    bool ok = false;
    while (waiting_.empty()) {
      if (asked_ == 0 || !queue.Next(&tag, &ok)) return false;
      looked_ = SystemClock().Now();
      Take(static_cast<Call*>(tag), ok, queue);
      TakeOut(queue);
    }
    return true;
  }

  // Answers of those who are not let in come back this way too, so there is a bound to what is
  // taken at once.
  void TakeOut(grpc::ServerCompletionQueue& queue) {
    const log::Together lines;
    const gpr_timespec now = gpr_inf_past(GPR_CLOCK_MONOTONIC);
    void* tag = nullptr;
    bool ok = false;
    for (size_t i = 0; i < 2 * options_.max_waiting; ++i) {
      if (queue.AsyncNext(&tag, &ok, now) != grpc::CompletionQueue::GOT_EVENT) break;
      Take(static_cast<Call*>(tag), ok, queue);
    }
    looked_ = SystemClock().Now();
  }

  // Nobody knows when a call came that was not there at the last look: it counts as having come
  // then, which is when the round before it began.
  void Take(Call* call, bool ok, grpc::ServerCompletionQueue& queue) {
    if (call->arrived() || !ok) {
      delete call;
      --asked_;
      return;
    }
    Ask(queue);
    if (!call->Enter(pipeline_, method_, looked_)) return;
    if (waiting_.size() >= options_.max_waiting) {
      {
        absl::MutexLock lock(&mutex_);
        ++stats_.rejected;
      }
      return call->Refuse();
    }
    waiting_.push_back(call);
    absl::MutexLock lock(&mutex_);
    ++stats_.queued;
  }

  std::vector<Call*> Next() {
    const auto end = waiting_.begin() +
                     static_cast<std::ptrdiff_t>(std::min(waiting_.size(), options_.max_round));
    std::vector<Call*> taken(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    return taken;
  }

  void Serve(const std::vector<Call*>& taken) {
    const int count = static_cast<int>(taken.size());
    absl::Duration waited;
    for (const Call* const call : taken) waited += looked_ - call->came();
    {
      absl::MutexLock lock(&mutex_);
      stats_.waited += std::max(waited, absl::ZeroDuration());  // The clock may have been set back.
      stats_.active = 1;
    }
    Run(taken);
    absl::MutexLock lock(&mutex_);
    stats_.queued -= count;
    stats_.completed += count;
    stats_.active = 0;
  }

  void Run(const std::vector<Call*>& taken) {
    const log::Together lines;
    std::vector<Call*> ready;
    std::vector<std::string_view> peers;
    for (Call* const call : taken) {
      if (const absl::Status status = call->Ready(); status.ok()) {
        ready.push_back(call);
        peers.push_back(call->peer());
      } else {
        call->Finish(status);
      }
    }
    RoundAnswers answers(corks_, std::move(peers));
    std::vector<RoundCall<Request, Response>> round;
    round.reserve(ready.size());
    for (Call* const call : ready) round.emplace_back(*call, answers);
    absl::Status unfinished = absl::InternalError("the call was not answered");
    try {
      if (!round.empty()) handler_(round);
    } catch (const std::exception& error) {
      unfinished = absl::InternalError(absl::StrCat("exception: ", error.what()));
    }
    for (auto& call : round) {
      if (!call.finished()) call.Finish(unfinished);
    }
  }

  CallPipeline& pipeline_;
  const MethodInfo& method_;
  const AskForCall<Response> ask_;
  const Options options_;
  const Handler handler_;
  Corks corks_;
  std::deque<Call*> waiting_;
  size_t asked_ = 0;  // Calls that gRPC has not given back for the last time.
  absl::Time looked_ = SystemClock().Now();  // When the queue was last found to hold no more.
  mutable absl::Mutex mutex_;
  ExecutorStats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_ROUNDS_H_

// Serving together the unary calls that come at about the same time, for methods whose work is
// cheaper by the dozen: one look at the database, one commit, and no thread that waits for each.

#ifndef VG_COMMON_GRPC_BATCHER_H_
#define VG_COMMON_GRPC_BATCHER_H_

#include <algorithm>
#include <deque>
#include <exception>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

#include "common/grpc/reactors.h"
#include "common/log/together.h"
#include "common/time/clock.h"

namespace vg::rpc {

// One of the calls of a round: finished once.
template <typename Request, typename Response>
class RoundCall {
 public:
  explicit RoundCall(UnaryReactor<Request, Response>& reactor) : reactor_(&reactor) {}

  bool finished() const { return reactor_ == nullptr; }
  const Request& request() const { return reactor_->request(); }
  Response& response() { return reactor_->response(); }
  // The call and its messages are gone after this.
  void Finish(const absl::Status& status) { std::exchange(reactor_, nullptr)->Conclude(status); }

 private:
  UnaryReactor<Request, Response>* reactor_;
};

// Calls that come while rounds are under way make up the next one, so rounds grow with the load. A
// round waits a moment for company after one that had some: fewer commits leave more of the machine
// to the calls. Rounds run on the method's executor; a handler may block. Thread-safe; outlives its
// calls.
template <typename Request, typename Response>
class Batcher {
 public:
  using Reactor = UnaryReactor<Request, Response>;
  using Round = std::span<RoundCall<Request, Response>>;
  // Finishes every call of the round, those that are answered first before it does more.
  using Handler = std::function<void(Round round)>;

  struct Options {
    size_t max_round = 256;
    int lanes = 2;              // Rounds under way: one is prepared while another is written.
    size_t max_waiting = 1024;  // Calls that wait for a round.
    // Between the beginnings of a round of at least `crowd` calls and of the next.
    absl::Duration spacing = absl::Milliseconds(2);
    size_t crowd = 8;
  };

  Batcher(Options options, Handler handler) : options_(options), handler_(std::move(handler)) {}
  // Waits for lanes: the last call may have ended, and its server be gone, before they have.
  ~Batcher() {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
    mutex_.Await(absl::Condition(this, &Batcher::NoLaneRuns));
  }
  Batcher(const Batcher&) = delete;
  Batcher& operator=(const Batcher&) = delete;

  // Takes the reactor's call in, or answers false and forgets it: too many wait. `submit` hands a
  // task to the method's executor and tells whether that took it.
  bool Add(Reactor& reactor, absl::FunctionRef<bool(absl::AnyInvocable<void()>)> submit) {
    {
      absl::MutexLock lock(&mutex_);
      if (waiting_.size() >= options_.max_waiting) return false;
      waiting_.push_back(&reactor);
      if (running_ >= options_.lanes) return true;
      ++running_;
    }
    if (submit([this] { Work(); })) return true;
    std::deque<Reactor*> stranded;
    {
      absl::MutexLock lock(&mutex_);
      --running_;
      // Who waits is served by the lanes that run; without any, nobody would come.
      if (running_ == 0) stranded.swap(waiting_);
    }
    bool taken = true;
    for (Reactor* const waiting : stranded) {
      if (waiting == &reactor) {
        taken = false;
      } else {
        waiting->Refuse();
      }
    }
    return taken;
  }

 private:
  void Work() {
    for (std::vector<Reactor*> taken = Next(); !taken.empty(); taken = Next()) Run(taken);
  }

  // What waits; if nothing does, the lane ends.
  std::vector<Reactor*> Next() {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithDeadline(absl::Condition(this, &Batcher::MayBegin), not_before_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), options_.max_round));
    std::vector<Reactor*> taken(waiting_.begin(), waiting_.begin() + count);
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    if (taken.empty()) --running_;
    if (taken.size() >= options_.crowd) not_before_ = SystemClock().Now() + options_.spacing;
    return taken;
  }

  void Run(const std::vector<Reactor*>& taken) {
    const log::Together lines;
    std::vector<RoundCall<Request, Response>> round;
    round.reserve(taken.size());
    for (Reactor* const reactor : taken) {
      if (const absl::Status ready = reactor->Ready(); ready.ok()) {
        round.emplace_back(*reactor);
      } else {
        reactor->Conclude(ready);
      }
    }
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

  bool MayBegin() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return ending_ || waiting_.size() >= options_.max_round;
  }
  bool NoLaneRuns() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return running_ == 0; }

  const Options options_;
  const Handler handler_;
  absl::Mutex mutex_;
  std::deque<Reactor*> waiting_ ABSL_GUARDED_BY(mutex_);
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time not_before_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace vg::rpc

#endif  // VG_COMMON_GRPC_BATCHER_H_

// A bidirectional stream that goes on after a broken connection.

#ifndef VG_SERVICES_CLI_ACTIONS_RESUMING_STREAM_H_
#define VG_SERVICES_CLI_ACTIONS_RESUMING_STREAM_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/grpc/client.h"
#include "common/status/error.h"

namespace vg::cli {

// How often and how patiently to connect again. Attempts count anew once something was
// acknowledged.
struct Patience {
  int attempts = 0;                                     // 0: a broken connection is the end.
  absl::Duration first_wait = absl::Milliseconds(500);  // Doubles with every attempt,
  absl::Duration longest_wait = absl::Seconds(15);      // up to this.
};

// Sends messages that the server acknowledges one by one, in order, with one answer each. What is
// not acknowledged when the connection breaks is sent again, so the server must take a message that
// it has already for what it is. At most kWindow messages are on their way. Used once.
template <typename Request, typename Response>
class ResumingStream {
 public:
  using Stream = grpc::ClientReaderWriterInterface<Request, Response>;
  using Open = std::function<std::unique_ptr<Stream>(grpc::ClientContext*)>;
  // Puts the next message into a cleared one; false if there is none.
  using Fill = std::function<bool(Request&)>;
  // `before`: how many items were acknowledged on connections before this one.
  using Take = std::function<void(const Response& response, int64_t before)>;
  // Before the wait for another attempt.
  using Tell = std::function<void(const absl::Status& why, absl::Duration wait)>;

  static constexpr size_t kWindow = 16;

  ResumingStream(Open open, Fill fill, Take take, Tell tell)
      : open_(std::move(open)),
        fill_(std::move(fill)),
        take_(std::move(take)),
        tell_(std::move(tell)) {}

  // Returns when everything is acknowledged, or why that failed.
  absl::Status Run(const Patience& patience) {
    int attempts = 0;
    for (absl::Duration wait = patience.first_wait;;
         wait = std::min(wait * 2, patience.longest_wait)) {
      const int64_t before = acknowledged_;
      const absl::Status status = RunConnection(before);
      if (status.ok() || !absl::IsUnavailable(status)) return status;
      if (acknowledged_ > before) {
        attempts = 0;
        wait = patience.first_wait;
      }
      if (++attempts > patience.attempts) return status;
      tell_(status, wait);
      absl::SleepFor(wait);
    }
  }

  // Items, on all connections.
  int64_t acknowledged() const { return acknowledged_; }

 private:
  absl::Status RunConnection(int64_t before) {
    const auto context = rpc::NewClientContext(absl::InfiniteDuration());
    const std::unique_ptr<Stream> stream = open_(context.get());
    {
      absl::MutexLock lock(&mutex_);
      next_ = 0;
      closed_ = false;
    }
    std::thread sender([&] { Send(*stream); });
    Response response;
    while (stream->Read(&response)) {
      {
        absl::MutexLock lock(&mutex_);
        if (!unacknowledged_.empty()) unacknowledged_.pop_front();
        if (next_ > 0) --next_;
      }
      acknowledged_ = before + response.acknowledged_count();
      take_(response, before);
    }
    {
      absl::MutexLock lock(&mutex_);
      closed_ = true;
    }
    const absl::Status status = rpc::FromGrpcStatus(stream->Finish());
    sender.join();
    absl::MutexLock lock(&mutex_);
    if (status.ok() && !(exhausted_ && unacknowledged_.empty())) {
      return absl::UnavailableError(
          "the server ended the stream before everything was acknowledged");
    }
    return status;
  }

  void Send(Stream& stream) {
    while (const std::shared_ptr<const Request> message = Next()) {
      if (!stream.Write(*message)) return;
    }
    stream.WritesDone();
  }

  bool Ready() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return closed_ || next_ < unacknowledged_.size() || exhausted_ ||
           unacknowledged_.size() < kWindow;
  }

  // Null if there is no more to send on this connection.
  std::shared_ptr<const Request> Next() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &ResumingStream::Ready));
    if (closed_) return nullptr;
    if (next_ == unacknowledged_.size()) {
      auto message = std::make_shared<Request>();
      if (exhausted_ || !fill_(*message)) {
        exhausted_ = true;
        return nullptr;
      }
      unacknowledged_.push_back(std::move(message));
    }
    return unacknowledged_[next_++];
  }

  const Open open_;
  const Fill fill_;
  const Take take_;
  const Tell tell_;
  int64_t acknowledged_ = 0;  // Of the reading thread.
  absl::Mutex mutex_;
  std::deque<std::shared_ptr<const Request>> unacknowledged_ ABSL_GUARDED_BY(mutex_);
  // Of `unacknowledged_`: the first that this connection has not sent.
  size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  bool exhausted_ ABSL_GUARDED_BY(mutex_) = false;  // There are no more messages.
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;     // The connection is gone.
};

}  // namespace vg::cli

#endif  // VG_SERVICES_CLI_ACTIONS_RESUMING_STREAM_H_

#include "tests/bench/load.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpcpp/alarm.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"

#include "common/grpc/client.h"
#include "common/grpc/status.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/stopwatch.h"
#include "voortgang/survey/v1/survey_service.grpc.pb.h"

namespace vg::bench {
namespace {

// A channel of its own: equal ones would share a connection.
std::shared_ptr<grpc::Channel> Connect(const std::string& address, int number) {
  grpc::ChannelArguments arguments;
  arguments.SetInt("bench.channel", number);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

Measured Summarize(int64_t responses, absl::Duration took, std::vector<absl::Duration> latencies) {
  Measured measured;
  measured.per_second = static_cast<double>(responses) / absl::ToDoubleSeconds(took);
  if (latencies.empty()) return measured;
  std::sort(latencies.begin(), latencies.end());
  measured.median = latencies[latencies.size() / 2];
  measured.p99 = latencies[latencies.size() * 99 / 100];
  return measured;
}

// One caller: sends the next response as soon as the last one is answered.
class Caller {
 public:
  Caller(std::shared_ptr<grpc::Channel> channel, const Callers& callers, std::atomic<int64_t>& next,
         absl::BlockingCounter& running)
      : stub_(v1::SurveyService::NewStub(std::move(channel))),
        callers_(callers),
        next_(next),
        running_(running) {
    *request_.mutable_response() = Response(0);
  }

  void Begin() {
    started_.emplace();
    Send();
  }

  const absl::Status& status() const { return status_; }
  const std::vector<absl::Duration>& latencies() const { return latencies_; }
  const std::vector<absl::Duration>& refusals() const { return refusals_; }

 private:
  void Send() {
    const int64_t number = next_.fetch_add(1, std::memory_order_relaxed);
    request_.mutable_response()->set_name(ResponseName(number));
    request_.mutable_response()->set_unit(ResponseUnit(number));
    context_.emplace();
    sent_.emplace();
    stub_->async()->SubmitResponse(&*context_, &request_, &response_,
                                   [this](const grpc::Status& status) { Answered(status); });
  }

  void Answered(const grpc::Status& status) {
    status_ = rpc::FromGrpcStatus(status);
    const bool in_time = started_->Elapsed() < callers_.duration;
    if (const ErrorDetails details = DetailsOf(status_);
        callers_.may_be_refused && details.reason == "OVERLOADED") {
      refusals_.push_back(sent_->Elapsed());
      status_ = absl::OkStatus();
      if (in_time) return SendIn(details.retry_after.value_or(absl::Seconds(1)));
    } else {
      latencies_.push_back(sent_->Elapsed());
      if (status_.ok() && in_time) return Send();
    }
    running_.DecrementCount();
  }

  void SendIn(absl::Duration wait) {
    alarm_.Set(absl::ToChronoTime(absl::Now() + wait), [this](bool) { Send(); });
  }

  const std::unique_ptr<v1::SurveyService::Stub> stub_;
  const Callers& callers_;
  std::atomic<int64_t>& next_;
  absl::BlockingCounter& running_;
  v1::SubmitResponseRequest request_;
  v1::Response response_;
  std::optional<grpc::ClientContext> context_;
  std::optional<Stopwatch> started_;
  std::optional<Stopwatch> sent_;
  absl::Status status_;
  std::vector<absl::Duration> latencies_;
  std::vector<absl::Duration> refusals_;
  grpc::Alarm alarm_;
};

// Messages travel as bytes; see Batches.
class Importer final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Importer(std::shared_ptr<grpc::Channel> channel, const Batches& batches, int messages, int window,
           int64_t first)
      : stub_(std::move(channel)),
        batches_(batches),
        messages_(messages),
        window_(window),
        first_(first) {
    stub_.PrepareBidiStreamingCall(&context_, "/voortgang.survey.v1.SurveyService/ImportResponses",
                                   {}, this);
    AddHold();  // Writes begin in reads and the other way round.
    StartRead(&answer_);
    StartCall();
    absl::MutexLock lock(&mutex_);
    Pump();
  }

  absl::Status Await() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&done_));
    return status_;
  }
  std::vector<absl::Duration> latencies() const {
    absl::MutexLock lock(&mutex_);
    return latencies_;
  }

 private:
  void OnReadDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    if (!ok) return Release();
    if (absl::Status bad = Check(); !bad.ok() && status_.ok()) status_ = bad;
    latencies_.push_back(sent_.front().Elapsed());
    sent_.pop_front();
    ++answered_;
    StartRead(&answer_);
    Pump();
  }
  void OnWriteDone(bool ok) override {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) return Release();
    Pump();
  }
  void OnDone(const grpc::Status& status) override {
    absl::MutexLock lock(&mutex_);
    if (!status.ok()) status_ = rpc::FromGrpcStatus(status);
    done_ = true;
  }

  void Release() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!std::exchange(released_, true)) RemoveHold();
  }

  void Pump() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || ended_ || released_) return;
    if (written_ == messages_) {
      ended_ = true;
      StartWritesDone();
      return;
    }
    if (written_ - answered_ >= window_) return;
    const grpc::Slice bytes(batches_.Request(first_ + int64_t{written_} * batches_.size()));
    message_ = grpc::ByteBuffer(&bytes, 1);
    ++written_;
    writing_ = true;
    sent_.emplace_back();
    StartWrite(&message_);
  }

  absl::Status Check() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    v1::ImportResponsesResponse answer;
    RETURN_IF_ERROR(rpc::FromGrpcStatus(
        grpc::SerializationTraits<v1::ImportResponsesResponse>::Deserialize(&answer_, &answer)));
    for (const v1::ImportItemResult& item : answer.results()) {
      if (item.outcome() != v1::IMPORT_OUTCOME_ACCEPTED) {
        return absl::InternalError("not accepted: " + item.ShortDebugString());
      }
    }
    if (answer.acknowledged_count() != int64_t{answered_ + 1} * batches_.size()) {
      return absl::InternalError(absl::StrCat("acknowledged: ", answer.acknowledged_count()));
    }
    return absl::OkStatus();
  }

  grpc::GenericStub stub_;
  const Batches& batches_;
  const int messages_;
  const int window_;
  const int64_t first_;
  grpc::ClientContext context_;
  mutable absl::Mutex mutex_;
  grpc::ByteBuffer message_ ABSL_GUARDED_BY(mutex_);
  grpc::ByteBuffer answer_;
  std::deque<Stopwatch> sent_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Duration> latencies_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  int written_ ABSL_GUARDED_BY(mutex_) = 0;
  int answered_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool released_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

absl::StatusOr<Measured> Submit(const std::string& address, const Callers& callers,
                                std::atomic<int64_t>& next) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < callers.connections; ++i) channels.push_back(Connect(address, i));
  absl::BlockingCounter running(callers.count);
  std::vector<std::unique_ptr<Caller>> all;
  for (int i = 0; i < callers.count; ++i) {
    all.push_back(
        std::make_unique<Caller>(channels[i % callers.connections], callers, next, running));
  }
  const Stopwatch watch;
  for (const auto& caller : all) caller->Begin();
  running.Wait();
  const absl::Duration took = watch.Elapsed();
  std::vector<absl::Duration> latencies;
  std::vector<absl::Duration> refusals;
  for (const auto& caller : all) {
    RETURN_IF_ERROR(caller->status());
    latencies.insert(latencies.end(), caller->latencies().begin(), caller->latencies().end());
    refusals.insert(refusals.end(), caller->refusals().begin(), caller->refusals().end());
  }
  const auto count = static_cast<int64_t>(latencies.size());
  Measured measured = Summarize(count, took, std::move(latencies));
  measured.refused = static_cast<int64_t>(refusals.size());
  if (!refusals.empty()) {
    measured.slowest_refusal = *std::max_element(refusals.begin(), refusals.end());
  }
  return measured;
}

absl::StatusOr<Measured> Import(const std::string& address, const Batches& batches, int messages,
                                int window, int64_t& next) {
  const Stopwatch watch;
  Importer importer(Connect(address, 0), batches, messages, window, next);
  next += int64_t{messages} * batches.size();
  RETURN_IF_ERROR(importer.Await());
  return Summarize(int64_t{messages} * batches.size(), watch.Elapsed(), importer.latencies());
}

}  // namespace vg::bench

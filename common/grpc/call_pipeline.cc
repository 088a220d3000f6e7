#include "common/grpc/call_pipeline.h"

#include <cstdio>
#include <cstdlib>

#include "google/protobuf/descriptor.h"

#include "common/grpc/method_info.h"

namespace vg::rpc {
namespace {

std::string TypeOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming()) {
    return method.server_streaming() ? "bidi_stream" : "client_stream";
  }
  return method.server_streaming() ? "server_stream" : "unary";
}

// A mistake in our own code, found by the first test that touches it.
[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

}  // namespace

CallPipeline::CallPipeline(std::string_view service, const Options& options)
    : service_(service), options_(options) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service_);
  if (descriptor == nullptr) Die(service_ + " is not the full name of a linked gRPC service");
  for (int i = 0; i < descriptor->method_count(); ++i) {
    const auto& method = *descriptor->method(i);
    auto info = std::make_unique<MethodInfo>(
        MakeMethodInfo(service_, method.name(), TypeOf(method), *options_.metrics));
    info->access = auth::RuleOf(method);
    if (info->unary) info->deadline = options_.unary_deadline;
    methods_.emplace(method.name(), std::move(info));
  }
}

CallPipeline::~CallPipeline() = default;

void CallPipeline::SetUnaryDeadline(std::string_view method, absl::Duration deadline) {
  const auto found = methods_.find(method);
  if (found == methods_.end()) Die(service_ + " has no method " + std::string(method));
  found->second->deadline = deadline;
}

void CallPipeline::SetFollows(std::string_view method) {
  const auto found = methods_.find(method);
  if (found == methods_.end()) Die(service_ + " has no method " + std::string(method));
  found->second->follows = true;
}

const MethodInfo& CallPipeline::MethodNamed(std::string_view method) const {
  const auto found = methods_.find(method);
  if (found == methods_.end()) Die(service_ + " has no method " + std::string(method));
  return *found->second;
}

bool CallPipeline::Submit(const MethodInfo& method, absl::AnyInvocable<void()> task) {
  Executor* executor = method.unary ? options_.unary_executor : options_.stream_executor;
  if (method.follows && options_.follow_executor != nullptr) executor = options_.follow_executor;
  return executor->TrySubmit(std::move(task));
}

bool CallPipeline::Arrived(bool outside) {
  absl::MutexLock lock(&mutex_);
  if (outside) ++outside_calls_;
  return !outside || !refusing_;
}

void CallPipeline::Left(bool outside) {
  absl::MutexLock lock(&mutex_);
  if (outside) --outside_calls_;
}

void CallPipeline::Opened(Call& call) {
  absl::MutexLock lock(&mutex_);
  streams_.insert(&call);
  if (draining_) call.Drain();
}

void CallPipeline::Closed(Call& call) {
  absl::MutexLock lock(&mutex_);
  streams_.erase(&call);
}

void CallPipeline::RefuseOutsideCalls() {
  absl::MutexLock lock(&mutex_);
  refusing_ = true;
}

bool CallPipeline::AwaitOutsideCalls(absl::Time deadline) {
  absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithDeadline(absl::Condition(this, &CallPipeline::NobodyOutside), deadline);
}

void CallPipeline::Drain() {
  absl::MutexLock lock(&mutex_);
  draining_ = true;
  for (Call* call : streams_) call->Drain();
}

}  // namespace vg::rpc

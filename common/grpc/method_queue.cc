#include "common/grpc/method_queue.h"

#include "absl/strings/str_cat.h"

#include "common/status/absl_view.h"

namespace vg::rpc {

MethodQueue::MethodQueue(std::string_view service, std::string_view method)
    : path_(absl::StrCat("/", Av(service), "/", Av(method))) {}

MethodQueue::~MethodQueue() = default;

void MethodQueue::AddTo(grpc::ServerBuilder& builder) {
  // Whoever blocks in a handler does not look after connections meanwhile.
  constexpr bool kLooksAfterConnections = false;
  queue_ = builder.AddCompletionQueue(kLooksAfterConnections);
}

void MethodQueue::Start() {
  thread_ = std::thread([this] { Work(*queue_); });
}

void MethodQueue::End() {
  if (!thread_.joinable()) return;
  thread_.join();
  queue_->Shutdown();  // Only now, for on a queue that is shut down no answer may leave.
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) {
  }
}

}  // namespace vg::rpc
